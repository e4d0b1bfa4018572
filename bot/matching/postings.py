"""Where each term stands, in three flat arrays: small ones would cost 300 bytes a term."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Posting: TypeAlias = "tuple[array[int], array[float]]"
"""Document numbers, and the profile's weight in each."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of all terms; a term's rows are ``starts[slot]`` to ``starts[slot + 1]``."""

    slots: Mapping[str, int]
    starts: array[int]
    numbers: array[int]
    weights: array[float]

    @classmethod
    def of(cls, rows: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> Postings:
        """Pack the rows of each term."""
        starts, numbers, weights = array("I", [0]), array("I"), array("f")
        for documents, shares in rows.values():
            numbers.extend(documents)
            weights.extend(shares)
            starts.append(len(numbers))
        return cls({term: slot for slot, term in enumerate(rows)}, starts, numbers, weights)

    def count(self, term: str) -> int:
        """In how many documents a term stands."""
        slot = self.slots.get(term)
        return 0 if slot is None else self.starts[slot + 1] - self.starts[slot]

    def get(self, term: str) -> Posting | None:
        """Where a term stands, or None if no document has it."""
        slot = self.slots.get(term)
        if slot is None:
            return None
        first, last = self.starts[slot], self.starts[slot + 1]
        return self.numbers[first:last], self.weights[first:last]

    def packed(self) -> tuple[list[str], bytes, bytes, bytes]:
        """All of it as plain values, for keeping."""
        return (
            list(self.slots),
            self.starts.tobytes(),
            self.numbers.tobytes(),
            self.weights.tobytes(),
        )

    @classmethod
    def unpacked(
        cls, terms: Iterable[str], starts: bytes, numbers: bytes, weights: bytes
    ) -> Postings:
        """What ``packed`` gave; ``ValueError`` if a column is cut off."""
        return cls(
            {term: slot for slot, term in enumerate(terms)},
            array("I", starts),
            array("I", numbers),
            array("f", weights),
        )
