"""Which events fall into a range of days, and how certain their dates are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.agenda import Agenda, Due, when_ok, when_slot
from tests.calendar.small import small_calendar

AGENDA = Agenda(small_calendar())


def between(first: str, last: str, *places: str, any_year: bool = False) -> list[Due]:
    one, two = date.fromisoformat(first), date.fromisoformat(last)
    return AGENDA.between(one, two, places, any_year=any_year)


def ids(dues: list[Due]) -> list[str]:
    return [due.occasion.event.id for due in dues]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2020-03-12", "2020-03-12", ["zhishu", "baogao"]),
        ("2020-03-13", "2020-03-13", ["baogao"]),
        ("2020-06-29", "2020-06-29", ["xuexi", "duanwu", "baogao"]),
        ("2020-07-02", "2020-07-02", ["xuexi", "yijian", "juanshu"]),
        ("2020-07-03", "2020-07-03", ["yijian", "juanshu"]),
        ("2020-08-01", "2020-08-15", []),
        ("2020-08-01", "2020-08-31", ["zoufang"]),
        ("2020-07-01", "2020-07-31", ["xuexi", "yijian", "juanshu", "zoufang"]),
        ("2021-07-01", "2021-07-31", ["xuexi", "zoufang"]),
        ("2021-06-29", "2021-06-29", ["xuexi", "duanwu"]),
        ("2020-12-31", "2021-01-01", ["nianhui"]),
        ("2021-02-28", "2021-02-28", ["runri"]),
        ("2020-02-29", "2020-02-29", ["runri", "baogao"]),
    ],
)
def test_between(first: str, last: str, found: list[str]) -> None:
    assert ids(between(first, last)) == found


def test_a_yearly_duty_belongs_to_a_year() -> None:
    assert "tijian" not in ids(between("2020-01-01", "2020-01-31"))
    assert {"tijian", "zoufang"} <= set(ids(between("2020-01-01", "2020-12-31")))


def test_certainty() -> None:
    dues = {due.occasion.event.id: due for due in between("2020-01-01", "2020-12-31")}
    assert dues["zhishu"].certainty == "day"
    assert dues["xuexi"].certainty == "day"
    assert dues["yijian"].certainty == "month"
    assert dues["baogao"].certainty == "part"
    assert dues["zoufang"].certainty == "recurring"


def test_events_come_by_certainty_and_date() -> None:
    dues = between("2020-01-01", "2020-12-31")
    order = ["day", "part", "month", "recurring"]
    keys = [(order.index(due.certainty), due.first) for due in dues]
    assert keys == sorted(keys)


def test_a_year_that_the_source_does_not_give_is_any_year() -> None:
    found = {due.occasion.event.id: due for due in between("2025-06-01", "2025-07-31")}
    assert found.keys() == {"xuexi", "duanwu", "zoufang"}
    assert not found["duanwu"].year_known
    assert (found["xuexi"].first, found["xuexi"].last) == (date(2025, 6, 28), date(2025, 7, 2))
    assert found["zoufang"].year_known


def test_any_year_takes_stated_years_too() -> None:
    assert ids(between("2023-03-12", "2023-03-12")) == []
    again = between("2023-03-12", "2023-03-12", any_year=True)
    assert "zhishu" in ids(again)
    assert again[0].first == date(2023, 3, 12)
    assert again[0].year_known


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("柳溪县", ["xuexi", "yijian", "juanshu"]),
        ("白沙市", ["xuexi", "yijian", "juanshu"]),
        ("松岭区", []),
        ("火星", []),
    ],
)
def test_places(place: str, found: list[str]) -> None:
    assert ids(between("2020-07-01", "2020-07-05", place)) == found


def test_an_event_lies_where_it_is_told() -> None:
    assert ids(between("2020-09-05", "2020-09-05", "柳溪县")) == ["kaifang"]
    assert ids(between("2020-09-05", "2020-09-05", "松岭区")) == []


def test_after_gives_what_comes_next() -> None:
    found = AGENDA.after(date(2020, 7, 31))
    assert ids(found)[:2] == ["kaifang", "nianhui"]
    assert all(due.last > date(2020, 7, 31) for due in found)
    assert all(due.certainty != "recurring" for due in found)
    assert ids(AGENDA.after(date(2020, 7, 31), ["松岭区"], days=200)) == ["nianhui"]


def test_undated_events_are_kept_apart() -> None:
    assert [row.event.id for row in AGENDA.undated] == ["chahua"]
    assert AGENDA.undated[0].ref == "liuxi/chahua"


@pytest.mark.parametrize(
    "when", ["2020年7月1日", "6月30日", "每月", "每月5日", "农历五月初五", "未定"]
)
def test_what_can_be_understood(when: str) -> None:
    assert when_ok(when)


@pytest.mark.parametrize("when", ["随便什么时候", "月亮圆的时候", "13月40日"])
def test_what_cannot_be_understood(when: str) -> None:
    assert not when_ok(when)
    assert when_slot(when) is None


def test_a_when_is_read_without_a_zone() -> None:
    slot = when_slot("7月1日", 2026)
    assert slot is not None
    assert slot.first == date(2026, 7, 1)


@given(
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.integers(0, 500),
    st.booleans(),
)
def test_every_event_touches_the_range(first: date, days: int, any_year: bool) -> None:
    last = first + timedelta(days=days)
    for due in AGENDA.between(first, last, any_year=any_year):
        assert due.first <= last
        assert due.last >= first
        assert due.first <= due.last
