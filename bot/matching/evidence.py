"""What speaks for or against an entry beside its words: place, topic, person, time, follow-up."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.matching.facets import FACETS, Facet, asked_for, holds
from bot.matching.holders import Holders
from bot.matching.meanings import Floats
from bot.matching.mentions import Mentions, Names
from bot.matching.prepared import place_key
from bot.matching.terms import Unit, neighbour_codes, units

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
    "overview": -0.03,
}
"""What each kind of evidence adds."""

OWNER_MIN = 0.75
"""An alias this sure counts like the name of its place."""
SHORT_CHARS = 9
"""A follow-up this short leans on what was asked before twice as much."""

ACROSS = re.compile(
    r"各地|哪些地方|哪几个地方|几个地方|哪里都|都有哪|汇总|资料里|这些资料|八个|各个|全部|分别|对比|比较"
)
"""What asks about several places at once."""
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


Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Additions:
    """What speaks for or against each entry, by name."""

    topics: Sequence[tuple[str, Floats]]
    """Name, and what it adds to each topic."""
    entries: Sequence[tuple[str, Floats]]
    """Name, and what it adds to each entry."""
    topic_of: NDArray[np.int32]
    """The topic of each entry."""

    def total(self) -> Floats:
        """The sum for each entry."""
        found = np.zeros(len(self.topic_of), np.float32)
        if self.topics:
            found += np.add.reduce([values for _, values in self.topics])[self.topic_of]
        for _, values in self.entries:
            found += values
        return found

    def named(self, number: int) -> dict[str, float]:
        """The additions of one entry that are not zero."""
        topic = self.topic_of[number]
        every = [(name, float(values[topic])) for name, values in self.topics]
        every += [(name, float(values[number])) for name, values in self.entries]
        return {name: value for name, value in every if value}


class Evidence:
    """Precomputed facts about the topics of a library, and the additions they lead to."""

    def __init__(
        self, library: Library, entries: Sequence[Entry], names: Names, known: Holders
    ) -> None:
        self._names = names
        self.dates = {
            t.id: frozenset(
                (int(month), int(day)) for note in t.dates for month, day in _DAY.findall(note.when)
            )
            for t in library.topics.values()
        }
        topics = list(library.topics)
        self._topics = {topic: number for number, topic in enumerate(topics)}
        self._topic_of = np.array([self._topics[e.topic.id] for e in entries], np.int32)
        self._entry_of = {entry.ref: number for number, entry in enumerate(entries)}
        self._answers = [entry.answer for entry in entries]
        self._overview = _adding("overview", np.array([e.id == OVERVIEW for e in entries], bool))
        # Looked for when first asked for: one question asks for few kinds of thing and few people.
        self._holding: dict[str, Mask] = {}
        self._naming: dict[str, Mask] = {}
        self._placed = self._mask(t for t in topics if names.topic_places[t])
        self._at_level: dict[str, Mask] = {}
        """Per name of a place: the topics that lie there."""
        self._at_place: dict[tuple[str, ...], list[str]] = {}
        for topic in topics:
            self._at_place.setdefault(self.place(topic), []).append(topic)
        for level in {name for t in topics for name in names.topic_places[t]}:
            self._at_level[level] = self._mask(t for t in topics if level in names.topic_places[t])
        self._on_day: dict[tuple[int, int], Mask] = {}
        for day in {day for days in self.dates.values() for day in days}:
            self._on_day[day] = self._mask(t for t in topics if day in self.dates[t])
        self.known = known
        """Which place's files hold which term."""

    def holding(self, facet: Facet) -> Mask:
        """The entries whose answer holds a thing of this kind."""
        if facet.name not in self._holding:
            people = self._names.all_people
            found = [holds(facet, answer, people) for answer in self._answers]
            self._holding[facet.name] = np.array(found, bool)
        return self._holding[facet.name]

    @cached_property
    def names_one(self) -> Sequence[bool]:
        """Per entry: does its answer name a person?"""
        people = self._names.all_people
        return [any(name in answer for name in people) for answer in self._answers]

    def prepare(self) -> None:
        """Look through the answers for every kind of thing and every person now."""
        for facet in FACETS:
            self.holding(facet)
        for name in self._names.all_people:
            self._names_person(name)

    def _names_person(self, name: str) -> Mask:
        """The entries whose answer names somebody."""
        if name not in self._naming:
            text, ends = self._joined
            found, at = np.zeros(len(self._answers), bool), text.find(name)
            while at >= 0:
                owner = bisect_right(ends, at)
                found[owner] = True
                at = text.find(name, ends[owner])
            self._naming[name] = found
        return self._naming[name]

    @cached_property
    def _joined(self) -> tuple[str, list[int]]:
        """All answers as one text, and where the next begins: finding in it is one call."""
        ends = accumulate(len(answer) + 1 for answer in self._answers)
        return "\n".join(self._answers), list(ends)

    def _mask(self, topics: Iterable[str]) -> Mask:
        found = np.zeros(len(self._topics), bool)
        found[[self._topics[topic] for topic in topics]] = True
        return found

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

    def additions(self, mentions: Mentions, context: Context, question: str) -> Additions:
        """Named additions for each entry that something in the question points to or away from.

        Args:
            mentions: what the question names.
            context: what is known beside it.
            question: normalised.
        """
        text = question.replace(" ", "")
        topics = [
            *self._by_place(mentions, context, text),
            *self._by_topic(mentions),
            *self._by_carry(None if mentions.places else context.carried, len(text)),
        ]
        days = [self._on_day[day] for day in context.days if day in self._on_day]
        if days:
            topics.append(_adding("date", np.logical_or.reduce(days)))
        return Additions(topics, self._by_entry(mentions, context, question), self._topic_of)

    def depends_on(self, mentions: Mentions, question: str) -> Hashable:
        """What the additions to a question without context follow from: equal for equal ones."""
        topics = tuple(sorted(mentions.topics.items()))
        across = ACROSS.search(question.replace(" ", "")) is not None
        return topics, mentions.places, mentions.people, across, asked_for(question)

    def _by_entry(
        self, mentions: Mentions, context: Context, question: str
    ) -> list[tuple[str, Floats]]:
        # Where a section fits nearly as well, it is what was asked.
        found: list[tuple[str, Floats]] = [self._overview]
        if mentions.people:
            named = np.logical_or.reduce([self._names_person(name) for name in mentions.people])
            found += [_adding("person", named), _adding("other person", ~named)]
        carried = self._entry_of.get(context.carried.entry) if context.carried else None
        if carried is not None:
            once = np.zeros(len(self._topic_of), np.float32)
            once[carried] = BONUS["carried entry"]
            found.append(("carried entry", once))
        facets = asked_for(question)
        if facets:
            held = np.logical_and.reduce([self.holding(facet) for facet in facets])
            found.append(_adding("facet", ~held))
        return found

    def _by_place(
        self, mentions: Mentions, context: Context, text: str
    ) -> list[tuple[str, Floats]]:
        """What the places named, the chat's own place and the lack of any add to each topic."""
        home = context.home[-1:]
        at_home = bool(home) and _HOME.search(text) is not None
        places = mentions.places | (set(home) if at_home else set())
        found: list[tuple[str, Floats]] = []
        rest = ~self._placed
        nowhere = np.zeros(len(self._topics), bool)
        if places:
            here = np.logical_or.reduce([self._at_level.get(name, nowhere) for name in places])
            found.append(_adding("place", here))
            found.append(_adding("other place", self._placed & ~here))
        if home:
            own = self._at_level.get(home[0], nowhere)
            found.append(_adding("home", own & rest if places else own))
            rest = rest & ~own
        if ACROSS.search(text) is None:
            found.append(_adding("theme", rest))
        owner = self._owner(mentions) if not places else ()
        if owner:
            mine = self._mask(self._at_place[owner])
            found.append(_adding("other owner", self._placed & ~mine))
        return found

    def _by_topic(self, mentions: Mentions) -> list[tuple[str, Floats]]:
        """What the names of topics and people add to each topic."""
        found: list[tuple[str, Floats]] = []
        if mentions.topics:
            named = self._shares("topic", mentions.topics)
            near = self._shares("neighbour", self.neighbours(mentions.topics))
            near[1][named[1] != 0] = 0
            found += [named, near]
        if mentions.people:
            theirs = self._names.topic_people
            known = self._mask(t for t in self._topics if mentions.people & theirs[t])
            found.append(_adding("person's topic", known))
        return found

    def _shares(self, name: str, sure: Mapping[str, float]) -> tuple[str, Floats]:
        values = np.zeros(len(self._topics), np.float32)
        for topic, share in sure.items():
            values[self._topics[topic]] = BONUS[name] * share
        return name, values

    def _owner(self, mentions: Mentions) -> tuple[str, ...]:
        """The one place whose topics own every name that is surely meant, or ()."""
        sure = [topic for topic, value in mentions.topics.items() if value >= OWNER_MIN]
        places = {self.place(topic) for topic in sure} - {()}
        return places.pop() if len(places) == 1 else ()

    def _by_carry(self, carried: Carried | None, chars: int) -> list[tuple[str, Floats]]:
        """What the last exchange adds to each topic."""
        if carried is None or not carried.topics:
            return []
        same = self._mask(topic for topic in carried.topics if topic in self._topics)
        near = self._mask(self.neighbours(dict.fromkeys(carried.topics, 1.0))) & ~same
        others = _adding("not carried", self._placed & ~same & ~near)
        short = 2 if chars <= SHORT_CHARS else 1
        return [
            _adding("carried", same),
            _adding("carried place", near),
            (others[0], others[1] * np.float32(short)),
        ]

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
        places = {place_key(self.place(topic)) for topic in meant} - {""}
        return owned_by_one(question, word, self.known, places)


def owned_by_one(question: str, word: str, holders: Holders, owners: Iterable[str]) -> bool:
    """Do the content pairs beside ``word`` that just one owner's words hold, all name the same?"""
    pairs = [
        pair
        for part in question.split()
        for piece in part.split(word)
        for pair in content_pairs(units(piece))
    ]
    wanted = frozenset(owners)
    own = (owners & wanted for owners in holders.of_pairs(pairs))
    found: set[str] = set().union(*(names for names in own if len(names) == 1))
    return len(found) == 1


def _adding(name: str, where: Mask) -> tuple[str, Floats]:
    return name, where * np.float32(BONUS[name])


def is_function_word(word: str) -> bool:
    """Does a word hold less than two content characters, like 哪几家, 是哪家 or 最近的?"""
    return sum(char not in _FUNCTION for char in word) < 2


def content_pairs(steps: Sequence[Unit]) -> list[tuple[int, int]]:
    """Neighbouring content characters as terms: how each pair is written and how it sounds."""
    return [
        neighbour_codes(one, two)
        for one, two in pairwise(steps)
        if one.written not in _FUNCTION and two.written not in _FUNCTION
    ]
