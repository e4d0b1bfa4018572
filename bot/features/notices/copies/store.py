"""The tables of copies and receipts: a notice in each group, and each member's answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    RowMapping,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.features.notices.model import Answer, Copy, Receipt
from bot.storage.database import Database
from bot.storage.tables import OF_NOBODY, metadata, of_people

_AT_ONCE = 200

copies = Table(
    "notice_copies",
    metadata,
    Column("notice_id", Integer, primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("thread_id", String(64), nullable=True),
    Column("title", String(255), nullable=False),
    Column("unit", String(24), nullable=False),
    Column("key", String(120), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("shown", String(40), nullable=False),
    Column("touched", Boolean, nullable=False, index=True),
    Column("edited_at", Float, nullable=True),
    Column("edits", Integer, nullable=False),
    info=OF_NOBODY,
)

receipts = Table(
    "notice_receipts",
    metadata,
    Column("notice_id", Integer, primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("member_id", String(64), primary_key=True),
    Column("answer", String(1), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("at", Float, nullable=False),
    info=of_people("您按过的通知回执（收到、请假、有疑问）", "{notices.receipt_days} 天"),
)


class CopyStore:
    """Copies and receipts of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _moment(self, value: float | None) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, self._clock().tzinfo)

    # --- copies ----------------------------------------------------------------------------------

    async def put(self, rows: Iterable[Copy], connection: AsyncConnection) -> None:
        """Keep to which groups a notice goes, in the caller's transaction."""
        values = [_copy_values(row) for row in rows]
        for start in range(0, len(values), _AT_ONCE):
            await connection.execute(insert(copies), values[start : start + _AT_ONCE])

    async def all(self, notice_id: int) -> list[Copy]:
        """The groups of a notice, skipped ones included.

        Raises:
            StorageError: the database refuses.
        """
        return await self._copies(select(copies).where(copies.c.notice_id == notice_id))

    async def one(self, notice_id: int, channel: str, chat_id: str) -> Copy | None:
        """A notice in one group.

        Raises:
            StorageError: the database refuses.
        """
        found = await self._copies(
            select(copies).where(
                copies.c.notice_id == notice_id,
                copies.c.channel == channel,
                copies.c.chat_id == chat_id,
            )
        )
        return found[0] if found else None

    async def touched(self) -> list[Copy]:
        """Copies on which receipts came in since their counts were last shown.

        Raises:
            StorageError: the database refuses.
        """
        return await self._copies(select(copies).where(copies.c.touched))

    async def _copies(self, query: Any) -> list[Copy]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Copy(**{**row, "edited_at": self._moment(row["edited_at"])}) for row in rows]

    async def claim(self, copy: Copy, connection: AsyncConnection) -> bool:
        """Take up what came in on a copy; False when another process did.

        To be done before the receipts are read: one that comes in later touches the copy anew.
        """
        done = await connection.execute(
            update(copies)
            .where(*_same(copies, copy), copies.c.edits == copy.edits, copies.c.touched)
            .values(touched=False)
        )
        return bool(done.rowcount)

    async def set_shown(
        self, copy: Copy, shown: str, now: datetime, connection: AsyncConnection
    ) -> None:
        """Write down that an edit with these counts is queued."""
        await connection.execute(
            update(copies)
            .where(*_same(copies, copy))
            .values(shown=shown, edits=copy.edits + 1, edited_at=now.timestamp())
        )

    async def untouch(self, copy: Copy) -> None:
        """The counts on a message are right as they are.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            await connection.execute(
                update(copies).where(*_same(copies, copy)).values(touched=False)
            )

    # --- receipts --------------------------------------------------------------------------------

    async def answer(self, notice_id: int, receipt: Receipt) -> None:
        """Keep a member's answer in one group, in place of an earlier one.

        Raises:
            StorageError: the database refuses.
        """
        mine = (
            receipts.c.notice_id == notice_id,
            receipts.c.channel == receipt.channel,
            receipts.c.chat_id == receipt.chat_id,
            receipts.c.member_id == receipt.member_id,
        )
        async with self._database.begin() as connection:
            await connection.execute(delete(receipts).where(*mine))
            await connection.execute(
                insert(receipts).values(
                    notice_id=notice_id,
                    channel=receipt.channel,
                    chat_id=receipt.chat_id,
                    member_id=receipt.member_id,
                    answer=receipt.answer,
                    late=receipt.late,
                    at=receipt.at.timestamp(),
                )
            )
            await connection.execute(
                update(copies)
                .where(
                    copies.c.notice_id == notice_id,
                    copies.c.channel == receipt.channel,
                    copies.c.chat_id == receipt.chat_id,
                )
                .values(touched=True)
            )

    async def receipts(
        self,
        notice_id: int,
        chat: tuple[str, str] | None = None,
        connection: AsyncConnection | None = None,
    ) -> list[Receipt]:
        """The answers to a notice, the earliest first.

        Args:
            notice_id: the notice.
            chat: channel and chat id of one group; None: of all.
            connection: of the caller's transaction, or None.

        Raises:
            StorageError: the database refuses.
        """
        query = select(receipts).where(receipts.c.notice_id == notice_id).order_by(receipts.c.at)
        if chat is not None:
            query = query.where(receipts.c.channel == chat[0], receipts.c.chat_id == chat[1])
        if connection is not None:
            rows = (await connection.execute(query)).mappings().all()
        else:
            async with self._database.read() as own:
                rows = (await own.execute(query)).mappings().all()
        return [self._receipt(row) for row in rows]

    async def of_member(self, channel: str, member_id: str) -> list[tuple[int, Receipt]]:
        """A member's answers with the number of the notice, the earliest first.

        Raises:
            StorageError: the database refuses.
        """
        mine = (receipts.c.channel == channel) & (receipts.c.member_id == member_id)
        async with self._database.read() as connection:
            query = select(receipts).where(mine).order_by(receipts.c.at)
            rows = (await connection.execute(query)).mappings().all()
        return [(row["notice_id"], self._receipt(row)) for row in rows]

    def _receipt(self, row: RowMapping) -> Receipt:
        at = datetime.fromtimestamp(row["at"], self._clock().tzinfo)
        answer = Answer(row["answer"])
        return Receipt(row["channel"], row["chat_id"], row["member_id"], answer, row["late"], at)

    # --- privacy and moves -----------------------------------------------------------------------

    async def drop_receipts(self, notice_ids: Sequence[int]) -> None:
        """Delete the receipts of notices that are old enough.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            for start in range(0, len(notice_ids), _AT_ONCE):
                some = notice_ids[start : start + _AT_ONCE]
                await connection.execute(delete(receipts).where(receipts.c.notice_id.in_(some)))

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete a member's receipts; the counts on the messages follow.

        Raises:
            StorageError: the database refuses.
        """
        mine = (receipts.c.channel == channel, receipts.c.member_id == member_id)
        async with self._database.begin() as connection:
            wanted = select(receipts.c.notice_id, receipts.c.chat_id).where(*mine)
            rows = (await connection.execute(wanted)).all()
            await connection.execute(delete(receipts).where(*mine))
            for notice_id, chat_id in rows:
                await connection.execute(
                    update(copies)
                    .where(
                        copies.c.notice_id == notice_id,
                        copies.c.channel == channel,
                        copies.c.chat_id == chat_id,
                    )
                    .values(touched=True)
                )

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a group to its new id; may be told more than once.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            for table in (copies, receipts):
                await _move(connection, table, channel, (old_chat, new_chat))


async def _move(
    connection: AsyncConnection, table: Table, channel: str, ids: Sequence[str]
) -> None:
    """Rows that stand under both ids already keep the newer one."""
    old, new = ids
    keys = [column.name for column in table.primary_key if column.name != "chat_id"]
    there = {
        tuple(row)
        for row in await connection.execute(
            select(*(table.c[key] for key in keys)).where(
                table.c.channel == channel, table.c.chat_id == new
            )
        )
    }
    rows = await connection.execute(
        select(*(table.c[key] for key in keys)).where(
            table.c.channel == channel, table.c.chat_id == old
        )
    )
    for row in rows.all():
        this = [table.c[key] == value for key, value in zip(keys, row, strict=True)]
        if tuple(row) in there:
            await connection.execute(delete(table).where(*this, table.c.chat_id == old))
        else:
            changed = update(table).where(*this, table.c.chat_id == old)
            await connection.execute(changed.values(chat_id=new))


def _same(table: Table, copy: Copy) -> tuple[Any, ...]:
    return (
        table.c.notice_id == copy.notice_id,
        table.c.channel == copy.channel,
        table.c.chat_id == copy.chat_id,
    )


def _copy_values(copy: Copy) -> dict[str, Any]:
    return {
        "notice_id": copy.notice_id,
        "channel": copy.channel,
        "chat_id": copy.chat_id,
        "thread_id": copy.thread_id,
        "title": copy.title[:255],
        "unit": copy.unit,
        "key": copy.key,
        "reason": copy.reason[:100],
        "shown": copy.shown,
        "touched": copy.touched,
        "edited_at": None if copy.edited_at is None else copy.edited_at.timestamp(),
        "edits": copy.edits,
    }
