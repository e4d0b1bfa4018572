"""The profile of an entry: what all its phrasings say together, sharpened against the others.

A profile is the sum of the phrasings' vectors, each of length one, itself brought to length one.
Where few entries have many phrasings (intents of an assistant, say), a few passes of a margin
perceptron then move every profile towards its own phrasings and away from the entries that come
too near: words typical of *other* entries become evidence against. With many small entries this
changes nothing but the time it takes, so it is left out there.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

PAIR_WEIGHT = 0.7
"""What a pair of characters in no order counts, compared with the other terms."""
REFINE_WORK_MAX = 150_000
"""Phrasings times entries up to which profiles are sharpened."""
REFINE_PASSES = 4
REFINE_STEP = 0.1
REFINE_MARGIN = 0.3
"""A phrasing must lead to its own entry by this much."""

Vector = dict[str, float]


def vector(terms: set[str], pairs: set[str], idf: Mapping[str, float]) -> Vector:
    """A phrasing as TF-IDF weights of length one."""
    found = {term: idf[term] for term in terms}
    found.update((term, PAIR_WEIGHT * idf[term]) for term in pairs)
    return _unit(found)


def profiles(phrasings: Sequence[Sequence[Vector]]) -> list[Vector]:
    """The profile of each entry; ``phrasings`` are its vectors."""
    sums: list[Vector] = []
    for vectors in phrasings:
        total: Vector = {}
        for one in vectors:
            for term, weight in one.items():
                total[term] = total.get(term, 0.0) + weight
        sums.append(_unit(total))
    if sum(map(len, phrasings)) * len(phrasings) <= REFINE_WORK_MAX:
        return _refined(phrasings, sums)
    return sums


def _unit(weights: Vector) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _refined(phrasings: Sequence[Sequence[Vector]], start: Sequence[Vector]) -> list[Vector]:
    """Profiles after some passes over all phrasings, averaged over the passes."""
    rows: dict[str, dict[int, float]] = {}
    for number, profile in enumerate(start):
        for term, weight in profile.items():
            rows.setdefault(term, {})[number] = weight
    examples = [(number, one) for number, ones in enumerate(phrasings) for one in ones]
    total: list[Vector] = [{} for _ in start]
    order = random.Random(0)  # noqa: S311 - an order that is the same at every build
    for _ in range(REFINE_PASSES):
        order.shuffle(examples)
        for own, example in examples:
            _learn(rows, own, example, len(start))
        for term, row in rows.items():
            for number, weight in row.items():
                here = total[number]
                here[term] = here.get(term, 0.0) + weight / REFINE_PASSES
    return total


def _learn(rows: dict[str, dict[int, float]], own: int, example: Vector, count: int) -> None:
    """Move the own profile and the nearest other one if they do not keep their distance."""
    scores = [0.0] * count
    for term, value in example.items():
        for number, weight in rows[term].items():
            scores[number] += value * weight
    mine, scores[own] = scores[own], -math.inf
    nearest = max(range(count), key=scores.__getitem__)
    if count < 2 or mine - scores[nearest] >= REFINE_MARGIN:
        return
    for term, value in example.items():
        row = rows[term]
        row[own] = row.get(own, 0.0) + REFINE_STEP * value
        row[nearest] = row.get(nearest, 0.0) - REFINE_STEP * value
