"""Rank documents for a question by a readable weighted sum; every part can be printed."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bot.matching.index import Index
from bot.matching.profiles import PAIR_WEIGHT
from bot.matching.terms import Unit, pair_terms

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
    "phrasing": 0.3,
    "coverage": 0.5,
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
    telling = _telling(index, weights)
    mass = sum(telling.values())
    two = {term: PAIR_WEIGHT * index.weight(term) for term in pair_terms(steps)}
    size = math.sqrt(sum(w * w for weights in (telling, two) for w in weights.values()))
    added = {number: sum(parts.values()) for number, parts in bonus.items()}
    found = _read_postings(index, telling)
    _add_pairs(index, two, found)
    # The rough score weighs both sums at once; a product with a constant complex number does it.
    rough_weight = complex(WEIGHTS["profile"] / size, -WEIGHTS["coverage"] / mass)
    rough = {number: (sums * rough_weight).real for number, sums in enumerate(found) if sums}
    for number, addition in added.items():
        if number in rough or addition > 0:
            rough[number] = rough.get(number, 0.0) + addition
    best = heapq.nlargest(limit, rough, key=rough.__getitem__)
    asked = frozenset(terms)
    text = "".join(step.written or step.sound for step in steps)
    candidates: list[Candidate] = []
    for number in best:
        near, nearest, letters = _nearest_phrasing(index, number, squares, asked, text)
        parts = {
            "profile": found[number].real / size,
            "coverage": found[number].imag / mass,
            "phrasing": near / length,
            "letters": letters,
            "bonus": added.get(number, 0.0),
        }
        score = sum(WEIGHTS[name] * value for name, value in parts.items())
        candidates.append(Candidate(number, parts, dict(bonus.get(number, {})), nearest, score))
    candidates.sort(key=lambda c: (-c.score, c.number))
    return candidates


def _telling(index: Index, weights: Mapping[str, float]) -> Mapping[str, float]:
    """The terms that do not stand in nearly every document; all of them if there are no others."""
    most = max(COMMON_MIN, int(COMMON_SHARE * len(index.documents)))
    postings = index.postings
    found = {term: weight for term, weight in weights.items() if postings.count(term) <= most}
    return found or weights


def _read_postings(index: Index, weights: Mapping[str, float]) -> list[complex]:
    """Per document: the profile sum (real) and the covered mass (imaginary).

    Two sums in one complex number, because this loop is where the time goes.
    """
    found = [0j] * len(index.documents)
    read = 0
    for term in sorted(weights, key=weights.__getitem__, reverse=True):
        posting = index.postings.get(term)
        if posting is None:
            continue
        weight = weights[term]
        covered = complex(0.0, weight)
        for number, share in zip(*posting, strict=True):
            found[number] += weight * share + covered
        read += len(posting[0])
        if read > POSTINGS_MAX:
            break
    return found


def _add_pairs(index: Index, two: Mapping[str, float], found: list[complex]) -> None:
    """Add the profile weights of pairs in no order; they do not count for coverage."""
    for term, weight in two.items():
        posting = index.postings.get(term)
        if posting is not None:
            for number, share in zip(*posting, strict=True):
                found[number] += weight * share


def _nearest_phrasing(
    index: Index, number: int, squares: Mapping[str, float], asked: frozenset[str], text: str
) -> tuple[float, str, float]:
    """The nearest phrasing of a document.

    Returns:
        its cosine times the length of the question's vector, its text, and its likeness letter by
        letter (0 to 1).
    """
    best, best_at = 0.0, -1
    value = squares.__getitem__
    for at, (terms, own_length) in enumerate(index.phrasings[number]):
        near = sum(map(value, asked & terms)) / own_length
        if near > best:
            best, best_at = near, at
    if best_at < 0:
        return 0.0, "", 0.0
    nearest = index.texts[number][best_at]
    return best, nearest, fuzz.ratio(text, nearest) / 100
