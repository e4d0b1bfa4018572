"""Question -> answer, choices or unknown, with every reason kept for ``--explain``."""

from __future__ import annotations

from bot.knowledge.closed import without_closed
from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.matching.case import SURE_PHRASING, Case, Decision
from bot.matching.elsewhere import Elsewhere
from bot.matching.evidence import Carried, Context, Evidence
from bot.matching.frozen import Store
from bot.matching.guards import Guards
from bot.matching.match import rank
from bot.matching.mentions import Names
from bot.matching.prepared import prepared
from bot.matching.rules import RULES
from bot.matching.terms import gram_list, units
from bot.matching.unsaid import Unsaid

__all__ = ["RULES", "SURE_PHRASING", "Carried", "Context", "Decision", "Matcher", "Store"]


class Matcher:
    """The understanding of one library: built once, then pure."""

    def __init__(self, library: Library, store: Store | None = None) -> None:
        """``store`` may keep the built index from one start to the next.

        What only members may read takes no part in understanding: otherwise a question with a name
        in it would tell whether the name stands on a list. It is found by its phrasings and title.
        """
        library = without_closed(library)
        self.library = library
        self.entries = list(library.entries())
        self.by_ref = {entry.ref: entry for entry in self.entries}
        made = prepared(self.entries, library.thesaurus, store)
        self.index = made.index
        self._texts = made.texts
        self.names = Names(library, "\n".join(made.texts), store)
        self.guards = Guards(library, store)
        self.evidence = Evidence(library, self.entries, self.names, made.known)
        self.unsaid = Unsaid(library, self.evidence, store)
        topics = library.topics.values()
        self.elsewhere = Elsewhere(topics, self.names, self.evidence, made.spoken)

    def decide(self, question: str, context: Context | None = None) -> Decision:
        """Decide about one normalised question."""
        context = context or Context()
        steps = units(question)
        text = question.replace(" ", "")
        mentions = self.names.find(steps, text)
        additions = self.evidence.additions(mentions, context, question)
        candidates = rank(self.index, question, steps, additions.total())
        case = Case(self, question, text, steps, mentions, context, candidates)
        decision = next(found for rule in RULES if (found := rule(case)) is not None)
        decision.question, decision.mentions = question, mentions
        decision.candidates, decision.additions = candidates, additions
        return decision

    def prepare(self) -> None:
        """Look up now what is looked up when a question first concerns it."""
        self.guards.prepare()
        self.evidence.prepare()
        self.names.prepare()
        self.unsaid.prepare()

    def known_text(self, number: int) -> str:
        """All words of an entry, normalised, without spaces."""
        return self._texts[number]

    def known_terms(self, entry: Entry) -> list[int]:
        """The terms of all words of an entry."""
        return gram_list(units(self.known_text(self.index.numbers[entry.ref])))

    def resolve(self, ref: str) -> Entry | None:
        """The entry of ``topic`` (its overview) or ``topic/section``; None if there is none."""
        return self.by_ref.get(ref if "/" in ref else f"{ref}/{OVERVIEW}")
