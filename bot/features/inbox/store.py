"""The tables of the inbox: questions without who asked, and those who asked to be told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.features.inbox.model import Asked, DayCount, Kind, Question, Wait, merged, new_id
from bot.storage.database import Database, Transaction, ignoring
from bot.storage.tables import OF_NOBODY, metadata, of_people

QUESTIONS_MAX = 5_000
JOTTED_MAX = 1_000
"""So many questions wait to be written when the database refuses for long; more are not counted."""
_AT_ONCE = 500

questions = Table(
    "questions",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("text", String(200), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("wrong_ref", String(125), nullable=False),
    Column("ignored_on", Date, nullable=True),
    info=OF_NOBODY,
)
days = Table(
    "question_days",
    metadata,
    Column("question_id", String(12), primary_key=True),
    Column("day", Date, primary_key=True, index=True),
    Column("missed", Integer, nullable=False),
    Column("doubted", Integer, nullable=False),
    Column("complained", Integer, nullable=False),
    info=OF_NOBODY,
)
waits = Table(
    "question_waits",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("question_id", String(12), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("member_id", String(64), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("home", String(40), nullable=False),
    Column("since", Date, nullable=False),
    UniqueConstraint("question_id", "channel", "member_id"),
    Index("ix_question_waits_channel", "channel", "member_id"),
    info=of_people("您按了“有答案时告诉我”的问题", "有答案为止，最多 {privacy.question_days} 天"),
)


class InboxStore:
    """What is kept; every method raises StorageError when the database refuses.

    Askings are jotted down in memory and written about once a second, many in one transaction: an
    answer never waits for the disk. Whoever looks at questions here has them written first.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._asked: dict[tuple[str, date], Asked] = {}
        self._ids: dict[str, str] | None = None
        """Key -> id of every question, those that are not written yet too."""
        self._writing = asyncio.Lock()

    # --- askings ---------------------------------------------------------------------------------

    async def jot(self, text: str, key: str, kind: Kind, day: date) -> str:
        """Count an asking that :meth:`flush` writes down; else like :meth:`record`.

        Returns:
            The question's id, empty if too many wait to be written: nothing is counted then.
        """
        ids = self._ids if self._ids is not None else await self._read_ids()
        asked = self._asked.get((key, day))
        if asked is None:
            if len(self._asked) >= JOTTED_MAX:
                return ""
            asked = self._asked[key, day] = Asked(ids.setdefault(key, new_id()), text)
        asked.text = text
        asked.counts[kind] += 1
        return asked.id

    async def record(self, text: str, key: str, kind: Kind, day: date, ref: str = "") -> str:
        """Count an asking at once; gives the question's id, the same for the same ``key``.

        Args:
            text: stripped, at most 200 characters; the newest wording of a key stays.
            key: what makes two wordings one, at most 200 characters.
            kind: why it is recorded.
            day: on which it was asked; nothing finer is kept.
            ref: the entry that was complained about.
        """
        await self.flush()
        ids = self._ids if self._ids is not None else await self._read_ids()
        asked = Asked(ids.get(key) or new_id(), text, Counter([kind]), ref)
        async with self.database.begin() as connection:
            question_id = await _put(connection, key, day, asked)
        if self._ids is not None:
            self._ids[key] = question_id
        return question_id

    async def flush(self) -> None:
        """Write down what was jotted; when the database refuses it goes on waiting."""
        async with self._writing:
            if not self._asked:
                return
            taken, self._asked = self._asked, {}
            try:
                async with self.database.begin() as connection:
                    for (key, day), asked in taken.items():
                        asked.id = await _put(connection, key, day, asked)
            except BaseException:
                self._asked = merged(taken, self._asked)
                raise

    async def _read_ids(self) -> dict[str, str]:
        async with self.database.read() as connection:
            rows = await connection.execute(select(questions.c.key, questions.c.id))
            found = {str(row.key): str(row.id) for row in rows}
        waiting = {key: asked.id for (key, _), asked in self._asked.items()}
        # Somebody else may have read them meanwhile, and given out ids since.
        self._ids = found | waiting | (self._ids or {})
        return self._ids

    # --- questions -------------------------------------------------------------------------------

    async def all(self) -> list[Question]:
        """Every question, in the order of their ids, which mean nothing."""
        await self.flush()
        query = select(questions).order_by(questions.c.id)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            counted = (await connection.execute(select(days).order_by(days.c.day))).mappings().all()
            number = func.count().label("number")
            grouped = select(waits.c.question_id, number).group_by(waits.c.question_id)
            waiting = {row.question_id: row.number for row in await connection.execute(grouped)}
        by_id: dict[str, list[DayCount]] = {}
        for row in counted:
            count = DayCount(row["day"], row["missed"], row["doubted"], row["complained"])
            by_id.setdefault(row["question_id"], []).append(count)
        return [
            Question(
                row["id"],
                row["text"],
                tuple(by_id[row["id"]]),
                row["wrong_ref"],
                row["ignored_on"],
                waiting.get(row["id"], 0),
            )
            for row in rows
            if row["id"] in by_id
        ]

    async def text_of(self, question_id: str) -> str | None:
        """The wording of a question; None when it is gone."""
        await self.flush()
        query = select(questions.c.text).where(questions.c.id == question_id)
        async with self.database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def rewrite(self, question_id: str, text: str, key: str) -> None:
        """Put other words in place of a question's; a key that another has is left to that one."""
        await self.flush()
        taken = select(questions.c.id).where(questions.c.key == key)
        async with self.database.begin() as connection:
            free = (await connection.execute(taken)).first() is None
            values = {"text": text, "key": key if free else question_id}
            mine = questions.c.id == question_id
            await connection.execute(update(questions).where(mine).values(**values))
        if self._ids is not None:
            self._ids = {k: one for k, one in self._ids.items() if one != question_id}
            self._ids[values["key"]] = question_id

    async def ignore(self, ids: Collection[str], day: date | None) -> int:
        """Put questions aside, or (``day`` None) take that back; gives how many changed."""
        await self.flush()
        changed = 0
        async with self.database.begin() as connection:
            for part in _parts(ids):
                other = questions.c.ignored_on.is_distinct_from(day)
                mine = and_(questions.c.id.in_(part), other)
                done = await connection.execute(
                    update(questions).where(mine).values(ignored_on=day)
                )
                changed += done.rowcount
        return changed

    async def close(self, connection: Transaction, ids: Collection[str]) -> int:
        """Delete questions and who waits for them; gives how many questions there were."""
        closed = 0
        for part in _parts(ids):
            await connection.execute(delete(waits).where(waits.c.question_id.in_(part)))
            await connection.execute(delete(days).where(days.c.question_id.in_(part)))
            done = await connection.execute(delete(questions).where(questions.c.id.in_(part)))
            closed += done.rowcount
        return closed

    async def tidy(self, upto: date, questions_max: int = QUESTIONS_MAX) -> None:
        """Delete what was asked on ``upto`` or before, then the rarest and oldest over the limit.

        Those that somebody waits for are the last to go over the limit.
        """
        await self.flush()
        async with self.database.begin() as connection:
            await connection.execute(delete(days).where(days.c.day <= upto))
            asked = select(days.c.question_id)
            await connection.execute(delete(questions).where(questions.c.id.not_in(asked)))
            counted = (
                select(
                    days.c.question_id,
                    func.sum(days.c.missed + days.c.doubted + days.c.complained).label("asked"),
                    func.max(days.c.day).label("last"),
                )
                .group_by(days.c.question_id)
                .subquery()
            )
            waited = questions.c.id.in_(select(waits.c.question_id))
            order = (
                select(questions.c.id)
                .join(counted, counted.c.question_id == questions.c.id)
                .order_by(waited.desc(), counted.c.asked.desc(), counted.c.last.desc())
                .offset(questions_max)
                .limit(1_000_000)
            )
            over = [str(row) for row in (await connection.execute(order)).scalars()]
            await self.close(connection, over)
            there = select(questions.c.id)
            await connection.execute(delete(waits).where(waits.c.question_id.not_in(there)))
            await connection.execute(delete(days).where(days.c.question_id.not_in(there)))
        self._ids = None
        await self._read_ids()

    # --- those who wait --------------------------------------------------------------------------

    async def wait(self, wait: Wait, waits_max: int) -> str:
        """Remember who wants to be told.

        Returns:
            ``new``, ``have`` (already), ``gone`` (no such question), or ``many``: this member waits
            for ``waits_max`` answers.
        """
        await self.flush()
        mine = and_(waits.c.channel == wait.channel, waits.c.member_id == wait.member_id)
        async with self.database.begin() as connection:
            there = select(questions.c.id).where(questions.c.id == wait.question_id)
            # Held until the end: who closes the question meanwhile sees this wait, or we see none.
            if (await connection.execute(there.with_for_update())).scalar_one_or_none() is None:
                return "gone"
            rows = await connection.execute(select(waits.c.question_id).where(mine))
            before = set(rows.scalars())
            if wait.question_id in before:
                return "have"
            if len(before) >= waits_max:
                return "many"
            await connection.execute(ignoring(connection, waits), _row(wait))
        return "new"

    async def unwait(self, question_id: str, channel: str, member_id: str) -> bool:
        """Wait no longer; False if they did not."""
        mine = and_(waits.c.channel == channel, waits.c.member_id == member_id)
        async with self.database.begin() as connection:
            found = delete(waits).where(mine, waits.c.question_id == question_id)
            return bool((await connection.execute(found)).rowcount)

    async def waiting(self, ids: Collection[str] | None = None) -> list[tuple[Wait, str]]:
        """Who waits (for some questions, or all), each with the question's wording."""
        async with self.database.read() as connection:
            return await _waiting(connection, ids)

    async def waiting_to_close(
        self, connection: Transaction, ids: Collection[str]
    ) -> list[tuple[Wait, str]]:
        """Who waits for questions that this transaction closes; nobody joins them any more."""
        for part in _parts(sorted(ids)):
            ours = select(questions.c.id).where(questions.c.id.in_(part)).order_by(questions.c.id)
            await connection.execute(ours.with_for_update())
        return await _waiting(connection, ids)

    async def take(self, connection: Transaction, ids: Sequence[str]) -> set[str]:
        """Delete waits; gives those that were still there: only they are ours to tell."""
        taken: set[str] = set()
        for part in _parts(ids):
            gone = delete(waits).where(waits.c.id.in_(part)).returning(waits.c.id)
            taken |= {str(row) for row in (await connection.execute(gone)).scalars()}
        return taken

    async def waits_of(self, channel: str, member_id: str) -> list[tuple[Wait, str]]:
        """For what a member waits, with the wordings; ``""`` for a question that is gone."""
        text = func.coalesce(questions.c.text, "").label("text")
        query = select(waits, text).outerjoin(questions, questions.c.id == waits.c.question_id)
        query = query.where(_of(channel, member_id)).order_by(waits.c.since, waits.c.id)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_wait(dict(row)) for row in rows]

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete that a member waits for anything."""
        async with self.database.begin() as connection:
            await connection.execute(delete(waits).where(_of(channel, member_id)))

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a chat to its new id."""
        mine = and_(waits.c.channel == channel, waits.c.chat_id == old_chat)
        async with self.database.begin() as connection:
            await connection.execute(update(waits).where(mine).values(chat_id=new_chat))


