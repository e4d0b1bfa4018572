"""What several tests share: the shipped knowledge, read once, and a fresh desk on it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.calendar.agenda import when_ok
from bot.dialogue.engine import Desk
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from tests.measuring import mark_unmeasured, paused
from tests.postgres import Postgres
from tests.tables import copied_tables, no_copied_tables

__all__ = ["no_copied_tables"]

DeskAt = Callable[[str], Desk]

# How long an example takes depends on what else the machine does: nothing to test.
settings.register_profile("dangbot", deadline=None)
settings.load_profile("dangbot")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_unmeasured(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with paused(item):
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests keep goes into folders of theirs: the user's own files stay as they are."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "DATA"):
            patch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(scope="session", autouse=True)
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New SQLite databases are copies of one; tests/storage is where the migrations are tried."""
    with copied_tables(tmp_path_factory.mktemp("tables")):
        yield


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command that sets up the log must not decide what the next test can read of it."""
    yield
    for name in ("bot", "telegram"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def shipped_library() -> Library:
    return load_or_raise(shipped_folder(), when_ok)


@pytest.fixture(scope="session")
def desk_at(shipped_library: Library) -> DeskAt:
    """A desk of the shipped knowledge for a chat's place, built once a place.

    Chats and members tell the conversations of different tests apart.
    """
    desks: dict[str, Desk] = {}

    def get(home: str = "") -> Desk:
        if home not in desks:
            desks[home] = Desk(shipped_library, home=home)
        return desks[home]

    return get


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when the first test asks for it."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()
