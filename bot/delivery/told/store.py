"""Queries on what was sent to one chat alone: read, deleted on request, deleted in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.content import thawed
from bot.delivery.lanes.store import slots
from bot.delivery.orders import FINAL, State
from bot.delivery.store import TOLD_DAYS, contents, outbox
from bot.storage.database import Database

NOBODY = "-"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was sent to a member in private."""

    at: float
    """Unix seconds, when it last changed."""
    state: State
    text: str


class ToldStore:
    """Orders whose chat is a member's own; every method raises StorageError on a refusal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, channel: str, chat_id: str) -> list[Told]:
        """Everything that goes or went to a chat, oldest first."""
        query = (
            select(outbox.c.updated_at, outbox.c.state, contents.c.body)
            .join_from(outbox, contents, outbox.c.content == contents.c.digest, isouter=True)
            .where(outbox.c.channel == channel, outbox.c.chat_id == chat_id)
            .order_by(outbox.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Told(at, State(state), thawed(body).text if body else "") for at, state, body in rows
        ]

    async def forget(self, channel: str, chat_id: str) -> None:
        """Delete what goes or went to a chat, and what nobody else was sent.

        What waits is not sent any more; a send under way finds no row to report to.
        """
        mine = (outbox.c.channel == channel) & (outbox.c.chat_id == chat_id)
        async with self._database.begin() as connection:
            # The place in the window is kept, or the platform's limits would be overrun.
            place = (slots.c.channel == channel) & (slots.c.chat_id == chat_id)
            await connection.execute(update(slots).where(place).values(chat_id=NOBODY))
            await connection.execute(delete(outbox).where(mine))
            await _drop_unused(connection)

    async def drop_settled(self, prefix: str) -> None:
        """Delete what has an end and whose key begins with ``prefix``: nobody asks for it again.

        Where it is uncertain whether it came, it stays as long as the rest, so that admins can see.
        """
        over = sorted(FINAL - {State.UNCERTAIN})
        ours = outbox.c.key.startswith(prefix, autoescape=True) & outbox.c.state.in_(over)
        async with self._database.read() as connection:
            there = (await connection.execute(select(outbox.c.id).where(ours).limit(1))).first()
        if there is None:
            return  # a look is cheaper than a lock
        async with self._database.begin() as connection:
            await connection.execute(delete(outbox).where(ours))
            await _drop_unused(connection)

    async def drop_old(self, now: datetime, is_group: Callable[[str], bool]) -> None:
        """Delete what was sent to single members and settled more than 30 days ago."""
        before = (now - timedelta(days=TOLD_DAYS)).timestamp()
        old = outbox.c.state.in_(sorted(FINAL)) & (outbox.c.updated_at < before)
        async with self._database.begin() as connection:
            chats = (await connection.execute(select(outbox.c.chat_id).where(old).distinct())).all()
            alone = [chat for (chat,) in chats if not is_group(chat)]
            for start in range(0, len(alone), _AT_ONCE):
                some = alone[start : start + _AT_ONCE]
                await connection.execute(delete(outbox).where(old, outbox.c.chat_id.in_(some)))
            if alone:
                await _drop_unused(connection)


async def _drop_unused(connection: AsyncConnection) -> None:
    used = select(outbox.c.content).where(outbox.c.content.is_not(None))
    await connection.execute(delete(contents).where(contents.c.digest.not_in(used)))


def lines(told: Sequence[Told], moment: Callable[[float], str]) -> tuple[str, ...]:
    """What was told, a readable line each."""
    return tuple(f"{moment(one.at)} {_STATES[one.state]}：{one.text}".strip() for one in told)


_STATES = {
    State.QUEUED: "等着发",
    State.SENDING: "正在发",
    State.SENT: "已发",
    State.FAILED: "没发成",
    State.UNCERTAIN: "不确定",
    State.CANCELLED: "已取消",
    State.SKIPPED: "没有发",
}
