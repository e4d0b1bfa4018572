from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.features.stage import Stage, build_stage


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await build_stage(database)
