"""What words mean, roughly: a small table of word vectors, so that 上网课 lies near 在线学习.

The table (``meanings.npz``) holds common Chinese words with 64 small numbers each: the first
principal components of what the sentence encoder multilingual-e5-small (MIT) makes of the word
alone, made once by ``benchmarks/meanings.py``. A text is the sum of its words, rare ones counting
more. Nothing is generated, nothing is looked up elsewhere: it is a thesaurus with degrees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

FILE = Path(__file__).with_name("meanings.npz")
WORD_CHARS_MAX = 4
_BLOCK_TEXTS = 1_024
RARE = 1e-3
"""A word that makes up this share of all text counts half as much as one never seen."""


@dataclass(frozen=True)
class Meanings:
    """Words and their vectors."""

    numbers: dict[str, int]
    plain: NDArray[np.int8]
    """One row a word."""
    weights: Floats
    """What each row is multiplied by: rarity and length."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return int(self.plain.shape[1])

    def vectors(self, words: Sequence[int]) -> Floats:
        """The weighted rows of some words; a question needs few of the many."""
        made: Floats = self.plain[words].astype(np.float32) * self.weights[words][:, None]
        return made

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
        total: Floats = self.vectors(found).sum(axis=0)
        return _unit_one(total)

    def of_many(self, texts: Sequence[str]) -> Floats:
        """The same for many texts, a row each."""
        found = np.zeros((len(texts), self.size), np.float32)
        for first in range(0, len(texts), _BLOCK_TEXTS):
            self._add(texts[first : first + _BLOCK_TEXTS], found[first : first + _BLOCK_TEXTS])
        return unit(found)

    def _add(self, texts: Sequence[str], found: Floats) -> None:
        """The sums of the words' vectors of each text, into the rows of ``found``."""
        lengths, numbers = self._words.longest("\n".join(texts))
        at, end, row = 0, len(numbers), 0
        here: list[int] = []
        rows: list[int] = []
        breaks = list(accumulate(len(text) + 1 for text in texts))
        while at < end:
            length = lengths[at]
            if length:
                while breaks[row] <= at:
                    row += 1
                here.append(numbers[at])
                rows.append(row)
            at += length or 1
        if here:
            mine, starts = np.unique(np.array(rows, np.int64), return_index=True)
            found[mine] = np.add.reduceat(self.vectors(here), starts)

    @cached_property
    def _words(self) -> _Words:
        return _Words(self.numbers)


class _Words:
    """The words of the table as numbers: each character 16 bits, the first in the lowest."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._chars = np.unique(_points("".join(numbers)))
        self._tables: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []
        for length in range(1, WORD_CHARS_MAX + 1):
            words = [word for word in numbers if len(word) == length]
            codes = self._codes(_points("".join(words))).reshape(-1, length)
            keys = np.zeros(len(words), np.uint64)
            for at in range(length):
                keys |= codes[:, at] << np.uint64(16 * at)
            order = keys.argsort()
            mine = np.array([numbers[word] for word in words], np.int64)
            self._tables.append((keys[order], mine[order]))

    def _codes(self, points: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """Each character's number among those of the table, from one; zero for any other."""
        at = self._chars.searchsorted(points)
        at[at == len(self._chars)] = 0
        return np.where(self._chars[at] == points, at + 1, 0).astype(np.uint64)

    def longest(self, text: str) -> tuple[list[int], list[int]]:
        """At each position, how long the longest word is that begins there, and its number."""
        codes = self._codes(_points(text))
        lengths, numbers = np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
        keys, open_ = np.zeros(len(codes), np.uint64), np.ones(len(codes), bool)
        for at, (known, mine) in enumerate(self._tables):
            here = np.zeros(len(codes), np.uint64)
            here[: max(len(codes) - at, 0)] = codes[at:]
            open_ &= here != 0
            keys |= here << np.uint64(16 * at)
            if not len(known):
                continue
            place = known.searchsorted(keys)
            place[place == len(known)] = 0
            hit = open_ & (known[place] == keys)
            lengths[hit], numbers[hit] = at + 1, mine[place[hit]]
        return lengths.tolist(), numbers.tolist()


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


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
        numbers = dict(zip(words, range(len(words)), strict=True))
        return Meanings(numbers, table["vectors"], weights / np.float32(127))
