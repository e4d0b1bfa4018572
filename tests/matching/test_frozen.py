"""An index comes back from its bytes as it was, and never from another's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.decide import Matcher
from bot.matching.frozen import digest, freeze, thaw
from bot.matching.holders import Holders
from bot.matching.index import Document, Index, build
from bot.matching.match import Candidate, rank
from bot.matching.sparse import Rows
from bot.matching.terms import units
from bot.text.normalise import normalise
from tests.matching.small import Shelf, small_library

ROWS = [
    Document("a/1", "a", ("驿站有几处", "一共几个驿站"), "十二处", ("红色驿站",)),
    Document("b/1", "b", ("夜校几点",), "每周三"),
    Document("c/1", "c", ("？？",)),
    Document("d/1", "d", ()),
]
SETS = [["驿站", "歇脚点"]]
QUESTIONS = ("驿站有几处", "夜校几点开", "歇脚点", "上课的时间", "十二处", "？")
HELD = Holders.of([("鱼台", [1, 2]), ("", [2, 3])])
TEXTS = ["十二处", "夜校", "", ""]


def frozen(index: Index) -> bytes:
    return b"".join(freeze(index, HELD, Holders.of([]), TEXTS[: len(index.documents)]))


def thawed(data: bytes, rows: Sequence[Document]) -> Index | None:
    parts = thaw(data, rows)
    return None if parts is None else parts[0]


BYTES = frozen(build(ROWS, SETS))


def ranked(index: Index, question: str) -> list[Candidate]:
    plain = normalise(question)
    return rank(index, plain, units(plain))


def alike(one: Rows, two: Rows) -> bool:
    arrays = ((one.starts, two.starts), (one.columns, two.columns), (one.values, two.values))
    return one.width == two.width and all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in arrays
    )


@pytest.mark.parametrize(
    ("rows", "sets"),
    [(ROWS, SETS), (ROWS[:1], []), ([], []), (ROWS[2:], [])],
    ids=["several", "one", "none", "without words"],
)
def test_an_index_comes_back_as_it_was(
    rows: Sequence[Document], sets: Sequence[Sequence[str]]
) -> None:
    index = build(rows, sets)
    again = thawed(frozen(index), rows)
    assert again is not None
    assert alike(again.postings, index.postings)
    assert alike(again.phrasings.terms, index.phrasings.terms)
    assert again.phrasings.texts == index.phrasings.texts
    assert again.phrasings.asks == index.phrasings.asks
    assert again.phrasings.starts.tolist() == index.phrasings.starts.tolist()
    assert again.vocabulary.codes.tolist() == index.vocabulary.codes.tolist()
    assert again.numbers == index.numbers
    for question in QUESTIONS:
        assert ranked(again, question) == ranked(index, question)


def test_holders_and_words_come_back_as_they_were() -> None:
    parts = thaw(BYTES, ROWS)
    assert parts is not None
    _, known, spoken, texts = parts
    assert list(texts) == TEXTS
    assert (known.names, spoken.names) == (("鱼台", ""), ())
    assert known.of_pairs([(1, 9), (2, 9), (3, 9), (4, 9)]) == [
        frozenset({"鱼台"}),
        frozenset({"鱼台", ""}),
        frozenset({""}),
        frozenset(),
    ]
    assert spoken.of_pairs([(1, 2)]) == [frozenset()]


def test_damaged_bytes_are_no_index() -> None:
    assert thaw(BYTES, ROWS) is not None
    assert thaw(b"", ROWS) is None
    assert thaw(b"broken", ROWS) is None
    assert thaw(b"PK\x03\x04", ROWS) is None


@settings(max_examples=150)
@given(st.integers(0, len(BYTES) - 1))
def test_cut_bytes_are_no_index(length: int) -> None:
    assert thaw(BYTES[:length], ROWS) is None


@settings(max_examples=300)
@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    spoiled = bytearray(BYTES)
    spoiled[place] ^= change
    assert thaw(bytes(spoiled), ROWS) is None


def test_the_name_changes_with_what_is_in_it() -> None:
    other = [ROWS[0], Document("b/1", "b", ("夜校几点开",))]
    places = ["甲", "乙", "", ""]
    names = {
        digest(ROWS, [], places),
        digest(other, [], places),
        digest(ROWS, [["夜校", "夜课"]], places),
        digest(ROWS, [], places[::-1]),
    }
    assert len(names) == 4
    assert digest(ROWS, [], places) == digest(list(ROWS), [], list(places))


def test_a_matcher_from_the_store_decides_the_same() -> None:
    shelf = Shelf()
    first = Matcher(small_library(), shelf)
    second = Matcher(small_library(), shelf)
    made = dict(shelf.kept)
    assert shelf.reads == 2 * len(made)
    for question in ("驿站有几处", "植树去了多少人", "护照怎么办", "管护队"):
        one, two = first.decide(normalise(question)), second.decide(normalise(question))
        assert (one.status, one.score, one.rule) == (two.status, two.score, two.rule)
    assert made.items() <= shelf.kept.items(), "nothing was made twice"


def test_a_damaged_store_is_mended() -> None:
    shelf = Shelf()
    Matcher(small_library(), shelf)
    sound = dict(shelf.kept)
    for name in sound:
        shelf.kept[name] = b"broken"
    Matcher(small_library(), shelf)
    assert shelf.kept == sound
