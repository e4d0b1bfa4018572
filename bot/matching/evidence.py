"""What speaks for or against an entry beside its words: place, topic, person, time, follow-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.knowledge.library import Entry, Library
from bot.matching.facets import asked_for, held_by
from bot.matching.mentions import Mentions, Names
from bot.matching.terms import Unit, gram_terms, units
from bot.text.normalise import normalise

BONUS: Mapping[str, float] = {
    "topic": 0.25,
    "neighbour": 0.12,
    "place": 0.25,
    "other place": -0.6,
    "other owner": -0.25,
    "home": 0.3,
    "person": 0.2,
    "other person": -0.15,
    "person's topic": 0.12,
    "carried": 0.3,
    "carried place": 0.2,
    "carried entry": -0.05,
    "not carried": -0.15,
    "date": 0.15,
    "theme": -0.12,
    "facet": -0.25,
}
"""What each kind of evidence adds."""

OWNER_MIN = 0.75
"""An alias this sure counts like the name of its place."""
SHORT_CHARS = 9
"""A follow-up this short leans on what was asked before twice as much."""

_ACROSS = re.compile(
    r"各地|哪些地方|哪几个地方|几个地方|哪里都|都有哪|汇总|资料里|这些资料|八个|各个|全部|分别|对比|比较"
)
_HOME = re.compile(r"我们|咱|我县|我区|我镇|我村|我街道|本县|本区|本镇|本村|本街道|这里|这边|俺")
_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
_FUNCTION = frozenset(
    "的了吗呢吧啊呀是有在和与就都也还要能会可以我你您他她它们咱俺这那哪什么怎咋样多少几个谁为何如请问想知道"
    "一下些里上下中来去到给把被从对说看做弄搞办事人家位名项条次年月日号之其所啥好没不很最又再请帮叫让起块儿"
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the same member asked before in the same chat."""

    topics: tuple[str, ...] = ()
    entry: str = ""
    question: str = ""
    """Normalised."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the words themselves."""

    home: tuple[str, ...] = ()
    """Levels of the chat's own place, widest first."""
    carried: Carried | None = None
    days: frozenset[tuple[int, int]] = frozenset()
    """(month, day) pairs that the question names."""


