"""The ranking's sums once more, over dictionaries, one document and one term after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from bot.matching.index import Document
from bot.matching.meanings import Floats, meanings, unit
from bot.matching.profiles import MEANING_SUMMED
from bot.matching.reading import PAIR_WEIGHT
from bot.matching.terms import Unit, gram_list, length_code, pair_codes, units
from bot.text.normalise import normalise

Terms = frozenset[int]


def grams(text: str) -> Terms:
    """Terms of a text but for the pairs in no order."""
    steps = units(normalise(text))
    return frozenset([*gram_list(steps), length_code(steps)]) if steps else frozenset()


def pairs(text: str) -> Terms:
    return frozenset(pair_codes(units(normalise(text))).tolist())


def lengths(text: str) -> Terms:
    return frozenset([length_code(units(normalise(text)))])


def asked(text: str) -> Terms:
    """Terms of a phrasing; one without words has a term that nobody asks for."""
    nobody = [Unit("?", "?")]
    return grams(text) or frozenset([*gram_list(nobody), length_code(nobody)])


class Plain:
    """Documents without a thesaurus and with few phrasings each, so that none is sharpened."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        texts = [asked(ask) | pairs(ask) for row in documents for ask in row.asks]
        texts += [grams(row.body) for row in documents]
        every = [term for text in texts for term in text]
        self.unknown = math.log(1 + len(texts))
        self.weights = {term: math.log(1 + len(texts) / every.count(term)) for term in set(every)}
        self.beside = [
            {term for text in (row.body, *row.names) for term in grams(text) - lengths(text)}
            for row in documents
        ]
        for term in set().union(*self.beside):
            self.weights.setdefault(term, self.unknown)
        asks = [ask for row in documents for ask in row.asks]
        known = [vector for ask in asks if (vector := meanings().of(normalise(ask))).any()]
        self.middle = sum(known, np.zeros(meanings().size, np.float32)) / max(len(known), 1)
        self.profiles = [self._profile(row) for row in documents]

    def _weight(self, term: int, of: Terms) -> float:
        return self.weights.get(term, self.unknown) * (PAIR_WEIGHT if term in of else 1)

    def _length(self, terms: Terms, of: Terms) -> float:
        return math.sqrt(sum(self._weight(term, of) ** 2 for term in terms))

    def _meaning(self, text: str) -> Floats:
        vector = meanings().of(normalise(text))
        return unit((vector - self.middle).astype(np.float32)) if vector.any() else vector

    def _profile(self, row: Document) -> Mapping[int, float]:
        total: dict[int, float] = {}
        vague = sum((self._meaning(ask) for ask in row.asks), np.zeros(meanings().size))
        for ask in row.asks:
            both, double = asked(ask) | pairs(ask), pairs(ask)
            for term in both:
                share = self._weight(term, double) / self._length(both, double)
                total[term] = total.get(term, 0.0) + share
        square = sum(value * value for value in total.values())
        length = math.sqrt(square + MEANING_SUMMED * float(vague @ vague)) or 1.0
        return {term: value / length for term, value in total.items()}

    def parts(self, question: str) -> dict[int, dict[str, float]]:
        """Of each document that shares a term with the question: profile, coverage, phrasing."""
        own, double = grams(question), pairs(question)
        both = own | double
        size, length = self._length(both, double), self._length(own, frozenset())
        covering = own - {term for term in lengths(question) if term in self.weights}
        mass = sum(self._weight(term, frozenset()) for term in covering) or 1.0
        found: dict[int, dict[str, float]] = {}
        for number, row in enumerate(self.documents):
            held = set(self.profiles[number]) | self.beside[number]
            if not both & held:
                continue
            profile = sum(
                self._weight(term, double) * value
                for term, value in self.profiles[number].items()
                if term in both
            )
            covered = sum(self._weight(term, frozenset()) for term in covering & held)
            near = [
                self._length(own & asked(ask), frozenset()) ** 2
                / self._length(asked(ask), frozenset())
                for ask in row.asks
            ]
            found[number] = {
                "profile": profile / size,
                "coverage": covered / mass,
                "phrasing": max(near, default=0.0) / length,
            }
        return found
