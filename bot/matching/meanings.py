"""What words mean, roughly: a small table of word vectors, so that 上网课 lies near 在线学习.

The table (``meanings.npz``) holds common Chinese words with 64 small numbers each: the first
principal components of what the sentence encoder multilingual-e5-small (MIT) makes of the word
alone, made once by ``benchmarks/meanings.py``. A text is the sum of its words, rare ones counting
more. Nothing is generated, nothing is looked up elsewhere: it is a thesaurus with degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

FILE = Path(__file__).with_name("meanings.npz")
WORD_CHARS_MAX = 4
RARE = 1e-3
"""A word that makes up this share of all text counts half as much as one never seen."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """Words and their vectors."""

    numbers: dict[str, int]
    vectors: Floats
    """One row a word, already weighted by rarity and length."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return int(self.vectors.shape[1])

    def of(self, text: str) -> Floats:
        """The vector of a normalised text, of length one; zeros when no word is known.

        The longest known word at each position is taken.
        """
        numbers = self.numbers
        found: list[int] = []
        at, end = 0, len(text)
        while at < end:
            for length in range(min(WORD_CHARS_MAX, end - at), 0, -1):
                number = numbers.get(text[at : at + length])
                if number is not None:
                    found.append(number)
                    at += length
                    break
            else:
                at += 1
        total: Floats = self.vectors[found].sum(axis=0)
        return _unit_one(total)


def unit(vectors: Floats) -> Floats:
    """Each row brought to length one; zeros stay zeros."""
    length = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


def without(vector: Floats, middle: Floats) -> Floats:
    """One vector without a common part, of length one; zeros stay zeros."""
    return _unit_one(vector - middle) if vector.any() else vector


def _unit_one(vector: Floats) -> Floats:
    square = float(vector @ vector)
    made: Floats = vector * np.float32(1 / math.sqrt(square)) if square > 0 else vector
    return made


@lru_cache(maxsize=1)
def meanings() -> Meanings:
    """The table, read once."""
    with np.load(FILE) as table:
        words = bytes(table["words"]).decode().split("\n")
        shares = table["shares"].astype(np.float32)
        lengths = np.fromiter(map(len, words), np.float32, len(words))
        weights = lengths * np.float32(RARE) / (np.float32(RARE) + shares)
        vectors = table["vectors"].astype(np.float32) * (weights / np.float32(127))[:, None]
    return Meanings({word: number for number, word in enumerate(words)}, vectors)
