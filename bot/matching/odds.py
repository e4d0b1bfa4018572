"""Is a text said in the words of one heap of texts or of another? One number a piece of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats
from bot.matching.terms import Codes

PIECE_CHARS = 3
"""Pieces of one character up to this many."""
SEEN_NEVER = 0.1
"""A piece that stands in no text of heaps of the same size counts as if seen so often."""
_BITS = 21
"""Of a code point."""
_FIRST_HAN = 0x3400


@dataclass(frozen=True, slots=True)
class Odds:
    """How much each piece speaks for the one heap and against the other."""

    codes: Codes
    """The pieces that stand anywhere, sorted."""
    values: Floats
    """The logarithm of how many times as frequent each is in the one heap."""

    @classmethod
    def between(cls, one: Sequence[str], other: Sequence[str]) -> Odds:
        """Odds for ``one`` against ``other``, from all pieces of their texts."""
        mine, theirs = _counted(one), _counted(other)
        codes = np.union1d(mine[0], theirs[0])
        totals = np.array([max(int(each[1].sum()), 1) for each in (mine, theirs)])
        # More where the heap is larger: what neither has must not speak for the smaller one.
        never = SEEN_NEVER * totals / totals.mean()
        counts = [_spread(codes, *each) for each in (mine, theirs)]
        values = np.log((counts[0] + never[0]) / totals[0])
        values -= np.log((counts[1] + never[1]) / totals[1])
        return cls(codes, values.astype(np.float32))

    def of(self, text: str) -> float:
        """The mean over the different pieces of a text; above 0 it leans to the one heap.

        Returns:
            0.0 for a text without a piece.
        """
        pieces = np.unique(_pieces([text]))
        if not len(pieces) or not len(self.codes):
            return 0.0
        at = self.codes.searchsorted(pieces)
        at[at == len(self.codes)] = 0
        known = self.codes[at] == pieces
        return float(np.where(known, self.values[at], 0).mean())


def _counted(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    return np.unique(_pieces(texts), return_counts=True)


def _spread(codes: Codes, mine: Codes, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    found = np.zeros(len(codes))
    found[codes.searchsorted(mine)] = counts
    return found


def _pieces(texts: Sequence[str]) -> Codes:
    """All pieces of some texts as numbers, as they come.

    Latin letters and spaces part texts like their ends do: pinyin shares no piece with characters.
    """
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(
        np.uint64
    )
    told = (points >= _FIRST_HAN) | ((points >= ord("0")) & (points <= ord("9")))
    found, whole, inside = [], points, told
    for length in range(1, PIECE_CHARS + 1):
        if length > 1:
            whole = whole[:-1] << np.uint64(_BITS) | points[length - 1 :]
            inside = inside[:-1] & told[length - 1 :]
        found.append(whole[inside])
    return np.concatenate(found)
