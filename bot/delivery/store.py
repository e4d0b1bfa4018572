"""The tables of the outbox and every query on them; all moments are Unix seconds.

Two writers never decide at once: SQLite lets one write transaction in at a time, and on PostgreSQL
whoever claims or records locks the row of the channel's lane first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    case,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import words
from bot.delivery.orders import Kind, State
from bot.storage.database import ignoring
from bot.storage.tables import metadata, of_people

KEY_CHARS_MAX = 200
JOB_CHARS_MAX = 160
REASON_CHARS_MAX = 200
TOLD_DAYS = 30
"""What was sent to one member alone is deleted so many days after it is settled."""
TOLD_KEPT = f"{TOLD_DAYS} 天"
_NAMES_AT_ONCE = 200

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(KEY_CHARS_MAX), nullable=False, unique=True),
    Column("job", String(JOB_CHARS_MAX), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("thread_id", String(32), nullable=True),
    Column("kind", String(8), nullable=False),
    Column("of", String(KEY_CHARS_MAX), nullable=False),
    Column("content", String(64), nullable=True),
    Column("silent", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(REASON_CHARS_MAX), nullable=False),
    Column("message_ids", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("expires_at", Double, nullable=True),
    Column("tried_at", Double, nullable=True),
    Column("lease", String(40), nullable=True),
    Column("leased_until", Double, nullable=True),
    Column("updated_at", Double, nullable=False),
    Index("ix_outbox_job", "job"),
    Index("ix_outbox_due", "channel", "state", "due_at"),
    Index("ix_outbox_chat", "channel", "chat_id", "state"),
    info=of_people("答疑台主动私聊发给您的话，送到了没有", TOLD_KEPT),
)
contents = Table(
    "outbox_contents",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    info=of_people("上一项里那些话的原文", TOLD_KEPT),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An order as the database has it."""

    id: int
    key: str
    job: str
    channel: str
    chat_id: str
    thread_id: str | None
    kind: Kind
    of: str
    content: str | None
    silent: bool
    state: State
    reason: str
    message_ids: tuple[str, ...]
    attempts: int
    due_at: float
    expires_at: float | None
    tried_at: float | None
    updated_at: float


_ROW = [column for column in outbox.c if column.name not in {"lease", "leased_until"}]


def row_of(found: RowMapping) -> Row:
    """A row of the table as an object."""
    values: dict[str, Any] = {str(name): value for name, value in found.items()}
    values["kind"] = Kind(values["kind"])
    values["state"] = State(values["state"])
    values["message_ids"] = tuple(json.loads(values["message_ids"]))
    return Row(**values)


def ids_text(message_ids: Sequence[str]) -> str:
    """Message ids as they are kept."""
    return json.dumps(list(message_ids))


# --- put and look ---------------------------------------------------------------------------------


async def insert(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], bodies: Mapping[str, str]
) -> int:
    """Add rows and contents; gives how many rows are new."""
    if not rows:
        return 0
    if bodies:
        values = [{"digest": name, "body": body} for name, body in bodies.items()]
        await connection.execute(ignoring(connection, contents), values)
    added = await connection.execute(
        ignoring(connection, outbox).returning(outbox.c.id), list(rows)
    )
    return len(added.all())


async def body_of(connection: AsyncConnection, digest: str) -> str:
    """The content of that name."""
    found = await connection.execute(select(contents.c.body).where(contents.c.digest == digest))
    return str(found.scalar_one())


async def rows_of_job(connection: AsyncConnection, job: str) -> list[Row]:
    """All rows of a job, oldest first."""
    found = await connection.execute(select(*_ROW).where(outbox.c.job == job).order_by(outbox.c.id))
    return [row_of(row) for row in found.mappings()]


async def row_by_key(connection: AsyncConnection, key: str) -> Row | None:
    """The row of a key, locked until the end of the transaction."""
    found = await connection.execute(select(*_ROW).where(outbox.c.key == key).with_for_update())
    row = found.mappings().one_or_none()
    return None if row is None else row_of(row)


async def row_by_id(connection: AsyncConnection, row_id: int) -> Row | None:
    """The row of a number, locked until the end of the transaction."""
    found = await connection.execute(select(*_ROW).where(outbox.c.id == row_id).with_for_update())
    row = found.mappings().one_or_none()
    return None if row is None else row_of(row)


async def change(connection: AsyncConnection, row_id: int, **values: Any) -> None:
    """Change one row."""
    await connection.execute(update(outbox).where(outbox.c.id == row_id).values(**values))


async def cancel(connection: AsyncConnection, job: str, now: float, reason: str) -> int:
    """Cancel the orders of a job that still wait."""
    done = await connection.execute(
        update(outbox)
        .where(outbox.c.job == job, outbox.c.state == State.QUEUED)
        .values(state=State.CANCELLED, reason=reason, updated_at=now)
    )
    return int(done.rowcount)


async def move(connection: AsyncConnection, channel: str, old_chat: str, new_chat: str) -> None:
    """Orders that wait for a chat wait for its new id."""
    await connection.execute(
        update(outbox)
        .where(
            outbox.c.channel == channel,
            outbox.c.chat_id == old_chat,
            outbox.c.kind == Kind.SEND,
            outbox.c.state == State.QUEUED,
        )
        .values(chat_id=new_chat)
    )


