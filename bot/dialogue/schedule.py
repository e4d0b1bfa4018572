"""Questions about a time ("下周有什么活动") -> what the calendar holds for it, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendar.agenda import Agenda, Due
from bot.knowledge.library import Library
from bot.matching.mentions import short_place
from bot.text.dates import TimeSlot

PAGE_CHARS_MAX = 540
BARE_CHARS_MAX = 4
"""What may be left beside a bare time ("那下周呢") that asks for the calendar."""
NEXT_MAX = 3
DETAIL_EVENTS_MAX = 2
RANGE_DAYS_MAX = 800

_AGENDA = re.compile(
    r"党员活动|党建活动|党日活动|组织活动|活动|安排|日程|日历|计划|任务|事项|事情|要紧事|大事|节目|热闹|通知|动静|提醒|行程"
    r"|干啥|干什么|做什么|做啥|搞什么|搞啥|咋过|怎么过|咋安排|怎么安排|有啥|有什么|有哪些|有些什么|有些啥|要做的"
)
_ACROSS = re.compile(r"各地|地方|资料|搞了|办了|开展了|做了")
"""Without a time word these ask what was done, not what is on."""
_FILLER = re.compile(
    r"请问一下|请问|问一下|问问|问下|想知道|想问|我想|麻烦|帮我|看看|查一下|查查|告诉我|说说|说一下|列一下|列出来|一共|总共"
    r"|你们|我们|咱们|他们|大家|各地|各个地方|全部|所有|一些|几个|几项|多少|哪些|哪几个|什么|怎么|怎样|有没有|是不是|可以|可参加|能参加"
    r"|参加|参与|开展|举办|组织|进行|举行|发生|登记|记录|资料里|里面|里头|这边|那边|这里|那里|那天|当天|期间|之间|时候|以来"
    r"|党支部|支部|党员|街道|社区|村里|镇上|县里|区里|单位|党组织|党建|红色|重要|主题|还有|还会|还要|已经|接下来|接着"
    r"|[我你您咱俺他她它的了吗呢吧啊呀哦嘛么有没会要在都还又再就也是搞办做过去来到从至和与跟该能啥哪几个些样儿里内前后中上下啦哈嗯呃额那这]"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What the calendar says about a range."""

    text: str
    dues: tuple[Due, ...]
    empty: bool
    """Nothing is recorded for the range."""


def asks_for_agenda(rest: str, slots: Sequence[TimeSlot]) -> bool:
    """Is a question about what happens at a time, and nothing else?

    Args:
        rest: the normalised question without time words and place names.
        slots: the time words found; without any, the question must say 活动 or the like.
    """
    plain = rest.replace(" ", "")
    if not slots and _ACROSS.search(plain):
        return False
    without = _AGENDA.sub("", plain)
    if without == plain and not (slots and len(plain) <= BARE_CHARS_MAX):
        return False
    return len(_FILLER.sub("", without)) == 0


def span_of(slots: Sequence[TimeSlot], now: datetime) -> tuple[date, date]:
    """The days that a question means; without a time word, this month."""
    if not slots:
        today = now.date()
        return today.replace(day=1), month_end(today)
    first = min(slot.first for slot in slots)
    last = max(slot.last for slot in slots)
    if len(slots) > 1 and (last - first).days > RANGE_DAYS_MAX:
        return slots[0].first, slots[0].last
    return first, min(last, first + timedelta(days=RANGE_DAYS_MAX))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def page(
    agenda: Agenda,
    library: Library,
    span: tuple[date, date],
    places: Iterable[str] = (),
    detail: Callable[[str], str] | None = None,
) -> Page:
    """The calendar page for a range of days, at most ``PAGE_CHARS_MAX`` characters.

    ``detail`` gives the answer of a section by its reference, "" if there is none.
    """
    first, last = span
    wanted = tuple(places)
    dues = agenda.between(first, last, wanted)
    dated = [due for due in dues if due.certainty != "recurring"]
    title = _range_words(first, last)
    if not dues or (not dated and _is_short(span)):
        return _empty_page(agenda, library, span, wanted, title)
    lines = [_heading(title, dated, span), *_lines(dues)]
    text = _fit(lines)
    if len(dated) <= DETAIL_EVENTS_MAX and detail is not None:
        for due in dated:
            answer = detail(due.occasion.event.see or "")
            if answer and len(text) + len(answer) < PAGE_CHARS_MAX:
                text += "\n\n" + answer
    return Page(text + "\n\n" + _sources(library, dues), tuple(dues), empty=False)


