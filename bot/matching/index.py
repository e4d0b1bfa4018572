"""Knowledge -> inverted index, built once per version of the files.

Every document keeps two views of itself: its *profile*, the sum of its phrasings as TF-IDF vectors
(evidence added up over all phrasings tells more than the best one alone), and its *phrasings*, to
find the nearest one. The postings carry the profile's weight and, for words that only stand in
the answer, the title or an alias, a weight of zero: those count for coverage alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from bot.matching.postings import Postings
from bot.matching.profiles import profiles, vector
from bot.matching.terms import Finder, Unit, gram_terms, pair_terms, units
from bot.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found: phrasings that lead to it and words that stand in it."""

    ref: str
    group: str
    """What the document is a part of (a topic), for whoever reads a ranking."""
    asks: tuple[str, ...]
    body: str = ""
    names: tuple[str, ...] = ()
    """Title, aliases, place names: they count for coverage."""


@dataclass(slots=True)
class Index:
    """Documents by term; read only after ``build``."""

    documents: list[Document]
    idf: dict[str, float]
    idf_unknown: float
    postings: Postings
    phrasings: list[list[tuple[frozenset[str], float]]]
    """Per document: the term set of each phrasing and the length of its vector."""
    numbers: dict[str, int]
    """ref -> document number."""
    concepts: Finder | None
    texts: list[list[str]] = field(default_factory=list)
    """Per document: its phrasings, normalised without spaces."""

    def terms(self, steps: Sequence[Unit]) -> set[str]:
        """All terms of a text that was cut into steps."""
        found = gram_terms(steps)
        if self.concepts is not None:
            found.update("k" + hit.meaning for hit in self.concepts.find(steps))
        return found

    def weight(self, term: str) -> float:
        """How telling a term is; one never seen tells most."""
        return self.idf.get(term, self.idf_unknown)


def build(documents: Iterable[Document], thesaurus: Iterable[Sequence[str]] = ()) -> Index:
    """Build the index of some documents.

    Args:
        documents: in the order of their numbers.
        thesaurus: sets of words that mean the same.
    """
    rows = list(documents)
    concepts = concepts_of(thesaurus)
    index = Index(rows, {}, 0.0, Postings.of({}), [], {}, concepts)
    cut = [[units(normalise(ask)) for ask in row.asks] for row in rows]
    asks = [[index.terms(steps) for steps in row] for row in cut]
    pairs = [[pair_terms(steps) for steps in row] for row in cut]
    bodies = [index.terms(units(normalise(row.body))) for row in rows]
    frequency: Counter[str] = Counter()
    for phrasings in (*asks, *pairs):
        for terms in phrasings:
            frequency.update(terms)
    for body in bodies:
        frequency.update(body)
    count = sum(map(len, asks)) + len(bodies)
    index.idf = {term: math.log(1 + count / seen) for term, seen in frequency.items()}
    index.idf_unknown = math.log(1 + count)
    vectors = [
        [vector(one, two, index.idf) for one, two in zip(*row, strict=True)]
        for row in zip(asks, pairs, strict=True)
    ]
    collected: dict[str, tuple[list[int], list[float]]] = {}
    whole = profiles(vectors)

    @cache
    def named_terms(name: str) -> set[str]:
        return index.terms(units(normalise(name)))

    for number, row in enumerate(rows):
        index.numbers[row.ref] = number
        index.texts.append([normalise(ask).replace(" ", "") for ask in row.asks])
        index.phrasings.append([(frozenset(t), _length(index, t)) for t in asks[number]])
        profile = whole[number]
        for term, weight in profile.items():
            _post(collected, term, number, weight)
        named = bodies[number].union(*map(named_terms, row.names))
        for term in named:
            if term not in profile:
                index.idf.setdefault(term, index.idf_unknown)
                _post(collected, term, number, 0.0)
    index.postings = Postings.of(collected)
    return index


def concepts_of(thesaurus: Iterable[Sequence[str]]) -> Finder | None:
    """The words of the thesaurus, ready to be found."""
    words = [(normalise(word), words[0]) for words in thesaurus for word in words]
    return Finder(words, sound_chars_min=4) if words else None


def _length(index: Index, terms: Iterable[str]) -> float:
    return math.sqrt(sum(index.weight(term) ** 2 for term in terms)) or 1.0


def _post(
    collected: dict[str, tuple[list[int], list[float]]], term: str, number: int, weight: float
) -> None:
    numbers, weights = collected.setdefault(term, ([], []))
    numbers.append(number)
    weights.append(weight)
