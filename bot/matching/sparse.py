"""Rows of few numbers in wide tables, as three flat arrays; just what the index needs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats

Numbers: TypeAlias = NDArray[np.int64]
KeyT = TypeVar("KeyT", np.int64, np.uint64)

BLOCK_COLUMNS = 2_048
"""Columns that are written out in full at a time."""
FAINT = 1e-4
"""Weights below this share of the largest are not worth keeping."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Row ``i`` holds ``values[starts[i]:starts[i + 1]]`` at the ``columns`` beside them."""

    starts: Numbers
    columns: NDArray[np.int32]
    values: Floats
    width: int

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.starts) - 1

    @property
    def row_of(self) -> NDArray[np.int32]:
        """The row of each value."""
        return np.repeat(np.arange(self.count, dtype=np.int32), np.diff(self.starts))

    def between(self, first: int, last: int) -> Rows:
        """The rows from ``first`` to before ``last``."""
        starts = self.starts[first : last + 1]
        own = slice(int(starts[0]), int(starts[-1]))
        return Rows(starts - starts[0], self.columns[own], self.values[own], self.width)

    def squares(self) -> Floats:
        """The sum of squares of each row."""
        found = np.bincount(self.row_of, self.values**2, minlength=self.count)
        return found.astype(np.float32)

    def scaled(self, factors: Floats) -> Rows:
        """Each row times its factor."""
        values = (self.values * factors[self.row_of]).astype(np.float32)
        return Rows(self.starts, self.columns, values, self.width)

    def with_values(self, values: Floats) -> Rows:
        """The same places with one value a column."""
        return Rows(self.starts, self.columns, values[self.columns], self.width)

    def only(self, columns: NDArray[np.bool_]) -> Rows:
        """Without the columns that are not wanted; the others keep their numbers."""
        kept = columns[self.columns]
        before = np.concatenate([np.zeros(1, np.int64), kept.cumsum()])
        return Rows(before[self.starts], self.columns[kept], self.values[kept], self.width)

    def grouped(self, owner: NDArray[np.int32], count: int) -> Rows:
        """The sums of the rows of each owner."""
        keys = owner[self.row_of].astype(np.int64) * self.width + self.columns
        return _summed(keys, self.values, count, self.width)

    def combined(self, weights: Floats) -> Rows:
        """``weights`` (rows by results) transposed, times these rows; faint values left out."""
        full = np.zeros((self.width, weights.shape[1]), np.float32)
        row = self.row_of
        for first in range(0, len(row), 100_000):
            here = slice(first, first + 100_000)
            np.add.at(full, self.columns[here], self.values[here, None] * weights[row[here]])
        full[np.abs(full) < FAINT * np.abs(full).max(initial=0)] = 0
        results, columns = np.nonzero(full.T)
        starts = np.searchsorted(results, np.arange(weights.shape[1] + 1))
        values = full[columns, results]
        return Rows(starts.astype(np.int64), columns.astype(np.int32), values, self.width)

    def gram(self) -> Floats:
        """The product of every row with every other."""
        seen = np.bincount(self.columns, minlength=self.width)
        shared = np.flatnonzero(seen > 1)
        """A column that one row alone has only adds to that row's square."""
        place = np.full(self.width, -1)
        place[shared] = np.arange(len(shared))
        at, row = place[self.columns], self.row_of
        found = np.zeros((self.count, self.count), np.float32)
        for first in range(0, len(shared), BLOCK_COLUMNS):
            mine = (at >= first) & (at < first + BLOCK_COLUMNS)
            block = np.zeros((self.count, BLOCK_COLUMNS), np.float32)
            block[row[mine], at[mine] - first] = self.values[mine]
            found += block @ block.T
        np.fill_diagonal(found, self.squares())
        return found

    def transposed(self) -> Rows:
        """Rows become columns."""
        order = np.argsort(self.columns, kind="stable")
        starts = np.zeros(self.width + 1, np.int64)
        np.cumsum(np.bincount(self.columns, minlength=self.width), out=starts[1:])
        return Rows(starts, self.row_of[order], self.values[order], self.count)


def _summed(keys: NDArray[np.int64], values: Floats, count: int, width: int) -> Rows:
    """Values with equal keys (row times width plus column) added up."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1)) if len(keys) else np.empty(0, np.int64)
    sums = np.add.reduceat(values[order], first) if len(first) else values[:0]
    kept = keys[first]
    starts = np.searchsorted(kept, np.arange(count + 1, dtype=np.int64) * width)
    columns = (kept % width if width else kept).astype(np.int32)
    return Rows(starts.astype(np.int64), columns, sums.astype(np.float32), width)


def merged(rows: Rows, more: Rows) -> Rows:
    """Both tables added; what only ``more`` has is kept even where it is zero."""
    keys = np.concatenate(
        [one.row_of.astype(np.int64) * one.width + one.columns for one in (rows, more)]
    )
    values = np.concatenate([rows.values, more.values])
    return _summed(keys, values, rows.count, rows.width)


def ranges(first: Numbers, lengths: Numbers) -> Numbers:
    """The numbers of several ranges, one after the other."""
    ends = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Numbers = np.arange(total) + (first - ends + lengths).repeat(lengths)
    return found


def distinct(keys: NDArray[KeyT]) -> NDArray[KeyT]:
    """All different keys, in order.

    ``np.unique`` counts by hashing, which takes many times as long where most are different.
    """
    found = np.sort(keys)
    fresh = np.ones(len(found), bool)
    fresh[1:] = found[1:] != found[:-1]
    return found[fresh]
