"""Rank documents for a question by a readable weighted sum; every part can be printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.matching.index import PAIR_WEIGHT, Index
from bot.matching.meanings import Floats
from bot.matching.sparse import Numbers, ranges
from bot.matching.terms import Unit, pair_codes

POSTINGS_MAX = 8_000
"""Postings read for one question; the most telling terms are read first."""
COMMON_SHARE = 0.4
COMMON_MIN = 60
"""A term that stands in more than this share of the documents (and in this many) tells nothing
worth reading its postings for."""
RERANK_MAX = 8
"""Documents whose phrasings are compared one by one."""

TELLING_CHARS = 12
DOUBT = 0.02
"""Each character that a question has less than so many lets its best score say less by this much:
in few words there is little that could disagree. Public tasks tell questions in scope from others
better by it: 65.3 instead of 63.3 % of smp-5shot right while 90 % out of scope are rejected."""

WEIGHTS: Mapping[str, float] = {
    "profile": 1.0,
    "meaning": 1.0,
    "phrasing": 0.3,
    "coverage": 0.6,
    "letters": 0.1,
    "bonus": 1.0,
}
"""What each part counts; PARTS below tells what it is."""

PARTS: Mapping[str, str] = {
    "profile": "和这一节全部问法的总体接近程度",
    "meaning": "用词不同、意思相近的程度",
    "phrasing": "和最近一条问法的接近程度",
    "coverage": "问话里的字词在这一节（问法、答案、别名）里找得到的份额",
    "letters": "和最近一条问法逐字比对",
    "bonus": "主题、地名、人名、时间、上文带来的加减分",
}


@dataclass(slots=True)
class Candidate:
    """One document with the parts of its score."""

    number: int
    parts: dict[str, float]
    nearest: str = ""
    score: float = 0.0

    @property
    def content(self) -> float:
        """The score without what place, topic and the like bring: how well the words fit."""
        return self.score - WEIGHTS["bonus"] * self.parts["bonus"]


@dataclass(frozen=True, slots=True)
class _Asked:
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
class _Read:
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
        place = np.full(count, -1, np.int8)
        place[documents] = np.arange(len(documents))
        mine = place[self.documents]
        here = np.flatnonzero(mine >= 0)
        mine = mine[here]
        sums = [np.bincount(mine, values[here], len(documents)) for values in (self.weights, self.covers)]
        return sums[0].astype(np.float64, copy=False), sums[1].astype(np.float64, copy=False)


def rank(
    index: Index,
    text: str,
    steps: Sequence[Unit],
    added: Floats | None = None,
    *,
    limit: int = RERANK_MAX,
) -> list[Candidate]:
    """The best documents for a question, best first.

    Args:
        index: what to search.
        text: the question, normalised.
        steps: the same, cut.
        added: per document, what place, topic, follow-up and the like add to its score.
        limit: how many to compare closely and return.
    """
    asked = _asked(index, steps)
    if asked is None:
        return []
    count = len(index.documents)
    read = _read_postings(index, asked)
    shares = read.weights * np.float32(WEIGHTS["profile"] / asked.size)
    shares += read.covers * np.float32(WEIGHTS["coverage"] / asked.mass)
    rough = np.bincount(read.documents, shares, count)
    touched = rough != 0
    meaning = index.meaning @ index.meaning_of(text)
    rough += meaning if WEIGHTS["meaning"] == 1 else WEIGHTS["meaning"] * meaning
    if added is not None:
        rough += added
        touched |= added > 0
    rough[~touched] = -np.inf
    best = rough.argpartition(-limit)[-limit:] if count > limit else np.arange(count)
    best = best[touched[best]]
    profile, coverage = read.of(best, count)
    bonus = np.zeros(len(best)) if added is None else added[best]
    near, nearest = _nearest_phrasings(index, asked, best)
    plain = "".join([step.written or step.sound for step in steps])
    texts = [index.phrasings.texts[at] if at >= 0 else "" for at in nearest]
    columns = (
        (profile / asked.size).tolist(),
        meaning[best].tolist(),
        [value / asked.length for value in near],
        (coverage / asked.mass).tolist(),
        [fuzz.ratio(plain, found) / 100 if found else 0.0 for found in texts],
        bonus.tolist(),
    )
    weights = tuple(WEIGHTS.values())
    candidates = [
        Candidate(number, dict(zip(WEIGHTS, row, strict=True)), found, sum(map(mul, weights, row)))
        for number, found, *row in zip(best.tolist(), texts, *columns, strict=True)
    ]
    candidates.sort(key=lambda c: (-c.score, c.number))
    return candidates


def common_from(documents: int) -> int:
    """A term in more documents than this tells nothing."""
    return max(COMMON_MIN, int(COMMON_SHARE * documents))


def doubt(text: str) -> float:
    """What to take off the best score of a question for being short; never below 0.

    Args:
        text: the question, normalised, without spaces.
    """
    return DOUBT * max(0, TELLING_CHARS - len(text))


def _asked(index: Index, steps: Sequence[Unit]) -> _Asked | None:
    codes = index.codes(steps)
    if not len(codes):
        return None
    vocabulary, starts, count = index.vocabulary, index.postings.starts, len(codes)
    at, found = vocabulary.find(np.concatenate([codes, pair_codes(steps)]))
    known, pairs = at[:count][found[:count]], at[count:][found[count:]]
    unknown, unknown_pairs = count - len(known), len(at) - count - len(pairs)
    every = vocabulary.weights[np.concatenate([known, pairs])]
    weights, pair_weights = every[: len(known)], every[len(known) :] * np.float32(PAIR_WEIGHT)
    missing = vocabulary.unknown**2 * unknown
    length = math.sqrt(float(weights @ weights) + missing)
    # A term that stands nearly everywhere is left out, unless there are no others.
    telling = starts[known + 1] - starts[known] <= common_from(len(index.documents))
    if not unknown and not telling.any():
        telling[:] = True
    own, terms = weights[telling], known[telling]
    covers = own.copy()
    if found[count - 1] and telling[-1]:
        covers[-1] = 0  # the last term is the length of the text, which covers nothing
    missing += unknown_pairs * (PAIR_WEIGHT * vocabulary.unknown) ** 2
    size = math.sqrt(float(own @ own) + missing + float(pair_weights @ pair_weights))
    mass = float(covers.sum()) + vocabulary.unknown * unknown
    return _Asked(
        np.concatenate([terms, pairs]),
        np.concatenate([own, pair_weights]),
        np.concatenate([covers, np.zeros(len(pairs), np.float32)]),
        known,
        length or 1.0,
        size or 1.0,
        mass or 1.0,
    )


def _read_postings(index: Index, asked: _Asked) -> _Read:
    """Where the terms of a question stand, the most telling ones first if there are many."""
    postings = index.postings
    weights, covers = asked.weights, asked.covers
    first = postings.starts[asked.terms]
    lengths = postings.starts[asked.terms + 1] - first
    if int(lengths.sum()) > POSTINGS_MAX:
        order = lengths.argsort(kind="stable")
        kept = order[: max(1, int(lengths[order].cumsum().searchsorted(POSTINGS_MAX)))]
        first, lengths, weights, covers = first[kept], lengths[kept], weights[kept], covers[kept]
    at = ranges(first, lengths)
    return _Read(
        postings.columns[at],
        postings.values[at] * weights.repeat(lengths),
        covers.repeat(lengths),
    )


def _nearest_phrasings(
    index: Index, asked: _Asked, documents: Numbers
) -> tuple[list[float], list[int]]:
    """The nearest phrasing of each document.

    Returns:
        its cosine times the length of the question's vector, and its number; -1 for none.
    """
    phrasings, scratch = index.phrasings, index.scratch
    if not len(documents):
        return [], []
    terms, starts = phrasings.terms, phrasings.terms.starts
    # Slices and not one list of positions: the phrasings of a document lie side by side.
    firsts = phrasings.starts[documents].tolist()
    lasts = phrasings.starts[documents + 1].tolist()
    spans = [(one, two) for one, two in zip(firsts, lasts, strict=True) if one < two]
    bounds = [(int(starts[first]), int(starts[last])) for first, last in spans]
    if not bounds:
        return [0.0] * len(firsts), [-1] * len(firsts)
    scratch[asked.known] = 1
    hits = scratch[np.concatenate([terms.columns[one:two] for one, two in bounds])]
    scratch[asked.known] = 0
    hits *= np.concatenate([terms.values[one:two] for one, two in bounds])
    lengths = np.concatenate([phrasings.lengths[first:last] for first, last in spans])
    likeness = np.add.reduceat(hits, lengths.cumsum() - lengths)
    near: list[float] = []
    nearest: list[int] = []
    start = 0
    for first, last in zip(firsts, lasts, strict=True):
        own = likeness[start : start + last - first]
        best = int(own.argmax()) if last > first else 0
        share = float(own[best]) if last > first else 0.0
        near.append(share)
        nearest.append(first + best if share > 0 else -1)
        start += last - first
    return near, nearest