async def _put(connection: Transaction, key: str, day: date, asked: Asked) -> str:
    """Write down an asking; gives the question's id, that of the key if it has one."""
    owner = await connection.execute(select(questions.c.key).where(questions.c.id == asked.id))
    # Its question was put into other words meanwhile, and has another key now.
    mine = asked.id if owner.scalar_one_or_none() in {None, key} else new_id()
    row = {"id": mine, "text": asked.text, "key": key, "wrong_ref": asked.ref}
    changed = {"text": asked.text} | ({"wrong_ref": asked.ref} if asked.ref else {})
    put = _dialect(connection).insert(questions).values(**row, ignored_on=None)
    put = put.on_conflict_do_update(index_elements=["key"], set_=changed)
    found = await connection.execute(put.returning(questions.c.id))
    question_id = str(found.scalar_one())
    times = {kind.value: asked.counts[kind] for kind in Kind}
    count = _dialect(connection).insert(days).values(question_id=question_id, day=day, **times)
    more = {name: days.c[name] + number for name, number in times.items()}
    keys = ["question_id", "day"]
    await connection.execute(count.on_conflict_do_update(index_elements=keys, set_=more))
    return question_id


async def _waiting(connection: Transaction, ids: Collection[str] | None) -> list[tuple[Wait, str]]:
    query = select(waits, questions.c.text).join(questions, questions.c.id == waits.c.question_id)
    rows = (await connection.execute(query.order_by(waits.c.id))).mappings().all()
    found = [_wait(dict(row)) for row in rows]
    return found if ids is None else [one for one in found if one[0].question_id in ids]


def _dialect(connection: Transaction) -> Any:
    """Both kinds of database say “insert or else update” in the same words."""
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def _parts(ids: Iterable[str]) -> list[list[str]]:
    """A few hundred at once: SQLite takes no more than 32,766 parameters."""
    listed = list(ids)
    return [listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE)]


def _of(channel: str, member_id: str) -> ColumnElement[bool]:
    """A private chat has the number of its member."""
    theirs = or_(waits.c.member_id == member_id, waits.c.chat_id == member_id)
    return and_(waits.c.channel == channel, theirs)


def _row(wait: Wait) -> dict[str, Any]:
    return {column.name: getattr(wait, column.name) for column in waits.columns}


def _wait(row: dict[str, Any]) -> tuple[Wait, str]:
    text = str(row.pop("text"))
    return Wait(**row), text
