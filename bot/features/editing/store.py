"""The table of drafts: what admins are about to change, so that nothing is lost by a crash."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Double, Integer, String, Table, Text, delete, select, update

from bot.features.editing.model import Body, Draft
from bot.storage.database import Database
from bot.storage.tables import metadata, of_people

DRAFT_HOURS = 24
_REVISION_MAX = 1_000_000_000

drafts = Table(
    "drafts",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("member_id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
    info=dict(of_people("改资料时还没确认的草稿", f"{DRAFT_HOURS} 小时")),
)


class DraftStore:
    """Drafts by whom they are of; every method raises StorageError when the database refuses."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, channel: str, member: str, body: Body) -> Draft:
        """A new draft in place of whatever there was."""
        draft = Draft(channel, member, self._clock(), secrets.randbelow(_REVISION_MAX), body)
        async with self._database.begin() as connection:
            await connection.execute(delete(drafts).where(*_of(channel, member)))
            await connection.execute(
                drafts.insert().values(
                    channel=channel,
                    member_id=member,
                    revision=draft.revision,
                    at=draft.at.timestamp(),
                    body=body.packed(),
                )
            )
        return draft

    async def save(self, draft: Draft, body: Body) -> Draft | None:
        """The next step of a draft; None if it went on elsewhere meanwhile."""
        after = replace(draft, revision=draft.revision + 1, at=self._clock(), body=body)
        changed = (
            update(drafts)
            .where(*_of(*draft.who), drafts.c.revision == draft.revision)
            .values(revision=after.revision, at=after.at.timestamp(), body=body.packed())
        )
        async with self._database.begin() as connection:
            done = await connection.execute(changed)
        return after if done.rowcount else None

    async def find(self, channel: str, member: str) -> Draft | None:
        """Somebody's draft, if it is not too old."""
        found = await self._select(select(drafts).where(*_of(channel, member)))
        return found[0] if found else None

    async def all(self) -> list[Draft]:
        """Every draft that is not too old."""
        return await self._select(select(drafts))

    async def drop(self, channel: str, member: str, revision: int | None = None) -> None:
        """Delete somebody's draft; given a revision, only that."""
        found = _of(channel, member)
        if revision is not None:
            found = (*found, drafts.c.revision == revision)
        async with self._database.begin() as connection:
            await connection.execute(delete(drafts).where(*found))

    async def tidy(self) -> None:
        """Delete what is too old."""
        async with self._database.begin() as connection:
            await connection.execute(delete(drafts).where(drafts.c.at < self._oldest()))

    def _oldest(self) -> float:
        return (self._clock() - timedelta(hours=DRAFT_HOURS)).timestamp()

    async def _select(self, query: Any) -> list[Draft]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query.where(drafts.c.at >= self._oldest()))).all()
        zone = self._clock().tzinfo
        found: list[Draft] = []
        for row in rows:
            body = Body.unpacked(row.body)
            if body is not None:
                at = datetime.fromtimestamp(row.at, zone)
                found.append(Draft(row.channel, row.member_id, at, row.revision, body))
        return found


def _of(channel: str, member: str) -> tuple[Any, ...]:
    return drafts.c.channel == channel, drafts.c.member_id == member
