"""All terms that stand anywhere in a table, and how telling each is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import Floats
from bot.matching.sparse import Numbers
from bot.matching.terms import Codes


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms that stand anywhere, and how telling each is."""

    codes: Codes
    weights: Floats
    """The inverse document frequency of each."""
    unknown: float
    """How telling a term is that never stood anywhere."""

    def find(self, codes: Codes) -> tuple[Numbers, NDArray[np.bool_]]:
        """The number of each term, and whether it is known."""
        if not len(self.codes):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), bool)
        at: Numbers = self.codes.searchsorted(codes)
        at[at == len(self.codes)] = 0
        return at, self.codes[at] == codes
