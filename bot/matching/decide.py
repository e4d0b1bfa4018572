"""Question -> answer, choices or unknown, with every reason kept for ``--explain``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.matching.case import Case, Decision
from bot.matching.elsewhere import Elsewhere
from bot.matching.evidence import Carried, Context, Evidence
from bot.matching.frozen import digest, freeze, thaw
from bot.matching.guards import Guards
from bot.matching.index import Document, Index, build
from bot.matching.match import rank
from bot.matching.mentions import Names, normalise_all
from bot.matching.rules import RULES, SURE_PHRASING
from bot.matching.terms import gram_list, units

__all__ = ["RULES", "SURE_PHRASING", "Carried", "Context", "Decision", "Matcher", "Store"]


class Store(Protocol):
    """Keeps bytes by name."""

    def get(self, name: str) -> bytes | None:
        """What is kept under a name, or None."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes; may silently keep nothing."""
        ...


class Matcher:
    """The understanding of one library: built once, then pure."""

    def __init__(self, library: Library, store: Store | None = None) -> None:
        """``store`` may keep the built index from one start to the next."""
        self.library = library
        self.entries = list(library.entries())
        self.by_ref = {entry.ref: entry for entry in self.entries}
        self._known_texts: dict[int, str] = {}
        self.names = Names(library)
        self.guards = Guards(library)
        self.evidence = Evidence(library, self.entries, self.names)
        self.elsewhere = Elsewhere(self.entries, self.names, self.evidence)
        self.index: Index = _index(list(map(_document, self.entries)), library.thesaurus, store)

    def decide(self, question: str, context: Context | None = None) -> Decision:
        """Decide about one normalised question."""
        context = context or Context()
        steps = units(question)
        text = question.replace(" ", "")
        mentions = self.names.find(steps, text)
        additions = self.evidence.additions(mentions, context, text)
        candidates = rank(self.index, question, steps, additions.total())
        case = Case(self, question, text, steps, mentions, context, candidates)
        decision = next(found for rule in RULES if (found := rule(case)) is not None)
        decision.question, decision.mentions = question, mentions
        decision.candidates, decision.additions = candidates, additions
        return decision

    def known_text(self, number: int) -> str:
        """All words of an entry, normalised, without spaces."""
        text = self._known_texts.get(number)
        if text is None:
            entry = self.entries[number]
            text = normalise_all((entry.answer, *entry.asks))
            self._known_texts[number] = text
        return text

    def known_terms(self, entry: Entry) -> list[int]:
        """The terms of all words of an entry."""
        return gram_list(units(self.known_text(self.index.numbers[entry.ref])))

    def resolve(self, ref: str) -> Entry | None:
        """The entry of ``topic`` (its overview) or ``topic/section``; None if there is none."""
        return self.by_ref.get(ref if "/" in ref else f"{ref}/{OVERVIEW}")


def _index(
    documents: list[Document], thesaurus: Sequence[Sequence[str]], store: Store | None
) -> Index:
    """The index, from the store if it has it."""
    if store is None:
        return build(documents, thesaurus)
    name = digest(documents, thesaurus)
    data = store.get(name)
    index = thaw(data, documents, thesaurus) if data is not None else None
    if index is None:
        index = build(documents, thesaurus)
        store.put(name, freeze(index))
    return index


def _document(entry: Entry) -> Document:
    topic = entry.topic
    place = topic.place.levels() if topic.place else ()
    names = (topic.title, entry.title, *topic.aliases, *place)
    return Document(entry.ref, topic.id, entry.asks, entry.answer, names)
