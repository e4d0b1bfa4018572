"""A month as a poster, PNG or PDF, from one typst template; needs the extra ``dangbot[poster]``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendar.agenda import Due
from bot.calendar.month import Month, common_place, source_titles, title_in
from bot.calendar.pages import WEEKDAYS, bare_title, shift_words, unsure_lines
from bot.calendar.workdays import is_workday
from bot.knowledge.library import Library
from bot.pictures import drawing
from bot.pictures.drawing import Kind

WIDTH, HEIGHT = 1080, 1350
"""Pixels of the PNG."""

_TEMPLATE = Path(__file__).with_name("poster.typ")
_DAYS_MAX = 14
_UNDATED_MAX = 18
_LESSER_MAX = 6
_TITLE_CHARS_MAX = 9
_SOURCE_CHARS_MAX = 46


def poster(month: Month, library: Library, zone: ZoneInfo, kind: Kind = "png") -> bytes:
    """Draw a month.

    Args:
        month: what to draw.
        library: for places and sources.
        zone: named in small print where a time of day is given.
        kind: PNG of ``WIDTH`` x ``HEIGHT`` pixels, or PDF of the same shape.

    Raises:
        ConfigError: the extra ``poster`` is not installed.
        PictureError: it cannot be drawn.
    """
    return drawing.drawn(_TEMPLATE, poster_data(month, library, zone), kind)


def missing_glyphs(month: Month, library: Library, zone: ZoneInfo) -> str:
    """Characters of a poster that the font has no glyph for, each once.

    Raises:
        ConfigError: the extra ``poster`` is not installed.
    """
    return drawing.missing_glyphs(_TEMPLATE, poster_data(month, library, zone))


def poster_data(month: Month, library: Library, zone: ZoneInfo) -> dict[str, Any]:
    """The words of a poster, as the template wants them."""
    shared = common_place(month)
    days = _days(month, shared)
    undated = [_undated(due, shared) for due in month.undated if due.year_known]
    shown_undated = undated[:_UNDATED_MAX]
    if len(undated) > _UNDATED_MAX:
        shown_undated.append(f"……还有 {len(undated) - _UNDATED_MAX} 项")
    yearless = [due for due in (*month.yearless, *month.undated) if not due.year_known]
    small = "按审定的资料排印，以通知为准。"
    if any(due.at for due in month.dated):
        small = f"时间为{zone_name(zone)}。" + small
    return {
        "month": month.first.month,
        "over": f"{_where(month) or '各地'} · {month.first.year}年",
        "title": _title(month),
        "over-grid": f"{month.first.year}年{month.first.month}月",
        "dated": [day.row() for day in days[:_DAYS_MAX]],
        "more": sum(len(day.events) for day in days[_DAYS_MAX:]),
        "grid": list(_grid(month)),
        "undated": shown_undated,
        "undated-aside": f"共 {len(undated)} 项，资料只写在本月，没有写是哪一天",
        "yearless": [f"{due.occasion.event.when} {title_in(due, shared)}" for due in yearless][
            :_LESSER_MAX
        ],
        "again": [f"{due.occasion.event.when}：{title_in(due, shared)}" for due in month.again][
            :_LESSER_MAX
        ],
        "warnings": unsure_lines(month.dated),
        "source": _source(month, library),
        "small": small,
    }


def _undated(due: Due, shared: str) -> str:
    """A title, with 下旬 or the like where the source says that much."""
    title = title_in(due, shared)
    if due.certainty != "part":
        return title
    return f"{title}（{re.sub(r'^.*年', '', due.occasion.event.when)}）"


def zone_name(zone: ZoneInfo) -> str:
    """How people call a zone: 北京时间 where it is that."""
    return "北京时间" if zone.key in {"Asia/Shanghai", "PRC", "Asia/Chongqing"} else zone.key


@dataclass(frozen=True, slots=True)
class _Day:
    first: date
    last: date
    events: tuple[dict[str, str], ...]

    def row(self) -> dict[str, Any]:
        until = ""
        if self.last != self.first:
            until = f"至{self.last.month}月{self.last.day}日"
        week = f"周{WEEKDAYS[self.first.weekday()]}"
        return {"day": str(self.first.day), "week": week, "until": until, "events": self.events}


def _days(month: Month, shared: str) -> list[_Day]:
    """The dated events, those of the same days together; a running one under its first day."""
    together: dict[tuple[date, date], list[dict[str, str]]] = {}
    for due in month.dated:
        key = (max(due.first, month.first), due.last)
        together.setdefault(key, []).append(_event(due, shared))
    return [_Day(first, last, tuple(events)) for (first, last), events in together.items()]


def _event(due: Due, shared: str) -> dict[str, str]:
    event = due.occasion.event
    note = "；".join(filter(None, [event.note or "", shift_words(due)]))
    return {
        "title": title_in(due, shared),
        "time": f"{due.at:%H:%M}" if due.at else "",
        "where": event.where or "",
        "note": note,
    }


def _grid(month: Month) -> Iterator[dict[str, Any]]:
    """The month's days from a Monday on; days of other months are empty."""
    blank = {"number": "", "mark": "", "tag": "", "off": False}
    yield from [blank] * month.first.weekday()
    day = month.first
    while day <= month.last:
        here = [due for due in month.dated if due.first <= day <= due.last]
        mark = "day" if any(due.first == day for due in here) else "run" if here else ""
        working = is_workday(day)
        weekend = day.weekday() > 4
        tag = ""
        if working is not None and working == weekend:
            tag = "班" if working else "休"
        off = weekend if working is None else not working
        yield {"number": str(day.day), "mark": mark, "tag": tag, "off": off}
        day += timedelta(days=1)


def _where(month: Month) -> str:
    """The one place of all events, in full."""
    places = {str(due.occasion.about.place or "") for due in month.dues()}
    return places.pop() if len(places) == 1 else ""


def _title(month: Month) -> list[str]:
    """The title in one line or two: the topic's own name if all is of one topic."""
    topics = {due.occasion.topic.title for due in (*month.dated, *month.undated)}
    title = topics.pop() if len(topics) == 1 else f"{month.first.month}月活动安排"
    title = bare_title(title)
    if len(title) <= _TITLE_CHARS_MAX:
        return [title]
    # Broken where a word ends, as near to the middle as may be.
    middle = len(title) / 2
    ends = [hit.end() for hit in re.finditer(r"街道|社区|支部|党委|[县镇乡村市月年：，]", title)]
    fitting = [end for end in ends if abs(end - middle) <= len(title) / 3]
    at = min(fitting, key=lambda end: abs(end - middle)) if fitting else round(middle)
    return [title[:at].rstrip("：，"), title[at:]]


def _source(month: Month, library: Library) -> str:
    titles = source_titles(library, month.dues())
    if not titles:
        return "资料里没有登记这个月的活动。"
    shown: Sequence[str] = titles[:2]
    more = f" 等 {len(titles)} 篇" if len(titles) > len(shown) else ""
    cut = [
        title if len(title) <= _SOURCE_CHARS_MAX else f"{title[:_SOURCE_CHARS_MAX]}…"
        for title in shown
    ]
    return "出处：" + "".join(f"《{title}》" for title in cut) + more
