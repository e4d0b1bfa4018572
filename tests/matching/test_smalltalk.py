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
