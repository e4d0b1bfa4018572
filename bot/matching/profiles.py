"""The profile of an entry: what all its phrasings say together, sharpened against the others.

A profile is the sum of the phrasings' vectors, itself brought to length one. Where the entries have
several phrasings each, a softmax classifier is then fitted to the phrasings (kernel logistic
regression, with a fixed bound on its curvature: a few dozen steps, one matrix inverse): words
typical of *other* entries become evidence against. Its result is a profile again, one weight a
term, so that a question costs the same. With one or two phrasings an entry there is nothing to
learn from, and with very many phrasings it would take too long: those keep the sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats, unit
from bot.matching.sparse import Rows

SHARPEN_PHRASINGS_MAX = 3_000
"""The matrix inverse takes a second at this number, eight at twice as many."""
SHARPEN_EACH_MIN = 3.0
"""Phrasings an entry, on average, from which on there is something to learn."""
SHARPEN_STEPS = 30
PENALTY = 0.03
MEANING_SHARPENED = 0.2
"""What likeness of meaning counts beside likeness of words, squared lengths compared."""
MEANING_SUMMED = 0.1


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profile of each entry in its two parts."""

    words: Rows
    """Documents by terms."""
    meaning: Floats
    """Documents by the numbers of ``meanings``."""
    meaning_share: float
    """What the meaning of a question (length one) is multiplied by."""
    sharpened: bool


def profiles(
    words: Rows,
    meaning: Floats,
    owner: NDArray[np.int32],
    count: int,
    weigh: Callable[[Rows], Rows] = lambda rows: rows,
) -> Profiles:
    """The profiles of ``count`` documents.

    Args:
        words: phrasings by terms.
        meaning: phrasings by the numbers of ``meanings``, each of length one or zero.
        owner: the document of each phrasing, ascending.
        count: how many documents there are.
        weigh: brings some of ``words`` to length one; there may be too many to do it for all at
            once.
    """
    number = len(owner)
    sharpen = SHARPEN_EACH_MIN * count <= number <= SHARPEN_PHRASINGS_MAX and count > 1
    share = MEANING_SHARPENED if sharpen else MEANING_SUMMED
    if sharpen:
        words = weigh(words)
        gram = words.gram() + np.float32(share) * (meaning @ meaning.T)
        weights = _softmax(gram, owner, count)
        summed = words.combined(weights)
        vague = weights.T @ meaning
    else:
        summed = words.grouped(owner, count, weigh)
        vague = np.zeros((count, meaning.shape[1]), np.float32)
        np.add.at(vague, owner, meaning)
        length = np.sqrt(summed.squares() + share * (vague * vague).sum(axis=1))
        length[length == 0] = 1
        summed.scale(1 / length)
        vague /= length[:, None]
    return Profiles(summed, (vague * np.float32(share)).astype(np.float32), share, sharpen)


def _softmax(gram: Floats, owner: NDArray[np.int32], count: int) -> Floats:
    """What each phrasing adds to each document's profile."""
    number = len(owner)
    wanted = np.zeros((number, count), np.float32)
    wanted[np.arange(number), owner] = 1
    step = np.linalg.inv(0.5 * gram + PENALTY * np.eye(number, dtype=np.float32))
    weights = np.zeros_like(wanted)
    for _ in range(SHARPEN_STEPS):
        scores = gram @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        weights -= step @ (chances - wanted + PENALTY * weights)
    return weights


def centred(meaning: Floats) -> tuple[Floats, Floats]:
    """Vectors without what all have in common, of length one; and what that is."""
    known = np.abs(meaning).sum(axis=1) > 0
    middle = meaning[known].mean(axis=0) if known.any() else np.zeros(meaning.shape[1], np.float32)
    moved = np.where(known[:, None], meaning - middle, np.float32(0))
    return unit(moved), middle.astype(np.float32)