def _heading(title: str, dated: Sequence[Due], span: tuple[date, date]) -> str:
    if not dated:
        return f"{title}没有登记有日期的活动，有这些经常性安排："
    if _is_short(span) and all(due.certainty != "day" for due in dated):
        return f"{title}没有登记定在这几天的活动。日期还没有定的有："
    return f"{title}的安排："


def _is_short(span: tuple[date, date]) -> bool:
    return (span[1] - span[0]).days < 27


def _empty_page(
    agenda: Agenda,
    library: Library,
    span: tuple[date, date],
    places: tuple[str, ...],
    title: str,
) -> Page:
    lines = [f"{title}，资料里没有登记活动。"]
    past = agenda.between(*span, places, any_year=True)
    shown = [due for due in past if due.certainty != "recurring"]
    if shown:
        lines.append("往年同期登记过的，供参考：")
        lines.extend(_lines(shown, with_year=True))
    else:
        coming = agenda.after(span[1], places)[:NEXT_MAX]
        if coming:
            lines.append("接下来登记的有：")
            lines.extend(_lines(coming))
        else:
            lines.append("之后也没有登记。新的安排可以问本支部书记或管理员。")
    found = tuple(shown)
    text = _fit(lines)
    if shown:
        text += "\n\n" + _sources(library, shown)
    return Page(text, found, empty=True)


def _lines(dues: Sequence[Due], *, with_year: bool = False) -> list[str]:
    lines: list[str] = []
    again: list[str] = []
    together: dict[tuple[str, str], list[Due]] = {}
    for due in dues:
        if due.certainty == "day":
            lines.append(f"· {_day_words(due, with_year=with_year)} {_what(due)}")
        elif due.certainty == "part":
            lines.append(f"· {due.occasion.event.when} {_what(due)}")
        elif due.certainty == "recurring":
            again.append(f"· {due.occasion.event.when}：{_what(due)}")
        else:
            key = (due.occasion.event.when, due.occasion.topic.id)
            together.setdefault(key, []).append(due)
    for (when, _), group in together.items():
        place = short_place(group[0].occasion.about)
        names = "、".join(_bare(due.occasion.event.title) for due in group)
        lines.append(f"· {when}内（具体日期未定）：{names}" + (f"（{place}）" if place else ""))
    return lines + again


def _bare(title: str) -> str:
    """A title without the place in brackets at its end; the line says the place once."""
    return re.sub(r"（[^（）]*）$", "", title)


def _what(due: Due) -> str:
    event, place = due.occasion.event, short_place(due.occasion.about)
    words = _bare(event.title) + (f"（{place}）" if place else "")
    return words + ("" if due.year_known else "（资料未载年份）")


def _day_words(due: Due, *, with_year: bool) -> str:
    if with_year:
        return due.occasion.event.when
    first, last = due.first, due.last
    words = f"{first.month}月{first.day}日"
    return words if first == last else f"{words}至{last.month}月{last.day}日"


def _range_words(first: date, last: date) -> str:
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    if first.day == 1 and last == month_end(first):
        return f"{first.year}年{first.month}月"
    tail = f"{last.month}月{last.day}日"
    if last.year != first.year:
        tail = f"{last.year}年{tail}"
    return f"{first.year}年{first.month}月{first.day}日至{tail}"


def _fit(lines: Sequence[str]) -> str:
    kept: list[str] = []
    room = PAGE_CHARS_MAX
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            kept.append(f"……还有 {len(lines) - number} 项，换小一点的时间段再问。")
            break
        kept.append(line)
    return "\n".join(kept)


def _sources(library: Library, dues: Iterable[Due]) -> str:
    names: dict[str, None] = {}
    for due in dues:
        for source in library.sources_of(due.occasion.about):
            names.setdefault(f"《{source.title[:18]}{'…' if len(source.title) > 18 else ''}》")
    return "出处：" + "".join(list(names)[:3])
