"""Many texts at once have the very terms that each has alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.finder import Finder
from bot.matching.many import Found, Texts, all_terms, each_once, numbered
from bot.matching.terms import Unit, concept_code, gram_list, length_code, pair_codes, units
from bot.text.normalise import normalise

TEXTS = st.lists(st.text(alphabet="红色代办驿站 ，1a hong.%12", max_size=30), max_size=8)
LONG = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子"


def by_text(found: Found, count: int) -> list[set[int]]:
    sets: list[set[int]] = [set() for _ in range(count)]
    for code, row in zip(found.codes.tolist(), found.rows.tolist(), strict=True):
        sets[row].add(code)
    return sets


def same(
    texts: Sequence[str],
    many: Callable[[Texts], Found],
    one: Callable[[Sequence[Unit]], Iterable[int]],
) -> None:
    cut = [units(normalise(text)) for text in [*texts, LONG, "", "x1 红"]]
    assert by_text(many(Texts(cut)), len(cut)) == [set(one(steps)) for steps in cut]


@given(TEXTS)
def test_characters_sounds_and_neighbours(texts: list[str]) -> None:
    same(texts, Texts.grams, gram_list)


@given(TEXTS)
def test_pairs_in_no_order(texts: list[str]) -> None:
    same(texts, Texts.pairs, lambda steps: pair_codes(steps).tolist())


@given(TEXTS)
def test_lengths(texts: list[str]) -> None:
    same(texts, Texts.lengths, lambda steps: [length_code(steps)] if steps else [])


@given(TEXTS)
def test_concepts(texts: list[str]) -> None:
    finder = Finder([("红色", "红"), ("代办", "办"), ("驿站", "办")])

    def alone(steps: Sequence[Unit]) -> list[int]:
        return [concept_code(hit.meaning) for hit in finder.find(steps)]

    same(texts, lambda many: many.concepts(finder), alone)
    assert not len(Texts([units(text) for text in texts]).concepts(None).codes)


def test_no_texts_at_all() -> None:
    none = Texts([])
    parts = [none.grams(), none.pairs(), none.lengths(), none.concepts(None)]
    assert len(Found.joined(parts).codes) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6))))
def test_pairs_of_row_and_column_come_once_and_sorted(pairs: list[tuple[int, int]]) -> None:
    columns = np.array([column for _, column in pairs], np.int64)
    rows = np.array([row for row, _ in pairs], np.int32)
    found, owners = each_once(columns, rows, 7)
    assert list(zip(owners.tolist(), found.tolist(), strict=True)) == sorted(set(pairs))


@given(TEXTS, st.integers(1, 4))
def test_all_terms_block_by_block(texts: list[str], block: int) -> None:
    cut = [units(normalise(text)) for text in texts]

    def found() -> Iterator[Found]:
        for first in range(0, len(cut), block):
            part = Texts(cut[first : first + block]).grams()
            yield Found(part.codes, part.rows + np.int32(first))

    known, rows = all_terms(found(), len(cut))
    assert known.tolist() == sorted({code for steps in cut for code in gram_list(steps)})
    assert rows.width == len(known)
    for number, steps in enumerate(cut):
        own = rows.columns[rows.starts[number] : rows.starts[number + 1]]
        assert known[own].tolist() == sorted(set(gram_list(steps)))


def test_terms_are_numbered_in_order() -> None:
    known, at = numbered(np.array([9, 3, 9, 5], np.uint64))
    assert (known.tolist(), at.tolist()) == ([3, 5, 9], [2, 0, 2, 1])