async def change_waiting(
    connection: AsyncConnection, changes: Mapping[str, Mapping[str, Any]], now: float
) -> None:
    """Apply edits and recalls to orders of which nothing went out yet; the keys are theirs."""
    names = list(changes)
    for start in range(0, len(names), _NAMES_AT_ONCE):
        found = await connection.execute(
            select(outbox.c.key)
            .where(
                outbox.c.key.in_(names[start : start + _NAMES_AT_ONCE]),
                outbox.c.state == State.QUEUED,
                outbox.c.message_ids == ids_text(()),
            )
            .order_by(outbox.c.id)
            .with_for_update()
        )
        for key in found.scalars().all():
            await _change_waiting(connection, key, changes[key], now)


async def _change_waiting(
    connection: AsyncConnection, key: str, wanted: Mapping[str, Any], now: float
) -> None:
    values: dict[str, Any] = {"content": wanted["content"]}
    reason = words.REPLACED
    if wanted["kind"] is Kind.DELETE:
        values = {"state": State.CANCELLED, "reason": words.WITHDRAWN}
        reason = words.WITHDRAWN
    await connection.execute(
        update(outbox).where(outbox.c.key == key).values(updated_at=now, **values)
    )
    await connection.execute(
        update(outbox)
        .where(outbox.c.key == wanted["key"], outbox.c.state == State.QUEUED)
        .values(state=State.SKIPPED, reason=reason, updated_at=now)
    )


async def change_ids(connection: AsyncConnection, key: str, message_ids: Sequence[str]) -> None:
    """The messages of an order are others since it was edited."""
    await connection.execute(
        update(outbox).where(outbox.c.key == key).values(message_ids=ids_text(message_ids))
    )


async def count_due(connection: AsyncConnection, channel: str, now: float) -> int:
    """How many orders wait and are due."""
    found = await connection.execute(
        select(func.count()).where(
            outbox.c.channel == channel, outbox.c.state == State.QUEUED, outbox.c.due_at <= now
        )
    )
    return int(found.scalar_one())


# --- claim and record -----------------------------------------------------------------------------


async def next_due(connection: AsyncConnection, channel: str) -> float | None:
    """When the first waiting order is due, or the first lease ends; None when there is nothing."""
    found = await connection.execute(
        select(
            func.min(
                case((outbox.c.state == State.QUEUED, outbox.c.due_at), else_=outbox.c.leased_until)
            )
        ).where(outbox.c.channel == channel, outbox.c.state.in_([State.QUEUED, State.SENDING]))
    )
    value = found.scalar_one()
    return None if value is None else float(value)


async def skip_expired(connection: AsyncConnection, channel: str, now: float) -> None:
    """Waiting orders whose time is over go out no more."""
    await connection.execute(
        update(outbox)
        .where(
            outbox.c.channel == channel,
            outbox.c.state == State.QUEUED,
            outbox.c.expires_at <= now,
        )
        .values(state=State.SKIPPED, reason=words.EXPIRED, updated_at=now)
    )


async def expire_leases(connection: AsyncConnection, channel: str, now: float, mine: str) -> int:
    """What a dead worker had begun is uncertain: its request may have left."""
    done = await connection.execute(
        update(outbox)
        .where(
            outbox.c.channel == channel,
            outbox.c.state == State.SENDING,
            outbox.c.leased_until <= now,
            outbox.c.lease != mine,
        )
        .values(state=State.UNCERTAIN, reason=words.LOST_LEASE, updated_at=now)
    )
    return int(done.rowcount)


async def doubt(connection: AsyncConnection, now: float) -> int:
    """What was due or begun in a copy from before: it may have gone out since."""
    begun = outbox.c.state == State.SENDING
    due = (outbox.c.state == State.QUEUED) & (outbox.c.due_at <= now)
    done = await connection.execute(
        update(outbox)
        .where(begun | due)
        .values(
            state=State.UNCERTAIN,
            reason=words.RESTORED,
            lease=None,
            leased_until=None,
            updated_at=now,
        )
    )
    return int(done.rowcount)


async def due_rows(
    connection: AsyncConnection, channel: str, now: float, full: Sequence[str], count: int
) -> list[Row]:
    """The oldest due orders, one a chat, of chats that have room; locked for us."""
    other = outbox.alias("other")
    oldest = (
        select(func.min(other.c.id))
        .where(
            other.c.channel == channel,
            other.c.chat_id == outbox.c.chat_id,
            other.c.state == State.QUEUED,
            other.c.due_at <= now,
        )
        .scalar_subquery()
    )
    wanted = (
        select(*_ROW)
        .where(
            outbox.c.channel == channel,
            outbox.c.state == State.QUEUED,
            outbox.c.due_at <= now,
            outbox.c.chat_id.not_in(full),
            outbox.c.id == oldest,
        )
        .order_by(outbox.c.id)
        .limit(count)
        .with_for_update(skip_locked=True, of=outbox)
    )
    return [row_of(row) for row in (await connection.execute(wanted)).mappings()]


async def lease(
    connection: AsyncConnection, row_ids: Sequence[int], token: str, now: float, until: float
) -> None:
    """Mark rows as being sent by us."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(row_ids))
        .values(
            state=State.SENDING,
            lease=token,
            leased_until=until,
            tried_at=func.coalesce(outbox.c.tried_at, now),
            attempts=outbox.c.attempts + 1,
            updated_at=now,
        )
    )


async def record(
    connection: AsyncConnection, row_id: int, token: str, values: Mapping[str, Any]
) -> bool:
    """Write what became of a send of ours; False when somebody else has decided about it."""
    done = await connection.execute(
        update(outbox)
        .where(
            outbox.c.id == row_id,
            outbox.c.lease == token,
            # Uncertain: our lease ran out while we were still waiting; the truth is better.
            outbox.c.state.in_([State.SENDING, State.UNCERTAIN]),
        )
        .values(**values)
    )
    return done.rowcount == 1
