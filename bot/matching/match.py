"""Rank documents for a question by a readable weighted sum; every part can be printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bot.matching.index import Index
from bot.matching.terms import Unit

POSTINGS_MAX = 60_000
"""Postings read for one question; the most telling terms are read first."""
RERANK_MAX = 24
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

    def add_up(self) -> None:
        """Recompute ``score`` from the parts."""
        self.parts["bonus"] = sum(self.bonus.values())
        self.score = sum(WEIGHTS[name] * value for name, value in self.parts.items())


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
    length = math.sqrt(sum(w * w for w in weights.values()))
    mass = sum(weights.values())
    profile, covered = _read_postings(index, weights)
    candidates = [
        Candidate(
            number,
            {"profile": profile[number] / length, "coverage": covered[number] / mass},
            dict(bonus.get(number, {})),
        )
        for number in profile
    ]
    for number, additions in bonus.items():
        if number not in profile and sum(additions.values()) > 0:
            candidates.append(Candidate(number, {"profile": 0.0, "coverage": 0.0}, dict(additions)))
    for candidate in candidates:
        candidate.add_up()
    candidates.sort(key=lambda c: -c.score)
    candidates = candidates[:limit]
    text = "".join(step.written or step.sound for step in steps)
    for candidate in candidates:
        _compare_phrasings(index, candidate, weights, length, text)
        candidate.add_up()
    candidates.sort(key=lambda c: (-c.score, c.number))
    return candidates


def _read_postings(
    index: Index, weights: Mapping[str, float]
) -> tuple[dict[int, float], dict[int, float]]:
    profile: dict[int, float] = {}
    covered: dict[int, float] = {}
    read = 0
    for term in sorted(weights, key=lambda t: -weights[t]):
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


def _compare_phrasings(
    index: Index,
    candidate: Candidate,
    weights: Mapping[str, float],
    length: float,
    text: str,
) -> None:
    best, best_at = 0.0, 0
    for at, (terms, own_length) in enumerate(index.phrasings[candidate.number]):
        shared = terms & weights.keys()
        near = sum(weights[term] ** 2 for term in shared) / (length * own_length)
        if near > best:
            best, best_at = near, at
    texts = index.texts[candidate.number]
    candidate.parts["phrasing"] = best
    if texts:
        candidate.nearest = texts[best_at]
        candidate.parts["letters"] = fuzz.ratio(text, texts[best_at]) / 100
