"""Who holds which term: places and entries by the terms of their words, all in one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.many import Found, each_once, numbered
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
        parts: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
        mine: list[int] = []
        for owner, terms in rows:
            parts.append(np.fromiter(terms, np.uint64))
            mine.append(numbers.setdefault(owner, len(numbers)))
        lengths = [len(codes) for codes in parts[1:]]
        owner_of = np.repeat(np.array(mine, np.int32), lengths)
        return cls.of_terms([Found(np.concatenate(parts), owner_of)], tuple(numbers))

    @classmethod
    def of_terms(cls, found: Iterable[Found], names: tuple[str, ...]) -> Holders:
        """From terms with the numbers of their owners; a pair may come several times."""
        nothing = Found(np.empty(0, np.uint64), np.empty(0, np.int32))
        pairs = Found.joined([nothing, *(_once(each, len(names)) for each in found)])
        pairs = _once(pairs, len(names))
        fresh = np.ones(len(pairs.codes) + 1, bool)
        fresh[1:-1] = pairs.codes[1:] != pairs.codes[:-1]
        starts = np.flatnonzero(fresh) if len(pairs.codes) else np.zeros(1, np.int64)
        return cls(pairs.codes[starts[:-1]], starts, pairs.rows, names)

    def of_pairs(self, pairs: Sequence[tuple[int, int]]) -> list[frozenset[str]]:
        """The owners who hold either term of each pair."""
        if not pairs or not len(self.codes):
            return [frozenset() for _ in pairs]
        wanted = np.array(pairs, np.uint64)
        at = np.searchsorted(self.codes, wanted)
        at[at == len(self.codes)] = 0
        known = self.codes[at] == wanted
        name, spans = self.names.__getitem__, zip(at.tolist(), known.tolist(), strict=True)
        nobody: frozenset[str] = frozenset()
        return [
            nobody.union(
                *(
                    map(name, self.owners[self.starts[one] : self.starts[one + 1]].tolist())
                    for one, there in zip(row, found, strict=True)
                    if there
                )
            )
            for row, found in spans
        ]


def _once(found: Found, owners: int) -> Found:
    """Every pair of a term and an owner once, sorted by both."""
    codes, columns = numbered(found.codes)
    mine, held = each_once(found.rows.astype(np.int64), columns.astype(np.int32), owners)
    return Found(codes[held], mine.astype(np.int32))
