from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.organisation.quiet import parse_quiet

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "free"),
    [
        ("2026-07-01T21:59", "2026-07-01T21:59"),
        ("2026-07-01T22:00", "2026-07-02T07:00"),
        ("2026-07-31T23:30", "2026-08-01T07:00"),
        ("2026-12-31T23:30", "2027-01-01T07:00"),
        ("2026-07-01T06:59", "2026-07-01T07:00"),
        ("2026-07-01T07:00", "2026-07-01T07:00"),
    ],
)
def test_over_midnight(moment: str, free: str) -> None:
    quiet = parse_quiet("22:00-07:00")
    assert quiet is not None
    assert quiet.free_from(at(moment)) == at(free)
    assert quiet.covers(at(moment)) is (moment != free)


def test_within_a_day() -> None:
    quiet = parse_quiet("12:00—14:00")
    assert quiet is not None
    assert not quiet.covers(at("2026-07-01T11:59"))
    assert quiet.free_from(at("2026-07-01T12:00")) == at("2026-07-01T14:00")
    assert not quiet.covers(at("2026-07-01T14:00"))


@pytest.mark.parametrize("text", ["9:00到17:30", "０９：００－１７：３０", " 09:00-17:30 "])
def test_ways_to_write_it(text: str) -> None:
    assert str(parse_quiet(text)) == "09:00-17:30"


@pytest.mark.parametrize("text", ["", "晚上", "25:00-07:00", "22:00-07:60", "22:00-22:00", "22-7"])
def test_anything_else_is_none(text: str) -> None:
    assert parse_quiet(text) is None
