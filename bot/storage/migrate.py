"""Bring the tables to the newest shape, inside the caller's transaction."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import ConfigError

FOLDER = Path(__file__).parent / "migrations"
_LOCK_NUMBER = 0x64616E67
"""Of the PostgreSQL advisory lock: two programs that start together migrate one after the other."""


def config() -> Config:
    """Alembic's settings; no ini file is needed."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


@cache
def _revisions() -> ScriptDirectory:
    """The revisions, read once: they do not change while the program runs."""
    return ScriptDirectory.from_config(config())


def newest() -> str:
    """The newest revision that this program knows."""
    return _revisions().get_current_head() or ""


def current(connection: Connection) -> str:
    """The revision of the tables; empty when there are none yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection) -> None:
    """Run the revisions that are missing.

    Raises:
        ConfigError: the tables were made by a newer program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})"))
    there = current(connection)
    known = {script.revision for script in _revisions().walk_revisions()}
    if there and there not in known:
        raise ConfigError(
            f"这个数据库是更新版本的程序写的（{there}），当前程序不认识。",
            "升级程序；或换一个 database.url；不要用旧程序写新数据库。",
        )
    if there == newest():
        return
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
