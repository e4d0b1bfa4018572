"""Knowledge -> inverted index, built once per version of the files.

Every document keeps two views of itself: its *profile*, the sum of its phrasings as TF-IDF vectors
(evidence added up over all phrasings tells more than the best one alone), and its *phrasings*, to
find the nearest one. The postings carry the profile's weight and, for words that only stand in
the answer, the title or an alias, a weight of zero: those count for coverage alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats, meanings, without
from bot.matching.profiles import centred, profiles
from bot.matching.sparse import Numbers, Rows, merged, rows_of
from bot.matching.terms import (
    LENGTH,
    PAIR,
    Codes,
    Finder,
    Unit,
    concept_code,
    each_once,
    families,
    gram_list,
    length_code,
    pair_codes,
    units,
)
from bot.text.normalise import normalise

PAIR_WEIGHT = 0.7
"""What a pair of characters in no order counts, compared with the other terms."""
NAMES_CACHED_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found: phrasings that lead to it and words that stand in it."""

    ref: str
    group: str
    """What the document is a part of (a topic), for whoever reads a ranking."""
    asks: tuple[str, ...]
    body: str = ""
    names: tuple[str, ...] = ()
    """Title, aliases, place names: they count for coverage."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms that stand anywhere, and how telling each is."""

    codes: Codes
    weights: Floats
    """The inverse document frequency of each."""
    unknown: float
    """How telling a term is that never stood anywhere."""

    def find(self, codes: Codes) -> tuple[Numbers, NDArray[np.bool_]]:
        """The number of each term, and whether it is known."""
        if not len(self.codes):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), bool)
        at: Numbers = self.codes.searchsorted(codes)
        at[at == len(self.codes)] = 0
        return at, self.codes[at] == codes


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All phrasings, one after the other."""

    starts: NDArray[np.int64]
    """Of each document, the first of its phrasings; one more at the end."""
    lengths: NDArray[np.int64]
    """How many terms each phrasing has; at least one."""
    terms: Rows
    """Phrasings by terms; the values are squares of weights over the phrasing's length."""
    texts: tuple[str, ...] = field(repr=False)
    """Normalised, without spaces."""


@dataclass(frozen=True, slots=True)
class Index:
    """Documents by term; read only after ``build``."""

    documents: Sequence[Document]
    vocabulary: Vocabulary
    postings: Rows
    """Terms by documents: the weight of the term in the profile."""
    meaning: Floats
    """Documents by the numbers of ``meanings``."""
    middle: Floats
    """What the meanings of all phrasings have in common."""
    meaning_share: float
    phrasings: Phrasings
    numbers: dict[str, int]
    """ref -> document number."""
    concepts: Finder | None
    scratch: Floats = field(repr=False)
    """One number a term, all zero between two questions: an index serves one thread at a time."""

    def codes(self, steps: Sequence[Unit]) -> Codes:
        """All terms of a text but the pairs in no order."""
        return _codes(steps, self.concepts)

    def meaning_of(self, text: str) -> Floats:
        """The meaning of a normalised text, of length one; zeros when no word is known."""
        return without(meanings().of(text), self.middle)


