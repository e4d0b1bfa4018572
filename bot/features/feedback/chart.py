"""The questions of four weeks as one picture, to be read on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.features.feedback.figures import Day
from bot.pictures.drawing import drawn

DAYS = 28
WIDTH = HEIGHT = 1080
"""Pixels."""

TEMPLATE = Path(__file__).with_name("chart.typ")
_WEEK = 7
_NICE = (1, 2, 5)
_LINES_MAX = 4
_TOP_MIN = 4
"""Two questions a day must not look like many."""


def chart(days: Sequence[Day]) -> bytes:
    """Draw the days as a PNG; takes up to a second.

    Args:
        days: ``DAYS`` of them, the earliest first.

    Raises:
        ConfigError: the extra ``poster`` is not installed.
        PictureError: it cannot be drawn.
    """
    return drawn(TEMPLATE, chart_data(days))


def chart_data(days: Sequence[Day]) -> dict[str, Any]:
    """The words and numbers of the picture, as the template wants them."""
    weeks = [days[start : start + _WEEK] for start in range(0, len(days), _WEEK)]
    total = sum(day.total for day in days)
    answered = sum(day.answered for day in days)
    share = round(100 * answered / total) if total else 0
    withheld = any(day.withheld for day in days)
    levels = _levels(max((day.total for day in days), default=0))
    return {
        "title": "近四周的提问",
        "span": _span_words(days[0].day, days[-1].day),
        "numbers": [
            {"name": "一共问了", "number": str(total), "unit": "次"},
            {"name": "答上了", "number": str(share), "unit": "%"},
            {"name": "没答上", "number": str(sum(day.not_known for day in days)), "unit": "次"},
        ],
        "days": [_parts(day, withheld=withheld) for day in days],
        "weeks": [
            {
                "name": f"{_short(week[0].day)}–{_short(week[-1].day)}",
                "total": f"{sum(day.total for day in week)}次",
            }
            for week in weeks
        ],
        "levels": levels,
        "top": levels[-1],
        "keys": ["答上了", "反问是哪一条", "没答上", *(["没有说出来"] if withheld else [])],
    }


def _parts(day: Day, *, withheld: bool) -> list[int]:
    """The parts of a bar from below."""
    parts = [day.answered, day.asked_back, day.not_known]
    return [*parts, day.withheld] if withheld else parts


def _levels(most: int) -> list[int]:
    """Round numbers from 0 to the first that is not below ``most``, few enough to be read."""
    size = 1
    while True:
        for nice in _NICE:
            step = nice * size
            count = -(-max(most, _TOP_MIN) // step)
            if count <= _LINES_MAX:
                return [step * number for number in range(count + 1)]
        size *= 10


def _span_words(first: date, last: date) -> str:
    return f"{first.month}月{first.day}日至{last.month}月{last.day}日"


def _short(day: date) -> str:
    return f"{day.month}.{day.day}"
