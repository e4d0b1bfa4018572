"""What a member asked a moment ago in the same chat, so that half sentences can be understood."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

MEMBERS_MAX = 5_000
AGE_MAX = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last exchange with one member."""

    at: datetime
    question: str = ""
    topics: tuple[str, ...] = ()
    entry: str = ""
    choices: tuple[str, ...] = ()
    """References of the choices shown last, for "第二个"."""
    calendar: bool = False
    """The last answer was a calendar page: "那八月呢" asks for another."""


class Memory:
    """Bounded in number and age; kept in memory only, gone with the process."""

    def __init__(self, members_max: int = MEMBERS_MAX, age_max: timedelta = AGE_MAX) -> None:
        self._members_max = members_max
        self._age_max = age_max
        self._rows: OrderedDict[tuple[str, str], Remembered] = OrderedDict()

    def recall(self, chat: str, member: str, now: datetime) -> Remembered | None:
        """The last exchange, or None if there is none that is young enough."""
        row = self._rows.get((chat, member))
        if row is None or not timedelta(0) <= now - row.at <= self._age_max:
            return None
        return row

    def store(self, chat: str, member: str, row: Remembered) -> None:
        """Keep the newest exchange; the oldest members fall out."""
        self.fade(row.at)
        key = (chat, member)
        self._rows.pop(key, None)
        self._rows[key] = row
        while len(self._rows) > self._members_max:
            self._rows.popitem(last=False)

    def fade(self, now: datetime) -> None:
        """Drop what is too old to be recalled; the oldest stand first."""
        while self._rows and now - next(iter(self._rows.values())).at > self._age_max:
            self._rows.popitem(last=False)

    def forget(self, member: str) -> None:
        """Drop everything about a member, in every chat."""
        for key in [key for key in self._rows if key[1] == member]:
            del self._rows[key]

    def __len__(self) -> int:
        return len(self._rows)
