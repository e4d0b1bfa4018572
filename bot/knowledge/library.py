"""All knowledge that was read and found sound, in the form that the desk works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.knowledge.schema import (
    Ambiguous,
    Event,
    Kind,
    NotCovered,
    Overview,
    Section,
    SmallTalk,
    Source,
    Topic,
)

Standing = Literal["current", "expired", "early"]

OVERVIEW = "overview"
"""The section id that stands for a topic's overview in references and replies."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answerable unit: a section, or a topic's overview."""

    topic: Topic
    kind: Kind
    id: str
    title: str
    asks: tuple[str, ...]
    answer: str
    valid_from: date | None = None
    valid_to: date | None = None
    members_only: bool = False
    """Said in private to bound members alone."""
    phone_in_groups: bool = False
    """Its phone numbers are said in full in groups too."""

    def standing(self, day: date) -> Standing:
        """Whether the answer holds on a day, not yet, or no longer."""
        if self.valid_to is not None and day > self.valid_to:
            return "expired"
        if self.valid_from is not None and day < self.valid_from:
            return "early"
        return "current"

    @property
    def ref(self) -> str:
        """``topic/section``, unique in the library."""
        return f"{self.topic.id}/{self.id}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A test with what it expects in full, and where it stands."""

    ask: str
    expect: str
    """``topic/section``, or one of the words in ``schema``."""
    now: date | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """One calendar event together with the topic it belongs to."""

    topic: Topic
    event: Event
    about: Topic
    """The topic that the event is told in (``see``), else its own: it has the place and source."""

    @property
    def ref(self) -> str:
        """``topic/event``."""
        return f"{self.topic.id}/{self.event.id}"


@dataclass(frozen=True, slots=True)
class Library:
    """The knowledge of one moment; never changed, only replaced."""

    topics: Mapping[str, Topic]
    kinds: Mapping[str, Kind]
    sources: Mapping[str, Source]
    smalltalk: tuple[SmallTalk, ...] = ()
    thesaurus: tuple[tuple[str, ...], ...] = ()
    not_covered: tuple[NotCovered, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Where each topic or entry stands: ref -> (file, line)."""
    ask_lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The line of each phrasing of an entry, in their order."""
    tests: tuple[Placed, ...] = ()

    def place_of_ask(self, entry: Entry, number: int) -> tuple[str, int]:
        """(file, line) of an entry's phrasing."""
        file, line = self.places.get(entry.ref, ("", 1))
        lines = self.ask_lines.get(entry.ref, ())
        return file, lines[number] if number < len(lines) else line

    def asked(self) -> list[str]:
        """All ways of asking for what is answered, and words for what no source gives."""
        found = [ask for entry in self.entries() for ask in entry.asks]
        for topic in self.topics.values():
            for rule in topic.not_covered:
                found += [*rule.words, *rule.ask]
        return found + [word for rule in self.not_covered for word in rule.words]

    def entries(self) -> Iterator[Entry]:
        """Every answerable unit, overviews first within their topic."""
        for topic in self.topics.values():
            yield from self.entries_of(topic)

    def entries_of(self, topic: Topic) -> Iterator[Entry]:
        """The answerable units of one topic, its overview first."""
        kind = self.kinds[topic.id]
        yield _entry(topic, kind, OVERVIEW, topic.title, topic.overview)
        for section in topic.sections:
            yield _entry(topic, kind, section.id, section.title, section)

    def occasions(self) -> Iterator[Occasion]:
        """Every calendar event, in the order of the files."""
        for topic in self.topics.values():
            for event in topic.events:
                about = self.topics.get((event.see or "").partition("/")[0], topic)
                yield Occasion(topic, event, about)

    def sources_of(self, topic: Topic) -> list[Source]:
        """The sources that a topic names."""
        names = [topic.source] if isinstance(topic.source, str) else topic.source
        return [self.sources[name] for name in names]


def _entry(topic: Topic, kind: Kind, name: str, title: str, part: Overview | Section) -> Entry:
    closed, shown = part.members_only, part.phone_in_groups
    return Entry(
        topic,
        kind,
        name,
        title,
        tuple(part.ask),
        part.answer,
        part.valid_from,
        part.valid_to,
        topic.members_only if closed is None else closed,
        topic.phone_in_groups if shown is None else shown,
    )
