"""A backup and the way back, on the command line."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import features_for
from bot.cli.common import ZONE
from bot.clock import system_clock
from bot.config import load_settings
from bot.delivery.orders import Order
from bot.delivery.outbox import Outbox
from bot.features.privacy.forgetting import Matcher, wish_of
from bot.features.privacy.store import ForgottenStore
from bot.features.reminders.store import ReminderStore
from bot.messages import Reply
from bot.storage.database import Database
from tests.cli.runner import Runner
from tests.cli.test_roster import TABLE, UNITS
from tests.knowledge.folder import build

ID, NAME = "8765432109", "王芳"


@pytest.fixture
def desk(dangbot: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DANGBOT_ORGANISATION__FILE", "units.yaml")
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN", "123456:AAtoken_of_a_test-0000")
    build(tmp_path / "small")
    monkeypatch.setenv("DANGBOT_KNOWLEDGE", "small")
    Path("units.yaml").write_text(UNITS, encoding="utf-8")
    Path("names.csv").write_bytes(TABLE.encode("gbk"))
    assert dangbot.plain("roster", "import", "names.csv", "--yes").code == 0
    return dangbot


def count() -> int:
    with sqlite3.connect("data/dangbot.db") as connection:
        [(number,)] = connection.execute("SELECT count(*) FROM roster").fetchall()
    connection.close()
    return int(number)


def change(sql: str, *values: str) -> None:
    with sqlite3.connect("data/dangbot.db") as connection:
        connection.execute(sql, values)
    connection.close()


async def forgotten_meanwhile() -> None:
    """Somebody is forgotten after the backup was carried away."""
    database = Database("sqlite:///data/dangbot.db")
    await database.open()
    await wish_of(ForgottenStore(database), Matcher(), f"telegram:{ID}", 1.0)
    for feature in await features_for(load_settings())(database):
        await feature.forget("telegram", ID)
    await database.close()


def test_there_and_back(desk: Runner) -> None:
    ran = desk.plain("backup", "mine.zip")
    assert (ran.code, ran.out.strip()) == (0, "mine.zip")
    assert b"AAtoken" not in Path("mine.zip").read_bytes()
    assert desk.plain("backup", "mine.zip").code == 2
    change("DELETE FROM roster")
    assert "什么都没有动" in desk.plain("restore", "mine.zip", stdin="n\n").err
    assert count() == 0
    ran = desk.plain("restore", "mine.zip", "--yes")
    assert ran.code == 0, ran.err
    assert "已恢复到" in ran.out
    assert count() == 2
    [aside] = Path("data/backups").glob("*-aside.zip")
    assert desk.plain("restore", str(aside), "--yes").code == 0
    assert count() == 0
    assert not list(Path("data").glob(".dangbot*"))


def test_not_while_somebody_uses_it(desk: Runner) -> None:
    assert desk.plain("backup", "mine.zip").code == 0
    other = sqlite3.connect("data/dangbot.db")
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("SELECT * FROM roster").fetchall()
    ran = desk.plain("restore", "mine.zip", "--yes")
    other.close()
    assert ran.code == 1
    assert "先停下" in ran.err


def test_damaged_or_newer_changes_nothing(desk: Runner) -> None:
    assert desk.plain("backup", "mine.zip").code == 0
    raw = Path("mine.zip").read_bytes()
    Path("cut.zip").write_bytes(raw[: len(raw) // 2])
    assert desk.plain("restore", "cut.zip", "--yes").code == 1
    change("UPDATE alembic_version SET version_num = '9999'")
    # The present database is of a newer program: its copy can still be taken aside.
    assert desk.plain("restore", "mine.zip", "--yes").code == 0
    assert count() == 2


def test_whoever_was_forgotten_stays_forgotten(desk: Runner) -> None:
    change("UPDATE roster SET channel = 'telegram', member_id = ? WHERE name = ?", ID, NAME)
    assert desk.plain("backup", "mine.zip").code == 0
    asyncio.run(forgotten_meanwhile())
    assert count() == 1
    assert desk.plain("restore", "mine.zip", "--yes").code == 0
    assert count() == 1
    raw = Path("data/dangbot.db").read_bytes()
    assert ID.encode() not in raw
    assert NAME.encode() not in raw


def test_the_knowledge_comes_back_too(desk: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("files")
    (folder / "services").mkdir(parents=True)
    (folder / "services/a.yaml").write_text("eins", encoding="utf-8")
    (folder / "note.txt").write_text("bleibt", encoding="utf-8")
    (folder / "12:30.yaml").write_text("drei", encoding="utf-8")
    (folder / "link.yaml").symlink_to(folder / "note.txt")
    monkeypatch.setenv("DANGBOT_KNOWLEDGE", "files")
    assert desk.plain("backup", "mine.zip").code == 0
    (folder / "services/a.yaml").write_text("zwei", encoding="utf-8")
    (folder / "services/b.yaml").write_text("neu", encoding="utf-8")
    assert desk.plain("restore", "mine.zip", "--yes").code == 0
    assert (folder / "services/a.yaml").read_text(encoding="utf-8") == "eins"
    assert not (folder / "services/b.yaml").exists()
    assert (folder / "note.txt").exists()
    assert (folder / "12:30.yaml").read_text(encoding="utf-8") == "drei"
    assert (folder / "link.yaml").is_symlink()


async def scheduled() -> float:
    """One order that is due, one under way, one of next year; gives the present moment."""
    clock = system_clock(ZONE)
    now = clock()
    database = Database("sqlite:///data/dangbot.db")
    await database.open()
    try:
        await Outbox(database, clock).put(
            Order(name, name, "telegram", "-1", None, Reply(name), False, at)
            for name, at in (("due", now), ("begun", now), ("later", now + timedelta(days=300)))
        )
        async with database.begin() as connection:
            await ReminderStore(database).looked(connection, 1.0)
    finally:
        await database.close()
    change("UPDATE outbox SET state = 'sending', lease = 'x', leased_until = 1 WHERE key = 'begun'")
    return now.timestamp()


def test_what_was_due_since_does_not_go_out_again(desk: Runner) -> None:
    now = asyncio.run(scheduled())
    assert desk.plain("backup", "mine.zip").code == 0
    assert desk.plain("restore", "mine.zip", "--yes").code == 0
    with sqlite3.connect("data/dangbot.db") as connection:
        rows = connection.execute("SELECT key, state, lease FROM outbox").fetchall()
        [(upto,)] = connection.execute("SELECT upto FROM reminders_seen").fetchall()
    connection.close()
    assert sorted(rows) == [
        ("begun", "uncertain", None),
        ("due", "uncertain", None),
        ("later", "queued", None),
    ]
    assert upto >= now


def with_files(monkeypatch: pytest.MonkeyPatch) -> Path:
    file = Path("files/a.yaml")
    file.parent.mkdir()
    file.write_text("eins", encoding="utf-8")
    monkeypatch.setenv("DANGBOT_KNOWLEDGE", "files")
    return file


def spoil(table: str) -> None:
    """The header is whole, a page of data is not."""
    file = Path("data/dangbot.db")
    with sqlite3.connect(file) as connection:
        [(page,)] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchall()
        [(size,)] = connection.execute("PRAGMA page_size").fetchall()
    connection.close()
    raw = bytearray(file.read_bytes())
    raw[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(raw)


def test_the_knowledge_is_kept_though_there_is_no_database(
    desk: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = with_files(monkeypatch)
    assert desk.plain("backup", "mine.zip").code == 0
    file.write_text("zwei", encoding="utf-8")
    file.with_name("b.yaml").write_text("neu", encoding="utf-8")
    Path("data/dangbot.db").unlink()
    ran = desk.plain("restore", "mine.zip", "--yes")
    assert ran.code == 0, ran.err
    assert file.read_text(encoding="utf-8") == "eins"
    [kept] = Path("data").glob("knowledge-*")
    assert str(kept) in ran.out
    assert (kept / "a.yaml").read_text(encoding="utf-8") == "zwei"
    assert (kept / "b.yaml").exists()


@pytest.mark.parametrize("table", ["roster", "forgotten"])
def test_a_database_with_damaged_pages_is_replaced_and_kept_as_it_is(
    desk: Runner, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    file = with_files(monkeypatch)
    assert desk.plain("backup", "mine.zip").code == 0
    file.write_text("zwei", encoding="utf-8")
    spoil(table)
    spoilt = Path("data/dangbot.db").read_bytes()
    ran = desk.plain("restore", "mine.zip", "--yes")
    assert ran.code == 0, ran.err
    assert count() == 2
    [copy] = Path("data").glob("dangbot.db.broken-*")
    assert copy.read_bytes()[100:] == spoilt[100:], "all but the header, which counts openings"
    assert copy.stat().st_mode & 0o777 == 0o600
    [kept] = Path("data").glob("knowledge-*")
    assert (kept / "a.yaml").read_text(encoding="utf-8") == "zwei"


def test_what_cannot_be_kept_is_not_replaced(desk: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    file = with_files(monkeypatch)
    assert desk.plain("backup", "mine.zip").code == 0
    file.write_text("zwei", encoding="utf-8")
    Path("data/dangbot.db").unlink()

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", fails)
    ran = desk.plain("restore", "mine.zip", "--yes")
    assert ran.code == 1
    assert "什么都没有换" in ran.err
    assert file.read_text(encoding="utf-8") == "zwei"


def test_postgresql_has_its_own_tools(desk: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_DATABASE__URL", "postgresql://u:geheim@127.0.0.1/d")
    ran = desk.plain("backup", "mine.zip")
    assert ran.code == 2
    assert "pg_dump" in ran.err
    assert "geheim" not in ran.err
