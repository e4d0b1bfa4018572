"""Rank documents for a question by a readable weighted sum; every part can be printed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.matching.index import PAIR_WEIGHT, Index
from bot.matching.meanings import Floats
from bot.matching.terms import LENGTH, Unit, families, pair_codes

POSTINGS_MAX = 60_000
"""Postings read for one question; the most telling terms are read first."""
COMMON_SHARE = 0.4
COMMON_MIN = 60
"""A term that stands in more than this share of the documents (and in this many) tells nothing
worth reading its postings for."""
RERANK_MAX = 8
"""Documents whose phrasings are compared one by one."""

WEIGHTS: Mapping[str, float] = {
    "profile": 1.0,
    "meaning": 1.0,
    "phrasing": 0.3,
    "coverage": 0.5,
    "letters": 0.2,
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
Named = Callable[[int], Mapping[str, float]]
"""The named additions of a document."""


@dataclass(slots=True)
class Candidate:
    """One document with the parts of its score."""

    number: int
    parts: dict[str, float]
    bonus: dict[str, float] = field(default_factory=dict)
    nearest: str = ""
    score: float = 0.0

    @property
    def content(self) -> float:
        """The score without what place, topic and the like bring: how well the words fit."""
        return self.score - WEIGHTS["bonus"] * self.parts["bonus"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as the index sees it."""

    terms: NDArray[np.intp]
    """Its telling terms, pairs in no order too."""
    weights: Floats
    """What each counts for the profile."""
    covers: Floats
    """What each counts for coverage; pairs in no order and the length count nothing."""
    known: NDArray[np.intp]
    """All its terms that the vocabulary has, but for pairs in no order."""
    length: float
    """Of its vector without pairs in no order, unknown terms counted."""
    size: float
    """Of the vector that is compared with profiles."""
    mass: float
    """All that could be covered, unknown terms too."""


def rank(
    index: Index,
    text: str,
    steps: Sequence[Unit],
    added: Floats | None = None,
    named: Named | None = None,
    *,
    limit: int = RERANK_MAX,
) -> list[Candidate]:
    """The best documents for a question, best first.

    Args:
        index: what to search.
        text: the question, normalised.
        steps: the same, cut.
        added: per document, what place, topic, follow-up and the like add to its score.
        named: the names of these additions, for the documents that are looked at closely.
        limit: how many to compare closely and return.
    """
    asked = _asked(index, steps)
    if asked is None:
        return []
    count = len(index.documents)
    profile, coverage, touched = _read_postings(index, asked, count)
    meaning = index.meaning @ index.meaning_of(text)
    rough = WEIGHTS["profile"] / asked.size * profile + WEIGHTS["coverage"] / asked.mass * coverage
    rough += WEIGHTS["meaning"] * meaning
    if added is not None:
        rough += added
        touched |= added > 0
    rough[~touched] = -np.inf
    best = np.argpartition(rough, -limit)[-limit:] if count > limit else np.arange(count)
    best = best[touched[best]]
    near, nearest = _nearest_phrasings(index, asked, best)
    plain = "".join(step.written or step.sound for step in steps)
    candidates: list[Candidate] = []
    for at, number in enumerate(best.tolist()):
        found = index.phrasings.texts[nearest[at]] if nearest[at] >= 0 else ""
        parts = {
            "profile": float(profile[number]) / asked.size,
            "meaning": float(meaning[number]),
            "coverage": float(coverage[number]) / asked.mass,
            "phrasing": near[at] / asked.length,
            "letters": fuzz.ratio(plain, found) / 100 if found else 0.0,
            "bonus": 0.0 if added is None else float(added[number]),
        }
        score = sum(WEIGHTS[name] * value for name, value in parts.items())
        bonus = dict(named(number)) if named is not None else {}
        candidates.append(Candidate(number, parts, bonus, found, score))
    candidates.sort(key=lambda c: (-c.score, c.number))
    return candidates


def _asked(index: Index, steps: Sequence[Unit]) -> _Asked | None:
    codes = index.codes(steps)
    if not len(codes):
        return None
    vocabulary, starts = index.vocabulary, index.postings.starts
    at, found = vocabulary.find(codes)
    unknown = len(codes) - int(np.count_nonzero(found))
    known = at[found]
    weights = vocabulary.weights[known]
    missing = vocabulary.unknown**2 * unknown
    length = math.sqrt(float(weights @ weights) + missing)
    # A term that stands nearly everywhere is left out, unless there are no others.
    most = max(COMMON_MIN, int(COMMON_SHARE * len(index.documents)))
    telling = starts[known + 1] - starts[known] <= most
    if not unknown and not telling.any():
        telling[:] = True
    own, terms = weights[telling], known[telling]
    covers = np.where(families(codes[found][telling]) == LENGTH, np.float32(0), own)
    pair_at, pair_found = vocabulary.find(pair_codes(steps))
    pairs = pair_at[pair_found]
    pair_weights = vocabulary.weights[pairs] * np.float32(PAIR_WEIGHT)
    missing += (len(pair_at) - len(pairs)) * (PAIR_WEIGHT * vocabulary.unknown) ** 2
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


def _read_postings(
    index: Index, asked: _Asked, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Per document: the profile sum, the covered mass, and whether any term stands in it."""
    postings = index.postings
    weights, covers = asked.weights, asked.covers
    first = postings.starts[asked.terms]
    lengths = postings.starts[asked.terms + 1] - first
    if int(lengths.sum()) > POSTINGS_MAX:
        order = np.argsort(lengths, kind="stable")
        kept = order[: max(1, int(np.searchsorted(np.cumsum(lengths[order]), POSTINGS_MAX)))]
        first, lengths, weights, covers = first[kept], lengths[kept], weights[kept], covers[kept]
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    at = np.arange(total) + np.repeat(first - ends + lengths, lengths)
    documents = postings.columns[at]
    profile = np.bincount(documents, postings.values[at] * np.repeat(weights, lengths), count)
    coverage = np.bincount(documents, np.repeat(covers, lengths), count)
    return profile, coverage, np.bincount(documents, None, count) > 0


def _nearest_phrasings(
    index: Index, asked: _Asked, documents: NDArray[np.intp]
) -> tuple[list[float], list[int]]:
    """The nearest phrasing of each document.

    Returns:
        its cosine times the length of the question's vector, and its number; -1 for none.
    """
    phrasings, scratch = index.phrasings, index.scratch
    starts, columns, values = (
        phrasings.terms.starts,
        phrasings.terms.columns,
        phrasings.terms.values,
    )
    near: list[float] = []
    nearest: list[int] = []
    scratch[asked.known] = 1
    for number in documents.tolist():
        first, last = int(phrasings.starts[number]), int(phrasings.starts[number + 1])
        begin, end = int(starts[first]), int(starts[last])
        sums = np.zeros(end - begin + 1)
        np.cumsum(scratch[columns[begin:end]] * values[begin:end], out=sums[1:])
        found = np.diff(sums[starts[first : last + 1] - begin])
        best = int(found.argmax()) if last > first else 0
        hit = last > first and found[best] > 0
        near.append(float(found[best]) if hit else 0.0)
        nearest.append(first + best if hit else -1)
    scratch[asked.known] = 0
    return near, nearest
