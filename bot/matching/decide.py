"""Question -> answer, choices or unknown, with every reason kept for ``--explain``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.matching.guards import Guarded, Guards
from bot.matching.index import Document, Index, build
from bot.matching.match import Candidate, rank
from bot.matching.mentions import Mentions, Names
from bot.matching.terms import Unit, units

ANSWER_MIN = 0.62
"""A score from here on is answered."""
CHOICES_MIN = 0.36
"""A score from here on shows choices; below, the desk says that it does not know."""
CHOICES_MAX = 5
SURE_PHRASING = 0.72
"""A phrasing this near is what its author meant; no guard word overrules it."""

BONUS = {
    "topic": 0.35,
    "place": 0.3,
    "other place": -0.6,
    "home": 0.12,
    "person": 0.3,
    "carried": 0.3,
    "carried entry": -0.05,
    "date": 0.15,
    "theme": -0.15,
    "overview": 0.0,
}

Status = Literal["answer", "choices", "unknown"]
_HOME = re.compile(r"我们|咱|我县|我区|我镇|我村|我街道|本县|本区|本镇|本村|本街道|这里|这边|俺")


@dataclass(frozen=True, slots=True)
class Carried:
    """What the same member asked before in the same chat."""

    topics: tuple[str, ...] = ()
    entry: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the words themselves."""

    home: tuple[str, ...] = ()
    """Levels of the chat's own place, widest first."""
    carried: Carried | None = None
    days: frozenset[tuple[int, int]] = frozenset()
    """(month, day) pairs that the question names."""


@dataclass(slots=True)
class Decision:
    """What to do with a question, and why."""

    status: Status
    entry: Entry | None = None
    score: float = 0.0
    say: str = ""
    """Authored words to say when there is no entry."""
    choices: list[Entry] = field(default_factory=list)
    choice_scores: list[float] = field(default_factory=list)
    reason: str = ""
    rule: str = ""
    """Short name of the rule that decided, for tests and statistics."""
    guard: Guarded | None = None
    question: str = ""
    mentions: Mentions = field(default_factory=Mentions)
    candidates: list[Candidate] = field(default_factory=list)


