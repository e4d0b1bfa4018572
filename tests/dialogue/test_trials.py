"""The tests beside the topics: passed, or told with their place and what came instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.engine import Desk
from bot.dialogue.trials import failures
from bot.knowledge.library import Placed
from tests.dialogue.test_engine import LIBRARY

TODAY = date(2020, 7, 10)
DESK = Desk(LIBRARY)


def failed(ask: str, expect: str, now: date | None = None, desk: Desk = DESK) -> list[str]:
    test = Placed(ask, expect, now, "services/t1.yaml", 12)
    tried = desk.at("")
    tried.library = replace(LIBRARY, tests=(test,))
    return [str(problem) for problem in failures(tried, TODAY)]


@pytest.mark.parametrize(
    ("ask", "expect"),
    [
        ("铁锹上哪儿领", "zhishu/gongju"),
        ("介绍一下环湖植树", "zhishu/overview"),
        ("火星上怎么种土豆", "不答"),
        ("这个月有什么活动", "日历"),
    ],
)
def test_what_leads_where_it_says_is_passed(ask: str, expect: str) -> None:
    assert failed(ask, expect) == []


def test_another_section_is_told_with_both_places() -> None:
    (line,) = failed("铁锹上哪儿领", "zhishu/renshu")
    assert line.startswith("services/t1.yaml:12: 错误：试问“铁锹上哪儿领”应是“zhishu/renshu”")
    assert "zhishu/gongju" in line


def test_an_answer_where_none_may_be() -> None:
    (line,) = failed("铁锹上哪儿领", "不答")
    assert "应是不答" in line
    assert "not_covered" in line


def test_no_answer_where_one_must_be() -> None:
    (line,) = failed("火星上怎么种土豆", "zhishu/gongju")
    assert "现在是不答" in line


def test_the_place_of_the_desk_does_not_matter() -> None:
    home = Desk(LIBRARY, home="松岭区")
    assert failed("介绍一下环湖植树", "zhishu/overview", desk=home) == []
    assert home.home == ("松岭区",) or home.home


def test_a_test_may_name_its_day() -> None:
    today = failed("今天有什么活动", "不答", date(1999, 1, 5))
    assert today == [] or "日历" in today[0]
    assert failed("铁锹上哪儿领", "zhishu/gongju", date(1999, 1, 5)) == []
