"""/privacy says what the tables and the settings say, and backups come and go by the clock."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from bot.app import backup_options
from bot.config import Settings, setting_keys
from bot.config.terms import terms
from bot.features.privacy.backups import BackupOptions
from bot.features.privacy.feature import PrivacyOptions
from bot.features.privacy.words import filled
from bot.storage.database import Database
from bot.storage.tables import told_of_people
from tests.features.stage import BOSS, GROUP, Person, build_stage, labels

ME = Person("40004")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    yield database
    await database.close()


def test_every_setting_that_a_table_names_is_there() -> None:
    named = re.findall(r"\{([^}]*)\}", "".join(info["until"] for info in told_of_people().values()))
    assert {"organisation.roster_days", "notices.receipt_days"} <= set(named)
    assert set(named) <= set(setting_keys()) & set(terms())


async def test_told_is_what_tables_and_settings_say(database: Database, tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"notices": {"receipt_days": 77}, "organisation": {"roster_days": 55}}
    )
    backup = BackupOptions(tmp_path / "backups", time(4, 5), 9)
    stage = await build_stage(database, privacy=PrivacyOptions(terms(settings), backup))
    text = await stage.text(ME, "/privacy")
    for info in told_of_people().values():
        assert f"· {info['people']}：{filled(info['until'], terms(settings))}。" in text
    assert text.count("· ") == len(told_of_people())
    assert "77 天" in text
    assert "导入后 55 天" in text
    assert "每天 04:05 备份" in text
    assert "最多留 9 天" in text
    assert "{" not in text
    assert labels(stage.last[ME.id]) == ["导出我的", "删除我的"]
    assert "会删除" in await stage.press_text(ME, "删除我的")


async def test_without_backups_it_says_so_and_a_group_hears_little(database: Database) -> None:
    stage = await build_stage(database)
    assert "自己不做备份" in await stage.text(ME, "/privacy")
    assert len(await stage.text(BOSS, "/privacy", GROUP)) < 80


async def test_a_backup_a_day_and_old_ones_go(database: Database, tmp_path: Path) -> None:
    options = PrivacyOptions(backup=BackupOptions(tmp_path / "backups", time(9, 0), 2))
    stage = await build_stage(database, privacy=options)  # the clock stands at 8:00
    work = stage.features.privacy

    async def made(hours: float) -> int:
        stage.clock.forward(hours * 3600)
        await work.step()
        return len(work.backups.own())

    assert await made(0.5) == 0
    assert await made(1) == 1
    assert await made(1) == 1
    by_hand = await work.backups.make("hand")
    assert await made(24) == 3
    # More than two days old by now: the first, and what a person made.
    elsewhere = await work.backups.make("hand", tmp_path / "kept.zip")
    assert await made(24) == 2
    assert by_hand not in work.backups.own()
    assert elsewhere.is_file()


def test_backups_do_not_outlive_what_they_hold(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    settings = Settings.model_validate({"notices": {"receipt_days": 3}})
    assert backup_options(settings, database).keep_days == 3
    plain = backup_options(Settings(), database)
    assert (plain.keep_days, plain.at, plain.folder) == (14, time(3, 30), tmp_path / "backups")
    off = backup_options(Settings.model_validate({"backup": {"every": ""}}), database)
    assert off.at is None
