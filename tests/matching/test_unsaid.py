"""What no source gives is refused by meaning, and what one gives is not."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from bot.knowledge.library import Library
from bot.knowledge.schema import NotGiven
from bot.matching.decide import Carried, Context, Decision, Matcher
from bot.matching.terms import units
from bot.matching.unsaid import Unsaid, fitted
from bot.text.normalise import normalise
from tests.matching.small import Shelf, small_library

PRICE = NotGiven(
    ask=["一棵树苗要花多少钱", "买树的钱哪个出", "树苗贵不贵，几块钱一棵", "种一棵得掏好多钱"],
    say="资料里没有写树苗的价钱，只写了种下 5000 棵树。",
)
ALIVE = NotGiven(
    ask=["种下去的活了几成", "后来死了多少棵", "现在长多高了", "树活没活"],
    say="资料里没有写树后来活了多少，只写了名次按成活率打分。",
)


def library_with(*rules: NotGiven, topic: str = "zhishu") -> Library:
    library = small_library()
    changed = library.topics[topic].model_copy(update={"not_covered": list(rules)})
    return replace(library, topics={**library.topics, topic: changed})


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    return Matcher(library_with(PRICE, ALIVE))


def decide(question: str, **context: Any) -> Decision:
    return matcher().decide(normalise(question), Context(**context))


@pytest.mark.parametrize(
    ("question", "say"),
    [
        ("环湖植树那回，一棵树苗花了好多钱啊", PRICE.say),
        ("植树行动种的树，如今活下来几成了", ALIVE.say),
    ],
)
def test_what_is_nearer_to_what_is_missing_is_refused(question: str, say: str) -> None:
    found = decide(question)
    assert (found.status, found.rule) == ("unknown", "unsaid")
    assert found.say == say
    assert found.guard is not None
    assert found.guard.topic == "zhishu"
    assert found.choices, "what there is stays one press away"
    assert "合起来" in found.reason


@pytest.mark.parametrize(
    ("question", "ref"),
    [
        ("环湖植树去了好多人嘛", "zhishu/renshu"),
        ("植树那回，铁锹上哪领", "zhishu/gongju"),
        ("植树去了多少人", "zhishu/renshu"),
    ],
)
def test_what_is_answered_stays_answered(question: str, ref: str) -> None:
    found = decide(question)
    assert found.status == "answer"
    assert found.entry is not None
    assert found.entry.ref == ref


def test_without_such_rules_the_same_question_is_answered_wrongly() -> None:
    plain = Matcher(library_with())
    assert plain.decide(normalise("环湖植树那回，一棵树苗花了好多钱啊")).rule != "unsaid"


def lean(question: str, unsaid: Unsaid | None = None) -> float | None:
    it = matcher()
    found = it.decide(normalise(question))
    topic = it.entries[found.candidates[0].number].topic.id
    text, steps = found.question.replace(" ", ""), units(found.question)
    got = (unsaid or it.unsaid).lean(text, steps, found.candidates[0], topic)
    return None if got is None else got.value


def test_a_place_without_rules_has_no_lean() -> None:
    assert lean("暖心驿站有几处") is None


def test_pinyin_has_no_lean() -> None:
    assert lean("huanhu zhishu qule duoshao ren") is None
    assert lean("环湖植树 qule duoshao ren") is None


def test_half_a_sentence_leans_on_what_was_asked_before() -> None:
    carried = Carried(("zhishu",), "zhishu/renshu", "植树去了多少人")
    assert decide("那树苗的钱呢", carried=carried).rule != "unsaid"


def test_what_was_built_is_kept_and_found_again() -> None:
    shelf = Shelf()
    library = library_with(PRICE, ALIVE)
    first = Unsaid(library, matcher().evidence, shelf)
    value = lean("环湖植树的树苗多少钱", first)
    kept = dict(shelf.kept)
    assert len(kept) == 1
    again = Unsaid(library, matcher().evidence, shelf)
    assert lean("环湖植树的树苗多少钱", again) == value == lean("环湖植树的树苗多少钱")
    assert shelf.kept == kept


def test_preparing_builds_every_place() -> None:
    shelf = Shelf()
    unsaid = Unsaid(library_with(PRICE), matcher().evidence, shelf)
    unsaid.prepare()
    kept = dict(shelf.kept)
    assert len(kept) == 1, "only one place has rules"
    lean("环湖植树的树苗多少钱", unsaid)
    assert shelf.kept == kept


def test_the_weights_say_where_they_come_from() -> None:
    assert set(fitted()) == {"bias", "odds", "nearer", "named"}


def test_the_kind_of_thing_asked_for_is_refused_in_the_editors_words() -> None:
    assert decide("环湖植树那回，一棵树苗花了好多钱啊").say == PRICE.say
    plain = Matcher(library_with()).decide(normalise("环湖植树那回，一棵树苗花了好多钱啊"))
    assert plain.rule == "facet"


def test_a_rule_counts_for_the_whole_place() -> None:
    mine = NotGiven(
        ask=["驿站的茶水收不收钱", "热饭一回几块", "充电一次多少钱"], say="资料里没有写收费。"
    )
    library = library_with(mine, topic="liuxi-zhan")
    found = Matcher(library).unsaid
    steps = units(normalise("热饭一回收几块"))
    best = matcher().decide(normalise("植树的铁锹到哪里领")).candidates[0]
    got = found.lean("热饭一回收几块", steps, best, "zhishu")
    assert got is not None
    assert got.topic == "liuxi-zhan"


def test_what_is_kept_names_the_owner_of_each_rule() -> None:
    shelf = Shelf()
    lean("环湖植树的树苗多少钱", Unsaid(library_with(PRICE, ALIVE), matcher().evidence, shelf))
    library = library_with(PRICE)
    moved = library.topics["liuxi-zhan"].model_copy(update={"not_covered": [ALIVE]})
    other = replace(library, topics={**library.topics, "liuxi-zhan": moved})
    lean("环湖植树的树苗多少钱", Unsaid(other, matcher().evidence, shelf))
    assert len(shelf.kept) == 2