def build(documents: Iterable[Document], thesaurus: Iterable[Sequence[str]] = ()) -> Index:
    """Build the index of some documents.

    Args:
        documents: in the order of their numbers.
        thesaurus: sets of words that mean the same.
    """
    rows = list(documents)
    concepts = concepts_of(thesaurus)
    texts = [[normalise(ask) for ask in row.asks] for row in rows]
    cut = [units(text) for row in texts for text in row]
    asks = [_codes(steps or [Unit("?", "?")], concepts) for steps in cut]
    whole = [np.concatenate([one, pair_codes(steps)]) for one, steps in zip(asks, cut, strict=True)]
    bodies = [_codes(units(normalise(row.body)), concepts) for row in rows]

    @lru_cache(maxsize=NAMES_CACHED_MAX)
    def named(name: str) -> Codes:
        return _codes(units(normalise(name)), concepts)

    beside = [
        _union([body, *map(named, row.names)]) for row, body in zip(rows, bodies, strict=True)
    ]
    vocabulary = _vocabulary([*whole, *bodies], beside)
    owner = np.repeat(
        np.arange(len(rows), dtype=np.int32), np.array([len(row.asks) for row in rows], np.int64)
    )
    weights = vocabulary.weights.copy()
    weights[families(vocabulary.codes) == PAIR] *= np.float32(PAIR_WEIGHT)
    vectors = _unit_rows(rows_of([vocabulary.find(c)[0] for c in whole], weights, len(weights)))
    vague, middle = centred(
        np.array([meanings().of(t) for row in texts for t in row])
        .reshape(len(cut), meanings().size)
        .astype(np.float32)
    )
    made = profiles(vectors, vague, owner, len(rows))
    zeros = np.zeros(len(weights), np.float32)
    covered = rows_of([vocabulary.find(c)[0] for c in beside], zeros, len(weights))
    starts = np.searchsorted(owner, np.arange(len(rows) + 1)).astype(np.int64)
    terms = _phrasing_rows(vocabulary, asks)
    return Index(
        rows,
        vocabulary,
        merged(made.words, covered).transposed(),
        made.meaning,
        middle,
        made.meaning_share,
        Phrasings(
            starts,
            np.diff(terms.starts),
            terms,
            tuple(text.replace(" ", "") for row in texts for text in row),
        ),
        {row.ref: number for number, row in enumerate(rows)},
        concepts,
        np.zeros(len(weights), np.float32),
    )


def concepts_of(thesaurus: Iterable[Sequence[str]]) -> Finder | None:
    """The words of the thesaurus, ready to be found."""
    words = [(normalise(word), words[0]) for words in thesaurus for word in words]
    return Finder(words, sound_chars_min=4) if words else None


def _codes(steps: Sequence[Unit], concepts: Finder | None) -> Codes:
    found = gram_list(steps)
    if steps:
        found.append(length_code(steps))
    if concepts is not None:
        found.extend(concept_code(hit.meaning) for hit in concepts.find(steps))
    return each_once(found)


def _union(parts: Sequence[Codes]) -> Codes:
    """Terms of any of the parts, but for lengths: the length of an answer is nothing asked."""
    joined = np.unique(np.concatenate(parts)) if parts else np.empty(0, np.uint64)
    kept: Codes = joined[families(joined) != LENGTH]
    return kept


def _vocabulary(counted: Sequence[Codes], known: Sequence[Codes]) -> Vocabulary:
    """Weights from how many texts hold each term; terms of ``known`` alone are rare ones."""
    every = np.concatenate(counted) if counted else np.empty(0, np.uint64)
    codes, seen = np.unique(every, return_counts=True)
    unknown = math.log(1 + len(counted))
    weights = np.log(1 + len(counted) / seen).astype(np.float32)
    more = np.setdiff1d(np.concatenate(known) if known else every, codes)
    codes = np.concatenate([codes, more])
    weights = np.concatenate([weights, np.full(len(more), unknown, np.float32)])
    order = np.argsort(codes)
    return Vocabulary(codes[order], weights[order], unknown)


def _unit_rows(rows: Rows) -> Rows:
    length: Floats = np.sqrt(rows.squares())
    length[length == 0] = 1
    return rows.scaled((1 / length).astype(np.float32))


def _phrasing_rows(vocabulary: Vocabulary, asks: Sequence[Codes]) -> Rows:
    """Each phrasing's terms; a value is the term's part in the cosine with a question."""
    squares = vocabulary.weights**2
    rows = rows_of([vocabulary.find(c)[0] for c in asks], squares, len(squares))
    length = np.sqrt(np.bincount(rows.row_of, rows.values, minlength=rows.count))
    length[length == 0] = 1
    return rows.scaled((1 / length).astype(np.float32))
