"""Days and parts within a known month: 五号, 1-5日, 上旬, 月底, 第一个星期五, 最后一天."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from bot.text.dates_core import (
    BYDAY,
    DAY,
    LINK,
    OF,
    WEEKDAYS,
    Found,
    Frame,
    S,
    add_months,
    days,
    exact_number,
    monday,
    month_last,
    month_number,
    pattern,
    shift_month,
)

# 7月中国共产党…, 正月初一: the character belongs to the next word.
MIDDLE: Final = r"中(?![国央共华心秋小级考医文学部旬午组纪])"
START: Final = r"初(?![一二三四五六七八九十中级])"

_IN_MONTH: Final = pattern(
    rf"{OF}(?:"
    rf"(?P<d1>{DAY}){S}[日号]?{LINK}(?P<d2>{DAY}){S}[日号]"
    rf"|(?P<d>{DAY}){S}[日号]"
    r"|(?P<bare>[0-3]?[0-9])(?![0-9.:])(?=[ ]?(?:有|的|是|那|当天|晚上|早上|上午|下午|前|左右|在|去"
    r"|[,，。?？!！]|$))"
    r"|(?P<ten>[上中下])旬"
    r"|(?P<half>[上下])半月"
    rf"|月?(?P<part>{START}|{MIDDLE}|[底末](?![层端尾]))"
    rf"|(?:第(?P<n>[1-5一二三四五])个?|(?P<lastn>最后一?个?)){S}(?:周|星期|礼拜)"
    r"(?P<wd>[一二三四五六日天末](?!次)|[1-7](?![0-9次]))?"
    r"|(?P<edge>第一|最后一)天"
    r")"
)
_PARTS: Final = {
    "上": (1, 10),
    "中": (11, 20),
    "下": (21, 31),
    "初": (1, 10),
    "底": (21, 31),
    "末": (21, 31),
}

# What makes a number with 号 a name: 5号楼, 10号文件, 3号线.
_HAO: Final = (
    r"(?!楼|线(?![上下])|文(?![艺化明体])|院|门(?!诊)|厅|桌|令|室|馆|厂|码|机(?!关)|车|位|选(?!举)|店|库"
    r"|工(?![作会])|召(?![开集])|房|栋|仓|路|台|球|井|电(?![影视])|字|会议室|会场|展(?![览示演])|柜|口|窗"
    r"|宿|教室|地(?!点)|站|岗|组(?!织)|通知|公告|决定|建议|牌|座(?!谈)|棚|点(?![名评]))"
)
_RI: Final = (
    r"(?!游(?![园戏])|[内均元常间历程语本捐谈]|记(?![得录])|志(?!愿)|报(?![名到告])|用(?![餐车])|照(?![常旧])"
    r"|三餐|千里)"
)
_BARE_DAY: Final = pattern(rf"(?P<d>{DAY}){S}(?:号{_HAO}|日{_RI})")
_BARE_DAYS: Final = pattern(rf"(?P<d1>{DAY}){S}[日号]?{LINK}(?P<d2>{DAY}){S}(?:号{_HAO}|日{_RI})")
_BARE_PART: Final = pattern(
    rf"月(?:{START}|{MIDDLE}|[底末])|[上中下]旬|[上下]半月(?!刊)"
    r"|第[1-5一二三四五]个?(?:周|星期|礼拜)|最后一?个?(?:周|星期|礼拜)[一二三四五六日天末]"
)
_ADDRESS: Final = (
    "路",
    "街",
    "巷",
    "弄",
    "苑",
    "栋",
    "幢",
    "大道",
    "胡同",
    "〕",
    "]",
    "】",
    ")",
    "）",
)


_NOT_MONTH: Final = frozenset("个岁日蜜满三几每第")


def in_month(frame: Frame, pos: int, year: int, month: int, *, exact: bool) -> Found | None:
    """What follows a month's name, read within that month; None if nothing of a month follows.

    月初/上旬 are days 1-10, 月中/中旬 11-20, 月底/月末/下旬 21 to the end; 第n周 is the n-th
    week (Monday to Sunday) most of whose days lie in the month. ValueError: no such day.
    """
    hit = _IN_MONTH.match(frame.text, pos)
    if hit is None:
        return None
    last = month_last(year, month)
    end = hit.end()
    if word := hit["d"] or hit["bare"]:
        day = date(year, month, exact_number(word))
        return Found(end, day, day, "day", exact, rule=f"BYMONTHDAY={day.day}")
    if hit["d1"]:
        one = date(year, month, exact_number(hit["d1"]))
        two = date(year, month, exact_number(hit["d2"]))
        return _ordered(Found(end, one, two, "days", exact, rule=_month_days(one.day, two.day)))
    if hit["n"] or hit["lastn"]:
        nth = exact_number(hit["n"]) if hit["n"] else -1
        return replace(_nth(year, month, nth, hit["wd"]), end=end, exact_year=exact)
    if hit["edge"]:
        day = last if hit["edge"] == "最后一" else date(year, month, 1)
        return Found(end, day, day, "day", exact, rule=f"BYMONTHDAY={1 if day.day == 1 else -1}")
    if hit["half"]:
        low, high = (1, 15) if hit["half"] == "上" else (16, 31)
    else:
        low, high = _PARTS[hit["ten"] or hit["part"]]
    return Found(
        end,
        date(year, month, low),
        date(year, month, min(high, last.day)),
        "part",
        exact,
        rule=_month_days(low, high),
    )


def whole_month(end: int, year: int, month: int, *, exact: bool, only: bool) -> Found:
    """The month itself."""
    return Found(
        end, date(year, month, 1), month_last(year, month), "month", exact, month_only=only
    )


def bare_day(frame: Frame, pos: int) -> Found | None:
    """5号, 1号到5号, 1-5日 with no month: of this month or the next, whichever is nearer."""
    if frame.text[max(0, pos - 2) : pos].endswith(_ADDRESS):
        return None
    hit = _BARE_DAYS.match(frame.text, pos)
    if hit and frame.after is None:
        one = _near_day(frame, exact_number(hit["d1"]))
        two = exact_number(hit["d2"])
        following = date(one.year, one.month, two) if two > one.day else _next_day(one, two)
        return Found(hit.end(), one, following, "days")
    hit = _BARE_DAY.match(frame.text, pos)
    if hit is None:
        return None
    day = _near_day(frame, exact_number(hit["d"]))
    return Found(hit.end(), day, day, "day", frame.after is None or frame.after_exact)


def bare_part(frame: Frame, pos: int) -> Found | None:
    """月底, 中旬, 第一周, 第一个星期五 with no month: of this month."""
    if not _BARE_PART.match(frame.text, pos):
        return None
    if pos and frame.text[pos - 1] in _NOT_MONTH:
        return None
    return in_month(frame, pos, frame.today.year, frame.today.month, exact=True)


def months_of(end: int, year: int, first: str, last: str, *, exact: bool) -> Found:
    """From one month to another; over New Year if the second is the earlier one."""
    one, two = month_number(first), month_number(last)
    return Found(end, date(year, one, 1), month_last(year + (two < one), two), "days", exact)


def _nth(year: int, month: int, nth: int, weekday: str | None) -> Found:
    """The n-th (-1: last) week or weekday or weekend of a month; ValueError if it has none."""
    first, last = date(year, month, 1), month_last(year, month)
    if weekday is None:
        # A week belongs to the month that holds its Thursday.
        thursday = _nth_weekday(first, last, nth, 3)
        start = monday(thursday)
        return Found(0, start, start + days(6), "week")
    if weekday == "末":
        saturday = _nth_weekday(first, last, nth, 5)
        return Found(0, saturday, saturday + days(1), "weekend", rule=f"BYDAY={nth}SA")
    index = WEEKDAYS[weekday]
    day = _nth_weekday(first, last, nth, index)
    return Found(0, day, day, "day", rule=f"BYDAY={nth}{BYDAY[index]}")


def _nth_weekday(first: date, last: date, nth: int, weekday: int) -> date:
    if nth < 0:
        return last - days((last.weekday() - weekday) % 7)
    day = first + days((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    if day > last:
        raise ValueError("the month has no such weekday")
    return day


def _near_day(frame: Frame, number: int) -> date:
    """The day of this month or of the next, the nearer one; in a range, the first one after."""
    today = frame.after or frame.today
    if not 1 <= number <= 31:
        raise ValueError("no such day")
    choices = (
        [today.replace(day=number)] if number <= month_last(today.year, today.month).day else []
    )
    choices.append(_next_day(today, number))
    if frame.after is not None:
        choices = [day for day in choices if day >= today]
    return min(choices, key=lambda day: abs(day - today))


def _next_day(day: date, number: int) -> date:
    """That day of the next month that has it."""
    for ahead in (1, 2):
        year, month = shift_month(day.year, day.month, ahead)
        if number <= month_last(year, month).day:
            return date(year, month, number)
    return add_months(day, 1).replace(day=number)


def _month_days(low: int, high: int) -> str:
    return "BYMONTHDAY=" + ",".join(map(str, range(low, high + 1)))


def _ordered(found: Found) -> Found:
    if found.first > found.last:
        raise ValueError("the range runs backwards")
    return found
