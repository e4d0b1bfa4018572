"""The table of counts: a day, an entry, what became of it, how often; no person, no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Boolean, Column, Integer, String, Table, delete, select

from bot.storage.database import Database, adding
from bot.storage.tables import OF_NOBODY, metadata

_AT_ONCE = 200

desk_counts = Table(
    "desk_counts",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("ref", String(121), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("private", Boolean, primary_key=True),
    Column("times", Integer, nullable=False),
    info=OF_NOBODY,
)


class What(StrEnum):
    """What is counted: what became of a question, and what a member thought of the answer."""

    ANSWERED = "answered"
    ASKED_BACK = "asked back"
    TOLD_MISSING = "told missing"
    """An approved “the files do not say”."""
    UNKNOWN = "unknown"
    CALENDAR = "calendar"
    COURTESY = "courtesy"
    SLIP = "slip"
    WITHHELD = "withheld"
    """Found, but only members may read it, or not in a group."""
    CHOSEN = "chosen"
    """One of the offered entries was taken: no new question."""
    USEFUL = "useful"
    USELESS = "useless"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What is counted together."""

    day: date
    """Of the desk's zone."""
    ref: str
    """The entry, as ``topic/section``; empty where none was answered."""
    what: What
    private: bool


Counts = Mapping[Key, int]


class CountStore:
    """Counts of one database; every method raises StorageError when the database refuses."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, counts: Counts) -> None:
        """Add to what is there, all in one transaction; any number of processes may do so."""
        # Sorted: two processes lock the rows in the same order.
        rows = [_row(key, number) for key, number in sorted(counts.items()) if number]
        if not rows:
            return
        async with self.database.begin() as connection:
            for start in range(0, len(rows), _AT_ONCE):
                chunk = rows[start : start + _AT_ONCE]
                await connection.execute(adding(connection, desk_counts, "times"), chunk)

    async def between(self, first: date, last: date) -> dict[Key, int]:
        """All counts from one day to another, both included."""
        query = select(desk_counts).where(
            desk_counts.c.day >= first.isoformat(), desk_counts.c.day <= last.isoformat()
        )
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {
            Key(date.fromisoformat(row.day), row.ref, What(row.what), row.private): row.times
            for row in rows
            if row.times > 0
        }

    async def drop_before(self, day: date) -> int:
        """Delete what is older; gives how many rows that were."""
        old = delete(desk_counts).where(desk_counts.c.day < day.isoformat())
        async with self.database.begin() as connection:
            return int((await connection.execute(old)).rowcount)


def _row(key: Key, number: int) -> dict[str, object]:
    day = key.day.isoformat()
    return {
        "day": day, "ref": key.ref, "what": key.what, "private": key.private, "times": number
    }  # fmt: skip


def merged(*many: Counts) -> dict[Key, int]:
    """Several counts as one."""
    found: dict[Key, int] = {}
    for counts in many:
        for key, number in counts.items():
            found[key] = found.get(key, 0) + number
    return found


def days_of(counts: Counts) -> Sequence[date]:
    """The days on which anything was counted, in order."""
    return sorted({key.day for key in counts})
