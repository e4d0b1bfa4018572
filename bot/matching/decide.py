"""Question -> answer, choices or unknown, with every reason kept for ``--explain``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.matching.facets import asked_for, asks_name, contradicted, lacking
from bot.matching.guards import Guarded, Guards
from bot.matching.index import Document, Index, build
from bot.matching.match import Candidate, rank
from bot.matching.mentions import Mentions, Names
from bot.matching.terms import Unit, gram_terms, units
from bot.text.normalise import normalise

ANSWER_MIN = 0.4
"""A score from here on is answered."""
CHOICES_MIN = 0.27
"""A score from here on shows choices; below, the desk says that it does not know."""
CHOICES_MAX = 5
STORY_CONTENT = 0.7
STORY_CHARS = 45
"""A guard word in a clause that asks nothing is part of the story when the message is this long or
the best entry fits this well."""
BARE_CHARS_MAX = 10
BARE_COVERAGE = 0.8
"""A place owns a bare word if its best entry covers it this well, compared with the best."""
SURE_PHRASING = 0.72
"""A phrasing this near is what its author meant; no guard word overrules it."""

BONUS = {
    "topic": 0.25,
    "neighbour": 0.12,
    "place": 0.25,
    "other place": -0.6,
    "home": 0.12,
    "person": 0.2,
    "person's topic": 0.12,
    "carried": 0.3,
    "carried place": 0.2,
    "carried entry": -0.05,
    "date": 0.15,
    "theme": -0.12,
    "facet": -0.25,
}

Status = Literal["answer", "choices", "unknown"]
_ACROSS = re.compile(
    r"各地|哪些地方|哪几个地方|几个地方|哪里都|都有哪|汇总|资料里|这些资料|八个|各个|全部|分别|对比|比较"
)
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
        self._at_place: dict[tuple[str, ...], list[str]] = {}
        for topic, levels in self.names.topic_places.items():
            self._at_place.setdefault(levels[:3], []).append(topic)
        self._place_terms: dict[tuple[str, ...], set[str]] = {}
        for entry in self.entries:
            levels = self.names.topic_places[entry.topic.id][:3]
            known = self._place_terms.setdefault(levels, set())
            for text in (entry.answer, *entry.asks):
                known |= gram_terms(units(normalise(text).replace(" ", "")))
        self._dates = {t.id: _dates_of(t.dates) for t in library.topics.values()}

    def decide(self, question: str, context: Context | None = None) -> Decision:
        """Decide about one normalised question."""
        context = context or Context()
        steps = units(question)
        text = question.replace(" ", "")
        mentions = self.names.find(steps, text)
        bonus = self._bonus(mentions, context, text)
        candidates = rank(self.index, steps, bonus)
        decision = self._judge(question, steps, mentions, candidates, context)
        decision.question, decision.mentions, decision.candidates = question, mentions, candidates
        return decision

    def _bonus(
        self, mentions: Mentions, context: Context, text: str
    ) -> dict[int, dict[str, float]]:
        """Named additions for each entry that something in the question points to."""
        at_home = bool(context.home) and _HOME.search(text) is not None
        places = mentions.places | ({context.home[-1]} if at_home else set())
        carried = None if mentions.places else context.carried
        near = self._neighbours(mentions.topics)
        carried_places = self._neighbours(dict.fromkeys(carried.topics, 1.0)) if carried else {}
        across = _ACROSS.search(text) is not None
        facets = asked_for(text)
        bonus: dict[int, dict[str, float]] = {}
        for number, entry in enumerate(self.entries):
            topic = entry.topic.id
            found = self._place_bonus(topic, places, context.home)
            if not self.names.topic_places[topic] and not across:
                found["theme"] = BONUS["theme"]
            if topic in mentions.topics:
                found["topic"] = BONUS["topic"] * mentions.topics[topic]
            elif topic in near:
                found["neighbour"] = BONUS["neighbour"] * near[topic]
            if mentions.people and any(name in entry.answer for name in mentions.people):
                found["person"] = BONUS["person"]
            if mentions.people & self.names.topic_people[topic]:
                found["person's topic"] = BONUS["person's topic"]
            if carried is not None and topic in carried.topics:
                found["carried"] = BONUS["carried"]
                if entry.ref == carried.entry:
                    found["carried entry"] = BONUS["carried entry"]
            elif topic in carried_places:
                found["carried place"] = BONUS["carried place"]
            if context.days and self._dates[topic] & context.days:
                found["date"] = BONUS["date"]
            if facets and lacking(facets, entry.answer):
                found["facet"] = BONUS["facet"]
            if found:
                bonus[number] = found
        return bonus

    def _neighbours(self, topics: Mapping[str, float]) -> dict[str, float]:
        """Topics of the same place as the named ones, with how surely those are meant."""
        found: dict[str, float] = {}
        for topic, sure in topics.items():
            levels = self.names.topic_places.get(topic, ())
            for other in self._at_place.get(levels[:3], ()) if levels else ():
                found[other] = max(sure, found.get(other, 0.0))
        return found

    def _place_bonus(
        self, topic: str, places: frozenset[str] | set[str], home: tuple[str, ...]
    ) -> dict[str, float]:
        levels = self.names.topic_places[topic]
        if places:
            if places & set(levels):
                return {"place": BONUS["place"]}
            return {"other place": BONUS["other place"]} if levels else {}
        if home and home[-1] in levels:
            return {"home": BONUS["home"]}
        return {}

    def _judge(
        self,
        question: str,
        steps: Sequence[Unit],
        mentions: Mentions,
        candidates: list[Candidate],
        context: Context,
    ) -> Decision:
        text = question.replace(" ", "")
        if mentions.foreign:
            say = f"资料里没有“{mentions.foreign}”的内容。"
            reason = f"问的是“{mentions.foreign}”，资料里没有这个地方"
            return Decision("unknown", say=say, reason=reason, rule="foreign place")
        if not candidates:
            return Decision("unknown", reason="没有一个字词对得上", rule="nothing")
        best = candidates[0]
        entry = self.entries[best.number]
        phrasing = best.parts.get("phrasing", 0.0)
        near_topics = self._near_topics(candidates)
        asking = question_part(question)
        known = normalise(entry.answer + " ".join(entry.asks)).replace(" ", "")
        for guard in self.guards.missing(steps, text, near_topics[:1]):
            if guard.word in best.nearest and phrasing >= 0.4:
                continue
            if guard.word not in asking and (
                best.content >= STORY_CONTENT or len(text) >= STORY_CHARS
            ):
                continue
            if not guard.topic and guard.word in known:
                continue
            reason = f"问到“{guard.word}”，资料未载"
            decision = Decision("unknown", say=guard.say, reason=reason, rule="not_covered")
            decision.guard = guard
            return decision
        if not (mentions.places or mentions.people):
            for guard in self.guards.double(steps, text, near_topics[:2]):
                choices = self._ambiguous(guard, question, mentions, context)
                if choices is not None:
                    return choices
        spread = self._bare_spread(question, mentions, candidates, context)
        if spread:
            decision = Decision("choices", choices=spread, choice_scores=[0.0] * len(spread))
            decision.reason, decision.rule = "只有一个词，几个地方都有", "bare word"
            return decision
        odd = contradicted(text, entry.answer, " ".join(entry.asks))
        if odd:
            reason = f"问的是“{odd}”，和资料里写的不是一回事"
            return Decision("unknown", reason=reason, rule="contradiction")
        facets = lacking(asked_for(text), entry.answer)
        if asks_name(text) and not any(name in entry.answer for name in self.names.all_people):
            facets = ("姓名",)
        if facets and phrasing < SURE_PHRASING:
            reason = f"问的是{facets[0]}，这一节里没有"
            return Decision("unknown", score=best.score, reason=reason, rule="facet")
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

    def _bare_spread(
        self,
        question: str,
        mentions: Mentions,
        candidates: Sequence[Candidate],
        context: Context,
    ) -> list[Entry]:
        """The best entry of each place for a bare word ("人居环境") that several places own."""
        if mentions.places or mentions.people or context.carried or context.home:
            return []
        if len(question) > BARE_CHARS_MAX or _ASKING.search(question):
            return []
        top = max(candidate.parts["coverage"] for candidate in candidates)
        found: dict[tuple[str, ...], Entry] = {}
        for candidate in candidates:
            entry = self.entries[candidate.number]
            levels = self.names.topic_places[entry.topic.id]
            if levels and candidate.parts["coverage"] >= BARE_COVERAGE * top:
                found.setdefault(levels[:3], entry)
        return list(found.values())[:CHOICES_MAX] if len(found) > 1 and top >= 0.5 else []

    def _ambiguous(
        self, guard: Guarded, question: str, mentions: Mentions, context: Context
    ) -> Decision | None:
        """Choices for a word with several meanings, unless the rest of the question settles it."""
        found = [entry for ref in guard.choices if (entry := self.resolve(ref)) is not None]
        topics = [entry.topic.id for entry in found]
        carried = context.carried
        if carried and set(topics) & (set(carried.topics) | set(self._carried_places(carried))):
            return None
        if context.home:
            own = [t for t in topics if context.home[-1] in self.names.topic_places[t]]
            if len(own) == 1:
                return None
        longer = [t for t, alias in mentions.words.items() if len(alias) > len(guard.word) + 1]
        if set(longer) & set(topics) or self._settled(guard.word, topics, question, context):
            return None
        decision = Decision("choices", choices=found, choice_scores=[0.0] * len(found))
        decision.reason = f"“{guard.word}”可能指几件事"
        decision.rule, decision.guard = "ambiguous", guard
        return decision

    def _carried_places(self, carried: Carried) -> dict[str, float]:
        return self._neighbours(dict.fromkeys(carried.topics, 1.0))

    def _settled(self, word: str, topics: Sequence[str], question: str, context: Context) -> bool:
        """Do the other words of the question point to just one of the meanings?

        They do when a pair of content characters (or of their sounds) beside the ambiguous word
        stands in the files of one place alone, or the date is that of one topic alone.
        """
        if context.days:
            dated = [topic for topic in topics if self._dates[topic] & context.days]
            if len(set(dated)) == 1:
                return True
        places = {self.names.topic_places[topic][:3] for topic in topics} - {()}
        pieces = [piece for part in question.split() for piece in part.split(word)]
        pairs = [pair for piece in pieces for pair in content_pairs(units(piece))]
        owners = {
            place
            for pair in pairs
            if len(own := {p for p in places if pair & self._place_terms[p]}) == 1
            for place in own
        }
        return len(owners) == 1

    def resolve(self, ref: str) -> Entry | None:
        """The entry of ``topic`` (its overview) or ``topic/section``; None if there is none."""
        return self.by_ref.get(ref if "/" in ref else f"{ref}/{OVERVIEW}")


_FUNCTION = frozenset(
    "的了吗呢吧啊呀是有在和与就都也还要能会可以我你您他她它们咱俺这那哪什么怎咋样多少几个谁为何如请问想知道"
    "一下些里上下中来去到给把被从对说看做弄搞办事人家位名项条次年月日号之其所啥好没不很最又再请帮叫让起块儿"
)


def content_pairs(steps: Sequence[Unit]) -> list[set[str]]:
    """Neighbouring content characters as terms: how each pair is written and how it sounds."""
    pairs: list[set[str]] = []
    for one, two in pairwise(steps):
        if one.written in _FUNCTION or two.written in _FUNCTION:
            continue
        pairs.append({f"d{one.written}{two.written}", f"t{one.sound} {two.sound}"})
    return pairs


_ASKING = re.compile(
    r"什么|啥|哪|谁|几|多少|怎|咋|吗|么|呢|何|如何|是不是|有没有|能不能|可不可|好多|为什么|想问|请问|想知道|了解"
)


def question_part(question: str) -> str:
    """Where a message asks: the clauses with a question word, or all of it when none has one.

    A story told before the question ("我要写总结，……有多少个") must not set off a guard.
    """
    clauses = question.split()
    asking = [clause for clause in clauses if _ASKING.search(clause)]
    return "".join(asking or clauses)


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
