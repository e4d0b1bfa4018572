"""Calendar pages: what is said about a range of days."""

from __future__ import annotations

from datetime import date

import pytest

from bot.calendar.agenda import Agenda
from bot.calendar.pages import PAGE_CHARS_MAX, Page, month_end, page
from tests.calendar.small import event, small_calendar

LIBRARY = small_calendar()
AGENDA = Agenda(LIBRARY)
REFS = {entry.ref: entry for entry in LIBRARY.entries()}


def show(first: str, last: str, *places: str) -> Page:
    span = date.fromisoformat(first), date.fromisoformat(last)
    return page(AGENDA, LIBRARY, span, places, REFS)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2020-07-01", "2020-07-01", "2020年7月1日"),
        ("2020-07-01", "2020-07-31", "2020年7月"),
        ("2020-06-29", "2020-07-05", "2020年6月29日至7月5日"),
        ("2020-12-31", "2021-01-03", "2020年12月31日至2021年1月3日"),
        ("2021-02-01", "2021-02-28", "2021年2月"),
    ],
)
def test_the_range_is_named_first(first: str, last: str, words: str) -> None:
    assert show(first, last).text.startswith(words)


def test_a_day_with_an_event_tells_it_in_full() -> None:
    found = show("2020-03-12", "2020-03-12")
    assert not found.empty
    assert "3月12日 环湖植树（南川白沙柳溪）" in found.text
    assert "260 人种下 5000 棵树。" in found.text
    assert "出处：《" in found.text
    assert "（柳溪县）" not in found.text


def test_undated_events_of_a_month_stand_in_one_line() -> None:
    lines = show("2020-07-01", "2020-07-31").text.splitlines()
    together = [line for line in lines if "具体日期未定" in line]
    assert together == ["· 2020年7月内（具体日期未定）：义剪、捐书（南川白沙柳溪）"]
    assert any("6月28日至7月2日 集体学习" in line for line in lines)
    assert any("每月：走访" in line for line in lines)


def test_a_year_that_is_not_known_is_said() -> None:
    text = show("2020-06-29", "2020-06-29").text
    assert text.count("资料未载年份") == 2


def test_a_short_range_with_only_vague_events_says_so() -> None:
    text = show("2020-07-10", "2020-07-10").text
    assert "没有登记" in text
    assert "具体日期未定" in text


def test_a_month_with_recurring_duties_alone() -> None:
    text = show("2020-08-01", "2020-08-31").text
    assert "没有登记" in text
    assert "每月：走访" in text
    assert not show("2020-08-01", "2020-08-31").empty


def test_an_empty_range_says_what_comes_next() -> None:
    found = show("2020-08-10", "2020-08-12")
    assert found.empty
    assert found.dues == ()
    assert "没有登记活动" in found.text
    assert "接下来登记的有：" in found.text
    assert "9月5日 开放日" in found.text


def test_an_empty_range_of_another_year_lists_what_was_then() -> None:
    found = show("2023-03-10", "2023-03-14")
    assert found.empty
    assert "往年同期登记过的" in found.text
    assert "2020年3月12日 环湖植树" in found.text
    assert "出处：" in found.text
    assert [due.occasion.event.id for due in found.dues] == ["zhishu", "baogao"]


def test_nothing_before_and_nothing_after() -> None:
    found = show("2022-08-10", "2022-08-12", "火星")
    assert found.empty
    assert "之后也没有登记" in found.text


def test_a_place_keeps_the_others_out() -> None:
    text = show("2020-06-29", "2020-06-29", "松岭区").text
    assert "包粽子" in text
    assert "集体学习" not in text
    assert "松岭的日子" in text


def test_a_long_page_is_cut_with_a_word() -> None:
    many = [event(f"e{n}", f"第{n}场很长很长名字的活动", f"2020年5月{n}日") for n in range(1, 32)]
    library = small_calendar(*many)
    span = date(2020, 5, 1), date(2020, 5, 31)
    found = page(Agenda(library), library, span)
    assert "……还有" in found.text
    assert "换小一点的时间段再问" in found.text
    assert len(found.text) <= PAGE_CHARS_MAX + 100
    assert len(found.dues) >= 31


@pytest.mark.parametrize("days", [1, 7, 28, 31, 366])
def test_every_page_fits_a_reply(days: int) -> None:
    start = date(2020, 1, 1).toordinal()
    for offset in range(0, 500, 17):
        first = date.fromordinal(start + offset)
        last = date.fromordinal(start + offset + days - 1)
        assert len(page(AGENDA, LIBRARY, (first, last), (), REFS).text) <= 600


@pytest.mark.parametrize(
    ("day", "end"),
    [("2020-02-10", "2020-02-29"), ("2021-02-01", "2021-02-28"), ("2020-12-31", "2020-12-31")],
)
def test_month_end(day: str, end: str) -> None:
    assert month_end(date.fromisoformat(day)) == date.fromisoformat(end)


def test_times_and_shifts_are_said() -> None:
    more = event("dangri", "主题党日", "每月5日") | {"time": "15:00", "workday": "顺延"}
    library = small_calendar(more)
    agenda = Agenda(library)
    text = page(agenda, library, (date(2026, 9, 1), date(2026, 9, 30))).text
    assert "· 9月7日 15:00 主题党日（原为9月5日，遇休息日顺延）" in text
    assert "放假安排没有公布" not in text
    text = page(agenda, library, (date(2037, 9, 1), date(2037, 9, 30))).text
    assert "注意：2037年的放假安排没有公布" in text


def test_a_weekly_event_is_told_day_by_day_in_a_month_and_once_in_a_year() -> None:
    library = small_calendar(event("duban", "读报", "每周三"))
    agenda = Agenda(library)
    month = page(agenda, library, (date(2026, 9, 1), date(2026, 9, 30))).text
    assert month.count("读报") == 5
    year = page(agenda, library, (date(2026, 1, 1), date(2026, 12, 31))).text
    assert year.count("读报") == 1
    assert "每周三：读报" in year
