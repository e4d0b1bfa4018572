"""The tables of people: grants, roster and one-time codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.organisation.codes import Code, fits
from bot.organisation.roles import Grant, Role
from bot.organisation.roster import Change, Person, compare
from bot.storage.database import Database
from bot.storage.tables import metadata, of_people

_BATCH = 500
"""Rows a statement: SQLite takes no more than 32,766 parameters."""

grants = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("member_id", String(64), nullable=False),
    Column("role", String(10), nullable=False),
    Column("unit", String(24), nullable=False),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    Column("granted_by", String(64), nullable=False),
    UniqueConstraint("channel", "member_id", "role", "unit"),
    info=of_people("您的角色（书记、帮办人员）：哪个组织的、谁授予的", "到收回为止"),
)
roster = Table(
    "roster",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(30), nullable=False),
    Column("unit", String(24), nullable=False),
    Column("channel", String(20), nullable=True),
    Column("member_id", String(64), nullable=True),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("name", "unit"),
    Index("ix_roster_channel", "channel", "member_id"),
    info=of_people(
        "花名册上的姓名和单位，您自己绑定的账号编号", "导入后 {organisation.roster_days} 天"
    ),
)
codes = Table(
    "codes",
    metadata,
    Column("selector", String(8), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("role", String(10), nullable=False),
    Column("unit", String(24), nullable=False),
    Column("person", Integer, nullable=True),
    Column("channel", String(20), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    info=of_people("您发出的授权码（只存校验值）", "到用掉、作废或过期为止"),
)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person of the roster, and the account that is bound to the name."""

    id: int
    name: str = field(repr=False)
    unit: str
    channel: str | None = None
    """None as long as nobody bound."""
    member_id: str | None = None

    @property
    def bound(self) -> bool:
        """Whether the person has bound an account."""
        return self.member_id is not None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code leads to: a role of a unit, or (``role`` empty) a line of the roster."""

    role: str
    unit: str
    channel: str
    made_by: str
    """The member who made it; empty for the command line."""
    expires_at: datetime
    person: int | None = None


class PeopleStore:
    """Grants, roster and codes; always read anew, so that a withdrawn role is gone at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- roles -----------------------------------------------------------------------------------

    async def grants_of(self, channel: str, member_id: str) -> list[Grant]:
        """The grants of one member.

        Raises:
            StorageError: the database refuses.
        """
        mine = (grants.c.channel == channel) & (grants.c.member_id == member_id)
        return [_grant(row) for row in await self._rows(select(grants).where(mine))]

    async def all_grants(self) -> list[Grant]:
        """Every grant, the oldest first.

        Raises:
            StorageError: the database refuses.
        """
        return [_grant(row) for row in await self._rows(select(grants).order_by(grants.c.id))]

    async def grant(self, given: Grant, connection: AsyncConnection | None = None) -> bool:
        """Give a role; False when the member has it already.

        Raises:
            StorageError: the database refuses.
        """
        if connection is None:
            async with self._database.begin() as own:
                return await self.grant(given, own)
        try:
            async with connection.begin_nested():
                await connection.execute(insert(grants).values(**_grant_values(given)))
        except IntegrityError:
            return False
        return True

    async def withdraw(self, grant_id: int) -> bool:
        """Take a role back; False when it is gone already.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            done = await connection.execute(delete(grants).where(grants.c.id == grant_id))
        return bool(done.rowcount)

    # --- codes -----------------------------------------------------------------------------------

    async def put_codes(
        self, made: Sequence[tuple[Code, Invitation]], now: datetime
    ) -> list[tuple[Code, Invitation]]:
        """Keep fresh codes and drop stale ones; gives those whose selector was still free.

        Older codes for the same person of the roster stop working.

        Raises:
            StorageError: the database refuses.
        """
        people = [invitation.person for _, invitation in made if invitation.person is not None]
        async with self._database.begin() as connection:
            await connection.execute(delete(codes).where(codes.c.expires_at < now.astimezone(UTC)))
            for start in range(0, len(people), _BATCH):
                part = people[start : start + _BATCH]
                await connection.execute(delete(codes).where(codes.c.person.in_(part)))
            taken = set((await connection.execute(select(codes.c.selector))).scalars())
            free: list[tuple[Code, Invitation]] = []
            for code, invitation in made:
                if code.selector not in taken:
                    taken.add(code.selector)
                    free.append((code, invitation))
            if free:
                await connection.execute(insert(codes), [_code_values(*one) for one in free])
        return free

    async def open_codes(self, channel: str, made_by: str, now: datetime) -> int:
        """How many codes for roles somebody has handed out that still work.

        Raises:
            StorageError: the database refuses.
        """
        mine = (codes.c.channel == channel) & (codes.c.made_by == made_by)
        fresh = codes.c.person.is_(None) & (codes.c.expires_at >= now.astimezone(UTC))
        return len(await self._rows(select(codes.c.selector).where(mine & fresh)))

    async def peek(self, selector: str, secret: str, now: datetime) -> Invitation | None:
        """What a code leads to, without using it up; None for a wrong or stale one.

        Raises:
            StorageError: the database refuses.
        """
        rows = await self._rows(select(codes).where(codes.c.selector == selector))
        row = rows[0] if rows else None
        right = fits(secret, row["salt"] if row else None, row["digest"] if row else None)
        if row is None or not right or _aware(row["expires_at"]) < now:
            return None
        return Invitation(
            row["role"],
            row["unit"],
            row["channel"],
            row["made_by"],
            _aware(row["expires_at"]),
            row["person"],
        )

    async def use_up(self, selector: str, connection: AsyncConnection) -> bool:
        """Take a code out of use; False when somebody else was faster.

        Raises:
            StorageError: the database refuses.
        """
        done = await connection.execute(delete(codes).where(codes.c.selector == selector))
        return bool(done.rowcount)

    async def void_code(self, channel: str, made_by: str, selector: str) -> bool:
        """Take a code of one's own out of use.

        Raises:
            StorageError: the database refuses.
        """
        mine = (codes.c.channel == channel) & (codes.c.made_by == made_by)
        async with self._database.begin() as connection:
            done = await connection.execute(
                delete(codes).where(mine & (codes.c.selector == selector))
            )
        return bool(done.rowcount)

    # --- roster ----------------------------------------------------------------------------------

    async def roster(self, unit_ids: Collection[str] | None = None) -> list[RosterEntry]:
        """People by unit and line; None: all.

        Raises:
            StorageError: the database refuses.
        """
        rows = await self._rows(select(roster).order_by(roster.c.id))
        wanted = None if unit_ids is None else frozenset(unit_ids)
        return [_entry(row) for row in rows if wanted is None or row["unit"] in wanted]

    async def member(self, channel: str, member_id: str) -> list[RosterEntry]:
        """The lines of the roster that an account is bound to.

        Raises:
            StorageError: the database refuses.
        """
        mine = (roster.c.channel == channel) & (roster.c.member_id == member_id)
        query = select(roster).where(mine).order_by(roster.c.id)
        return [_entry(row) for row in await self._rows(query)]

    async def compared(self, people: Sequence[Person]) -> Change:
        """What an import would change.

        Raises:
            StorageError: the database refuses.
        """
        before = [Person(entry.name, entry.unit) for entry in await self.roster()]
        return compare(before, people)

    async def replace_roster(self, people: Sequence[Person], now: datetime) -> Change:
        """Make the roster what the table says; who stays keeps the bound account.

        Raises:
            StorageError: the database refuses; nothing has changed then.
        """
        at = now.astimezone(UTC)
        async with self._database.begin() as connection:
            rows = (await connection.execute(select(roster))).mappings().all()
            there = {Person(row["name"], row["unit"]): row["id"] for row in rows}
            change = compare(there, people)
            gone = [there[person] for person in change.removed]
            for start in range(0, len(gone), _BATCH):
                part = gone[start : start + _BATCH]
                await connection.execute(delete(codes).where(codes.c.person.in_(part)))
                await connection.execute(delete(roster).where(roster.c.id.in_(part)))
            await connection.execute(update(roster).values(imported_at=at))
            if change.added:
                new = [
                    {"name": person.name, "unit": person.unit, "imported_at": at}
                    for person in change.added
                ]
                await connection.execute(insert(roster), new)
        return change

    async def bind(
        self, person: int, channel: str, member_id: str, connection: AsyncConnection
    ) -> bool:
        """Bind an account to a line of the roster; False when the line is gone or bound already.

        Raises:
            StorageError: the database refuses.
        """
        free = (roster.c.id == person) & roster.c.member_id.is_(None)
        values = {"channel": channel, "member_id": member_id}
        done = await connection.execute(update(roster).where(free).values(**values))
        return bool(done.rowcount)

    async def unbind(self, channel: str, member_id: str) -> int:
        """Take an account off the roster; the names stay. Gives how many lines it was on.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            return await _unbind(connection, channel, member_id)

    async def drop_stale(self, now: datetime, roster_before: datetime) -> int:
        """Delete codes past their time and people imported too long ago; gives how many people.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            await connection.execute(delete(codes).where(codes.c.expires_at < now.astimezone(UTC)))
            old = roster.c.imported_at < roster_before.astimezone(UTC)
            done = await connection.execute(delete(roster).where(old))
        return int(done.rowcount)

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete roles and codes of a member, and the lines of the roster that were bound.

        Raises:
            StorageError: the database refuses.
        """
        async with self._database.begin() as connection:
            mine = (grants.c.channel == channel) & (grants.c.member_id == member_id)
            await connection.execute(delete(grants).where(mine))
            given = (grants.c.channel == channel) & (grants.c.granted_by == member_id)
            await connection.execute(update(grants).where(given).values(granted_by=""))
            made = (codes.c.channel == channel) & (codes.c.made_by == member_id)
            await connection.execute(delete(codes).where(made))
            named = (roster.c.channel == channel) & (roster.c.member_id == member_id)
            lines = (await connection.execute(select(roster.c.id).where(named))).scalars().all()
            await connection.execute(delete(codes).where(codes.c.person.in_(lines)))
            await connection.execute(delete(roster).where(named))

    async def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        async with self._database.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]


