"""Words of the calendar files as days: month ends, 29 February, moon and make-up workdays."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar.recurrence import Kind, spans, timing_of
from bot.calendar.workdays import is_workday, to_workday
from bot.knowledge.schema import Event

MONTH_ENDS_2026 = "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31"


def made(when: str, **more: object) -> Event:
    return Event.model_validate({"id": "x", "title": "某事", "when": when, **more})


def days(event: Event, first: str, last: str) -> list[str]:
    found = spans(timing_of(event), date.fromisoformat(first), date.fromisoformat(last))
    return [
        f"{span.first}" if span.first == span.last else f"{span.first}/{span.last}"
        for span in found
    ]


def in_year(when: str, year: int, **more: object) -> str:
    found = days(made(when, **more), f"{year}-01-01", f"{year}-12-31")
    return " ".join(day.removeprefix(f"{year}-") for day in found)


@pytest.mark.parametrize(
    ("when", "year", "found"),
    [
        ("每月最后一天", 2026, MONTH_ENDS_2026),
        ("每月最后一天", 2028, MONTH_ENDS_2026.replace("02-28", "02-29")),
        ("每月31日", 2026, "01-31 03-31 05-31 07-31 08-31 10-31 12-31"),
        ("每月29日", 2027, "01-29 03-29 04-29 05-29 06-29 07-29 08-29 09-29 10-29 11-29 12-29"),
        ("每年2月29日", 2027, ""),
        ("每年2月29日", 2028, "02-29"),
        ("每年七一", 2026, "07-01"),
        ("每年12月31日", 2026, "12-31"),
        ("每年6月28日至7月2日", 2026, "06-28/2026-07-02"),
        ("每年春节", 2026, "02-17"),
        ("每年春节", 2027, "02-06"),
        ("每年除夕", 2026, "02-16"),
        ("每年除夕", 2025, "01-28"),  # its twelfth month has 29 days
        ("每年腊月三十", 2025, "01-28"),
        ("每年农历五月初五", 2026, "06-19"),
        ("每年端午节", 2026, "06-19"),
        ("每年腊八节", 2025, "01-07"),
        ("每年腊八节", 2024, "01-18"),
        ("每年腊月初八", 2023, ""),  # one lunar year's falls in 2022, the next one's in 2024
        ("每年腊月初八", 2022, "01-10 12-30"),
        ("每年闰四月初八", 2020, "05-30"),
        ("每年闰四月初八", 2021, ""),
        ("每年农历四月初八", 2020, "04-30"),  # the month itself, not its leap month
        ("每年闰六月初一", 2025, "07-25"),
        ("每年清明节", 2026, "04-05"),
        ("每年冬至", 2026, "12-22"),
        ("每年7月", 2026, "07-01/2026-07-31"),
        ("2026年12月31日", 2026, "12-31"),
        ("2026年12月31日", 2027, ""),
        ("每月", 2026, ""),
        ("每月下旬", 2026, ""),
        ("每两周", 2026, ""),
        ("每季度第一个月5日", 2026, ""),  # only half understood: no day is made up
        ("每年不少于1次", 2026, ""),
        ("未定", 2026, ""),
    ],
)
def test_the_days_of_a_year(when: str, year: int, found: str) -> None:
    assert in_year(when, year) == found


@pytest.mark.parametrize(
    ("when", "first", "last", "found"),
    [
        ("每月5日", "2026-01-06", "2026-03-05", ["2026-02-05", "2026-03-05"]),
        ("每月5日、20日", "2026-12-01", "2027-01-05", ["2026-12-05", "2026-12-20", "2027-01-05"]),
        ("每月第一个星期五", "2026-12-30", "2027-02-05", ["2027-01-01", "2027-02-05"]),
        ("每月最后一个周一", "2026-02-01", "2026-02-28", ["2026-02-23"]),
        ("每周三", "2026-12-25", "2027-01-07", ["2026-12-30", "2027-01-06"]),
        ("每周一、周三", "2026-11-23", "2026-11-26", ["2026-11-23", "2026-11-25"]),
        ("6月30日", "2026-06-01", "2027-06-30", ["2026-06-30", "2027-06-30"]),
        ("2月29日", "2026-02-01", "2026-02-28", ["2026-02-28"]),
        ("12月30日至1月2日", "2027-01-01", "2027-01-01", ["2026-12-30/2027-01-02"]),
        ("农历五月初五", "2026-06-01", "2026-06-30", ["2026-06-19"]),
        ("农历2026年八月十五", "2025-01-01", "2030-01-01", ["2026-09-25"]),
        ("2020年7月", "2020-07-15", "2020-07-15", ["2020-07-01/2020-07-31"]),
    ],
)
def test_the_days_of_a_range(when: str, first: str, last: str, found: list[str]) -> None:
    assert days(made(when), first, last) == found


def test_a_rule_of_the_standard() -> None:
    event = made(
        "隔周的周三",
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
        since="2026年3月4日",
        until="2026年5月13日",
        skip=["2026年4月1日"],
    )
    found = ["2026-03-04", "2026-03-18", "2026-04-15", "2026-04-29", "2026-05-13"]
    assert days(event, "2026-01-01", "2026-12-31") == found
    assert days(event, "2026-04-10", "2026-04-30") == ["2026-04-15", "2026-04-29"]


def test_a_rule_that_never_comes_true_ends() -> None:
    event = made("从来没有", rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert days(event, "2026-01-01", "2030-12-31") == []


@pytest.mark.parametrize(
    ("when", "shift", "month", "found"),
    [
        ("每月5日", "顺延", "2026-09", "2026-09-07"),  # a Saturday
        ("每月5日", "顺延", "2026-10", "2026-10-08"),  # within the public holiday
        ("每月5日", "提前", "2026-09", "2026-09-04"),
        ("每月20日", "顺延", "2026-09", "2026-09-20"),  # a Sunday, but a make-up workday
        ("每月21日", "顺延", "2026-02", "2026-02-24"),  # the Spring Festival
        ("每月5日", "顺延", "2026-11", "2026-11-05"),
    ],
)
def test_shift_to_a_workday(when: str, shift: str, month: str, found: str) -> None:
    [span] = list(
        spans(
            timing_of(made(when, workday=shift)),
            date.fromisoformat(f"{month}-01"),
            date.fromisoformat(f"{month}-28"),
        )
    )
    assert span.first.isoformat() == found
    assert span.nominal.isoformat() == f"{month}-{when[2:].removesuffix('日').zfill(2)}"
    assert span.moved == (span.first != span.nominal)
    assert not span.unsure


def test_a_shift_may_cross_the_range_s_edge() -> None:
    event = made("每月最后一天", workday="顺延")
    # 31 January 2026 is a Saturday, 28 February a make-up workday.
    assert days(event, "2026-02-01", "2026-02-28") == ["2026-02-02", "2026-02-28"]
    assert days(event, "2026-01-01", "2026-01-31") == []


def test_a_year_without_a_notice_falls_back_to_weekdays_and_says_so() -> None:
    event = made("每月4日", workday="顺延")
    [span] = spans(timing_of(event), date(2037, 10, 1), date(2037, 10, 31))
    assert span.first == date(2037, 10, 5)  # a Monday, though within the usual holiday
    assert span.unsure
    assert is_workday(date(2037, 10, 1)) is None
    assert is_workday(date(2026, 10, 10)) is True
    assert to_workday(date(2026, 10, 1), back=True).day == date(2026, 9, 30)


def test_time_of_day_and_length() -> None:
    timing = timing_of(made("每周三下午三点", duration="1小时30分"))
    assert (timing.kind, timing.at, timing.minutes) == (Kind.RULE, time(15), 90)
    assert timing_of(made("每月5日", time="上午9点")).at == time(9)
    assert timing_of(made("每月5日")).at is None


WHENS = ("每月5日", "每月第一个星期五", "每年春节", "6月30日", "2月29日", "每年6月28日至7月2日")


@settings(deadline=None)
@given(st.sampled_from(WHENS), st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_a_day_is_in_a_range_as_it_is_in_a_wider_one(when: str, first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    timing = timing_of(made(when, workday="顺延"))
    wide = spans(timing, date(first.year - 1, 1, 1), date(last.year + 1, 12, 31))
    narrow = [span for span in wide if span.first <= last and span.last >= first]
    assert list(spans(timing, first, last)) == narrow


PROGRAM = """
from datetime import date
from bot.calendar.recurrence import spans, timing_of
from bot.knowledge.schema import Event
for when in ("每月最后一天", "每年春节", "每周三", "每月5日"):
    event = Event(id="x", title="某事", when=when, workday="顺延", time="0:30")
    timing = timing_of(event)
    print(*[span.first for span in spans(timing, date(2026, 1, 1), date(2026, 12, 31))], timing.at)
"""


def test_the_system_s_zone_does_not_matter() -> None:
    said = {
        zone: subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for zone in ("UTC", "America/New_York", "Asia/Shanghai")
    }
    assert len(set(said.values())) == 1
    assert said["UTC"].count(b"2026-") > 70
