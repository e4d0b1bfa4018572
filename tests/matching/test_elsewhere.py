from __future__ import annotations

from dataclasses import replace

import pytest

from bot.matching.decide import Decision, Matcher
from bot.text.normalise import normalise
from tests.matching.small import small_library


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(small_library())


def ask(matcher: Matcher, question: str) -> Decision:
    return matcher.decide(normalise(question))


@pytest.mark.parametrize(
    ("question", "word", "owner"),
    [
        ("柳溪有党员夜校吗", "党员夜校", "松岭"),
        ("柳溪县的夜校校长是谁", "夜校校长", "松岭"),
        ("松岭区环湖植树去了多少人", "环湖植树", "柳溪"),
        ("松岭的铁锹", "铁锹", "柳溪"),
    ],
)
def test_another_places_subject(matcher: Matcher, question: str, word: str, owner: str) -> None:
    decision = ask(matcher, question)
    assert (decision.status, decision.rule) == ("unknown", "elsewhere")
    assert f"“{word}”" in decision.say
    assert owner in decision.say.partition("写到它的是")[2]


@pytest.mark.parametrize(
    "question",
    [
        "柳溪的驿站有几处",
        "松岭区的驿站在哪",
        "松岭的党员夜校谁当校长",
        "柳溪县环湖植树种了多少棵树",
        "党员夜校",
        "柳溪和松岭的夜校",
    ],
)
def test_what_a_place_has_is_not_elsewhere(matcher: Matcher, question: str) -> None:
    assert ask(matcher, question).rule != "elsewhere"


def test_the_grounds_of_an_answer_are_no_subject() -> None:
    """根据在哪 asks what the answer rests on; another place's files may have the word."""
    library = small_library()
    topic = library.topics["yexiao"]
    words = topic.overview.model_copy(update={"answer": "松岭区根据地的夜校，根据需要开课。"})
    other = topic.model_copy(update={"overview": words})
    matcher = Matcher(replace(library, topics={**library.topics, "yexiao": other}))
    assert ask(matcher, "柳溪的根据在哪").rule != "elsewhere"
    assert ask(matcher, "柳溪的根据地在哪").rule == "elsewhere"


def test_pinyin_names_no_word(matcher: Matcher) -> None:
    decision = ask(matcher, "松岭的tieqiao")
    assert decision.rule != "elsewhere" or "“" not in decision.say
