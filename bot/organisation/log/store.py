"""The audit table: rows are added, never changed, but for who asks to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, String, Table, desc, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.tables import metadata, of_people

FORGOTTEN = "-"
_ACTION_CHARS_MAX = 40
_SUBJECT_CHARS_MAX = 200

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("member_id", String(64), nullable=False),
    Column("action", String(_ACTION_CHARS_MAX), nullable=False),
    Column("subject", String(_SUBJECT_CHARS_MAX), nullable=False),
    info=of_people(
        "书记和管理员的操作记录：谁（编号）在什么时候做了什么",
        "一直保留，您要求删除以后不再记是谁",
    ),
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did."""

    id: int
    at: datetime
    channel: str
    member_id: str
    """Who; ``-`` after that member asked to be forgotten."""
    action: str
    """What, as ``bind`` or ``notice.send``."""
    subject: str
    """To what, by ids: ``telegram:-100 jy-dongmen``."""


class AuditStore:
    """Adds to the log and reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        at: datetime,
        who: tuple[str, str],
        action: str,
        subject: str,
        connection: AsyncConnection | None = None,
    ) -> None:
        """Add a row; on ``connection`` it stands or falls with the caller's transaction.

        Args:
            at: aware.
            who: channel and member id.
            action: at most 40 characters.
            subject: ids only, never names or words; cut at 200 characters.
            connection: of the caller's transaction, or None.

        Raises:
            StorageError: the database refuses.
        """
        row = insert(audit).values(
            at=at.astimezone(UTC),
            channel=who[0],
            member_id=who[1],
            action=action[:_ACTION_CHARS_MAX],
            subject=subject[:_SUBJECT_CHARS_MAX],
        )
        if connection is not None:
            await connection.execute(row)
            return
        async with self._database.begin() as own:
            await own.execute(row)

    async def latest(self, count: int, before: int | None = None) -> list[AuditEntry]:
        """The newest rows, newest first; ``before`` a row id turns the page.

        Raises:
            StorageError: the database refuses.
        """
        query = select(audit).order_by(desc(audit.c.id)).limit(count)
        if before is not None:
            query = query.where(audit.c.id < before)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_entry(dict(row)) for row in rows]

    async def of(self, channel: str, member_id: str) -> list[AuditEntry]:
        """What a member did, and what was done to them, oldest first.

        Raises:
            StorageError: the database refuses.
        """
        mine = (audit.c.channel == channel) & (audit.c.member_id == member_id)
        tag = f"{channel}:{member_id}"
        query = select(audit).where(mine | audit.c.subject.contains(tag, autoescape=True))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(audit.c.id))).mappings().all()
        found = [_entry(dict(row)) for row in rows]
        who = (channel, member_id)
        return [e for e in found if (e.channel, e.member_id) == who or tag in e.subject.split(" ")]

    async def forget(self, channel: str, member_id: str) -> None:
        """Keep what was done, not by whom; nor to whom.

        Raises:
            StorageError: the database refuses.
        """
        mine = (audit.c.channel == channel) & (audit.c.member_id == member_id)
        tag = f"{channel}:{member_id}"
        async with self._database.begin() as connection:
            await connection.execute(update(audit).where(mine).values(member_id=FORGOTTEN))
            named = audit.c.subject.contains(tag, autoescape=True)
            rows = (await connection.execute(select(audit).where(named))).mappings().all()
            for row in rows:
                words = [
                    f"{channel}:{FORGOTTEN}" if word == tag else word
                    for word in row["subject"].split(" ")
                ]
                changed = update(audit).where(audit.c.id == row["id"])
                await connection.execute(changed.values(subject=" ".join(words)))


def _entry(row: dict[str, Any]) -> AuditEntry:
    at = row["at"]
    row["at"] = at if at.tzinfo else at.replace(tzinfo=UTC)
    return AuditEntry(**row)
