"""The outbox: every order is written down before anything is sent, and stays as its own receipt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.delivery import store, words
from bot.delivery.content import digest, frozen
from bot.delivery.orders import FINAL, Kind, Order, Report, State, TargetLine
from bot.storage.database import Database, Transaction

if TYPE_CHECKING:
    from bot.clock import Clock

__all__ = ["FINAL", "Kind", "Order", "Outbox", "Report", "State", "TargetLine"]

_AT_ONCE = 200
"""Rows a statement."""


class Outbox:
    """Orders and what became of them; every method is atomic.

    Args:
        database: where the orders are.
        clock: the present moment.

    All methods raise StorageError when the database refuses; then nothing has changed.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.wake = asyncio.Event()
        """Set when there may be something to send; a worker of this process waits for it."""

    def now(self) -> float:
        """Unix seconds."""
        return self.clock().timestamp()

    @asynccontextmanager
    async def _joined(self, connection: Transaction | None) -> AsyncIterator[Transaction]:
        """The caller's transaction, or one of our own."""
        if connection is not None:
            yield connection
            return
        async with self.database.begin() as own:
            yield own

    async def put(self, orders: Iterable[Order], connection: Transaction | None = None) -> int:
        """Queue orders; those whose key is there already are passed over.

        An EDIT or DELETE of an order that still waits changes that order itself, and is skipped.

        Args:
            orders: any number; a reply that goes to many chats is kept once.
            connection: the caller's transaction, to be queued with what it writes or not at all.

        Returns:
            How many are new.

        Raises:
            StorageError: the database refuses.
            ValueError: a key or job is too long, or a moment is not aware.
        """
        listed = list(orders)
        bodies: dict[str, str] = {}
        rows = [self._row(order, bodies) for order in listed]
        new = 0
        async with self._joined(connection) as joined:
            for start in range(0, len(rows), _AT_ONCE):
                new += await store.insert(joined, rows[start : start + _AT_ONCE], bodies)
            changes = {row["of"]: row for row in rows if row["kind"] is not Kind.SEND}
            if changes:
                await store.change_waiting(joined, changes, self.now())
        self.wake.set()
        return new

    def _row(self, order: Order, bodies: dict[str, str]) -> dict[str, Any]:
        if len(order.key) > store.KEY_CHARS_MAX or len(order.job) > store.JOB_CHARS_MAX:
            raise ValueError("the key or the job of an order is too long")
        if order.not_before.tzinfo is None:
            raise ValueError("not_before must be aware")
        content = None
        if order.reply is not None:
            body = frozen(order.reply)
            content = digest(body)
            bodies[content] = body
        return {
            "key": order.key,
            "job": order.job,
            "channel": order.channel,
            "chat_id": order.chat_id,
            "thread_id": order.thread_id,
            "kind": order.kind,
            "of": order.of,
            "content": content,
            "silent": order.silent,
            "state": State.QUEUED,
            "reason": "",
            "message_ids": store.ids_text(()),
            "attempts": 0,
            "due_at": order.not_before.timestamp(),
            "expires_at": None if order.expires_at is None else order.expires_at.timestamp(),
            "updated_at": self.now(),
        }

    async def report(self, job: str) -> Report:
        """What became of a job's orders; empty for an unknown job.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.read() as connection:
            rows = await store.rows_of_job(connection, job)
        return Report(job, tuple(_line(row) for row in rows))

    async def find(self, row_id: int) -> TargetLine | None:
        """One order by its number.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.read() as connection:
            row = await store.row_by_id(connection, row_id)
        return None if row is None else _line(row)

    async def cancel(self, job: str, connection: Transaction | None = None) -> int:
        """Cancel what still waits; gives how many orders that were.

        Raises:
            StorageError: the database refuses.
        """
        async with self._joined(connection) as joined:
            return await store.cancel(joined, job, self.now(), words.CANCELLED)

    async def resend(self, row_id: int) -> bool:
        """Queue an uncertain or failed order again, because a person says so.

        Parts that are known to have arrived are not repeated, and the time limit is lifted.

        Raises:
            StorageError: the database refuses.
        """
        done = await self._decide(
            row_id,
            (State.UNCERTAIN, State.FAILED),
            state=State.QUEUED,
            reason="",
            attempts=0,
            tried_at=None,
            lease=None,
            due_at=self.now(),
            expires_at=None,
        )
        self.wake.set()
        return done

    async def doubt(self) -> int:
        """Send nothing by itself that was due before now, because the database is an older copy.

        A person decides about each, as about all that is uncertain.

        Returns:
            How many orders that were.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.begin() as connection:
            return await store.doubt(connection, self.now())

    async def settle(self, row_id: int) -> bool:
        """Count an uncertain order as arrived, because a person says so.

        Raises:
            StorageError: the database refuses.
        """
        return await self._decide(
            row_id, (State.UNCERTAIN,), state=State.SENT, reason=words.SETTLED, lease=None
        )

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Send what waits for a chat to its new id.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.begin() as connection:
            await store.move(connection, channel, old_chat, new_chat)

    async def _decide(self, row_id: int, allowed: Sequence[State], **values: Any) -> bool:
        async with self.database.begin() as connection:
            row = await store.row_by_id(connection, row_id)
            if row is None or row.state not in allowed:
                return False
            await store.change(connection, row_id, updated_at=self.now(), **values)
        return True


def _line(row: store.Row) -> TargetLine:
    return TargetLine(
        row.id,
        row.key,
        row.channel,
        row.chat_id,
        row.state,
        row.reason,
        row.message_ids,
        datetime.fromtimestamp(row.updated_at, UTC),
    )
