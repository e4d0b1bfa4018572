"""Which reminder is due when: midnight, month ends, 29 February, the Spring Festival, any zone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar.agenda import Agenda
from bot.calendar.reminders import Planned, Rules, concerns, planned
from bot.knowledge.schema import Place
from bot.text.timing import Lead, clock_time, exact_day, lead, length, rule_needs_start, rule_ok
from tests.calendar.small import event, small_calendar

ZONE = ZoneInfo("Asia/Shanghai")
QUIETLY = Rules(overview=None)


def plan(
    first: str, last: str, *events: dict[str, Any], rules: Rules = QUIETLY, zone: ZoneInfo = ZONE
) -> list[Planned]:
    after = datetime.fromisoformat(first).replace(tzinfo=zone)
    upto = datetime.fromisoformat(last).replace(tzinfo=zone)
    return planned(Agenda(small_calendar(*events)), rules, zone, after, upto)


def told(ones: list[Planned]) -> list[str]:
    return [f"{one.moment:%m-%d %H:%M} {one.occurrence} {one.rule}" for one in ones]


def test_a_day_and_an_hour_before() -> None:
    found = plan(
        "2026-09-01", "2026-09-30", event("d", "党课", "2026年9月18日") | {"time": "15:00"}
    )
    assert told(found) == ["09-17 17:00 2026-09-18 d1-1700", "09-18 14:00 2026-09-18 m60"]
    assert [one.words for one in found] == ["提前1天17:00", "提前1小时"]
    assert found[0].job == "reminder:gedi/d:2026-09-18:d1-1700"
    assert f"{found[0].until:%d %H:%M}" == "18 05:00"  # twelve hours of grace
    assert f"{found[1].until:%d %H:%M}" == "18 15:00"  # until it begins


def test_without_a_time_of_day_there_is_no_hour_before() -> None:
    found = plan("2026-09-01", "2026-09-30", event("d", "党课", "2026年9月18日"))
    assert told(found) == ["09-17 17:00 2026-09-18 d1-1700"]


@pytest.mark.parametrize(
    "when",
    ["2026年9月", "9月18日", "每月", "未定", "2026年9月下旬", "每月下旬"],
)
def test_what_has_no_certain_day_is_never_reminded_of(when: str) -> None:
    assert plan("2026-08-01", "2026-10-31", event("d", "某事", when)) == []


@pytest.mark.parametrize(
    ("when", "time_", "first", "last", "moments"),
    [
        ("每月1日", "9:00", "2026-12-31", "2027-01-02", ["12-31 17:00", "01-01 08:00"]),
        ("每月最后一天", "0:30", "2027-02-20", "2027-03-01", ["02-27 17:00", "02-27 23:30"]),
        ("每年2月29日", "10:00", "2028-02-01", "2028-03-31", ["02-28 17:00", "02-29 09:00"]),
        ("每年2月29日", "10:00", "2027-02-01", "2027-03-31", []),
        ("每年春节", "9:00", "2027-02-01", "2027-02-28", ["02-05 17:00", "02-06 08:00"]),
        ("每年除夕", "18:00", "2026-02-01", "2026-02-28", ["02-15 17:00", "02-16 17:00"]),
        ("每年闰六月初一", "9:00", "2025-01-01", "2026-12-31", ["07-24 17:00", "07-25 08:00"]),
    ],
)
def test_edges_of_the_calendar(
    when: str, time_: str, first: str, last: str, moments: list[str]
) -> None:
    found = plan(first, last, event("d", "某事", when) | {"time": time_})
    assert [f"{one.moment:%m-%d %H:%M}" for one in found] == moments


def test_a_shifted_event_is_reminded_of_on_its_real_day_and_keeps_its_name() -> None:
    moved = event("d", "党日", "每月5日") | {"workday": "顺延", "time": "15:00"}
    found = plan("2026-09-01", "2026-09-30", moved)
    assert told(found) == ["09-06 17:00 2026-09-05 d1-1700", "09-07 14:00 2026-09-05 m60"]


def test_an_event_s_own_rules_come_first() -> None:
    own = event("d", "慰问", "2026年9月25日") | {"remind": ["提前10天9:00", "当天8:00"]}
    found = plan("2026-09-14", "2026-09-30", own)
    assert told(found) == ["09-15 09:00 2026-09-25 d10-0900", "09-25 08:00 2026-09-25 d0-0800"]
    assert plan("2026-09-01", "2026-09-30", own | {"remind": ["不提醒"]}) == []
    # On the day at eight is of no use for something that begins at seven.
    early = own | {"time": "7:00", "remind": ["当天8:00"]}
    assert plan("2026-09-01", "2026-09-30", early) == []


def test_the_overview_comes_on_the_first_of_each_month() -> None:
    found = plan("2026-01-31", "2026-04-01 09:00", rules=Rules(leads=()))
    assert [f"{one.moment:%m-%d %H:%M}" for one in found] == [
        "02-01 09:00",
        "03-01 09:00",
        "04-01 09:00",
    ]
    assert [one.occurrence for one in found] == ["2026-02", "2026-03", "2026-04"]
    assert found[0].until - found[0].moment == timedelta(hours=72)
    assert plan("2026-01-31", "2026-04-01", rules=Rules(None, ())) == []


MANY = (
    event("a", "周会", "每周三") | {"time": "9:00"},
    event("b", "党日", "每月5日") | {"time": "15:00", "workday": "顺延"},
    event("c", "月底", "每月最后一天") | {"remind": ["提前3天9:00", "当天8:00"]},
)


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001
    st.lists(st.integers(1, 200_000), min_size=1, max_size=8),
)
def test_spans_that_follow_each_other_neither_lose_nor_double(
    start: datetime, steps: list[int]
) -> None:
    agenda, rules = Agenda(small_calendar(*MANY)), Rules()
    at = first = start.replace(tzinfo=ZONE)
    pieces: list[Planned] = []
    for seconds in steps:
        pieces += planned(agenda, rules, ZONE, at, at + timedelta(seconds=seconds))
        at += timedelta(seconds=seconds)
    whole = planned(agenda, rules, ZONE, first, at)
    assert [one.job for one in pieces] == [one.job for one in whole]
    assert planned(agenda, rules, ZONE, at, first) == []


def test_times_are_those_of_the_desk_s_zone() -> None:
    timed = event("d", "党课", "2026年9月18日") | {"time": "15:00"}
    [_, shanghai] = plan("2026-09-01", "2026-09-30", timed)
    [_, urumqi] = plan("2026-09-01", "2026-09-30", timed, zone=ZoneInfo("Asia/Urumqi"))
    assert urumqi.moment - shanghai.moment == timedelta(hours=2)


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    timed = event("d", "早会", "2026年3月8日") | {"time": "3:30"}
    [_, hour] = plan("2026-03-01", "2026-03-30", timed, zone=ZoneInfo("America/New_York"))
    assert f"{hour.moment:%H:%M}" == "01:30"  # from two it jumped to three


@pytest.mark.parametrize(
    ("levels", "where", "found"),
    [
        ((), "江阳区", True),
        (("四川省", "泸州市", "江阳区"), "", True),
        (("四川省", "泸州市", "江阳区"), "江阳区", True),
        (("四川省", "泸州市", "江阳区"), "江阳", True),
        (("四川省", "泸州市", "江阳区", "北城街道"), "江阳区", True),
        (("四川省", "泸州市", "江阳区"), "四川省泸州市江阳区北城街道", True),
        (("四川省", "泸州市", "龙马潭区"), "四川省泸州市江阳区北城街道", False),
        (("四川省", "泸州市", "龙马潭区"), "江阳区", False),
        (("山东省", "济宁市", "鱼台县"), "江阳区", False),
    ],
)
def test_whom_an_event_concerns(levels: tuple[str, ...], where: str, *, found: bool) -> None:
    names = ("province", "city", "county", "township")
    place = Place.model_validate(dict(zip(names, levels, strict=False))) if levels else None
    assert concerns(place, where) is found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("提前1天17:00", Lead(1, time(17))),
        ("提前一天 下午5点", Lead(1, time(17))),
        ("前一天17:00", Lead(1, time(17))),
        ("提前一周上午九点", Lead(7, time(9))),
        ("当天8:00", Lead(0, time(8))),
        ("提前1小时", Lead(minutes=60)),
        ("提前30分钟", Lead(minutes=30)),
        ("提前半小时", Lead(minutes=30)),
        ("提前0分钟", None),
        ("提前99天17:00", None),
        ("提前1天", None),
        ("到时候叫我", None),
    ],
)
def test_rules_in_words(words: str, found: Lead | None) -> None:
    assert lead(words) == found
    if found is not None:
        assert lead(str(found)) == found


def test_other_small_words() -> None:
    assert [clock_time(words) for words in ("15:00", "下午三点半", "9点到11点", "明天")] == [
        time(15),
        time(15, 30),
        None,
        None,
    ]
    assert [length(words) for words in ("2小时", "1小时30分", "1个半小时", "0分钟", "半天")] == [
        120,
        90,
        90,
        None,
        None,
    ]
    assert [clock_time(words) for words in ("3:30", "03:30", "23:59", "24:00", "8:61")] == [
        time(3, 30),
        time(3, 30),
        time(23, 59),
        None,
        None,
    ]
    assert exact_day("2026年10月1日") == exact_day("2026-10-01")
    assert [exact_day(words) for words in ("10月1日", "2026年10月", "每年10月1日")] == [None] * 3
    assert rule_ok("FREQ=MONTHLY;BYDAY=-1FR")
    assert not rule_ok("FREQ=MONTHLY;COUNT=3")
    assert not rule_ok("FREQ=MONTHLY;BYDAY=MO;BYDAY=TU")
    assert rule_needs_start("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE")
    assert not rule_needs_start("FREQ=WEEKLY;BYDAY=WE")


PROGRAM = """
from datetime import datetime
from zoneinfo import ZoneInfo
from bot.calendar.agenda import Agenda
from bot.calendar.reminders import Rules, planned
from tests.calendar.small import small_calendar
from tests.calendar.test_reminders import MANY
zone = ZoneInfo("Asia/Shanghai")
span = datetime(2026, 2, 1, tzinfo=zone), datetime(2026, 3, 20, tzinfo=zone)
for one in planned(Agenda(small_calendar(*MANY)), Rules(), zone, *span):
    print(one.moment.isoformat(), one.until.isoformat(), one.job)
"""


def test_the_system_s_zone_does_not_matter() -> None:
    said = {
        zone: subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "TZ": zone},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for zone in ("UTC", "America/New_York")
    }
    assert said["UTC"] == said["America/New_York"]
    assert said["UTC"].count(b"+08:00") > 40