class Evidence:
    """Precomputed facts about the topics of a library, and the additions they lead to."""

    def __init__(self, library: Library, entries: Sequence[Entry], names: Names) -> None:
        self._entries = entries
        self._names = names
        self.dates = {
            t.id: frozenset(
                (int(month), int(day)) for note in t.dates for month, day in _DAY.findall(note.when)
            )
            for t in library.topics.values()
        }
        self._numbers: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            self._numbers.setdefault(entry.topic.id, []).append(number)
        self.held = [held_by(entry.answer, names.all_people) for entry in entries]
        """Per entry: the kinds of thing that its answer holds."""
        self._at_place: dict[tuple[str, ...], list[str]] = {}
        for topic in library.topics:
            self._at_place.setdefault(self.place(topic), []).append(topic)
        self.place_terms: dict[tuple[str, ...], set[str]] = {}
        for entry in entries:
            known = self.place_terms.setdefault(self.place(entry.topic.id), set())
            for text in (entry.answer, *entry.asks):
                known |= gram_terms(units(normalise(text).replace(" ", "")))

    def place(self, topic: str) -> tuple[str, ...]:
        """The place of a topic, to the county or its like; empty for topics across places."""
        return self._names.topic_places[topic][:3]

    def neighbours(self, topics: Mapping[str, float]) -> dict[str, float]:
        """Topics of the same place as the named ones, with how surely those are meant."""
        found: dict[str, float] = {}
        for topic, sure in topics.items():
            place = self.place(topic) if topic in self._names.topic_places else ()
            for other in self._at_place[place] if place else ():
                found[other] = max(sure, found.get(other, 0.0))
        return found

    def additions(
        self, mentions: Mentions, context: Context, text: str
    ) -> dict[int, dict[str, float]]:
        """Named additions for each entry that something in the question points to or away from.

        Args:
            mentions: what the question names.
            context: what is known beside it.
            text: the question, normalised, without spaces.
        """
        by_topic = self._by_topic(mentions, context, text)
        facets = asked_for(text)
        people = mentions.people
        carried = context.carried.entry if context.carried else ""
        found: dict[int, dict[str, float]] = {}
        for topic, numbers in self._numbers.items():
            here = by_topic[topic]
            if here:
                for number in numbers:
                    found[number] = here
        for number, entry in enumerate(self._entries) if facets or people or carried else ():
            more: dict[str, float] = {}
            if people:
                named = any(name in entry.answer for name in people)
                which = "person" if named else "other person"
                more[which] = BONUS[which]
            if carried and entry.ref == carried:
                more["carried entry"] = BONUS["carried entry"]
            if facets and not self.held[number].issuperset(facets):
                more["facet"] = BONUS["facet"]
            if more:
                found[number] = found.get(number, {}) | more
        return found

    def _by_topic(
        self, mentions: Mentions, context: Context, text: str
    ) -> dict[str, dict[str, float]]:
        at_home = bool(context.home) and _HOME.search(text) is not None
        places = mentions.places | ({context.home[-1]} if at_home else set())
        carried = None if mentions.places else context.carried
        near = self.neighbours(mentions.topics)
        across = _ACROSS.search(text) is not None
        carry = self._carry(carried, short=len(text) <= SHORT_CHARS)
        owner = self._owner(mentions) if not places else ()
        found: dict[str, dict[str, float]] = {}
        for topic, levels in self._names.topic_places.items():
            here = dict(carry.get(topic, {}))
            if places and levels:
                name = "place" if places & set(levels) else "other place"
                here[name] = BONUS[name]
            elif context.home and context.home[-1] in levels:
                here["home"] = BONUS["home"]
            elif not levels and not across:
                here["theme"] = BONUS["theme"]
            if owner and levels and self.place(topic) != owner:
                here["other owner"] = BONUS["other owner"]
            if topic in mentions.topics:
                here["topic"] = BONUS["topic"] * mentions.topics[topic]
            elif topic in near:
                here["neighbour"] = BONUS["neighbour"] * near[topic]
            if mentions.people & self._names.topic_people[topic]:
                here["person's topic"] = BONUS["person's topic"]
            if context.days and self.dates[topic] & context.days:
                here["date"] = BONUS["date"]
            found[topic] = here
        return found

    def _owner(self, mentions: Mentions) -> tuple[str, ...]:
        """The one place whose topics own every name that is surely meant, or ()."""
        sure = [topic for topic, value in mentions.topics.items() if value >= OWNER_MIN]
        places = {self.place(topic) for topic in sure} - {()}
        return places.pop() if len(places) == 1 else ()

    def _carry(self, carried: Carried | None, *, short: bool) -> dict[str, dict[str, float]]:
        """What the last exchange adds to each topic."""
        if carried is None or not carried.topics:
            return {}
        near = self.neighbours(dict.fromkeys(carried.topics, 1.0))
        found: dict[str, dict[str, float]] = {}
        for topic, levels in self._names.topic_places.items():
            if topic in carried.topics:
                found[topic] = {"carried": BONUS["carried"]}
            elif topic in near:
                found[topic] = {"carried place": BONUS["carried place"]}
            elif levels:
                found[topic] = {"not carried": BONUS["not carried"] * (2 if short else 1)}
        return found

    def settled(
        self, word: str, topics: Iterable[str], question: str, days: frozenset[tuple[int, int]]
    ) -> bool:
        """Do the words beside an ambiguous one point to just one of its meanings?

        They do when a pair of content characters (or of their sounds) stands in the files of one
        place alone, or the date is that of one topic alone.
        """
        meant = list(topics)
        if days and len({topic for topic in meant if self.dates[topic] & days}) == 1:
            return True
        places = {self.place(topic) for topic in meant} - {()}
        return owned_by_one(question, word, {str(p): self.place_terms[p] for p in places})


def owned_by_one(question: str, word: str, owners: Mapping[str, set[str]]) -> bool:
    """Do the content pairs beside ``word`` that just one owner's words hold, all name the same?"""
    found: set[str] = set()
    for part in question.split():
        for piece in part.split(word):
            for pair in content_pairs(units(piece)):
                own = [name for name, terms in owners.items() if pair & terms]
                if len(own) == 1:
                    found.update(own)
    return len(found) == 1


def is_function_word(word: str) -> bool:
    """Does a word hold less than two content characters, like 哪几家, 是哪家 or 最近的?"""
    return sum(char not in _FUNCTION for char in word) < 2


def content_pairs(steps: Sequence[Unit]) -> list[set[str]]:
    """Neighbouring content characters as terms: how each pair is written and how it sounds."""
    pairs: list[set[str]] = []
    for one, two in pairwise(steps):
        if one.written in _FUNCTION or two.written in _FUNCTION:
            continue
        pairs.append({f"d{one.written}{two.written}", f"t{one.sound} {two.sound}"})
    return pairs
