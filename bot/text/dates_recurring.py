"""What repeats: 每天, 每周三, 每月5日, 每月第一个星期五, 每年七一, 每季度, 一个月几次."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from bot.text.dates_core import (
    BYDAY,
    NUM,
    WEEKDAYS,
    Found,
    Frame,
    S,
    add_months,
    days,
    monday,
    month_last,
    number,
    pattern,
)
from bot.text.dates_month import in_month
from bot.text.dates_year import in_year

_WEEK: Final = r"(?:周(?![年岁边围转刊期])|星期|礼拜)"
_WD: Final = r"[一二三四五六日天](?![次回遍个十百定样])"
_EVERY_WEEK: Final = pattern(
    rf"(?:每逢|逢|每个|每一个|每一|每){S}{_WEEK}"
    rf"(?P<days>{S}(?:末|日(?!常|程)|{_WD}(?:[、,和及与 ]{{0,2}}{_WEEK}?{_WD}){{0,6}}))?"
)
_EVERY_MONTH: Final = pattern(r"每一?个?月份?(?!嫂|饼)")
_EVERY_YEAR: Final = pattern(r"每一?个?年度?(?!级|龄|轻)")
_EVERY_DAY: Final = pattern(r"每一?天|每日|天天|每(?=[晚早]|天)")
_EVERY_QUARTER: Final = pattern(r"每一?个?季度?(?!节)")
_EVERY_FEW: Final = pattern(
    rf"(?:每(?P<gap>隔)?|(?P<only>隔)){S}(?:(?P<n>{NUM})|(?P<half>半))?{S}"
    r"(?P<unit>天|日|周(?![年岁])|个?(?:星期|礼拜)|个月|月|个?季度|年)"
)
# 一个月几次, 一周一次, 一季一主题: the first 一 means "each".
_RATE: Final = pattern(
    r"[一1](?P<unit>个月|月|周|个?星期|个?礼拜|天|日|年|个?季度?)"
    r"(?=[ ]?(?:要|得|能|可以|会|应该|至少|最少|最多)?(?:开|交|上|学|办|搞|去|参加|组织)?"
    r"(?:几|多少|[两二三四五六七八九十2-9])[ ]?(?:次|回|遍|场|节课|堂课|天)"
    r"|[ ]?[一1][ ]?(?:次|回|遍|场|节课|堂课|课|学|会|主题|讲|议|评|报|结))"
)
_RULES: Final = {"天": "FREQ=DAILY", "周": "FREQ=WEEKLY", "月": "FREQ=MONTHLY", "年": "FREQ=YEARLY"}
_QUARTERLY: Final = "FREQ=MONTHLY;INTERVAL=3"


def every(frame: Frame, pos: int) -> Found | None:
    """每 or 逢 or 隔 and a unit. The days are the running or coming occurrence.

    A lunar festival or a solar term has no rule in the solar calendar: it keeps FREQ=YEARLY, with
    `lunar` set, and its date must be looked up year by year.
    """
    if pos and frame.text[pos - 1] in "相阻" and frame.text[pos] == "隔":
        return None
    for read in (_daily, _weekly, _monthly, _yearly, _quarterly, _every_few):
        found = read(frame, pos)
        if found:
            return found
    return None


def rate(frame: Frame, pos: int) -> Found | None:
    """一个月几次, 一周一次: 每月, 每周; the number of times stays in the text."""
    hit = _RATE.match(frame.text, pos)
    return _plain(frame, hit.end(), hit["unit"]) if hit else None


def _daily(frame: Frame, pos: int) -> Found | None:
    hit = _EVERY_DAY.match(frame.text, pos)
    if hit is None or (hit[0] == "天天" and pos and frame.text[pos - 1] in "今明昨后前春夏秋冬"):
        return None
    today = frame.today
    night = frame.text[hit.end() : hit.end() + 1] in ("晚", "早") and hit[0] == "每"
    return Found(hit.end(), today, today, "day", recurring="FREQ=DAILY", night=night)


def _weekly(frame: Frame, pos: int) -> Found | None:
    hit = _EVERY_WEEK.match(frame.text, pos)
    if hit is None:
        return None
    words = hit["days"] or ""
    if not words:
        return None if frame.text[pos] == "逢" else _plain(frame, hit.end(), "周")
    if "末" in words:
        start = monday(frame.today) + days(5)
        return Found(
            hit.end(), start, start + days(1), "weekend", recurring="FREQ=WEEKLY;BYDAY=SA,SU"
        )
    # 星期 holds no weekday character; 周 and 礼拜 neither.
    indexes = sorted({WEEKDAYS[ch] for ch in words if ch in WEEKDAYS})
    today = frame.today
    day = min(today + days((index - today.weekday()) % 7) for index in indexes)
    rule = "FREQ=WEEKLY;BYDAY=" + ",".join(BYDAY[index] for index in indexes)
    return Found(hit.end(), day, day, "day", recurring=rule)


def _monthly(frame: Frame, pos: int) -> Found | None:
    hit = _EVERY_MONTH.match(frame.text, pos)
    if hit is None:
        return None
    today = frame.today
    for ahead in range(13):
        start = add_months(today.replace(day=1), ahead)
        try:
            found = in_month(frame, hit.end(), start.year, start.month, exact=True)
        except ValueError:
            continue
        if found is None:
            break
        if found.last >= today:
            rule = ";".join(filter(None, ("FREQ=MONTHLY", found.rule)))
            return replace(found, recurring=rule, rule="")
    return _plain(frame, hit.end(), "月")


def _yearly(frame: Frame, pos: int) -> Found | None:
    hit = _EVERY_YEAR.match(frame.text, pos)
    if hit is None:
        return None
    for year in range(frame.today.year, frame.today.year + 9):
        try:
            found = in_year(frame, hit.end(), year, exact=True)
        except ValueError:
            continue
        if found is None:
            break
        if found.last >= frame.today:
            rule = ";".join(filter(None, ("FREQ=YEARLY", found.rule)))
            return replace(found, recurring=rule, rule="", month_only=False)
    return _plain(frame, hit.end(), "年")


def _quarterly(frame: Frame, pos: int) -> Found | None:
    hit = _EVERY_QUARTER.match(frame.text, pos)
    return _plain(frame, hit.end(), "季") if hit else None


def _every_few(frame: Frame, pos: int) -> Found | None:
    """每两周, 每隔一天 (every second day), 每半年, 隔周."""
    hit = _EVERY_FEW.match(frame.text, pos)
    if hit is None or (
        hit["only"] and (hit["n"] or hit["half"] or hit["unit"] not in "天日周年月")
    ):
        return None
    unit = hit["unit"]
    if hit["half"]:
        if unit not in {"年", "个月"}:
            return None
        rule = "FREQ=MONTHLY;INTERVAL=6" if unit == "年" else "FREQ=WEEKLY;INTERVAL=2"
        return replace(_plain(frame, hit.end(), unit), recurring=rule)
    count = number(hit["n"]) if hit["n"] else 1
    if not count:
        return None
    if hit["gap"] or hit["only"]:
        # 每隔一天 is every second day; 每隔两周 is said for every two weeks.
        count = max(count, 2)
    plain = _plain(frame, hit.end(), unit)
    if "季" in unit:
        return replace(plain, recurring=f"FREQ=MONTHLY;INTERVAL={count * 3}")
    step = f";INTERVAL={count}" if count > 1 else ""
    return replace(plain, recurring=f"{plain.recurring}{step}")


def _plain(frame: Frame, end: int, unit: str) -> Found:
    """Each day, week, month, quarter or year: the running one."""
    today = frame.today
    if "月" in unit:
        first, last = today.replace(day=1), month_last(today.year, today.month)
        return Found(end, first, last, "month", recurring=_RULES["月"])
    if "季" in unit:
        month = (today.month - 1) // 3 * 3 + 1
        first = date(today.year, month, 1)
        return Found(end, first, month_last(today.year, month + 2), "quarter", recurring=_QUARTERLY)
    if "年" in unit:
        return Found(
            end, date(today.year, 1, 1), date(today.year, 12, 31), "year", recurring=_RULES["年"]
        )
    if unit in {"天", "日"}:
        return Found(end, today, today, "day", recurring=_RULES["天"])
    start = monday(today)
    return Found(end, start, start + days(6), "week", recurring=_RULES["周"])
