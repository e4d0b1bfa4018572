from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import bot.delivery.lanes.store
import bot.delivery.outbox
import bot.delivery.store
import bot.features  # noqa: F401 - each adds its tables
from bot.errors import ConfigError
from bot.storage import database as module
from bot.storage.database import Database, StorageError, driver_url
from bot.storage.tables import metadata
from tests.tables import copied_tables

pytestmark = pytest.mark.usefixtures("no_copied_tables")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'desk.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+asyncpg://u@h/d", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_the_programs_affair(url: str, driver: str) -> None:
    assert driver_url(url).drivername == driver


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"database\.url"):
        driver_url(url)


async def test_opened_in_the_newest_shape_with_its_pragmas(database: Database) -> None:
    version, newest = await database.version()
    assert version == newest != "空"
    async with database.read() as connection:
        found = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        ]
    assert found == ["wal", module.BUSY_MS_MAX, 1, 2]


async def test_the_migrations_make_what_the_stores_declare(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


def test_the_copies_that_other_tests_begin_with_are_what_the_migrations_make(
    tmp_path: Path,
) -> None:
    with copied_tables(tmp_path):
        asyncio.run(opened(tmp_path / "copy.db"))
    asyncio.run(opened(tmp_path / "made.db"))
    assert dump(tmp_path / "copy.db") == dump(tmp_path / "made.db") != []


async def opened(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    await database.open()
    await database.close()


def dump(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


async def test_an_error_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE t (a)"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    with pytest.raises(StorageError):
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM t"))


async def test_writers_wait_for_each_other(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE t (a INTEGER)"))
        await connection.execute(text("INSERT INTO t VALUES (0)"))

    async def add() -> None:
        async with database.begin() as connection:
            before = (await connection.execute(text("SELECT a FROM t"))).scalar_one()
            await connection.execute(text("UPDATE t SET a = :a"), {"a": before + 1})

    await asyncio.gather(*(add() for _ in range(20)))
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT a FROM t"))).scalar_one() == 20


async def test_opened_again_and_closed_twice(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(StorageError, match="没有打开"):
        await database.version()
    await database.open()
    version, newest = await database.version()
    assert version == newest


async def test_a_newer_database_is_refused(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(ConfigError, match="更新版本"):
        await database.open()


async def test_a_locked_database_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.file is not None
    await database.close()
    monkeypatch.setattr(module, "BUSY_MS_MAX", 50)
    other = sqlite3.connect(database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConfigError, match="占着"):
        await database.open()
    other.execute("ROLLBACK")
    other.close()
    await database.open()


async def test_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(b"Dear Sir or Madam, " * 100)
    with pytest.raises(ConfigError, match="不是数据库"):
        await Database(f"sqlite:///{file}").open()


async def test_a_full_disk_is_told(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE t (a)"))

    async def fill() -> None:
        async with database.begin() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1"))
            await connection.execute(text("INSERT INTO t VALUES (zeroblob(1000000))"))

    with pytest.raises(StorageError, match="磁盘满"):
        await fill()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="目录"):
        await Database(f"sqlite:///{tmp_path / 'file' / 'desk.db'}").open()


async def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "desk.db"
    folder.mkdir()
    with pytest.raises(ConfigError, match="打不开"):
        await Database(f"sqlite:///{folder}").open()


async def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    before = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{folder / 'desk.db'}")
        await database.open()
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE t (a)"))
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len([*folder.iterdir()]) > 1, "its log stands beside it"
        assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
        await database.close()
    finally:
        os.umask(before)


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o444, 0o400)])
async def test_a_file_of_before_is_closed_to_others_too(
    tmp_path: Path, before: int, after: int
) -> None:
    file = tmp_path / "desk.db"
    file.touch()
    file.chmod(before)
    database = Database(f"sqlite:///{file}")
    with contextlib.suppress(ConfigError):  # read-only for all but root
        await database.open()
    assert file.stat().st_mode & 0o777 == after
    await database.close()


async def test_postgresql_that_is_not_there_is_told() -> None:
    database = Database("postgresql://desk:geheim@127.0.0.1:1/desk")
    with pytest.raises(ConfigError) as caught:
        await database.open()
    assert "连不上" in str(caught.value)
    assert "geheim" not in str(caught.value)
