"""What stands within a year, named or not: 2020年7月1日, 去年国庆, 7-9月, 一季度, 年底."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from bot.text.dates_core import (
    LINK,
    MONTH,
    NUMERALS,
    OF,
    YEAR,
    Found,
    Frame,
    S,
    exact_number,
    month_last,
    month_number,
    pattern,
    year_number,
)
from bot.text.dates_festivals import festival, lunar_date
from bot.text.dates_month import MIDDLE, in_month, months_of, whole_month

_FULL: Final = pattern(
    rf"(?P<y>[0-9]{{4}}){S}(?P<sep>[-/.]){S}(?P<m>[01]?[0-9]){S}(?P=sep){S}(?P<d>[0-3]?[0-9])"
    r"(?![0-9.]?[0-9])T?"
)
_YEARS: Final = pattern(rf"(?P<y1>{YEAR}){S}年?{LINK}(?P<y2>{YEAR}){S}年(?!{S}{MONTH}{S}月)")
_YEAR: Final = pattern(rf"(?P<y>{YEAR}){S}年(?:度|份)?|(?P<yy>[0-9]{{2}}){S}年(?={S}{MONTH}{S}月)")
_MONTHS: Final = pattern(
    rf"{OF}(?P<m1>{MONTH})(?:月份?)?(?:{LINK}|、)(?P<m2>{MONTH}){S}月份?(?![ ]?[0-9{NUMERALS}])"
)
_MONTH: Final = pattern(rf"{OF}(?P<m>{MONTH}){S}月份?(?![嫂饼])")
_PART: Final = pattern(
    rf"{OF}(?:年?(?P<part>初(?!中|级|[{NUMERALS}])|{MIDDLE}|[底末])|(?P<half>[上下])半年)"
)
_QUARTER: Final = pattern(rf"{OF}(?:第(?P<nth>[1-4一二三四])个?|(?P<n>[1-4一二三四])){S}季度")
_PARTS: Final = {
    "初": (1, 2),
    "中": (6, 7),
    "底": (11, 12),
    "末": (11, 12),
    "上": (1, 6),
    "下": (7, 12),
}
_HALF: Final = pattern(r"(?:上|下)半年")
_BARE_PART: Final = pattern(rf"年(?:初(?!中|级|[{NUMERALS}])|{MIDDLE}|[底末])")
# 7.1 is a day only beside a word that makes it one; 12.16万元 and 版本3.11 are numbers.
_DOTTED: Final = pattern(
    rf"(?P<m>1[0-2]|0?[1-9])(?:[./](?P<d>3[01]|[12][0-9]|0[1-9]|[1-9]){S}"
    r"(?:[日号]|(?=当天|当日|那天|这天|前后|上午|下午|晚上|早上|中午))"
    rf"|[.](?P<e>3[01]|[12][0-9]|0[1-9]|[1-9])(?={S}(?:活动|主题党日|党日|党课|建党|慰问)))"
)


def explicit(frame: Frame, pos: int) -> Found | None:
    """A year in digits and what it fixes: 2020-07-01, 2020年7月1日, 2020-2022年."""
    hit = _FULL.match(frame.text, pos)
    if hit:
        day = date(year_number(hit["y"]), int(hit["m"]), int(hit["d"]))
        return Found(hit.end(), day, day, "day")
    hit = _YEARS.match(frame.text, pos)
    if hit:
        one, two = year_number(hit["y1"]), year_number(hit["y2"])
        if one < two:
            return Found(hit.end(), date(one, 1, 1), date(two, 12, 31), "days")
    hit = _YEAR.match(frame.text, pos)
    if hit is None:
        return None
    year = year_number(hit["y"]) if hit["y"] else 2000 + int(hit["yy"])
    return year_and_more(frame, hit.end(), year)


def year_and_more(frame: Frame, pos: int, year: int) -> Found:
    """A year that has been named, with the month, festival or part that follows it."""
    inner = in_year(frame, pos, year, exact=True)
    return inner or Found(pos, date(year, 1, 1), date(year, 12, 31), "year")


def in_year(frame: Frame, pos: int, year: int, *, exact: bool) -> Found | None:
    """What follows a year's name, read within it; None if nothing of a year follows.

    年初 is January and February, 年中 June and July, 年底/年末 November and December.
    ValueError: no such day.
    """
    text = frame.text
    lead = _LEAD.match(text, pos)
    start = lead.end() if lead else pos
    for read in (festival, lunar_date):
        found = read(frame, start, year)
        if found:
            # 今年的“七一”: the quotes go with the name.
            closed = text[start - 1] in _OPENING and text[found.end : found.end + 1] in _CLOSING
            return replace(found, end=found.end + closed, exact_year=exact)
    hit = _MONTHS.match(text, pos)
    if hit:
        return months_of(hit.end(), year, hit["m1"], hit["m2"], exact=exact)
    hit = _MONTH.match(text, pos)
    if hit:
        return _month(frame, hit.end(), year, month_number(hit["m"]), exact=exact)
    hit = _QUARTER.match(text, pos)
    if hit:
        return quarter(hit.end(), year, exact_number(hit["nth"] or hit["n"]), exact=exact)
    hit = _PART.match(text, pos)
    if hit:
        return _span(
            Found(hit.end(), *_months(year, *_PARTS[hit["half"] or hit["part"]]), "part", exact)
        )
    return None


_OPENING: Final = '“"「『‘'
_CLOSING: Final = ("”", '"', "」", "』", "’")
_LEAD: Final = pattern(rf"{OF}[{_OPENING}]?")


def quarter(end: int, year: int, nth: int, *, exact: bool) -> Found:
    """The n-th quarter of a year."""
    return _span(Found(end, *_months(year, nth * 3 - 2, nth * 3), "quarter", exact))


def bare_month(frame: Frame, pos: int) -> Found | None:
    """7月, 7月1日, 7-9月 without a year: of this year, or the first after a range's near end."""
    if not _BARE_MONTH.match(frame.text, pos):
        return None
    if frame.after is None:
        return in_year(frame, pos, frame.today.year, exact=False)
    for year in (frame.after.year, frame.after.year + 1):
        found = in_year(frame, pos, year, exact=frame.after_exact)
        if found and found.last >= frame.after:
            return found
    return None


