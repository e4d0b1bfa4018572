"""A question of the inbox, how often it was asked, and who waits for its answer."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_ID_BYTES = 9


def new_id() -> str:
    """Twelve characters that nobody guesses: a button carries them, and may be forged."""
    return secrets.token_urlsafe(_ID_BYTES)


class Kind(StrEnum):
    """Why a question is in the inbox."""

    MISSED = "missed"
    """The desk had no answer."""
    DOUBTED = "doubted"
    """It answered with little to go by."""
    COMPLAINED = "complained"
    """It answered, and somebody said that it was of no use."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often a question was asked on a day."""

    day: date
    missed: int = 0
    doubted: int = 0
    complained: int = 0

    @property
    def asked(self) -> int:
        """All together."""
        return self.missed + self.doubted + self.complained


@dataclass(frozen=True, slots=True)
class Question:
    """One wording, without names and numbers."""

    id: str
    text: str
    days: tuple[DayCount, ...]
    """In order of time; never empty."""
    wrong_ref: str = ""
    """The entry that somebody said was of no use."""
    ignored_on: date | None = None
    waiting: int = 0
    """How many want to be told of an answer."""

    @property
    def asked(self) -> int:
        """How often, all days together."""
        return sum(day.asked for day in self.days)

    def asked_after(self, day: date) -> int:
        """How often on later days."""
        return sum(each.asked for each in self.days if each.day > day)

    def count(self, kind: Kind) -> int:
        """How often for one reason."""
        return sum(int(getattr(day, kind.value)) for day in self.days)


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody wants to be told; kept until then and no longer."""

    question_id: str
    channel: str
    member_id: str
    chat_id: str
    """Their private chat."""
    home: str
    """The place of the group where it was asked: the answer may depend on it."""
    since: date
    id: str = field(default_factory=new_id)


@dataclass(slots=True)
class Asked:
    """What is in memory only yet of the askings of one key on one day."""

    id: str
    """Of the question."""
    text: str
    counts: Counter[Kind] = field(default_factory=Counter)
    ref: str = ""
    """The entry that was complained about."""


def merged(
    older: dict[tuple[str, date], Asked], newer: dict[tuple[str, date], Asked]
) -> dict[tuple[str, date], Asked]:
    """What could not be written, by key and day, with what was asked meanwhile."""
    for key, asked in newer.items():
        before = older.setdefault(key, asked)
        if before is not asked:
            before.text = asked.text
            before.counts += asked.counts
    return older
