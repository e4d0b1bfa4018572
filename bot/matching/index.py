"""Knowledge -> inverted index, built once per version of the files.

Every document keeps two views of itself: its *profile*, the sum of its phrasings as TF-IDF vectors
(evidence added up over all phrasings tells more than the best one alone), and its *phrasings*, to
find the nearest one. The postings carry the profile's weight and, for words that only stand in
the answer, the title or an alias, a weight of zero: those count for coverage alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.matching.finder import Finder
from bot.matching.many import BLOCK_TEXTS, Found, Texts, all_terms, each_once
from bot.matching.meanings import Floats, meanings, without
from bot.matching.profiles import centred, profiles
from bot.matching.reading import PAIR_WEIGHT
from bot.matching.sparse import Rows, Stack, merged, ranges
from bot.matching.terms import (
    LENGTH,
    PAIR,
    Codes,
    Unit,
    concept_code,
    families,
    gram_list,
    length_code,
    sorted_once,
    units,
)
from bot.matching.vocabulary import Vocabulary
from bot.text.normalise import normalise

_BLOCK_DOCUMENTS = 100
_NOBODY = (Unit("?", "?"),)
"""A phrasing without words: nothing that is asked is like it."""


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
class Phrasings:
    """All phrasings, one after the other."""

    starts: NDArray[np.int64]
    """Of each document, the first of its phrasings; one more at the end."""
    lengths: NDArray[np.int64]
    """How many terms each phrasing has; at least one."""
    terms: Rows
    """Phrasings by terms; the values are squares of weights over the phrasing's length."""
    asks: tuple[str, ...] = field(repr=False)
    """Normalised."""
    texts: tuple[str, ...] = field(init=False, repr=False)
    """The same without spaces."""

    def __post_init__(self) -> None:
        texts = tuple([ask.replace(" ", "") for ask in self.asks])
        object.__setattr__(self, "texts", texts)


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
    asks = [normalise(ask) for row in rows for ask in row.asks]
    names = list(dict.fromkeys(name for row in rows for name in row.names))
    terms = _terms_of(asks, [normalise(row.body) for row in rows], names, concepts)
    owner = _owners(rows)
    vague, middle = centred(meanings().of_many(asks))
    phrasings = _phrasing_rows(terms)
    covered = _beside(terms, rows, names)
    vocabulary, words = terms.vocabulary, terms.asks
    del terms  # what is not needed any more makes room for what comes
    weights = vocabulary.weights.copy()
    weights[families(vocabulary.codes) == PAIR] *= np.float32(PAIR_WEIGHT)
    made = profiles(
        words, vague, owner, len(rows), lambda some: _unit_rows(some.with_values(weights))
    )
    del words, vague
    meaning, share = made.meaning, made.meaning_share
    postings = merged(made.words, covered)
    del made, covered
    return Index(
        rows,
        vocabulary,
        postings.transposed(),
        meaning,
        middle,
        share,
        Phrasings(
            np.searchsorted(owner, np.arange(len(rows) + 1)).astype(np.int64),
            np.diff(phrasings.starts),
            phrasings,
            tuple(asks),
        ),
        {row.ref: number for number, row in enumerate(rows)},
        concepts,
        np.zeros(len(weights), np.float32),
    )


def word_table(documents: Iterable[Document]) -> tuple[Vocabulary, Rows]:
    """The words alone of some documents: a vocabulary, and terms by documents.

    What each document's phrasings say together, brought to length one, and, with a weight of zero,
    its names; no meanings, no pairs in no order, no single phrasings, and nothing sharpened.
    """
    rows = list(documents)
    names = list(dict.fromkeys(name for row in rows for name in row.names))
    asks = [normalise(ask) for row in rows for ask in row.asks]
    terms = _terms_of([], asks, names, None)  # bodies are cut like phrasings, but for the pairs
    weights, width = terms.vocabulary.weights, terms.vocabulary.weights.size
    words = terms.bodies.grouped(
        _owners(rows), len(rows), lambda some: _unit_rows(some.with_values(weights))
    )
    beside = _beside(replace(terms, bodies=Rows.empty(len(rows), width)), rows, names)
    return terms.vocabulary, merged(_unit_rows(words), beside).transposed()


def _owners(rows: Sequence[Document]) -> NDArray[np.int32]:
    """The document of each phrasing."""
    counts = np.array([len(row.asks) for row in rows], np.int64)
    return np.repeat(np.arange(len(rows), dtype=np.int32), counts)


