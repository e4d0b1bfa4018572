"""A question against an inverted table: which documents hold its terms, and with what weight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats
from bot.matching.sparse import Numbers, Rows, ranges
from bot.matching.terms import Codes
from bot.matching.vocabulary import Vocabulary

POSTINGS_MAX = 8_000
"""Postings read for one question; the most telling terms are read first."""
COMMON_SHARE = 0.4
COMMON_MIN = 60
"""A term that stands in more than this share of the documents (and in this many) tells nothing
worth reading its postings for."""
PAIR_WEIGHT = 0.7
"""What a pair of characters in no order counts, compared with the other terms."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the index sees it."""

    terms: Numbers
    """Its telling terms, pairs in no order too."""
    weights: Floats
    """What each counts for the profile."""
    covers: Floats
    """What each counts for coverage; pairs in no order and the length count nothing."""
    known: Numbers
    """All its terms that the vocabulary has, but for pairs in no order."""
    length: float
    """Of its vector without pairs in no order, unknown terms counted."""
    size: float
    """Of the vector that is compared with profiles."""
    mass: float
    """All that could be covered, unknown terms too."""


@dataclass(frozen=True, slots=True)
class Read:
    """The postings of a question, side by side."""

    documents: NDArray[np.int32]
    weights: Floats
    """What each adds to the profile sum of its document."""
    covers: Floats
    """What each adds to the mass that its document covers."""

    def of(self, documents: Numbers, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The profile sum and the covered mass of a few documents.

        Args:
            documents: their numbers.
            count: how many there are in all.
        """
        place = np.full(count, -1, np.int16)
        place[documents] = np.arange(len(documents))
        mine = place[self.documents]
        here = np.flatnonzero(mine >= 0)
        mine = mine[here]
        sums = [
            np.bincount(mine, values[here], len(documents))
            for values in (self.weights, self.covers)
        ]
        return sums[0].astype(np.float64, copy=False), sums[1].astype(np.float64, copy=False)


def common_from(documents: int) -> int:
    """A term in more documents than this tells nothing."""
    return max(COMMON_MIN, int(COMMON_SHARE * documents))


def look_up(vocabulary: Vocabulary, postings: Rows, codes: Codes, pairs: Codes) -> Asked | None:
    """The terms of a question that a table knows, with what each counts; None without terms.

    Args:
        vocabulary: of the table.
        postings: terms by documents.
        codes: all terms of the question but pairs in no order.
        pairs: those.
    """
    if not len(codes):
        return None
    starts, count = postings.starts, len(codes)
    at, found = vocabulary.find(np.concatenate([codes, pairs]))
    known, paired = at[:count][found[:count]], at[count:][found[count:]]
    unknown, unknown_pairs = count - len(known), len(at) - count - len(paired)
    every = vocabulary.weights[np.concatenate([known, paired])]
    weights, pair_weights = every[: len(known)], every[len(known) :] * np.float32(PAIR_WEIGHT)
    missing = vocabulary.unknown**2 * unknown
    length = math.sqrt(float(weights @ weights) + missing)
    # A term that stands nearly everywhere is left out, unless there are no others.
    telling = starts[known + 1] - starts[known] <= common_from(postings.width)
    if not unknown and not telling.any():
        telling[:] = True
    own, terms = weights[telling], known[telling]
    covers = own.copy()
    if found[count - 1] and telling[-1]:
        covers[-1] = 0  # the last term is the length of the text, which covers nothing
    missing += unknown_pairs * (PAIR_WEIGHT * vocabulary.unknown) ** 2
    size = math.sqrt(float(own @ own) + missing + float(pair_weights @ pair_weights))
    mass = float(covers.sum()) + vocabulary.unknown * unknown
    return Asked(
        np.concatenate([terms, paired]),
        np.concatenate([own, pair_weights]),
        np.concatenate([covers, np.zeros(len(paired), np.float32)]),
        known,
        length or 1.0,
        size or 1.0,
        mass or 1.0,
    )


def read(postings: Rows, asked: Asked) -> Read:
    """Where the terms of a question stand, the most telling ones first if there are many."""
    weights, covers = asked.weights, asked.covers
    first = postings.starts[asked.terms]
    lengths = postings.starts[asked.terms + 1] - first
    if int(lengths.sum()) > POSTINGS_MAX:
        order = lengths.argsort(kind="stable")
        kept = order[: max(1, int(lengths[order].cumsum().searchsorted(POSTINGS_MAX)))]
        first, lengths, weights, covers = first[kept], lengths[kept], weights[kept], covers[kept]
    at = ranges(first, lengths)
    return Read(
        postings.columns[at],
        postings.values[at] * weights.repeat(lengths),
        covers.repeat(lengths),
    )
