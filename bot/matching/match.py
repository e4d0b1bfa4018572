"""Rank documents for a question by a readable weighted sum; every part can be printed."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bot.matching.index import Index
from bot.matching.terms import Unit

POSTINGS_MAX = 60_000
"""Postings read for one question; the most telling terms are read first."""
RERANK_MAX = 16
"""Documents whose phrasings are compared one by one."""

WEIGHTS: Mapping[str, float] = {
    "profile": 1.0,
    "phrasing": 0.6,
    "coverage": 0.6,
    "letters": 0.2,
    "bonus": 1.0,
}
"""What each part counts; PARTS below tells what it is."""

PARTS: Mapping[str, str] = {
    "profile": "和这一节全部问法的总体接近程度",
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
    bonus: dict[str, float] = field(default_factory=dict)
    nearest: str = ""
    score: float = 0.0

    @property
    def content(self) -> float:
        """The score without what place, topic and the like bring: how well the words fit."""
        return self.score - WEIGHTS["bonus"] * self.parts["bonus"]


def rank(
    index: Index,
    steps: Sequence[Unit],
    bonus: Mapping[int, Mapping[str, float]],
    *,
    limit: int = RERANK_MAX,
) -> list[Candidate]:
    """The best documents for a question, best first.

    Args:
        index: what to search.
        steps: the question, normalised and cut.
        bonus: per document number, named additions (topic, place, follow-up …).
        limit: how many to compare closely and return.
    """
    terms = index.terms(steps)
    if not terms:
        return []
    weights = {term: index.weight(term) for term in terms}
    squares = {term: weight * weight for term, weight in weights.items()}
    length = math.sqrt(sum(squares.values()))
    mass = sum(weights.values())
    profile, covered = _read_postings(index, weights)
    added = {number: sum(parts.values()) for number, parts in bonus.items()}
    for number, addition in added.items():
        if addition > 0 and number not in profile:
            profile[number] = covered[number] = 0.0
    by_profile = WEIGHTS["profile"] / length
    by_coverage = WEIGHTS["coverage"] / mass
    rough = {
        number: value * by_profile + covered[number] * by_coverage + added.get(number, 0.0)
        for number, value in profile.items()
    }
    best = heapq.nlargest(limit, rough, key=rough.__getitem__)
    text = "".join(step.written or step.sound for step in steps)
    candidates: list[Candidate] = []
    for number in best:
        near, nearest, letters = _nearest_phrasing(index, number, squares, length, text)
        parts = {
            "profile": profile[number] / length,
            "coverage": covered[number] / mass,
            "phrasing": near,
            "letters": letters,
            "bonus": added.get(number, 0.0),
        }
        score = sum(WEIGHTS[name] * value for name, value in parts.items())
        candidates.append(Candidate(number, parts, dict(bonus.get(number, {})), nearest, score))
    candidates.sort(key=lambda c: (-c.score, c.number))
    return candidates


def _read_postings(
    index: Index, weights: Mapping[str, float]
) -> tuple[dict[int, float], dict[int, float]]:
    """Profile sums and covered mass of every document that shares a term."""
    profile: dict[int, float] = {}
    covered: dict[int, float] = {}
    read = 0
    for term in sorted(weights, key=weights.__getitem__, reverse=True):
        posting = index.postings.get(term)
        if posting is None:
            continue
        weight = weights[term]
        for number, share in zip(posting.documents, posting.weights, strict=True):
            if number in profile:
                profile[number] += weight * share
                covered[number] += weight
            else:
                profile[number] = weight * share
                covered[number] = weight
        read += len(posting.documents)
        if read > POSTINGS_MAX:
            break
    return profile, covered


def _nearest_phrasing(
    index: Index, number: int, squares: Mapping[str, float], length: float, text: str
) -> tuple[float, str, float]:
    """Cosine of the nearest phrasing, its text, and its likeness letter by letter (0 to 1)."""
    best, best_at = 0.0, -1
    value = squares.__getitem__
    known = squares.keys()
    for at, (terms, own_length) in enumerate(index.phrasings[number]):
        near = sum(map(value, known & terms)) / own_length
        if near > best:
            best, best_at = near, at
    if best_at < 0:
        return 0.0, "", 0.0
    nearest = index.texts[number][best_at]
    return best / length, nearest, fuzz.ratio(text, nearest) / 100
