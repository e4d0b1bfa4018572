"""All that takes long to make of a library, made once and kept from one start to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.library import Entry
from bot.knowledge.room import large_arrays_apart
from bot.matching.frozen import Store, digest, freeze, thaw
from bot.matching.holders import Holders
from bot.matching.index import Document, Index, build
from bot.matching.many import BLOCK_TEXTS, Found, Texts
from bot.matching.terms import units
from bot.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is made of the entries of a library."""

    index: Index
    known: Holders
    """Which place's files hold which term."""
    spoken: Holders
    """Which place speaks of what in answers, titles and aliases; phrasings would tell too much,
    for everybody's 多少钱 stands in somebody's."""
    texts: Sequence[str]
    """All words of each entry, normalised, without spaces, a line break between them."""


def prepared(
    entries: Sequence[Entry], thesaurus: Sequence[Sequence[str]], store: Store | None = None
) -> Prepared:
    """Prepare entries, or take them from the store if it has them."""
    documents = list(map(_document, entries))
    if store is None:
        return _prepare(entries, documents, thesaurus)
    name = digest(documents, thesaurus, [place_of(entry) for entry in entries])
    data = store.get(name)
    parts = thaw(data, documents) if data is not None else None
    if parts is not None:
        return Prepared(*parts)
    made = _prepare(entries, documents, thesaurus)
    store.put(name, freeze(made.index, made.known, made.spoken, made.texts))
    return made


def place_of(entry: Entry) -> str:
    """The place of an entry's topic, to the county or its like, as a name of its own."""
    place = entry.topic.place
    return place_key(place.levels() if place else ())


def place_key(levels: Sequence[str]) -> str:
    """A place, to the county or its like, as one word; empty for topics across places."""
    return "/".join(levels[:3])


def _prepare(
    entries: Sequence[Entry], documents: Sequence[Document], thesaurus: Sequence[Sequence[str]]
) -> Prepared:
    large_arrays_apart()
    texts = [normalise_all((entry.answer, *entry.asks)) for entry in entries]
    known = _holders(
        (place_of(entry), line)
        for entry, text in zip(entries, texts, strict=True)
        for line in text.split("\n")
    )
    spoken = _holders(
        (place_of(entry), normalise(part).replace(" ", ""))
        for entry in entries
        if entry.topic.place
        for part in (entry.answer, entry.title, entry.topic.title, *entry.topic.aliases)
    )
    return Prepared(build(documents, thesaurus), known, spoken, texts)


def _holders(lines: Iterable[tuple[str, str]]) -> Holders:
    """Who holds which term, from pairs of an owner and a line of words."""
    pairs = list(dict.fromkeys(lines))
    numbers = {owner: 0 for owner, _ in pairs}
    numbers = {owner: number for number, owner in enumerate(numbers)}

    def found() -> Iterator[Found]:
        for first in range(0, len(pairs), BLOCK_TEXTS):
            here = pairs[first : first + BLOCK_TEXTS]
            terms = Texts([units(line) for _, line in here]).grams()
            owner_of = np.array([numbers[owner] for owner, _ in here], np.int32)
            yield Found(terms.codes, owner_of[terms.rows])

    return Holders.of_terms(found(), tuple(numbers))


def _document(entry: Entry) -> Document:
    topic = entry.topic
    place = topic.place.levels() if topic.place else ()
    names = (topic.title, entry.title, *topic.aliases, *place)
    return Document(entry.ref, topic.id, entry.asks, entry.answer, names)


def normalise_all(parts: Sequence[str]) -> str:
    """Many texts as one normalised string, a line break between them."""
    return "\n".join(normalise(part).replace(" ", "") for part in parts)
