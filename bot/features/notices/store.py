"""The table of notices, from the first word of a draft on."""

from __future__ import annotations

import json
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
from bot.features.notices.model import Aim, Notice, Phase
from bot.storage.database import Database, Transaction
from bot.storage.tables import metadata, of_people

FORGOTTEN = "-"

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("phase", String(10), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("author", String(64), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("step", String(60), nullable=False),
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
    info=of_people(
        "您写的、您同意发的通知，没写完的草稿",
        "草稿 60 天，放弃的 2 天；发出的一直保留，您要求删除以后不再记是谁写的",
    ),
)

_MOMENTS = ("send_at", "deadline", "created_at", "queued_at", "nudged_at")


class NoticeStore:
    """Notices of one database."""

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

    async def set_report(
        self, notice_id: int, report_id: str, *, running: bool, before: str | None = None
    ) -> None:
        """Remember where the report stands.

        Args:
            notice_id: the notice.
            report_id: the message that shows it.
            running: whether it is to be kept up to date.
            before: only if the report still stands in this message.

        Raises:
            StorageError: the database refuses.
        """
        changed = update(notices).where(notices.c.id == notice_id)
        if before is not None:
            changed = changed.where(notices.c.report_id == before)
        async with self.database.begin() as connection:
            await connection.execute(changed.values(report_id=report_id, running=running))

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

    # --- privacy and moves -----------------------------------------------------------------------

    async def sent_before(self, moment: datetime) -> list[int]:
        """The numbers of notices that were queued before a moment.

        Raises:
            StorageError: the database refuses.
        """
        wanted = select(notices.c.id).where(notices.c.queued_at < moment.timestamp())
        async with self.database.read() as connection:
            return list((await connection.execute(wanted)).scalars().all())

    async def drop_unsent(self, dropped_before: datetime, idle_before: datetime) -> None:
        """Delete what was given up, and drafts that nobody goes on with.

        Raises:
            StorageError: the database refuses.
        """
        given_up = (notices.c.phase == Phase.DROPPED) & (
            notices.c.created_at < dropped_before.timestamp()
        )
        idle = (notices.c.phase == Phase.DRAFT) & (notices.c.created_at < idle_before.timestamp())
        async with self.database.begin() as connection:
            await connection.execute(delete(notices).where(given_up | idle))

    async def of_member(self, channel: str, member_id: str) -> list[Notice]:
        """What a member wrote or agreed to, oldest first.

        Raises:
            StorageError: the database refuses.
        """
        hand = (notices.c.author == member_id) | (notices.c.approver == member_id)
        mine = select(notices).where(notices.c.channel == channel, hand)
        return await self._select(mine.order_by(notices.c.id))

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete a member's drafts; what was sent stays, not by whom.

        Raises:
            StorageError: the database refuses.
        """
        own = (notices.c.channel == channel, notices.c.author == member_id)
        unsent = notices.c.phase.in_((Phase.DRAFT, Phase.WAITING, Phase.DROPPED))
        approved = (notices.c.channel == channel, notices.c.approver == member_id)
        async with self.database.begin() as connection:
            await connection.execute(delete(notices).where(*own, unsent))
            await connection.execute(
                update(notices)
                .where(*own)
                .values(author=FORGOTTEN, chat_id="", report_id="", running=False)
            )
            await connection.execute(update(notices).where(*approved).values(approver=FORGOTTEN))
            desk = (notices.c.channel == channel, notices.c.chat_id == member_id)
            here = update(notices).where(*desk)
            await connection.execute(here.values(chat_id="", report_id="", running=False))


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