_BARE_MONTH: Final = pattern(rf"{MONTH}(?:{S}月|月?份?(?:{LINK}|、){MONTH}{S}月)")


def bare_quarter(frame: Frame, pos: int) -> Found | None:
    """一季度, 第三季度 without a year: of this year."""
    hit = _QUARTER.match(frame.text, pos)
    if hit is None:
        return None
    return quarter(hit.end(), frame.today.year, exact_number(hit["nth"] or hit["n"]), exact=False)


def bare_part(frame: Frame, pos: int) -> Found | None:
    """年底, 上半年 without a year: of this year."""
    if frame.text[pos] == "年":
        if not _BARE_PART.match(frame.text, pos) or frame.text[max(0, pos - 1) : pos] in _NOT_YEAR:
            return None
    elif not _HALF.match(frame.text, pos):
        return None
    return in_year(frame, pos, frame.today.year, exact=False)


_NOT_YEAR: Final = frozenset("青少老成壮童周多几哪每逐历往累当学过整0123456789" + NUMERALS)


def dotted(frame: Frame, pos: int) -> Found | None:
    """7.1日, 7.1活动, 7/1当天: of this year, and only beside such a word."""
    hit = _DOTTED.match(frame.text, pos)
    if hit is None:
        return None
    day = date(frame.today.year, int(hit["m"]), int(hit["d"] or hit["e"]))
    return Found(hit.end(), day, day, "day", exact_year=False)


def _month(frame: Frame, pos: int, year: int, month: int, *, exact: bool) -> Found:
    found = in_month(frame, pos, year, month, exact=exact)
    if found is None:
        whole = whole_month(pos, year, month, exact=exact, only=not exact)
        return replace(whole, rule=f"BYMONTH={month}")
    return replace(found, rule=f"BYMONTH={month};{found.rule}" if found.rule else "")


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), month_last(year, last)


def _span(found: Found) -> Found:
    """The reading with the rule that repeats its months."""
    months = range(found.first.month, found.last.month + 1)
    return replace(found, rule="BYMONTH=" + ",".join(map(str, months)))
