"""What the knowledge in use makes of a question at this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from bot.features.inbox.known import known_words
from bot.knowledge.library import Entry
from bot.knowledge.live import Edition, Live
from bot.messages import About, Reply
from bot.text.people import Words
from bot.text.personal import without_marks

if TYPE_CHECKING:
    from bot.clock import Clock


class Considering(Protocol):
    """The part of the desk that is asked here: it remembers nothing of it."""

    zone: ZoneInfo

    def at(self, home: str) -> Considering:
        """The same desk in another place."""
        ...

    def consider(self, text: str, now: datetime) -> Any:
        """What it makes of a question."""
        ...

    def reply(self, outcome: Any) -> Reply:
        """The words for it."""
        ...

    def about(self, outcome: Any, text: str) -> About:
        """What features are told of it."""
        ...

    def text_of(self, entry: Entry, day: date | None = None) -> str:
        """The whole answer of an entry."""
        ...

    def title_of(self, entry: Entry) -> str:
        """What a button for an entry says."""
        ...


InPrivate = Callable[[Any], Considering]
"""An edition's desk as it speaks to one person alone, of whom it is not known who that is."""


def as_it_is(desk: Any) -> Considering:
    """The desk unchanged: it speaks as to a group of strangers."""
    found: Considering = desk
    return found


class Books:
    """Asks the edition in use; each call takes it anew.

    Args:
        live: its value is a desk; None where nobody asks (a copy of the database is cleaned).
        clock: the present moment.
        units: names that are no people: those of the organisation's units.
        in_private: all that is said here is said in private chats.
    """

    def __init__(
        self,
        live: Live[Any] | None,
        clock: Clock,
        units: Callable[[], Iterable[str]] = tuple,
        in_private: InPrivate = as_it_is,
    ) -> None:
        self._live = live
        self._clock = clock
        self._units = units
        self._in_private = in_private
        self._words: tuple[str, Words] | None = None

    @property
    def _edition(self) -> Edition[Any]:
        if self._live is None:
            raise RuntimeError("there is no knowledge to ask")
        return self._live.edition

    @property
    def _desk(self) -> Considering:
        return self._in_private(self._edition.value)

    @property
    def digest(self) -> str:
        """Names the edition in use."""
        return self._edition.digest

    def says(self, text: str, home: str = "") -> Reply:
        """What the desk would say to a question of the inbox; ``about`` is always set."""
        desk = self._desk
        if home:
            desk = desk.at(home)
        words = without_marks(text)
        outcome = desk.consider(words, self._clock().astimezone(desk.zone))
        return replace(desk.reply(outcome), about=desk.about(outcome, words))

    def answer(self, ref: str) -> str:
        """The answer of an entry; empty if there is no such entry."""
        entry = self._entry(ref)
        desk = self._desk
        today = self._clock().astimezone(desk.zone).date()
        return "" if entry is None else desk.text_of(entry, today)

    def title(self, ref: str) -> str:
        """How an entry is called; empty if there is no such entry."""
        entry = self._entry(ref)
        desk = self._desk
        return "" if entry is None else desk.title_of(entry)

    def known(self) -> Words:
        """Words that a question may keep."""
        edition = self._edition
        if self._words is None or self._words[0] != edition.digest:
            words = known_words(edition.library, tuple(self._units()))
            self._words = (edition.digest, words)
        return self._words[1]

    def _entry(self, ref: str) -> Entry | None:
        library = self._edition.library
        topic = library.topics.get(ref.partition("/")[0])
        if topic is None:
            return None
        return next((one for one in library.entries_of(topic) if one.ref == ref), None)
