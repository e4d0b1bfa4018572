"""The tables of reminders: what became of each one in each group, and up to when was looked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Integer,
    String,
    Table,
    and_,
    delete,
    select,
    tuple_,
    update,
)

from bot.calendar.reminders import Planned
from bot.storage.database import Database, Transaction, ignoring
from bot.storage.tables import OF_NOBODY, metadata, of_people

_AT_ONCE = 200
_SEEN_ID = 1
KEEP_SECONDS = 400 * 24 * 3600.0
"""Older rows are deleted: nothing looks that far back."""

reminders = Table(
    "reminders",
    metadata,
    Column("event", String(125), primary_key=True),
    Column("occurrence", String(10), primary_key=True),
    Column("rule", String(12), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("fate", String(8), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("moment", Double, nullable=False, index=True),
    Column("at", Double, nullable=False),
    Column("by", String(90), nullable=False),
    info=of_people("您跳过或提前发出的活动提醒", "400 天"),
)
seen = Table(
    "reminders_seen",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("upto", Double, nullable=False),
    info=OF_NOBODY,
)


class Fate(StrEnum):
    """What became of a reminder in one group."""

    QUEUED = "queued"
    SKIPPED = "skipped"
    """A secretary or an admin said so."""
    MISSED = "missed"
    """Nobody was there to send it, and then it was too late."""
    QUIET = "quiet"
    """The quiet hours end too late for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reminder in one group."""

    event: str
    occurrence: str
    rule: str
    channel: str
    chat_id: str
    fate: Fate
    reason: str
    moment: float
    """Unix seconds, when it should have gone out."""
    at: float
    """Unix seconds, when this was written."""
    by: str = ""
    """Who decided, as ``channel:id``; empty for the desk itself."""

    @property
    def job(self) -> str:
        """The job of the outbox that it belongs to."""
        return f"reminder:{self.event}:{self.occurrence}:{self.rule}"


def entry_of(one: Planned, chat: tuple[str, str], fate: Fate, at: float, reason: str = "") -> Entry:
    """A planned reminder in one group."""
    moment = one.moment.timestamp()
    return Entry(one.event, one.occurrence, one.rule, *chat, fate, reason, moment, at)


class ReminderStore:
    """What became of reminders; every method raises StorageError when the database refuses."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def upto(self, connection: Transaction) -> float | None:
        """Up to when was looked for what is due; None before the first time."""
        found = await connection.execute(select(seen.c.upto).where(seen.c.id == _SEEN_ID))
        return found.scalar_one_or_none()

    async def looked(self, connection: Transaction, upto: float) -> None:
        """Remember up to when was looked."""
        await connection.execute(ignoring(connection, seen), {"id": _SEEN_ID, "upto": upto})
        await connection.execute(update(seen).where(seen.c.id == _SEEN_ID).values(upto=upto))

    async def add(self, connection: Transaction, entries: Sequence[Entry]) -> set[Entry]:
        """Write entries down; gives those that are new: only they are ours to act upon."""
        new: set[tuple[str, ...]] = set()
        key = (
            reminders.c.event,
            reminders.c.occurrence,
            reminders.c.rule,
            reminders.c.channel,
            reminders.c.chat_id,
        )
        for start in range(0, len(entries), _AT_ONCE):
            rows = [_row(entry) for entry in entries[start : start + _AT_ONCE]]
            added = await connection.execute(ignoring(connection, reminders).returning(*key), rows)
            new |= {tuple(map(str, row)) for row in added}
        return {entry for entry in entries if _key(entry) in new}

    async def drop_skips(
        self, connection: Transaction, one: Planned, chats: Collection[tuple[str, str]]
    ) -> int:
        """Take skips back; gives how many there were."""
        if not chats:
            return 0
        done = await connection.execute(
            delete(reminders).where(
                _of(one),
                reminders.c.fate == Fate.SKIPPED,
                tuple_(reminders.c.channel, reminders.c.chat_id).in_(list(chats)),
            )
        )
        return int(done.rowcount)

    async def of(self, planned: Collection[Planned]) -> list[Entry]:
        """What is written of some reminders."""
        jobs = {one.job for one in planned}
        days = sorted({one.occurrence for one in planned})
        query = select(reminders).where(reminders.c.occurrence.in_(days))
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = (Entry(**{**row, "fate": Fate(row["fate"])}) for row in rows)
        return [entry for entry in found if entry.job in jobs]

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a group to its new id, so that it is not reminded again."""
        mine = and_(reminders.c.channel == channel, reminders.c.chat_id == old_chat)
        async with self.database.begin() as connection:
            rows = (await connection.execute(select(reminders).where(mine))).mappings().all()
            if not rows:
                return
            moved = [{**row, "chat_id": new_chat} for row in rows]
            await connection.execute(ignoring(connection, reminders), moved)
            await connection.execute(delete(reminders).where(mine))

    async def by_member(self, channel: str, member_id: str) -> list[Entry]:
        """What a member decided, oldest first."""
        mine = select(reminders).where(reminders.c.by == f"{channel}:{member_id}")
        async with self.database.read() as connection:
            rows = (await connection.execute(mine.order_by(reminders.c.at))).mappings().all()
        return [Entry(**{**row, "fate": Fate(row["fate"])}) for row in rows]

    async def forget(self, channel: str, member_id: str) -> None:
        """Keep what was decided, not by whom."""
        async with self.database.begin() as connection:
            mine = reminders.c.by == f"{channel}:{member_id}"
            await connection.execute(update(reminders).where(mine).values(by=""))

    async def unmiss(self, connection: Transaction, now: float) -> None:
        """Take back what was given up while the clock ran ahead: its time is still to come."""
        given_up = reminders.c.fate.in_([Fate.MISSED, Fate.QUIET])
        await connection.execute(delete(reminders).where(given_up, reminders.c.moment > now))

    async def tidy(self, connection: Transaction, now: float) -> None:
        """Delete what nothing looks at any more."""
        await connection.execute(delete(reminders).where(reminders.c.moment < now - KEEP_SECONDS))


def _of(one: Planned) -> ColumnElement[bool]:
    return and_(
        reminders.c.event == one.event,
        reminders.c.occurrence == one.occurrence,
        reminders.c.rule == one.rule,
    )


def _key(entry: Entry) -> tuple[str, ...]:
    return (entry.event, entry.occurrence, entry.rule, entry.channel, entry.chat_id)


def _row(entry: Entry) -> dict[str, object]:
    return {
        "event": entry.event,
        "occurrence": entry.occurrence,
        "rule": entry.rule,
        "channel": entry.channel,
        "chat_id": entry.chat_id,
        "fate": entry.fate,
        "reason": entry.reason,
        "moment": entry.moment,
        "at": entry.at,
        "by": entry.by,
    }
