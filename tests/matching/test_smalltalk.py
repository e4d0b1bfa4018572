"""Courtesies are whole messages, never parts of a question."""

from __future__ import annotations

import pytest

from bot.matching.smalltalk import SmallTalkMatcher
from tests.matching.small import TALK, Shelf


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module", params=["made", "kept"])
def talk(request: pytest.FixtureRequest, shelf: Shelf) -> SmallTalkMatcher:
    """As it was made, and as it comes back from a store."""
    if request.param == "kept":
        SmallTalkMatcher(TALK, shelf)
        assert len(shelf.kept) == 1
    return SmallTalkMatcher(TALK, shelf)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你好", "hello"),
        ("你好呀", "hello"),
        ("你好！！！", "hello"),
        ("　你好　", "hello"),
        ("谢谢", "thanks"),
        ("謝謝", "thanks"),
        ("谢谢啦~", "thanks"),
        ("太感谢您啦", "thanks"),
        ("谢谢，先这样", "bye"),
        ("你好，谢谢，再见", "bye"),
        ("？", "signs"),
        ("？？？", "signs"),
        ("👍👍", "signs"),
        ("👍🏻", "signs"),
        ("🦄👍", "signs"),
        ("泰感谢您了", "thanks"),
    ],
)
def test_courtesies(talk: SmallTalkMatcher, text: str, name: str) -> None:
    found = talk.find(text)
    assert found is not None
    assert found.id == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🚩",
        "你好，驿站有几处",
        "谢谢，驿站在哪",
        "驿站",
        "你好" * 20,
        "好",
        "吗",
        "太感谢你们送来的树了",
        "abc",
    ],
)
def test_other_messages(talk: SmallTalkMatcher, text: str) -> None:
    assert talk.find(text) is None


def test_particles_alone_are_a_phrase_of_their_own() -> None:
    item = TALK[0].model_copy(update={"id": "sigh", "ask": ["啊", "哈哈"]})
    talk = SmallTalkMatcher((item,))
    assert talk.find("啊") == item
    assert talk.find("哈哈哈哈") == item
    assert SmallTalkMatcher(()).find("你好") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("恁好", "hello"),
        ("泥嚎", "hello"),
        ("蟹蟹", "thanks"),
        ("在不在嘞", "hello"),
        ("在没得", "hello"),
        ("那个谢谢", "thanks"),
        ("真是太感谢侬了", "thanks"),
        ("谢谢谢谢谢谢", "thanks"),
    ],
)
def test_dialect_spellings_and_fillers_are_the_same_courtesy(
    talk: SmallTalkMatcher, text: str, name: str
) -> None:
    found = talk.find(text)
    assert found is not None
    assert found.id == name


def test_a_form_is_a_whole_clause() -> None:
    item = TALK[0].model_copy(update={"id": "late", "ask": ["夜深了"]})
    item = item.model_copy(update={"forms": ["（这么晚｜怎么）还没（睡｜下班）呢"]})
    talk = SmallTalkMatcher((item, *TALK))
    assert talk.find("这么晚还没下班呐") == item
    assert talk.find("咋还没睡嘞") == item
    assert talk.find("你好，这么晚还没睡呢") == item
    assert talk.find("这么晚还没睡的有几个") is None
    assert talk.find("还没下班") is None


def test_a_slip_of_the_ear_makes_no_other_question() -> None:
    glad = TALK[0].model_copy(update={"id": "glad", "ask": ["我入党了", "官方吗", "听得到吗"]})
    talk = SmallTalkMatcher((glad,))
    assert talk.find("我想入党") is None
    assert talk.find("管饭不") is None
    assert talk.find("听的到吗") == glad
