"""Who wished to be forgotten, as a stretched digest; and who can be found in the tables at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
    update,
)

from bot.storage.database import Database
from bot.storage.tables import metadata, of_people, told_of_people

_PLAIN = re.compile(r"-?[A-Za-z0-9_@.+]{1,32}")
_NO_MEMBERS = frozenset({"channel", "lease", "digest", "selector", "content", "unit", "state"})
"""Columns with many values of which none is a member's id."""

forgotten = Table(
    "forgotten",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("at", Double, nullable=False),
    Column("cleaned", Boolean, nullable=False),
    info=of_people(
        "您要求删除过这件事：一个校验值，不是编号，恢复旧备份时靠它再删一次", "一直保留"
    ),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wished to be forgotten."""

    id: int
    salt: bytes
    digest: bytes
    cleaned: bool
    """Whether file and backups were cleaned after it."""
    at: float
    """Unix seconds."""


def mark(wishes: Iterable[Wish]) -> str:
    """Says which wishes these are, in any database; empty without any.

    Numbers would not do: after a restore they are given again. Nor would digests alone: who
    comes back and wishes to be forgotten again has the same one.
    """
    each = sorted(f"{wish.digest.hex()} {wish.at!r}" for wish in wishes)
    return hashlib.sha256("\n".join(each).encode()).hexdigest() if each else ""


class ForgottenStore:
    """The wishes of one database; every method raises StorageError when it refuses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Wish]:
        """Every wish, oldest first."""
        query = select(
            forgotten.c.id,
            forgotten.c.salt,
            forgotten.c.digest,
            forgotten.c.cleaned,
            forgotten.c.at,
        ).order_by(forgotten.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [Wish(*row) for row in rows]

    async def add(self, salt: bytes, digest: bytes, at: float, *, cleaned: bool = False) -> int:
        """Write a wish down; gives its number."""
        values = {"salt": salt, "digest": digest, "at": at, "cleaned": cleaned}
        async with self._database.begin() as connection:
            done = await connection.execute(insert(forgotten).values(**values))
        key = done.inserted_primary_key
        assert key is not None
        return int(key[0])

    async def merge(self, wishes: Iterable[Wish]) -> None:
        """Take over the wishes of another database that are not here."""
        there = {(wish.digest, wish.at) for wish in await self.all()}
        for wish in wishes:
            if (wish.digest, wish.at) not in there:
                await self.add(wish.salt, wish.digest, wish.at)

    async def cleaned(self, upto: int) -> None:
        """Note that file and backups were cleaned."""
        async with self._database.begin() as connection:
            done = update(forgotten).where(forgotten.c.id <= upto).values(cleaned=True)
            await connection.execute(done)

    async def people(self) -> set[str]:
        """Whoever may be named in the tables, as ``channel:id``; more than there are."""
        found: set[str] = set()
        async with self._database.read() as connection:
            rows = [
                dict(row)
                for name in told_of_people()
                for row in (await connection.execute(select(metadata.tables[name]))).mappings()
            ]
        channels = {row["channel"] for row in rows if row.get("channel")}
        tag = re.compile(rf"(?:{'|'.join(map(re.escape, channels)) or '(?!)'}):[\w@.+-]{{1,64}}")
        for row in rows:
            channel = row.get("channel")
            for column, value in row.items():
                if not isinstance(value, str):
                    continue
                found.update(tag.findall(value))
                if channel and column not in _NO_MEMBERS and _PLAIN.fullmatch(value):
                    found.add(f"{channel}:{value}")
        return found
