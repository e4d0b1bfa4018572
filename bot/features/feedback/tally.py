"""Counts in memory, written down every few seconds: a question never waits for the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.features.feedback.store import Counts, CountStore, Key, What, merged
from bot.storage.database import StorageError
from bot.text.timing import Weekly

if TYPE_CHECKING:
    from bot.clock import Clock

FLUSH_SECONDS = 5.0
"""What a kill may cost. A write for each question would wait its turn behind every other writer,
with the member waiting too, to save a few numbers that only sums are made of."""
KEEP_DAYS = 400


@dataclass(frozen=True, slots=True)
class StatsOptions:
    """What is counted for how long, and when admins hear of it."""

    digest: Weekly | None = None
    """None: never."""
    keep_days: int = KEEP_DAYS
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))


class Tally:
    """Counts now, writes later; fits ``turn.Background``.

    Args:
        store: where counts end up.
        clock: the present moment.
        options: whose days are counted, and how long they are kept.
    """

    def __init__(self, store: CountStore, clock: Clock, options: StatsOptions) -> None:
        self._zone = options.zone
        self._store = store
        self._clock = clock
        self._keep = timedelta(days=options.keep_days)
        self._waiting: dict[Key, int] = {}
        self._tidied: date | None = None

    def now(self) -> datetime:
        """The present moment, in the zone."""
        return self._clock().astimezone(self._zone)

    def today(self) -> date:
        """The day that is counted now."""
        return self.now().date()

    def count(
        self, what: What, ref: str = "", *, private: bool, day: date | None = None, by: int = 1
    ) -> None:
        """Count one; needs nothing that could fail.

        Args:
            what: what happened.
            ref: the entry, or empty.
            private: in a private chat, not in a group.
            day: None is today.
            by: -1 takes one back.
        """
        key = Key(day or self.today(), ref, what, private)
        self._waiting[key] = self._waiting.get(key, 0) + by

    async def step(self) -> float:
        """Write down what waits; once a day delete what is old.

        Raises:
            StorageError: the database refuses; nothing is lost, the next step tries again.
        """
        await self.flush()
        today = self.today()
        if self._tidied != today:
            await self._store.drop_before(today - self._keep)
            self._tidied = today
        return FLUSH_SECONDS

    async def flush(self) -> None:
        """Write down what waits.

        Raises:
            StorageError: the database refuses; what waits goes on waiting.
        """
        taken, self._waiting = self._waiting, {}
        try:
            await self._store.add(taken)
        except StorageError:
            self._waiting = merged(taken, self._waiting)
            raise

    async def between(self, first: date, last: date) -> Counts:
        """All counts from one day to another, those of this moment included.

        Raises:
            StorageError: the database refuses.
        """
        await self.flush()
        return await self._store.between(first, last)
