"""Profiles add up phrasings, and are sharpened where entries have several phrasings each."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from bot.matching import profiles as rooms
from bot.matching.index import Document, build
from bot.matching.match import rank
from bot.matching.meanings import Floats, unit
from bot.matching.profiles import Profiles, centred, profiles
from bot.matching.sparse import Rows
from bot.matching.terms import units

PLAIN_SHARE, SHARP_SHARE = rooms.MEANING_SUMMED, rooms.MEANING_SHARPENED


def some(full: NDArray[np.float64] | list[list[float]]) -> Rows:
    """Rows from a full table, each brought to length one."""
    table = unit(np.array(full, np.float32))
    rows, columns = np.nonzero(table)
    starts = np.searchsorted(rows, np.arange(len(table) + 1)).astype(np.int64)
    return Rows(starts, columns.astype(np.int32), table[rows, columns], table.shape[1])


def dense(rows: Rows) -> Floats:
    found = np.zeros((rows.count, rows.width), np.float32)
    np.add.at(found, (rows.row_of, rows.columns), rows.values)
    return found


def owners(*counts: int) -> NDArray[np.int32]:
    return np.repeat(np.arange(len(counts), dtype=np.int32), np.array(counts))


def nothing(count: int) -> Floats:
    return np.zeros((count, 2), np.float32)


def made(table: list[list[float]], *counts: int) -> Profiles:
    return profiles(some(table), nothing(len(table)), owners(*counts), len(counts))


def test_a_profile_is_the_sum_of_its_phrasings_at_length_one() -> None:
    found = made([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 2, 1)
    assert not found.sharpened
    half = 0.5**0.5
    assert_allclose(dense(found.words), [[half, half, 0], [0, 0, 1]], atol=1e-6)


def test_words_and_meaning_share_the_length() -> None:
    meaning = np.array([[1, 0], [0, 1]], np.float32)
    found = profiles(some([[1, 0], [0, 1]]), meaning, owners(2), 1)
    assert found.meaning_share == PLAIN_SHARE
    words = (dense(found.words) ** 2).sum(axis=1)
    vague = (found.meaning**2).sum(axis=1) / PLAIN_SHARE
    assert_allclose(words + vague, [1.0], rtol=1e-5)


def test_an_entry_without_phrasings_has_an_empty_profile() -> None:
    found = profiles(some([[1, 0]]), nothing(1), owners(0, 1), 2)
    assert_allclose(dense(found.words), [[0, 0], [1, 0]])
    assert np.isfinite(found.meaning).all()


SHARED = [[1, 0.3, 0], [1, 0.4, 0], [1, 0.2, 0], [1, 0, 0.3], [1, 0, 0.4], [1, 0, 0.2]]
"""Two entries, three phrasings each: the first column says nothing, the others everything."""


def test_words_of_others_become_evidence_against() -> None:
    found = made(SHARED, 3, 3)
    assert found.sharpened
    one, two = dense(found.words)
    assert one[2] < 0 < one[1]
    assert two[1] < 0 < two[2]
    assert abs(one[0]) < one[1]


@pytest.mark.parametrize(
    ("counts", "sharpened"),
    [((3, 3), True), ((4, 2), True), ((3, 2), False), ((6,), False), ((2, 2, 2), False)],
    ids=["enough", "enough on average", "too few", "one entry alone", "two each"],
)
def test_when_profiles_are_sharpened(counts: tuple[int, ...], sharpened: bool) -> None:
    found = made(SHARED[: sum(counts)], *counts)
    assert found.sharpened == sharpened
    assert found.meaning_share == (SHARP_SHARE if sharpened else PLAIN_SHARE)


def test_too_many_phrasings_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "SHARPEN_PHRASINGS_MAX", len(SHARED) - 1)
    assert not made(SHARED, 3, 3).sharpened


def test_sharpening_is_repeatable() -> None:
    chance = np.random.default_rng(7)
    table, meaning = chance.random((60, 40)), unit(chance.random((60, 8)).astype(np.float32))
    one, two = (profiles(some(table), meaning, owners(*[6] * 10), 10) for _ in range(2))
    assert one.words.values.tobytes() == two.words.values.tobytes()
    assert one.words.columns.tobytes() == two.words.columns.tobytes()
    assert one.meaning.tobytes() == two.meaning.tobytes()


def losses(rows: Rows, weights: Floats, owner: NDArray[np.int32]) -> float:
    """What the softmax is fitted to make small."""
    gram = rows.gram()
    scores = gram @ weights
    scores -= scores.max(axis=1, keepdims=True)
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    surprise = -np.log(chances[np.arange(len(owner)), owner]).sum()
    return float(surprise + rooms.PENALTY / 2 * (weights * scores_of(gram, weights)).sum())


def scores_of(gram: Floats, weights: Floats) -> Floats:
    product: Floats = gram @ weights
    return product


def test_sharpening_finds_the_best_weights() -> None:
    chance = np.random.default_rng(3)
    rows, owner = some(chance.random((30, 20))), owners(*[5] * 6)
    found = rooms._softmax(rows.gram(), owner, 6)
    least = losses(rows, found, owner)
    assert least < losses(rows, np.zeros_like(found), owner)
    for _ in range(20):
        moved = found + chance.normal(0, 0.05, found.shape).astype(np.float32)
        assert least <= losses(rows, moved, owner) + 1e-3
    assert (scores_of(rows.gram(), found).argmax(axis=1) == owner).all()


def test_meanings_lose_what_all_have_in_common() -> None:
    meaning = unit(np.array([[3, 1], [3, -1], [0, 0]], np.float32))
    found, middle = centred(meaning)
    assert_allclose(found, [[0, 1], [0, -1], [0, 0]], atol=1e-6)
    assert middle[0] > 0.9
    zeros, none = centred(np.zeros((2, 2), np.float32))
    assert not zeros.any()
    assert not none.any()
    assert centred(np.zeros((0, 2), np.float32))[0].shape == (0, 2)


def test_a_word_of_another_entry_counts_against_one_in_the_ranking() -> None:
    asks = ("{}驿站在哪里", "哪里有{}驿站", "去{}驿站的路")
    rows = [Document(w, w, tuple(ask.format(w) for ask in asks)) for w in ("红色", "暖心", "便民")]
    index = build(rows)
    found = rank(index, "暖心", units("暖心"))
    parts = {index.documents[c.number].ref: c.parts["profile"] for c in found}
    assert max(parts, key=parts.__getitem__) == "暖心"
    assert all(value < 0 for ref, value in parts.items() if ref != "暖心")


def test_all_phrasings_together_tell_more_than_the_nearest_one() -> None:
    rows = [
        Document("all", "a", ("热水", "充电", "歇脚", "喝茶")),
        Document("near", "b", ("热水充电",)),
    ]
    question = "热水充电歇脚喝茶"
    every, near = sorted(rank(build(rows), question, units(question)), key=lambda c: c.number)
    assert near.parts["phrasing"] > every.parts["phrasing"]
    assert every.parts["profile"] > max(near.parts["profile"], every.parts["phrasing"])
    assert every.score > near.score
