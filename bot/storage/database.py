"""The database: opened, brought to the newest shape, and lent out a transaction at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import ConfigError, DangbotError
from bot.storage.migrate import current, newest, upgrade

_log = logging.getLogger(__name__)

Transaction = AsyncConnection
"""What :meth:`Database.begin` lends; pass it on to make several writes one."""

BUSY_MS_MAX = 5_000
_WRITES = "dangbot_writes"
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


class StorageError(DangbotError):
    """The database does not do what it is asked; ``str()`` says why, in Chinese."""


def driver_url(url: str) -> URL:
    """The settings' URL with the driver that this program uses.

    Raises:
        ConfigError: the URL cannot be read.
    """
    hint = "写成 sqlite:///data/dangbot.db 或 postgresql://用户:密码@主机/库名。"
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError("database.url 的写法不对。", hint) from None
    kind = made.get_backend_name().replace("postgres", "postgresql").replace("sqlql", "sql")
    if kind not in _DRIVERS:
        raise ConfigError("database.url 只能用 SQLite 或 PostgreSQL。", hint)
    return made.set(drivername=_DRIVERS[kind])


class Database:
    """One database; :meth:`open` first, :meth:`close` last."""

    def __init__(self, url: str) -> None:
        self._url = driver_url(url)
        self._engine: AsyncEngine | None = None

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for another kind or for memory."""
        name = self._url.database
        if not self.is_sqlite or not name or name == ":memory:" or name.startswith("file:"):
            return None
        return Path(name)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self._url.get_backend_name() == "sqlite"

    async def open(self) -> None:
        """Connect and bring the tables to the newest shape.

        Raises:
            ConfigError: the place, the rights, the driver or the version is wrong.
        """
        self._make_file()
        try:
            self._engine = create_async_engine(self._url, pool_pre_ping=not self.is_sqlite)
        except ModuleNotFoundError:
            raise ConfigError(
                "用 PostgreSQL 要多装一个驱动（psycopg）。",
                "运行：pip install 'dangbot[postgresql]'",
            ) from None
        if self.is_sqlite:
            _prepare_sqlite(self._engine)
        try:
            async with self.begin() as connection:
                await connection.run_sync(upgrade)
        except StorageError as error:
            await self.close()
            raise ConfigError(str(error), self._hint()) from None
        except ConfigError:
            await self.close()
            raise

    async def close(self) -> None:
        """Give everything back; may be called twice."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; committed at the end, rolled back on an error.

        Raises:
            StorageError: the database refuses.
        """
        async with self._connected(writes=True) as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads, and waits for no writer.

        Raises:
            StorageError: the database refuses.
        """
        async with self._connected(writes=False) as connection:
            yield connection

    async def version(self) -> tuple[str, str]:
        """The shape of the tables: what is there, and the newest this program knows.

        Raises:
            StorageError: the database refuses.
        """
        async with self.read() as connection:
            return await connection.run_sync(current) or "空", newest()

    async def scrub(self) -> None:
        """Rewrite the file, so that nothing that was deleted is left in it or in its log.

        Raises:
            StorageError: the database refuses, as long as somebody else uses it.
        """
        try:
            if self.file is not None:
                await asyncio.to_thread(_rewrite, self.file)
            elif not self.is_sqlite and self._engine is not None:
                alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
                async with alone.connect() as connection:
                    await connection.exec_driver_sql("VACUUM")
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StorageError(self._explained(error)) from error

    @asynccontextmanager
    async def _connected(self, *, writes: bool) -> AsyncIterator[AsyncConnection]:
        if self._engine is None:
            raise StorageError("数据库还没有打开，或已经关了。")
        engine = self._engine.execution_options(**{_WRITES: writes})
        try:
            async with engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StorageError(self._explained(error)) from error

    def _make_file(self) -> None:
        if self.file is None:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigError(
                f"建不了数据库所在的目录 {self.file.parent}（{error.strerror}）。", self._hint()
            ) from None
        _close_to_others(self.file)
        try:
            # The asynchronous driver leaves a thread behind when it cannot open the file.
            sqlite3.connect(self.file).close()
        except sqlite3.Error as error:
            raise ConfigError(self._explained(error), self._hint()) from None

    def _hint(self) -> str:
        if self.is_sqlite:
            return f"核对 database.url（{self.file}）：目录要可写，磁盘要有空，别的程序不要占着它。"
        return "核对 database.url 里的主机、库名、用户和密码，并确认 PostgreSQL 在运行。"

    def _explained(self, error: Exception) -> str:
        """What went wrong in Chinese; never the statement or its values."""
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        text = str(cause).lower()
        for word, said in _SAID.items():
            if word in text:
                return said
        return f"数据库出错：{type(cause).__name__}。"


_SAID = {
    "disk is full": "磁盘满了，数据库写不进去。",
    "disk full": "磁盘满了，数据库写不进去。",
    "readonly": "数据库文件或所在目录不可写。",
    "read-only": "数据库文件或所在目录不可写。",
    "unable to open": "打不开数据库文件，目录不存在或没有权限。",
    "permission denied": "没有权限使用数据库。",
    "locked": "数据库正被别的程序占着，等了一会儿还没放开。",
    "not a database": "这个文件不是数据库，或者已经损坏。",
    "malformed": "数据库文件已经损坏，请用备份替换。",
    "disk i/o error": "磁盘读写出错，数据库用不了。",
    "connection refused": "连不上数据库服务器。",
    "authentication failed": "数据库的用户名或密码不对。",
    "does not exist": "数据库里没有要找的库或表。",
}


def ignoring(connection: AsyncConnection, table: Table) -> Any:
    """An insert that passes over rows that are there already, on both kinds of database."""
    return _dialect(connection).insert(table).on_conflict_do_nothing()


def adding(connection: AsyncConnection, table: Table, column: str) -> Any:
    """An insert that adds to the number in ``column`` where the row is there already."""
    made = _dialect(connection).insert(table)
    return made.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column: table.c[column] + made.excluded[column]},
    )


def _dialect(connection: AsyncConnection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def _close_to_others(file: Path) -> None:
    """Let our own account alone read the file; SQLite gives its log and index the same rights.

    Whatever hinders us here hinders SQLite too, which says it better; or the file is another's.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    for each in (file, *(file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))):
        try:
            rights = each.stat().st_mode if each.is_file() else 0
            if rights & 0o077:
                each.chmod(rights & 0o700)  # what was read-only stays so
        except OSError as error:
            _log.warning("%s 别的账号也能读，改不了权限：%s", each.name, type(error).__name__)


def _rewrite(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS_MAX}")
        connection.execute("VACUUM")
        [(busy, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if busy:
            raise sqlite3.OperationalError("database is locked")


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Take transactions into our own hands: the driver would begin too late to lock."""

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS_MAX}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten: a member who is forgotten is not left between the rows.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
