"""Moments of every week: read from a few words, and the newest one found."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.text.timing import Weekly, weekly

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 6, 29, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "weekday", "at"),
    [
        ("周一 9:00", 0, time(9)),
        ("每周五17:30", 4, time(17, 30)),
        ("星期天 下午三点半", 6, time(15, 30)),
        ("礼拜日8:05", 6, time(8, 5)),
    ],
)
def test_a_moment_of_the_week_is_read(words: str, weekday: int, at: time) -> None:
    assert weekly(words) == Weekly(weekday, at)


@pytest.mark.parametrize("words", ["", "周一", "9:00", "周八 9:00", "周一 25:00", "周一周二 9:00"])
def test_anything_else_is_not(words: str) -> None:
    assert weekly(words) is None


def test_the_newest_such_moment() -> None:
    rule = Weekly(0, time(9))
    second = timedelta(seconds=1)
    assert rule.last(MONDAY) == MONDAY
    assert rule.last(MONDAY - second) == MONDAY - timedelta(days=7)
    assert rule.last(MONDAY + timedelta(days=6, hours=23)) == MONDAY
    assert Weekly(6, time(9)).last(MONDAY) == MONDAY - timedelta(days=1)
