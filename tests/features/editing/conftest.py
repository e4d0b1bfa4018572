from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.features.editing.office import Office, open_office, shipped


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    return await open_office(database, tmp_path / "files")


@pytest.fixture
async def big(database: Database, tmp_path: Path) -> Office:
    """The same on a copy of the shipped knowledge."""
    return await open_office(database, shipped(tmp_path / "files"))
