"""The tables of a channel's lane: how it does, and the places that sends take in its windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.lanes.limits import MINUTE, OPEN_SECONDS_MAX, SECOND, SKEW_SECONDS, Slot
from bot.storage.database import ignoring
from bot.storage.tables import OF_NOBODY, metadata, of_people

slots = Table(
    "outbox_slots",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("started_at", Double, nullable=False),
    Column("counted_at", Double, nullable=True),
    Index("ix_outbox_slots_started", "channel", "started_at"),
    info=of_people("刚给您发过消息这件事，用来控制发送的快慢", "到再给别人发消息为止，几分钟"),
)
lanes = Table(
    "outbox_lanes",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("halted_until", Double, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("down_since", Double, nullable=True),
    info=OF_NOBODY,
)


@dataclass(frozen=True, slots=True)
class Lane:
    """How a channel does, as far as all processes know."""

    halted_until: float = 0.0
    failures: int = 0
    """Requests in a row that did not even reach the platform."""
    down_since: float | None = None


async def lock_lane(connection: AsyncConnection, channel: str) -> Lane:
    """The channel's lane, ours alone until the end of the transaction."""
    wanted = select(lanes).where(lanes.c.channel == channel).with_for_update()
    found = (await connection.execute(wanted)).mappings().one_or_none()
    if found is None:
        new = {"channel": channel, "halted_until": 0.0, "failures": 0, "down_since": None}
        await connection.execute(ignoring(connection, lanes), new)
        found = (await connection.execute(wanted)).mappings().one()
    return Lane(found["halted_until"], found["failures"], found["down_since"])


async def save_lane(connection: AsyncConnection, channel: str, lane: Lane) -> None:
    """Write the lane back."""
    await connection.execute(
        update(lanes)
        .where(lanes.c.channel == channel)
        .values(halted_until=lane.halted_until, failures=lane.failures, down_since=lane.down_since)
    )


def _live(channel: str, now: float, window: float) -> ColumnElement[bool]:
    """Slots that take a place in a window of this many seconds before now."""
    return (
        (slots.c.channel == channel)
        & (slots.c.started_at <= now + SKEW_SECONDS)
        & or_(
            slots.c.counted_at > now - window,
            slots.c.counted_at.is_(None) & (slots.c.started_at > now - OPEN_SECONDS_MAX),
        )
    )


async def live_slots(connection: AsyncConnection, channel: str, now: float) -> list[Slot]:
    """The sends that take a place in the last second."""
    found = await connection.execute(
        select(slots.c.started_at, slots.c.counted_at).where(_live(channel, now, SECOND))
    )
    return [Slot(started, counted) for started, counted in found]


async def chat_counts(
    connection: AsyncConnection, channel: str, now: float
) -> list[tuple[str, int, int]]:
    """Each chat that something went to: how much in the last second, in the last minute."""
    second = func.sum(case((_live(channel, now, SECOND), 1), else_=0))
    found = await connection.execute(
        select(slots.c.chat_id, second, func.count())
        .where(_live(channel, now, MINUTE))
        .group_by(slots.c.chat_id)
    )
    return [(chat, int(in_second), int(in_minute)) for chat, in_second, in_minute in found]


async def take_slots(
    connection: AsyncConnection, channel: str, sends: Mapping[str, tuple[str, float]]
) -> None:
    """Take a place for each send: name of the place -> chat, and when it leaves."""
    await connection.execute(
        slots.insert(),
        [
            {
                "id": name,
                "channel": channel,
                "chat_id": chat,
                "started_at": leaves_at,
                "counted_at": None,
            }
            for name, (chat, leaves_at) in sends.items()
        ],
    )


async def count_slots(connection: AsyncConnection, counted: Mapping[str, float]) -> None:
    """The answers of sends have come: name of the place -> when it was counted at the latest."""
    await connection.execute(
        update(slots)
        .where(slots.c.id == bindparam("name"))
        .values(counted_at=bindparam("counted")),
        [{"name": name, "counted": moment} for name, moment in counted.items()],
    )


async def prune_slots(connection: AsyncConnection, channel: str, before: float) -> None:
    """Forget sends that no window reaches any more."""
    await connection.execute(
        delete(slots).where(slots.c.channel == channel, slots.c.started_at < before)
    )
