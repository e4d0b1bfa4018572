"""Asked back without an authored word, and not when something said settles the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.library import Library
from bot.matching.decide import Context, Decision, Matcher


@pytest.fixture(scope="module")
def matcher(shipped_library: Library) -> Matcher:
    return Matcher(shipped_library)


def decided(matcher: Matcher, text: str, context: Context | None = None) -> Decision:
    return matcher.decide(text, context)


def test_rivals_are_those_that_an_ambiguous_key_offers_together(shipped_library: Library) -> None:
    text = "企业党员少"
    asked = Matcher(shipped_library).decide(text)
    assert (asked.status, asked.rule) == ("choices", "rivals")
    places = [entry.topic.place for entry in asked.choices]
    assert len(places) == len({str(place) for place in places}) >= 2
    topics = {
        name: t.model_copy(update={"ambiguous": []}) for name, t in shipped_library.topics.items()
    }
    alone = Matcher(replace(shipped_library, topics=topics, ambiguous=()))
    assert alone.decide(text).rule != "rivals"


def test_a_named_place_or_a_home_settles_it(matcher: Matcher) -> None:
    assert decided(matcher, "庐阳企业党员少").rule != "rivals"
    home = Context(home=("安徽省", "合肥市", "庐阳经济开发区"))
    assert decided(matcher, "企业党员少", home).rule != "rivals"


def test_who_asks_of_all_places_is_not_asked_back(matcher: Matcher) -> None:
    assert decided(matcher, "各地的党群服务中心怎么样").status == "answer"
    assert decided(matcher, "大篷车有哪些项目").status == "answer"