async def _unbind(connection: AsyncConnection, channel: str, member_id: str) -> int:
    mine = (roster.c.channel == channel) & (roster.c.member_id == member_id)
    done = await connection.execute(update(roster).where(mine).values(channel=None, member_id=None))
    return int(done.rowcount)


def _aware(at: datetime) -> datetime:
    # SQLite keeps no zone: always UTC.
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _grant(row: dict[str, Any]) -> Grant:
    values = row | {"role": Role(row["role"]), "granted_at": _aware(row["granted_at"])}
    return Grant(**values)


def _grant_values(given: Grant) -> dict[str, object]:
    return {
        "channel": given.channel,
        "member_id": given.member_id,
        "role": given.role.value,
        "unit": given.unit,
        "granted_at": given.granted_at.astimezone(UTC),
        "granted_by": given.granted_by,
    }


def _code_values(code: Code, invitation: Invitation) -> dict[str, object]:
    return {
        "selector": code.selector,
        "salt": code.salt,
        "digest": code.digest,
        "role": invitation.role,
        "unit": invitation.unit,
        "person": invitation.person,
        "channel": invitation.channel,
        "made_by": invitation.made_by,
        "expires_at": invitation.expires_at.astimezone(UTC),
    }


def _entry(row: dict[str, Any]) -> RosterEntry:
    return RosterEntry(row["id"], row["name"], row["unit"], row["channel"], row["member_id"])
