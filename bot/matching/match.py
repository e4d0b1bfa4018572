"""Rank documents for a question by a readable weighted sum; every part can be printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

import numpy as np
from rapidfuzz import fuzz

from bot.matching.index import Index
from bot.matching.meanings import Floats
from bot.matching.reading import Asked, look_up, read
from bot.matching.sparse import Numbers
from bot.matching.terms import Unit, pair_codes

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
    asked = look_up(index.vocabulary, index.postings, index.codes(steps), pair_codes(steps))
    if asked is None:
        return []
    count = len(index.documents)
    found = read(index.postings, asked)
    shares = found.weights * np.float32(WEIGHTS["profile"] / asked.size)
    shares += found.covers * np.float32(WEIGHTS["coverage"] / asked.mass)
    rough = np.bincount(found.documents, shares, count).astype(np.float64, copy=False)
    touched = rough != 0
    meaning = index.meaning @ index.meaning_of(text)
    rough += WEIGHTS["meaning"] * meaning
    if added is not None:
        rough += added
        touched |= added > 0
    rough[~touched] = -np.inf
    best = rough.argpartition(-limit)[-limit:] if count > limit else np.arange(count)
    best = best[touched[best]]
    profile, coverage = found.of(best, count)
    bonus = np.zeros(len(best)) if added is None else added[best]
    near, nearest = _nearest_phrasings(index, asked, best)
    plain = "".join([step.written or step.sound for step in steps])
    texts = [index.phrasings.texts[at] if at >= 0 else "" for at in nearest]
    columns = (
        (profile / asked.size).tolist(),
        meaning[best].tolist(),
        [value / asked.length for value in near],
        (coverage / asked.mass).tolist(),
        [fuzz.ratio(plain, each) / 100 if each else 0.0 for each in texts],
        bonus.tolist(),
    )
    weights = tuple(WEIGHTS.values())
    candidates = [
        Candidate(
            number, dict(zip(WEIGHTS, row, strict=True)), near_by, sum(map(mul, weights, row))
        )
        for number, near_by, *row in zip(best.tolist(), texts, *columns, strict=True)
    ]
    candidates.sort(key=lambda c: (-c.score, c.number))
    return candidates


def doubt(text: str) -> float:
    """What to take off the best score of a question for being short; never below 0.

    Args:
        text: the question, normalised, without spaces.
    """
    return DOUBT * max(0, TELLING_CHARS - len(text))


def _nearest_phrasings(
    index: Index, asked: Asked, documents: Numbers
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
