"""SQLite files: copied while in use, looked at, and asked whether anybody uses them."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from bot.backup.archive import BackupError

_WAIT_SECONDS = 30.0


def copied(database: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes meanwhile.

    What was deleted is not in the copy: it is written anew, row by row.

    Raises:
        BackupError: it cannot be read.
    """
    if not database.exists():
        raise BackupError(f"没有数据库文件 {database}，核对设置 database.url。")
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=_WAIT_SECONDS)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise BackupError(f"没能复制数据库（{type(error).__name__}）。") from None


def look(database: Path) -> str:
    """Check a database thoroughly and give the revision of its tables.

    Raises:
        BackupError: it is damaged.
    """
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                raise BackupError("备份里的数据库已经损坏。什么都没有动，换一份再试。")
            [(revision,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except (sqlite3.Error, ValueError):
        raise BackupError("备份里的数据库读不了。什么都没有动，换一份再试。") from None
    return str(revision)


def in_use(database: Path) -> bool:
    """Whether a program has the database open, the desk above all.

    Only who has a database to itself may end its write-ahead log; nothing is lost by it.
    """
    if not database.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=0.2)) as connection:
            [(mode,)] = connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.DatabaseError as error:
        # A file that is no database is in nobody's use.
        return "locked" in str(error)
    return bool(mode != "delete")
