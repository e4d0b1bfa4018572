from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.background import TROUBLE_SECONDS, Job, Runner
from bot.delivery.health import Health
from bot.delivery.worker import Worker
from bot.errors import SendOffline
from bot.storage import database as storage
from bot.storage.database import Database, StorageError
from tests.delivery.conftest import Office
from tests.fakes import eventually

ZONE = ZoneInfo("Asia/Shanghai")


async def told(office: Office, admin: str = "1") -> list[str]:
    await office.work(3)
    return [reply.text for target, reply in office.once.sent if target.chat_id == admin]


async def test_the_end_of_an_outage_is_told_to_every_admin_once(office: Office) -> None:
    health = Health(office.outbox, "telegram", ["1", "2"], ZONE)
    await health.back("telegram", 3723.0, 12)
    await health.back("telegram", 3723.0, 12)
    [text] = await told(office)
    assert text == (
        "已恢复：连不上平台（7月1日 14:57 到 16:00）。期间排队的 12 条没有丢，现在接着发。"
    )
    assert await told(office, "2") == [text]


async def test_an_outage_over_midnight_names_both_days(office: Office) -> None:
    office.clock.now += timedelta(hours=9)
    await Health(office.outbox, "telegram", ["1"], ZONE).back("telegram", 7200, 0)
    [text] = await told(office)
    assert text == "已恢复：连不上平台（7月1日 23:00 到 7月2日 01:00）。没有漏发的通知。"


class Everyone(Health):
    """Listens to a worker as the program does."""

    async def recovered(  # type: ignore[override]
        self, channel: str, seconds: float, waiting: int
    ) -> None:
        await self.back(channel, seconds, waiting)

    async def gone(self, channel: str, chat_id: str, reason: str) -> None:
        del channel, chat_id, reason

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        del channel, old_chat, new_chat


async def test_two_workers_that_saw_the_same_outage_say_it_once(office: Office) -> None:
    listener = Everyone(office.outbox, "telegram", ["1"], ZONE)
    workers = [Worker(office.outbox, office.once, listener) for _ in range(2)]
    office.once.alive = SendOffline(2, "not sent")
    office.once.faults = {"-1": [SendOffline(2, "not sent")] * 99}
    await office.put("-1")
    for step in range(120):
        if step == 60:
            office.once.alive, office.once.faults = None, {}
        for worker in workers:
            await office.round(worker)
        office.clock.forward(10)
    assert [text[:4] for text in await told(office)] == ["已恢复："]


# --- the database ---------------------------------------------------------------------------------


async def test_a_locked_database_stops_nothing_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_MS_MAX", 20)
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    office = Office(database)
    await office.put("-1", "-2")
    await office.worker.step()
    await office.worker.idle()
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        with pytest.raises(StorageError, match="占着"):
            await office.worker.step()
    other.execute("ROLLBACK")
    other.close()
    await office.work(2)
    assert await office.states() == {"-1": "sent", "-2": "sent"}
    assert office.once.chats() == ["-1", "-2"]
    await database.close()


async def test_a_full_disk_sends_nothing_that_it_could_not_write_down(office: Office) -> None:
    await office.put("-1")
    await office.worker.step()
    await office.worker.idle()
    await office.put("-2", "-3")
    await _fill(office.database)
    with pytest.raises(StorageError, match="磁盘满"):
        await office.worker.step()
    assert office.once.chats() == ["-1"]
    await _make_room(office.database)
    await office.work(3)
    assert office.once.chats() == ["-1", "-2", "-3"]
    assert set((await office.states()).values()) == {"sent"}


async def _fill(database: Database) -> None:
    """Every write needs a page more than the disk has."""
    async with database.read() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError):
        async with database.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE ballast (a)")
    async with database.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON outbox BEGIN"
            " SELECT RAISE(FAIL, 'database or disk is full'); END"
        )


async def _make_room(database: Database) -> None:
    async with database.begin() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        await connection.exec_driver_sql("DROP TRIGGER full")


async def test_the_end_of_a_database_trouble_is_told(office: Office) -> None:
    """The runner survives the trouble, and the admins hear of it when it is over."""
    health = Health(office.outbox, "telegram", ["1"], ZONE)

    class Broken:
        failures = 2

        async def step(self) -> float:
            if self.failures:
                self.failures -= 1
                office.clock.forward(TROUBLE_SECONDS)
                raise StorageError("磁盘满了，数据库写不进去。")
            return 60.0

    runner = Runner(office.clock, health.recovered, pause_seconds=0.01)
    runner.start([Job("发送", Broken())])

    async def is_told() -> bool:
        return bool((await office.outbox.report("health:work")).total)

    await eventually(is_told)
    await runner.stop()
    [text] = await told(office)
    assert text.startswith("已恢复：发送：磁盘满了，数据库写不进去（7月1日 16:02 到 16:04）。")
    assert text.endswith("期间该发的都还在排队，没有丢，现在接着发。")
