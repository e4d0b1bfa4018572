"""The table of bindings: which group belongs to which unit, and what it wants to hear."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.tables import OF_NOBODY, metadata

_TITLE_CHARS_MAX = 255

bindings = Table(
    "bindings",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("unit", String(24), nullable=False),
    Column("thread_id", String(64), nullable=True),
    Column("title", String(_TITLE_CHARS_MAX), nullable=False),
    Column("place", String(40), nullable=False),
    Column("quiet", String(11), nullable=False),
    Column("refused", String(400), nullable=False),
    Column("bound_at", DateTime(timezone=True), nullable=False),
    info=OF_NOBODY,
)


@dataclass(frozen=True, slots=True)
class Binding:
    """One group as an admin set it."""

    channel: str
    chat_id: str
    unit: str
    bound_at: datetime
    thread_id: str | None = None
    title: str = field(default="", repr=False)
    place: str = ""
    """Empty: the unit's."""
    quiet: str = ""
    """As ``22:00-07:00``; empty: none."""
    refused: frozenset[str] = frozenset()


class BindingStore:
    """All bindings; kept in memory as well, for every question asks where its chat is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], Binding] = {}

    async def load(self) -> tuple[Binding, ...]:
        """Read all bindings anew.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.read() as connection:
            rows = (await connection.execute(select(bindings))).mappings().all()
        read = [_binding(dict(row)) for row in rows]
        self._known = {(binding.channel, binding.chat_id): binding for binding in read}
        return tuple(read)

    def find(self, channel: str, chat_id: str) -> Binding | None:
        """The binding of a chat, as far as this program knows."""
        return self._known.get((channel, chat_id))

    async def put(self, binding: Binding) -> None:
        """Write a binding in place of the one before.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            await _delete(connection, binding.channel, binding.chat_id)
            await connection.execute(insert(bindings).values(**_values(binding)))
        self._known[binding.channel, binding.chat_id] = binding

    async def remove(self, channel: str, chat_id: str) -> None:
        """Unbind a group.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            await _delete(connection, channel, chat_id)
        self._known.pop((channel, chat_id), None)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Take a binding along to the chat's new id; one that is there already wins.

        Raises:
            StorageError: the database refuses.
        """
        old = self._known.get((channel, old_chat))
        if old is None:
            return
        if (channel, new_chat) not in self._known:
            await self.put(replace(old, chat_id=new_chat))
        await self.remove(channel, old_chat)


async def _delete(connection: AsyncConnection, channel: str, chat_id: str) -> None:
    mine = (bindings.c.channel == channel) & (bindings.c.chat_id == chat_id)
    await connection.execute(delete(bindings).where(mine))


def _binding(row: dict[str, Any]) -> Binding:
    at = row["bound_at"]
    row["bound_at"] = at if at.tzinfo else at.replace(tzinfo=UTC)
    row["refused"] = frozenset(filter(None, row["refused"].split("\n")))
    return Binding(**row)


def _values(binding: Binding) -> dict[str, object]:
    return {
        "channel": binding.channel,
        "chat_id": binding.chat_id,
        "unit": binding.unit,
        "thread_id": binding.thread_id,
        "title": binding.title[:_TITLE_CHARS_MAX],
        "place": binding.place,
        "quiet": binding.quiet,
        "refused": "\n".join(sorted(binding.refused)),
        # SQLite keeps no zone: always UTC.
        "bound_at": binding.bound_at.astimezone(UTC),
    }
