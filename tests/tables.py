"""The tables of a new database: made by the migrations once, and copied from then on.

Hundreds of tests open a database of their own, and the migrations would take most of their time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.storage.database import Database

_make_file = Database._make_file


def migrated(folder: Path) -> bytes:
    """What the migrations make of an empty SQLite file."""

    async def made() -> None:
        database = Database(f"sqlite:///{folder / 'template.db'}")
        await database.open()
        await database.close()

    asyncio.run(made())
    return (folder / "template.db").read_bytes()


@contextmanager
def copied_tables(folder: Path) -> Iterator[None]:
    """While this holds, a new SQLite file begins with the tables that it would end with.

    A file that is there keeps what it holds, and is migrated as ever.
    """
    template = migrated(folder)

    def make_with_tables(self: Database) -> None:
        _make_file(self)
        if self.file is not None and not self.file.stat().st_size:
            self.file.write_bytes(template)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_make_file", make_with_tables)
        yield


@pytest.fixture
def no_copied_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations run, as they do for a user."""
    monkeypatch.setattr(Database, "_make_file", _make_file)
