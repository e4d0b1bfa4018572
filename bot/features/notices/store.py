"""The tables of notices, their copies in groups, and receipts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    String,
    Table,
    Text,
    delete,
    desc,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.delivery.content import frozen, thawed
from bot.features.notices.model import Aim, Answer, Copy, Notice, Phase, Receipt
from bot.storage.database import Database, Transaction
from bot.storage.tables import metadata

FORGOTTEN = "-"
_AT_ONCE = 200

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("phase", String(10), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("author", String(64), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("step", String(12), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("category", String(40), nullable=False),
    Column("content", Text, nullable=False),
    Column("pending", Text, nullable=True),
    Column("aim", Text, nullable=True),
    Column("send_at", Float, nullable=True),
    Column("receipt", Boolean, nullable=False),
    Column("deadline", Float, nullable=True),
    Column("silent", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("queued_at", Float, nullable=True),
    Column("approver", String(64), nullable=False),
    Column("report_id", String(64), nullable=False),
    Column("running", Boolean, nullable=False, index=True),
    Column("corrections", Integer, nullable=False),
    Column("nudges", Integer, nullable=False),
    Column("nudged_at", Float, nullable=True),
)

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
)

_MOMENTS = ("send_at", "deadline", "created_at", "queued_at", "nudged_at")


class NoticeStore:
    """Notices, copies and receipts of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    # --- notices ---------------------------------------------------------------------------------

    async def add(self, notice: Notice) -> Notice:
        """Keep a new notice; gives it with its number.

        Raises:
            StorageError: the database refuses.
        """
        values = _values(notice)
        del values["id"]
        async with self.database.begin() as connection:
            done = await connection.execute(insert(notices).values(**values))
        key = done.inserted_primary_key
        assert key is not None
        return replace(notice, id=int(key[0]))

    async def find(self, notice_id: int, connection: Transaction | None = None) -> Notice | None:
        """One notice.

        Raises:
            StorageError: the database refuses.
        """
        found = await self._select(select(notices).where(notices.c.id == notice_id), connection)
        return found[0] if found else None

    async def save(
        self, notice: Notice, before: Notice, connection: AsyncConnection | None = None
    ) -> bool:
        """Write a changed notice; False when its phase or revision is no longer as ``before``.

        That is what keeps a button that is pressed twice, or two people, from doing it twice.

        Raises:
            StorageError: the database refuses.
        """
        changed = (
            update(notices)
            .where(
                notices.c.id == notice.id,
                notices.c.phase == before.phase,
                notices.c.revision == before.revision,
            )
            .values(**_values(notice))
        )
        if connection is not None:
            return bool((await connection.execute(changed)).rowcount)
        async with self.database.begin() as own:
            return bool((await own.execute(changed)).rowcount)

    async def open_drafts(self) -> list[Notice]:
        """Every draft, the newest first.

        Raises:
            StorageError: the database refuses.
        """
        return await self._select(
            select(notices).where(notices.c.phase == Phase.DRAFT).order_by(desc(notices.c.id))
        )

    async def history(self, count: int, before: int | None = None) -> list[Notice]:
        """Notices that were sent or wait for approval, the newest first.

        Raises:
            StorageError: the database refuses.
        """
        seen = (Phase.QUEUED, Phase.RECALLED, Phase.WAITING)
        query = select(notices).where(notices.c.phase.in_(seen)).order_by(desc(notices.c.id))
        if before is not None:
            query = query.where(notices.c.id < before)
        return await self._select(query.limit(count))

    async def running(self) -> list[Notice]:
        """Notices whose report is to be kept up to date.

        Raises:
            StorageError: the database refuses.
        """
        return await self._select(select(notices).where(notices.c.running))

    async def set_report(self, notice_id: int, report_id: str, *, running: bool) -> None:
        """Remember where the report stands.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.begin() as connection:
            await connection.execute(
                update(notices)
                .where(notices.c.id == notice_id)
                .values(report_id=report_id, running=running)
            )

    async def _select(self, query: Any, connection: Transaction | None = None) -> list[Notice]:
        if connection is not None:
            rows = (await connection.execute(query)).mappings().all()
        else:
            async with self.database.read() as own:
                rows = (await own.execute(query)).mappings().all()
        return [self._notice(dict(row)) for row in rows]

    def _notice(self, values: dict[str, Any]) -> Notice:
        for name in _MOMENTS:
            values[name] = self._moment(values[name])
        values["phase"] = Phase(values["phase"])
        values["content"] = thawed(values["content"])
        values["pending"] = None if values["pending"] is None else thawed(values["pending"])
        aim = None if values["aim"] is None else json.loads(values["aim"])
        values["aim"] = None if aim is None else Aim(aim["kind"], tuple(aim["values"]))
        return Notice(**values)

    def _moment(self, value: float | None) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, self._clock().tzinfo)

    # --- copies ----------------------------------------------------------------------------------

    async def put_copies(self, rows: Iterable[Copy], connection: AsyncConnection) -> None:
        """Keep to which groups a notice goes, in the caller's transaction."""
        values = [_copy_values(row) for row in rows]
        for start in range(0, len(values), _AT_ONCE):
            await connection.execute(insert(copies), values[start : start + _AT_ONCE])

    async def copies(self, notice_id: int) -> list[Copy]:
        """The groups of a notice, skipped ones included.

        Raises:
            StorageError: the database refuses.
        """
        return await self._copies(select(copies).where(copies.c.notice_id == notice_id))

    async def copy(self, notice_id: int, channel: str, chat_id: str) -> Copy | None:
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
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Copy(**{**row, "edited_at": self._moment(row["edited_at"])}) for row in rows]

    async def count_shown(
        self, copy: Copy, shown: str, now: datetime, connection: AsyncConnection
    ) -> bool:
        """Write down that an edit with these counts is queued; False when another process did."""
        done = await connection.execute(
            update(copies)
            .where(*_same(copies, copy), copies.c.edits == copy.edits)
            .values(shown=shown, touched=False, edits=copy.edits + 1, edited_at=now.timestamp())
        )
        return bool(done.rowcount)

    async def untouch(self, copy: Copy) -> None:
        """The counts on a message are right as they are.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.begin() as connection:
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
        async with self.database.begin() as connection:
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

    async def receipts(self, notice_id: int, chat_id: str | None = None) -> list[Receipt]:
        """The answers to a notice, in one group or in all, the earliest first.

        Raises:
            StorageError: the database refuses.
        """
        query = select(receipts).where(receipts.c.notice_id == notice_id).order_by(receipts.c.at)
        if chat_id is not None:
            query = query.where(receipts.c.chat_id == chat_id)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Receipt(
                row["channel"],
                row["chat_id"],
                row["member_id"],
                Answer(row["answer"]),
                row["late"],
                datetime.fromtimestamp(row["at"], self._clock().tzinfo),
            )
            for row in rows
        ]

    # --- privacy and moves -----------------------------------------------------------------------

    async def drop_receipts(self, before: datetime) -> None:
        """Delete the receipts of notices that were sent before a moment.

        Raises:
            StorageError: the database refuses.
        """
        old = select(notices.c.id).where(notices.c.queued_at < before.timestamp())
        async with self.database.begin() as connection:
            await connection.execute(delete(receipts).where(receipts.c.notice_id.in_(old)))

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete a member's receipts and drafts; what was sent stays, not by whom.

        Raises:
            StorageError: the database refuses.
        """
        mine = (receipts.c.channel == channel, receipts.c.member_id == member_id)
        own = (notices.c.channel == channel, notices.c.author == member_id)
        unsent = notices.c.phase.in_((Phase.DRAFT, Phase.WAITING, Phase.DROPPED))
        async with self.database.begin() as connection:
            rows = (
                await connection.execute(
                    select(receipts.c.notice_id, receipts.c.chat_id).where(*mine)
                )
            ).all()
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
            await connection.execute(delete(notices).where(*own, unsent))
            await connection.execute(
                update(notices)
                .where(*own)
                .values(author=FORGOTTEN, chat_id="", report_id="", running=False)
            )
            approved = (notices.c.channel == channel, notices.c.approver == member_id)
            await connection.execute(update(notices).where(*approved).values(approver=FORGOTTEN))

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a group to its new id; may be told more than once.

        Raises:
            StorageError: the database refuses.
        """
        async with self.database.begin() as connection:
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


def _values(notice: Notice) -> dict[str, Any]:
    aim = notice.aim
    moments = {name: getattr(notice, name) for name in _MOMENTS}
    return {
        "id": notice.id,
        "phase": notice.phase,
        "channel": notice.channel,
        "author": notice.author,
        "chat_id": notice.chat_id,
        "step": notice.step,
        "revision": notice.revision,
        "category": notice.category,
        "content": frozen(notice.content),
        "pending": None if notice.pending is None else frozen(notice.pending),
        "aim": None if aim is None else json.dumps({"kind": aim.kind, "values": list(aim.values)}),
        "receipt": notice.receipt,
        "silent": notice.silent,
        "approver": notice.approver,
        "report_id": notice.report_id,
        "running": notice.running,
        "corrections": notice.corrections,
        "nudges": notice.nudges,
        **{name: None if each is None else each.timestamp() for name, each in moments.items()},
    }


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
