"""Who holds which term: places and entries by the terms of their words, all in one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.terms import Codes


@dataclass(frozen=True, slots=True)
class Holders:
    """Terms, and for each the owners whose words hold it."""

    codes: Codes
    starts: NDArray[np.int64]
    owners: NDArray[np.int32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Iterable[int]]]) -> Holders:
        """From pairs of an owner and terms; an owner may come several times."""
        numbers: dict[str, int] = {}
        parts: list[NDArray[np.uint64]] = []
        mine: list[NDArray[np.int32]] = []
        for owner, terms in rows:
            number = numbers.setdefault(owner, len(numbers))
            codes = np.unique(np.fromiter(terms, np.uint64))
            parts.append(codes)
            mine.append(np.full(len(codes), number, np.int32))
        every = np.concatenate(parts) if parts else np.empty(0, np.uint64)
        owner_of = np.concatenate(mine) if mine else np.empty(0, np.int32)
        order = np.lexsort((owner_of, every))
        every, owner_of = every[order], owner_of[order]
        fresh = np.ones(len(every), bool)
        fresh[1:] = (every[1:] != every[:-1]) | (owner_of[1:] != owner_of[:-1])
        every, owner_of = every[fresh], owner_of[fresh]
        codes, starts = np.unique(every, return_index=True)
        return cls(codes, np.append(starts, len(every)), owner_of, tuple(numbers))

    def of_pairs(self, pairs: Sequence[tuple[int, int]]) -> list[frozenset[str]]:
        """The owners who hold either term of each pair."""
        if not pairs or not len(self.codes):
            return [frozenset() for _ in pairs]
        wanted = np.array(pairs, np.uint64)
        at = np.searchsorted(self.codes, wanted)
        at[at == len(self.codes)] = 0
        known = self.codes[at] == wanted
        return [
            frozenset(
                self.names[owner]
                for place, there in zip(row.tolist(), found.tolist(), strict=True)
                if there
                for owner in self.owners[self.starts[place] : self.starts[place + 1]].tolist()
            )
            for row, found in zip(at, known, strict=True)
        ]
