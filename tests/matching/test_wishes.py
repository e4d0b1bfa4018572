"""Who wants something hears what the files know; who asks the desk about itself, a courtesy."""

from __future__ import annotations

import pytest

from bot.matching.facets import asks
from bot.matching.wishes import asks_about_desk, wants_something


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("帮我报个名", True), ("明天停电", True), ("我去接个电话", False), ("明天见", False)],
)
def test_something_is_wanted(text: str, wanted: bool) -> None:
    assert wants_something(text) is wanted


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("还没休息呢", False),
        ("这么晚还没睡", False),
        ("谁都不理我", False),
        ("怎么这么慢", False),
        ("急什么嘛", False),
        ("代办在哪呢", True),
        ("那收费呢", True),
        ("书记在不在办公室", True),
        ("为什么还不发", True),
    ],
)
def test_way_of_speaking_or_question(text: str, asked: bool) -> None:
    assert asks(text) is asked


@pytest.mark.parametrize(
    ("text", "about_desk"),
    [
        ("你会修脚吗", True),
        ("你是个什么机器", True),
        ("你平时爱吃什么", True),
        ("你们有没食堂", False),
        ("你会办低保吗", False),
        ("你知道今天谁来吗", False),
        ("你是怎么算的", False),
    ],
)
def test_about_the_desk_or_about_what_it_might_know(text: str, about_desk: bool) -> None:
    assert asks_about_desk(text) is about_desk
