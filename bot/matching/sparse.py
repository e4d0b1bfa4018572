"""Rows of few numbers in wide tables, as three flat arrays; just what the index needs of them.

What takes room is done block by block: a desk may be built on a small machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats

Numbers: TypeAlias = NDArray[np.int64]
KeyT = TypeVar("KeyT", np.int64, np.uint64)

BLOCK_VALUES = 100_000
"""Values that are worked on at a time, about."""
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

    @classmethod
    def empty(cls, count: int, width: int) -> Rows:
        """So many rows with nothing in them."""
        nothing = np.zeros(count + 1, np.int64)
        return cls(nothing, np.empty(0, np.int32), np.empty(0, np.float32), width)

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.starts) - 1

    @property
    def row_of(self) -> NDArray[np.int32]:
        """The row of each value."""
        return np.repeat(np.arange(self.count, dtype=np.int32), np.diff(self.starts))

    def part(self, first: int, last: int) -> Rows:
        """The rows from ``first`` up to ``last``, without a copy of the values."""
        starts = self.starts[first : last + 1]
        here = slice(int(starts[0]), int(starts[-1]))
        return Rows(starts - starts[0], self.columns[here], self.values[here], self.width)

    def blocks(self, values: int = 0) -> Iterator[tuple[int, int]]:
        """Rows from one to another that have about so many values, or those done at a time."""
        first = 0
        while first < self.count:
            room = self.starts[first] + (values or BLOCK_VALUES)
            last = int(self.starts.searchsorted(room, "right")) - 1
            last = max(last, first + 1)
            yield first, last
            first = last

    def squares(self) -> Floats:
        """The sum of squares of each row."""
        found = np.zeros(self.count, np.float32)
        for first, last in self.blocks():
            part = self.part(first, last)
            found[first:last] = np.bincount(part.row_of, part.values**2, minlength=part.count)
        return found

    def scaled(self, factors: Floats) -> Rows:
        """Each row times its factor."""
        found = Rows(self.starts, self.columns, self.values.copy(), self.width)
        found.scale(factors)
        return found

    def scale(self, factors: Floats) -> None:
        """The same in its place."""
        for first, last in self.blocks():
            part = self.part(first, last)
            part.values[:] = part.values * factors[first:last][part.row_of]

    def seen(self) -> Numbers:
        """In how many rows each column stands."""
        found = np.zeros(self.width, np.int64)
        for first, last in self.blocks(max(BLOCK_VALUES, len(self.columns) // 8)):
            found += np.bincount(self.part(first, last).columns, minlength=self.width)
        return found

    def with_values(self, values: Floats) -> Rows:
        """The same places with one value a column."""
        return Rows(self.starts, self.columns, values[self.columns], self.width)

    def only(self, columns: NDArray[np.bool_]) -> Rows:
        """Without the columns that are not wanted; the others keep their numbers."""
        kept = columns[self.columns]
        before = np.zeros(len(kept) + 1, np.int32)
        np.cumsum(kept, out=before[1:])
        starts = before[self.starts].astype(np.int64)
        del before
        return Rows(starts, self.columns[kept], self.values[kept], self.width)

    def grouped(
        self, owner: NDArray[np.int32], count: int, weigh: Callable[[Rows], Rows] | None = None
    ) -> Rows:
        """The sums of the rows of each owner.

        Args:
            owner: of each row; ascending.
            count: how many owners there are.
            weigh: what is done to some rows before they are added up.
        """
        first_row = np.searchsorted(owner, np.arange(count + 1))
        whole = Rows(self.starts[first_row], self.columns, self.values, self.width)
        found = Stack(len(self.columns), self.width)
        for first, last in whole.blocks():
            one, end = first_row[[first, last]].tolist()
            part = self.part(one, end)
            part = weigh(part) if weigh is not None else part
            mine = (owner[one:end] - first)[part.row_of]
            keys = mine.astype(np.int64) * self.width + part.columns
            found.add(_summed(keys, part.values, last - first, self.width))
        return found.rows()

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
        seen = self.seen()
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
        starts = np.zeros(self.width + 1, np.int64)
        np.cumsum(self.seen(), out=starts[1:])
        found = Rows(
            starts, np.empty(len(self.columns), np.int32), np.empty_like(self.values), self.count
        )
        # Every block looks through all columns: there must not be many.
        for first, last in found.blocks(max(BLOCK_VALUES, len(self.columns) // 8)):
            at = np.flatnonzero((self.columns >= first) & (self.columns < last))
            at = at[np.argsort(self.columns[at], kind="stable")]
            here = slice(*starts[[first, last]].tolist())
            found.values[here] = self.values[at]
            found.columns[here] = self.starts.searchsorted(at, "right") - 1
        return found


class Stack:
    """Puts tables one below the other; room that is not needed is never touched."""

    def __init__(self, room: int, width: int) -> None:
        self._columns = np.empty(room, np.int32)
        self._values = np.empty(room, np.float32)
        self._starts = [np.zeros(1, np.int64)]
        self._end = 0
        self._width = width

    def add(self, part: Rows) -> None:
        """The next rows."""
        start, self._end = self._end, self._end + len(part.columns)
        self._columns[start : self._end] = part.columns
        self._values[start : self._end] = part.values
        self._starts.append(part.starts[1:] + start)

    def rows(self) -> Rows:
        """All of them."""
        starts = np.concatenate(self._starts)
        return Rows(starts, self._columns[: self._end], self._values[: self._end], self._width)


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
    found = Stack(len(rows.columns) + len(more.columns), rows.width)
    for first, last in rows.blocks():
        both = [each.part(first, last) for each in (rows, more)]
        keys = [each.row_of.astype(np.int64) * each.width + each.columns for each in both]
        values = np.concatenate([each.values for each in both])
        found.add(_summed(np.concatenate(keys), values, last - first, rows.width))
    return found.rows()


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
