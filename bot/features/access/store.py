"""The table of chats: what is known of each, and who approved is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, DateTime, String, Table, delete, insert, select

from bot.storage.database import Database
from bot.storage.tables import metadata

_TITLE_CHARS_MAX = 255

chats = Table(
    "chats",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("title", String(_TITLE_CHARS_MAX), nullable=False),
    Column("approval", String(10), nullable=False),
    Column("present", Boolean, nullable=False),
    Column("reason", String(100), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
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
            record = ChatRecord(**{**row, "approval": Approval(row["approval"])})
            self._known[record.channel, record.chat_id] = record

    def find(self, channel: str, chat_id: str) -> ChatRecord | None:
        """What is known of a chat."""
        return self._known.get((channel, chat_id))

    def all(self) -> tuple[ChatRecord, ...]:
        """Every known chat."""
        return tuple(self._known.values())

    async def put(self, record: ChatRecord, *, instead_of: str | None = None) -> None:
        """Write a chat; ``instead_of`` is its former id.

        Raises:
            StorageError: the database refuses; what is known stays as it was.
        """
        old = {record.chat_id, instead_of or record.chat_id}
        values = {name: getattr(record, name) for name in ChatRecord.__slots__}
        values["approval"] = record.approval.value
        values["title"] = record.title[:_TITLE_CHARS_MAX]
        async with self._database.begin() as connection:
            await connection.execute(
                delete(chats).where(chats.c.channel == record.channel, chats.c.chat_id.in_(old))
            )
            await connection.execute(insert(chats).values(**values))
        for chat_id in old:
            self._known.pop((record.channel, chat_id), None)
        self._known[record.channel, record.chat_id] = record
