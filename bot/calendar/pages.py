"""What the calendar holds for a range of days, in words: the page that every channel shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar.agenda import Agenda, Due
from bot.knowledge.library import Entry, Library
from bot.knowledge.places import short_place

PAGE_CHARS_MAX = 540
NEXT_MAX = 3
DETAIL_EVENTS_MAX = 2
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Page:
    """What the calendar says about a range."""

    text: str
    dues: tuple[Due, ...]
    empty: bool
    """Nothing is recorded for the range."""


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def page(
    agenda: Agenda,
    library: Library,
    span: tuple[date, date],
    places: Iterable[str] = (),
    resolve: Mapping[str, Entry] | None = None,
) -> Page:
    """The calendar page for a range of days, at most ``PAGE_CHARS_MAX`` characters."""
    first, last = span
    wanted = tuple(places)
    dues = agenda.between(first, last, wanted)
    dated = [due for due in dues if due.certainty != "recurring"]
    title = _range_words(first, last)
    if not dues or (not dated and _is_short(span)):
        return _empty_page(agenda, library, span, wanted, title)
    lines = [_heading(title, dated, span), *event_lines(dues)]
    text = fitting(lines)
    if len(dated) <= DETAIL_EVENTS_MAX and resolve:
        for due in dated:
            entry = resolve.get(due.occasion.event.see or "")
            if entry and len(text) + len(entry.answer) < PAGE_CHARS_MAX:
                text += "\n\n" + entry.answer
    return Page(text + "\n\n" + sources_line(library, dues), tuple(dues), empty=False)


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
        lines.extend(event_lines(shown, with_year=True))
    else:
        coming = agenda.after(span[1], places)[:NEXT_MAX]
        if coming:
            lines.append("接下来登记的有：")
            lines.extend(event_lines(coming))
        else:
            lines.append("之后也没有登记。新的安排可以问本支部书记或管理员。")
    found = tuple(shown)
    text = fitting(lines)
    if shown:
        text += "\n\n" + sources_line(library, shown)
    return Page(text, found, empty=True)


def event_lines(dues: Sequence[Due], *, with_year: bool = False) -> list[str]:
    """A line an event; those of one month without a day together."""
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
        names = "、".join(bare_title(due.occasion.event.title) for due in group)
        lines.append(f"· {when}内（具体日期未定）：{names}" + (f"（{place}）" if place else ""))
    return lines + again + unsure_lines(dues)


def bare_title(title: str) -> str:
    """A title without the place in brackets at its end; the line says the place once."""
    return re.sub(r"（[^（）]*）$", "", title)


def _what(due: Due) -> str:
    event, place = due.occasion.event, short_place(due.occasion.about)
    words = bare_title(event.title) + (f"（{place}）" if place else "")
    words += "" if due.year_known else "（资料未载年份）"
    return words + (f"（{shift_words(due)}）" if due.moved else "")


def _day_words(due: Due, *, with_year: bool) -> str:
    if with_year:
        return due.occasion.event.when
    words = days_words(due.first, due.last)
    return f"{words} {due.at:%H:%M}" if due.at else words


def days_words(first: date, last: date) -> str:
    """7月1日, or 6月28日至7月2日."""
    words = f"{first.month}月{first.day}日"
    return words if first == last else f"{words}至{last.month}月{last.day}日"


def shift_words(due: Due) -> str:
    """Why an occurrence is on another day than its rule says; empty when it is not."""
    if not due.moved or due.nominal is None:
        return ""
    how = "顺延" if due.first > due.nominal else "提前"
    return f"原为{due.nominal.month}月{due.nominal.day}日，遇休息日{how}"


def unsure_lines(dues: Iterable[Due]) -> list[str]:
    """One line a year whose public holidays are not announced, though a shift depends on them."""
    years = sorted({due.first.year for due in dues if due.unsure})
    return [
        f"注意：{year}年的放假安排没有公布（或本程序还没有），顺延只按周六、周日推算，请以通知为准。"
        for year in years
    ]


def _range_words(first: date, last: date) -> str:
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    if first.day == 1 and last == month_end(first):
        return f"{first.year}年{first.month}月"
    tail = f"{last.month}月{last.day}日"
    if last.year != first.year:
        tail = f"{last.year}年{tail}"
    return f"{first.year}年{first.month}月{first.day}日至{tail}"


def fitting(lines: Sequence[str]) -> str:
    """As many lines as a page holds, with a word about the others."""
    kept: list[str] = []
    room = PAGE_CHARS_MAX
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            kept.append(f"……还有 {len(lines) - number} 项，换小一点的时间段再问。")
            break
        kept.append(line)
    return "\n".join(kept)


def sources_line(library: Library, dues: Iterable[Due]) -> str:
    """Where the events are told, three sources at most."""
    names: dict[str, None] = {}
    for due in dues:
        for source in library.sources_of(due.occasion.about):
            names.setdefault(f"《{source.title[:18]}{'…' if len(source.title) > 18 else ''}》")
    return "出处：" + "".join(list(names)[:3])
