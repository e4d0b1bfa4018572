"""Profiles add up phrasings, and are sharpened where few entries have many."""

from __future__ import annotations

import math

import pytest

from bot.matching import profiles as rooms
from bot.matching.index import Document, build
from bot.matching.match import rank
from bot.matching.profiles import PAIR_WEIGHT, profiles, vector
from bot.matching.terms import pair_terms, units


def length(weights: dict[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


def test_a_vector_has_length_one_and_pairs_count_less() -> None:
    found = vector({"c驿"}, {"u站驿"}, {"c驿": 2.0, "u站驿": 2.0})
    assert math.isclose(length(found), 1.0)
    assert math.isclose(found["u站驿"] / found["c驿"], PAIR_WEIGHT)


def test_pairs_have_no_order() -> None:
    assert pair_terms(units("甲乙丙")) == pair_terms(units("丙甲乙")) == {"u丙乙", "u丙甲", "u乙甲"}
    assert pair_terms(units("驿")) == set()


def test_a_long_story_has_no_pairs() -> None:
    assert pair_terms(units("".join(chr(0x4E00 + n) for n in range(40)))) == set()


def test_profiles_move_away_from_what_others_say() -> None:
    shared = {"c有": 1.0}
    rows = [[shared | {"c站": 0.1}], [shared | {"c校": 0.1}] * 3]
    sharp = profiles([[dict(one) for one in row] for row in rows])
    assert sharp[0].get("c校", 0.0) < 0 < sharp[0]["c站"]


def test_many_entries_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "REFINE_WORK_MAX", 0)
    assert profiles([[{"c站": 1.0}], [{"c校": 1.0}]]) == [{"c站": 1.0}, {"c校": 1.0}]


def test_one_entry_alone_needs_no_sharpening() -> None:
    assert profiles([[{"c站": 1.0}]]) == [{"c站": 1.0}]


def test_words_in_another_order_are_found() -> None:
    index = build(
        [
            Document("a", "a", ("驿站电话多少",)),
            Document("b", "b", ("多少人上夜校",)),
            Document("c", "c", ("站里有水吗",)),
        ]
    )
    best = rank(index, units("多少电话驿站"), {})[0]
    assert index.documents[best.number].ref == "a"
