"""The table of group chats: what is known of each; who approved is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, String, Table, delete, insert, select

from bot.storage.database import Database
from bot.storage.tables import OF_NOBODY, metadata

_TITLE_CHARS_MAX = 255
_MOVES_MAX = 5

chats = Table(
    "chats",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("title", String(_TITLE_CHARS_MAX), nullable=False),
    Column("approval", String(10), nullable=False),
    Column("present", Boolean, nullable=False),
    Column("reason", String(100), nullable=False),
    Column("moved_to", String(64), nullable=True),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    info=OF_NOBODY,
)


class Approval(StrEnum):
    """What the admins decided about a chat."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """One chat."""

    channel: str
    chat_id: str
    title: str
    approval: Approval
    present: bool
    """Whether the bot is in it, as far as it was told."""
    reason: str
    """Why it is as it is, in Chinese."""
    changed_at: datetime
    moved_to: str | None = None
    """The new id, when the group became a supergroup; old buttons still name the old one."""


class ChatStore:
    """All known chats, kept in memory as well: every message asks for its chat."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], ChatRecord] = {}

    async def load(self) -> None:
        """Read all chats.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.read() as connection:
            rows = (await connection.execute(select(chats))).mappings().all()
        for row in rows:
            record = _record(dict(row))
            self._known[record.channel, record.chat_id] = record

    def find(self, channel: str, chat_id: str) -> ChatRecord | None:
        """What is known of a chat; an old id leads to the new one."""
        record = self._known.get((channel, chat_id))
        for _ in range(_MOVES_MAX):
            if record is None or record.moved_to is None:
                break
            record = self._known.get((channel, record.moved_to))
        return record

    def all(self) -> tuple[ChatRecord, ...]:
        """Every known chat."""
        return tuple(self._known.values())

    async def put(self, *records: ChatRecord) -> None:
        """Write chats, all or none.

        Raises:
            StorageError: the database refuses; what is known stays as it was.
        """
        async with self._database.begin() as connection:
            for record in records:
                mine = (chats.c.channel == record.channel) & (chats.c.chat_id == record.chat_id)
                await connection.execute(delete(chats).where(mine))
                await connection.execute(insert(chats).values(**_values(record)))
        for record in records:
            self._known[record.channel, record.chat_id] = record


def _record(row: dict[str, Any]) -> ChatRecord:
    at = row["changed_at"]
    row["changed_at"] = at if at.tzinfo else at.replace(tzinfo=UTC)
    row["approval"] = Approval(row["approval"])
    return ChatRecord(**row)


def _values(record: ChatRecord) -> dict[str, object]:
    return {
        "channel": record.channel,
        "chat_id": record.chat_id,
        "title": record.title[:_TITLE_CHARS_MAX],
        "approval": record.approval.value,
        "present": record.present,
        "reason": record.reason,
        "moved_to": record.moved_to,
        # SQLite keeps no zone: always UTC.
        "changed_at": record.changed_at.astimezone(UTC),
    }