class Matcher:
    """The understanding of one library: built once, then pure."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.entries = list(library.entries())
        self.by_ref = {entry.ref: entry for entry in self.entries}
        self.names = Names(library)
        self.guards = Guards(library)
        self.index: Index = build((_document(entry) for entry in self.entries), library.thesaurus)
        self._dates = {t.id: _dates_of(t.dates) for t in library.topics.values()}

    def decide(self, question: str, context: Context | None = None) -> Decision:
        """Decide about one normalised question."""
        context = context or Context()
        steps = units(question)
        text = question.replace(" ", "")
        mentions = self.names.find(steps, text)
        bonus = self._bonus(mentions, context, text)
        candidates = rank(self.index, steps, bonus)
        decision = self._judge(text, steps, mentions, candidates, context)
        decision.question, decision.mentions, decision.candidates = question, mentions, candidates
        return decision

    def _bonus(
        self, mentions: Mentions, context: Context, text: str
    ) -> dict[int, dict[str, float]]:
        """Named additions for each entry that something in the question points to."""
        at_home = bool(context.home) and _HOME.search(text) is not None
        places = mentions.places | ({context.home[-1]} if at_home else set())
        carried = context.carried
        if mentions.topics or mentions.places:
            carried = None
        bonus: dict[int, dict[str, float]] = {}
        for number, entry in enumerate(self.entries):
            topic = entry.topic.id
            found = self._place_bonus(topic, places, context.home)
            if topic in mentions.topics:
                found["topic"] = BONUS["topic"] * mentions.topics[topic]
            if mentions.people and any(name in entry.answer for name in mentions.people):
                found["person"] = BONUS["person"]
            if carried is not None and topic in carried.topics:
                found["carried"] = BONUS["carried"]
                if entry.ref == carried.entry:
                    found["carried entry"] = BONUS["carried entry"]
            if context.days and self._dates[topic] & context.days:
                found["date"] = BONUS["date"]
            if found:
                bonus[number] = found
        return bonus

    def _place_bonus(
        self, topic: str, places: frozenset[str] | set[str], home: tuple[str, ...]
    ) -> dict[str, float]:
        levels = self.names.topic_places[topic]
        if places:
            if places & set(levels):
                return {"place": BONUS["place"]}
            name = "other place" if levels else "theme"
            return {name: BONUS[name]}
        if home and home[-1] in levels:
            return {"home": BONUS["home"]}
        return {}

    def _judge(
        self,
        text: str,
        steps: Sequence[Unit],
        mentions: Mentions,
        candidates: list[Candidate],
        context: Context,
    ) -> Decision:
        if mentions.foreign:
            say = f"资料里没有“{mentions.foreign}”的内容。"
            reason = f"问的是“{mentions.foreign}”，资料里没有这个地方"
            return Decision("unknown", say=say, reason=reason, rule="foreign place")
        if not candidates:
            return Decision("unknown", reason="没有一个字词对得上", rule="nothing")
        best = candidates[0]
        entry = self.entries[best.number]
        sure = best.parts.get("phrasing", 0.0) >= SURE_PHRASING
        near_topics = self._near_topics(candidates)
        for guard in self.guards.missing(steps, text, near_topics[:1]):
            if guard.word in best.nearest and best.parts.get("phrasing", 0.0) >= 0.4:
                continue
            reason = f"问到“{guard.word}”，资料未载"
            decision = Decision("unknown", say=guard.say, reason=reason, rule="not_covered")
            decision.guard = guard
            return decision
        if not (sure or mentions.places or mentions.people):
            for guard in self.guards.double(steps, text, near_topics[:2]):
                choices = self._ambiguous(guard, mentions, context)
                if choices is not None:
                    return choices
        return self._by_score(entry, best, candidates)

    def _by_score(self, entry: Entry, best: Candidate, candidates: list[Candidate]) -> Decision:
        others = self._choices(candidates)
        entries = [self.entries[c.number] for c in others]
        scores = [c.score for c in others]
        decision = Decision("unknown", None, best.score, choices=entries, choice_scores=scores)
        if best.score >= ANSWER_MIN:
            decision.status, decision.entry = "answer", entry
            decision.reason = f"得分 {best.score:.2f}，不低于 {ANSWER_MIN}"
            decision.rule = "score"
            decision.choices, decision.choice_scores = entries[1:], scores[1:]
        elif best.score >= CHOICES_MIN:
            decision.status = "choices"
            decision.reason = f"得分 {best.score:.2f}，在 {CHOICES_MIN} 和 {ANSWER_MIN} 之间"
            decision.rule = "score"
        else:
            decision.reason = f"得分 {best.score:.2f}，低于 {CHOICES_MIN}"
            decision.rule = "score"
        return decision

    def _near_topics(self, candidates: Iterable[Candidate]) -> list[str]:
        found: dict[str, None] = {}
        for candidate in candidates:
            found.setdefault(self.entries[candidate.number].topic.id)
        return list(found)

    def _choices(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """At most five: the best, then no more than two of one topic."""
        kept: list[Candidate] = []
        seen: dict[str, int] = {}
        for candidate in candidates:
            topic = self.entries[candidate.number].topic.id
            if seen.get(topic, 0) < 2:
                kept.append(candidate)
                seen[topic] = seen.get(topic, 0) + 1
            if len(kept) == CHOICES_MAX:
                break
        return kept

    def _ambiguous(self, guard: Guarded, mentions: Mentions, context: Context) -> Decision | None:
        """Choices for a word with several meanings, unless the context settles it."""
        entries = [self.resolve(ref) for ref in guard.choices]
        found = [entry for entry in entries if entry is not None]
        topics = {entry.topic.id for entry in found}
        settled = topics & {t for t, sure in mentions.topics.items() if sure >= 0.75}
        if len(settled) == 1 and guard.word not in mentions.words.get(next(iter(settled)), ""):
            return None
        if context.carried and topics & set(context.carried.topics):
            return None
        if context.home:
            own = [e for e in found if context.home[-1] in self.names.topic_places[e.topic.id]]
            if len(own) == 1:
                return None
        decision = Decision("choices", choices=found, choice_scores=[0.0] * len(found))
        decision.reason = f"“{guard.word}”可能指几件事"
        decision.rule, decision.guard = "ambiguous", guard
        return decision

    def resolve(self, ref: str) -> Entry | None:
        """The entry of ``topic`` (its overview) or ``topic/section``; None if there is none."""
        return self.by_ref.get(ref if "/" in ref else f"{ref}/{OVERVIEW}")


def _document(entry: Entry) -> Document:
    topic = entry.topic
    place = topic.place.levels() if topic.place else ()
    names = (topic.title, entry.title, *topic.aliases, *place)
    return Document(entry.ref, topic.id, entry.asks, entry.answer, names)


_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")


def _dates_of(notes: Iterable[object]) -> frozenset[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for note in notes:
        for month, day in _DAY.findall(str(getattr(note, "when", ""))):
            found.add((int(month), int(day)))
    return frozenset(found)
