"""Rows about one member in every table that says it holds people, whatever feature it is of."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
)

from bot.storage.database import Database
from bot.storage.tables import metadata, told_of_people
from tests.fakes import START

PERSONAL = re.compile(r"member|author|approver|asker|made_by|granted_by|^by$|^who$|^chat_id$")
"""Columns in which a member stands."""
TAGGED = frozenset({("audit", "subject"), ("reminders", "by")})
"""Columns in which a member stands as ``channel:id``."""
GROUPS = frozenset({("notice_receipts", "chat_id"), ("reminders", "chat_id")})
"""Columns of a chat that is always a group."""
VALUES: dict[tuple[str, str], object] = {
    ("grants", "role"): "helper",
    ("notices", "phase"): "queued",
    ("notices", "content"): '{"text": "", "buttons": [], "spans": [], "attachments": []}',
    ("notices", "pending"): None,
    ("notices", "aim"): None,
    ("notice_receipts", "answer"): "y",
    ("outbox", "kind"): "send",
    ("outbox", "state"): "sent",
    ("outbox", "content"): None,
    ("outbox", "message_ids"): "[]",
    ("reminders", "fate"): "skipped",
    ("reminders", "rule"): "r",
}
"""Where a column takes no words at all."""
BY_DIGEST = frozenset({"outbox_contents", "forgotten"})
"""Tables without a member's id in any column: real flows plant these."""


def personal(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if (PERSONAL.search(column.name) and (table.name, column.name) not in GROUPS)
        or (table.name, column.name) in TAGGED
    ]


def tables() -> list[Table]:
    return [metadata.tables[name] for name in told_of_people() if name not in BY_DIGEST]


def _value(table: Table, column: Column[Any], number: int) -> object:
    if (table.name, column.name) in VALUES:
        return VALUES[table.name, column.name]
    if column.name == "channel":
        return "telegram"
    kind = column.type
    for wanted, value in PLAIN.items():
        if isinstance(kind, wanted):
            return value
    if isinstance(kind, Integer):
        return number
    return f"n{number}"[: getattr(kind, "length", None) or 20]


PLAIN: dict[Any, object] = {
    Boolean: False,
    Date: START.date(),
    DateTime: START,
    Float: START.timestamp(),
    LargeBinary: b"x",
}


async def plant(database: Database, member_id: str, name: str, start: int = 900) -> int:
    """A row for each column in which a member can stand; gives how many."""
    number = start
    async with database.begin() as connection:
        for table in tables():
            found = personal(table)
            assert found, (
                f"{table.name} holds people, but no column of it is known to: see PERSONAL"
            )
            for column in found:
                number += 1
                row = {c.name: _value(table, c, number) for c in table.columns}
                tag = (table.name, column.name) in TAGGED
                row[column.name] = f"telegram:{member_id}" if tag else member_id
                if "name" in row:
                    row["name"] = name
                await connection.execute(insert(table).values(**row))
    return number - start


async def dump(database: Database) -> dict[str, list[str]]:
    """Every row of every table as text."""
    async with database.read() as connection:
        return {
            name: [str(tuple(row)) for row in await connection.execute(select(table))]
            for name, table in metadata.tables.items()
        }


async def naming(database: Database, *words: str) -> list[str]:
    """The tables in which one of the words stands."""
    return [
        name
        for name, rows in (await dump(database)).items()
        if any(word in row for row in rows for word in words)
    ]
