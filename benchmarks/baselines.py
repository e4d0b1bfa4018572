"""Simple matchers that a user would pick instead; each scores a label by its best phrase.

They are here to be compared with, not to be used: see ``dangbot bench`` and ``growth.py``.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import fuzz, process

Ranked = list[tuple[str, float]]
"""Labels with scores, best first."""
Ranker = Callable[[str], Ranked]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _by_label(labels: Sequence[str], scores: Sequence[float]) -> Ranked:
    best: dict[str, float] = {}
    for label, score in zip(labels, scores, strict=True):
        if score > best.get(label, -1.0):
            best[label] = score
    return sorted(best.items(), key=lambda item: -item[1])


def rapidfuzz_scorer(pairs: Sequence[tuple[str, str]], scorer: Callable[..., float]) -> Ranker:
    """Every phrase scored with one RapidFuzz scorer; ``pairs`` are (phrase, label)."""
    texts = [_plain(text) for text, _ in pairs]
    labels = [label for _, label in pairs]

    def rank(question: str) -> Ranked:
        found = process.extract(_plain(question), texts, scorer=scorer, limit=None)
        scores = [0.0] * len(texts)
        for _, score, number in found:
            scores[number] = score
        return _by_label(labels, scores)

    return rank


def _grams(text: str) -> list[str]:
    plain = _plain(text)
    return [*plain, *(plain[i : i + 2] for i in range(len(plain) - 1))]


def bm25_scorer(pairs: Sequence[tuple[str, str]], k1: float = 1.2, b: float = 0.75) -> Ranker:
    """BM25 over characters and pairs of characters."""
    rows = [Counter(_grams(text)) for text, _ in pairs]
    labels = [label for _, label in pairs]
    lengths = [sum(row.values()) for row in rows]
    mean = sum(lengths) / len(lengths)
    postings: dict[str, list[tuple[int, float]]] = {}
    for number, row in enumerate(rows):
        norm = k1 * (1 - b + b * lengths[number] / mean)
        for gram, count in row.items():
            postings.setdefault(gram, []).append((number, count * (k1 + 1) / (count + norm)))
    total = len(rows)
    idf = {
        gram: math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
        for gram, found in postings.items()
    }

    def rank(question: str) -> Ranked:
        scores = [0.0] * total
        for gram in set(_grams(question)):
            for number, weight in postings.get(gram, ()):
                scores[number] += idf[gram] * weight
        return _by_label(labels, scores)

    return rank


def baselines(pairs: Sequence[tuple[str, str]]) -> Mapping[str, Ranker]:
    """All baselines on one set of (phrase, label) pairs, by the name they are printed under."""
    return {
        "rapidfuzz WRatio": rapidfuzz_scorer(pairs, fuzz.WRatio),
        "rapidfuzz ratio": rapidfuzz_scorer(pairs, fuzz.ratio),
        "BM25 char": bm25_scorer(pairs),
    }