@dataclass(frozen=True, slots=True)
class _Terms:
    """All terms of the knowledge, by their numbers in the vocabulary; the values say nothing."""

    vocabulary: Vocabulary
    asks: Rows
    bodies: Rows
    names: Rows


def _terms_of(
    asks: Sequence[str], bodies: Sequence[str], names: Sequence[str], concepts: Finder | None
) -> _Terms:
    """Cut everything and number its terms.

    How telling a term is follows from how many phrasings and answers hold it; one that only names
    hold is a rare one.
    """
    cut = [units(text) or _NOBODY for text in asks]
    cut += [units(text) for text in bodies]
    counted = len(cut)
    cut += [units(normalise(name)) for name in names]
    codes, found = all_terms(terms_of_many(cut, len(asks), counted, concepts), len(cut))
    seen = found.part(0, counted).seen()
    weights = np.log(1 + counted / np.maximum(seen, 1)).astype(np.float32)
    unknown = math.log(1 + counted)
    weights[seen == 0] = unknown
    return _Terms(
        Vocabulary(codes, weights, unknown),
        found.part(0, len(asks)),
        found.part(len(asks), counted),
        found.part(counted, len(cut)),
    )


def terms_of_many(
    cut: Sequence[Sequence[Unit]], asks: int, counted: int, concepts: Finder | None
) -> Iterator[Found]:
    """The terms of all texts: ``asks`` phrasings, answers up to ``counted``, then names.

    Only a phrasing has pairs, and a name has no length: it is never the whole of a question.

    Yields:
        those of some texts after the other, for all at once would take a lot of room.
    """
    for begin, end in ((0, asks), (asks, counted), (counted, len(cut))):
        for first, last in pairwise([*range(begin, end, BLOCK_TEXTS), end]):
            texts = Texts(cut[first:last])
            parts = [texts.grams(), texts.concepts(concepts)]
            if end <= counted:
                parts.append(texts.lengths())
            if end <= asks:
                parts.append(texts.pairs())
            found = Found.joined(parts)
            yield Found(found.codes, found.rows + np.int32(first))


def _beside(terms: _Terms, rows: Sequence[Document], names: Sequence[str]) -> Rows:
    """Terms of each document's answer and names; the length of an answer is nothing asked."""
    number = {name: at for at, name in enumerate(names)}
    wanted = families(terms.vocabulary.codes) != LENGTH
    parts: list[Rows] = []
    for first in range(0, len(rows), _BLOCK_DOCUMENTS):
        some = rows[first : first + _BLOCK_DOCUMENTS]
        mine = np.array([number[name] for row in some for name in row.names], np.int64)
        owner = np.repeat(np.arange(len(some)), [len(row.names) for row in some])
        begin = terms.names.starts[mine]
        lengths = terms.names.starts[mine + 1] - begin
        bodies = terms.bodies.part(first, first + len(some))
        columns = np.concatenate([bodies.columns, terms.names.columns[ranges(begin, lengths)]])
        owners = np.concatenate([bodies.row_of, owner.repeat(lengths)])
        kept, width = wanted[columns], len(wanted)
        found, at = each_once(columns[kept].astype(np.int64), owners[kept], width)
        starts = np.searchsorted(at, np.arange(len(some) + 1))
        zeros = np.zeros(len(found), np.float32)
        parts.append(Rows(starts, found.astype(np.int32), zeros, width))
    stack = Stack(sum(len(part.columns) for part in parts), len(wanted))
    for part in parts:
        stack.add(part)
    return stack.rows()


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
    return sorted_once(found)


def _unit_rows(rows: Rows) -> Rows:
    length: Floats = np.sqrt(rows.squares())
    length[length == 0] = 1
    return rows.scaled((1 / length).astype(np.float32))


def _phrasing_rows(terms: _Terms) -> Rows:
    """Each phrasing's terms; a value is the term's part in the cosine with a question."""
    vocabulary = terms.vocabulary
    wanted, squares = families(vocabulary.codes) != PAIR, vocabulary.weights**2
    stack = Stack(len(terms.asks.columns), terms.asks.width)
    for first, last in terms.asks.blocks():
        rows = terms.asks.part(first, last).only(wanted).with_values(squares)
        length = np.sqrt(np.bincount(rows.row_of, rows.values, minlength=rows.count))
        length[length == 0] = 1
        stack.add(rows.scaled((1 / length).astype(np.float32)))
    return stack.rows()
