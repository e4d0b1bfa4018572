"""A member wishes to be forgotten: no table that forgot to is left, no byte, no backup."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.backup import BackupError, unpack
from bot.delivery.orders import Order
from bot.features.privacy.backups import BackupOptions
from bot.features.privacy.feature import PrivacyOptions
from bot.features.privacy.forgetting import wish_of
from bot.features.privacy.store import mark
from bot.features.reminders.store import Entry, Fate
from bot.messages import Reply
from bot.organisation.roster import Person as Line
from bot.storage.database import Database, StorageError
from bot.storage.tables import metadata, told_of_people
from tests.features.privacy.planted import dump, naming, plant, tables
from tests.features.stage import BOSS, GROUP, Person, Stage, build_stage, labels

ID, NAME, SAID = "8765432109", "欧阳若曦", "请把门口的玉兰树剪一剪"
ME, OTHER = Person(ID), Person("7000000001")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> Stage:
    files = tmp_path / "files"
    files.mkdir()
    (files / ".changes.jsonl").write_text(f'{{"author": "telegram:{ID}", "what": "改"}}\n')
    options = PrivacyOptions(backup=BackupOptions(tmp_path / "backups", knowledge=files))
    return await build_stage(database, privacy=options)


async def lived(stage: Stage, database: Database) -> None:
    """What a member leaves behind by the real ways."""
    await stage.org.import_roster(None, [Line(NAME, "qyc"), Line("李强", "qyc")])
    codes = {e.name: c for e, c in await stage.org.roster_codes(await stage.org.roster(), 30)}
    await stage.say(ME, codes[NAME])
    await stage.say(OTHER, codes["李强"])
    await stage.say(BOSS, f"/grant 书记 sq {ID}")
    await stage.say(ME, "/grant 帮办人员 qyc")
    await stage.say(ME, f"/grant 帮办人员 qyc {OTHER.id}")
    await stage.say(BOSS, "/bind qyc", GROUP)
    await stage.say(ME, f"/notice 会议通知 回执 发给:沁园春 {SAID}")
    await stage.press(ME, "确认发送")
    for who in (ME, OTHER):
        await stage.say(who, "", GROUP, pressed="notices:a:1:y")
    await stage.say(ME, "/notice 会议通知 草稿里的话")
    now = stage.clock()
    order = Order(f"told:{ID}", "told", "telegram", ID, None, Reply(f"{NAME}，您好"), False, now)
    await stage.outbox.put([order])
    entry = Entry(
        "dangke/a", "2026-07-08", "r", "telegram", GROUP, Fate.SKIPPED, "", 1.0, 2.0,
        f"telegram:{ID}",
    )  # fmt: skip
    reminders = stage.features.reminders.reminding.store
    async with database.begin() as connection:
        await reminders.add(connection, [entry])


def test_every_table_says_what_it_holds_of_people() -> None:
    silent = [
        name for name, table in metadata.tables.items() if set(table.info) != {"people", "until"}
    ]
    assert silent == []
    half = [
        n for n, t in metadata.tables.items() if bool(t.info["people"]) != bool(t.info["until"])
    ]
    assert half == []
    assert {"roster", "notice_receipts", "audit", "outbox"} <= set(told_of_people())


async def test_nothing_is_left_in_any_table_nor_in_the_file(
    stage: Stage, database: Database
) -> None:
    await lived(stage, database)
    count = await plant(database, ID, NAME)
    assert count >= len(tables()) >= 8
    before = await naming(database, ID, NAME)
    assert set(before) >= {"roster", "grants", "codes", "audit", "outbox", "notices", "reminders"}
    assert set(told_of_people()) - set(before) <= {"forgotten"}, "a table that was not planted"
    text = await stage.text(ME, "/forget_me")
    assert "书记" in text
    assert "花名册" in text
    done = await stage.press_text(ME, "确认删除")
    assert done.startswith("已删除：")
    assert await naming(database, ID, NAME) == []
    await stage.features.privacy.step()
    file = database.file
    assert file is not None
    for path in file.parent.glob("desk.db*"):
        for word in (ID, NAME):
            assert word.encode() not in path.read_bytes(), path.name


async def test_others_are_left_alone(stage: Stage, database: Database) -> None:
    await lived(stage, database)
    await plant(database, OTHER.id, "李强第二", 5000)
    before = [row for rows in (await dump(database)).values() for row in rows if OTHER.id in row]
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    after = [row for rows in (await dump(database)).values() for row in rows if OTHER.id in row]
    changed = [row for row in before if row not in after]
    # What I granted them stays theirs; only who granted it is gone.
    assert len(after) == len(before)
    assert all(ID in row for row in changed)
    assert await stage.org.member("telegram", OTHER.id) != []


async def test_our_own_backups_are_cleaned_too(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    await lived(stage, database)
    await plant(database, ID, NAME)
    backup = await stage.features.privacy.backups.make("auto")
    assert backup.stat().st_mode & 0o077 == 0
    broken = backup.with_name("dangbot-1-auto.zip")
    broken.write_bytes(backup.read_bytes()[:-400])
    with zipfile.ZipFile(backup) as archive:
        assert ID.encode() in archive.read("desk.db")
        assert ID.encode() in archive.read("knowledge/.changes.jsonl")
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    await stage.features.privacy.step()
    assert not broken.exists()
    (tmp_path / "out").mkdir()
    manifest = unpack(backup, tmp_path / "out")
    assert manifest.forgotten == mark(await stage.features.privacy._store.all()) != ""
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert ID.encode() not in path.read_bytes()
            assert NAME.encode() not in path.read_bytes()
    assert "改" in (tmp_path / "out/knowledge/.changes.jsonl").read_text()
    then = backup.stat().st_mtime_ns
    await stage.features.privacy.step()
    assert backup.stat().st_mtime_ns == then


async def test_a_backup_that_is_only_refused_is_cleaned_or_left(
    stage: Stage, database: Database
) -> None:
    await lived(stage, database)
    backup = await stage.features.privacy.backups.make("auto")
    odd, newer = (backup.with_name(f"dangbot-{name}-auto.zip") for name in ("1", "2"))
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    more = {"files": "0" * 64, "sizes": 1}
    for path, changed in (
        (odd, {part: {**manifest[part], "knowledge/12:30": more[part]} for part in more}),
        (newer, {"format": 2}),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("manifest.json", json.dumps({**manifest, **changed}))
            for name, data in files.items():
                archive.writestr(name, data)
            if path is odd:
                archive.writestr("knowledge/12:30", "x")
    before = newer.read_bytes()
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    with pytest.raises(BackupError, match="1 份"):
        await stage.features.privacy.step()
    assert newer.read_bytes() == before
    for path in (odd, backup):
        with zipfile.ZipFile(path) as archive:
            assert "knowledge/12:30" not in archive.namelist()
            assert not any(ID.encode() in archive.read(name) for name in archive.namelist())
    newer.unlink()
    await stage.features.privacy.step()
    assert all(wish.cleaned for wish in await stage.features.privacy._store.all())


async def test_backups_are_cleaned_though_numbers_are_given_again(
    stage: Stage, database: Database
) -> None:
    await lived(stage, database)
    privacy = stage.features.privacy
    await stage.say(OTHER, "/forget_me")
    await stage.press(OTHER, "确认删除")
    await privacy.step()
    backup = await privacy.backups.make("auto")
    # A database that was restored from before: its next wish has a number that was given already.
    async with database.begin() as connection:
        await connection.execute(delete(metadata.tables["forgotten"]))
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    await privacy.step()
    with zipfile.ZipFile(backup) as archive:
        assert not any(ID.encode() in archive.read(name) for name in archive.namelist())


async def test_a_backup_that_is_made_during_a_deletion_is_cleaned_afterwards(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    await lived(stage, database)
    privacy = stage.features.privacy
    elsewhere = await privacy.backups.make("hand", tmp_path / "elsewhere.zip")
    await privacy.step()
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    await privacy.step()
    # Another process began it before the wish, and ends only now.
    late = tmp_path / "backups/dangbot-20260701-080000-hand.zip"
    late.parent.mkdir(exist_ok=True)
    elsewhere.rename(late)
    stage.clock.forward(5 * 60)
    await privacy.step()
    with zipfile.ZipFile(late) as archive:
        assert not any(ID.encode() in archive.read(name) for name in archive.namelist())
    then = late.stat().st_mtime_ns
    stage.clock.forward(5 * 60)
    await privacy.step()
    assert late.stat().st_mtime_ns == then


async def test_what_was_left_by_something_killed_is_swept(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    left = [folder / ".dangbot-abc", tmp_path / ".dangbot-restore-abc"]
    for path in left:
        path.mkdir(parents=True)
        (path / "desk.db").write_text(NAME)
    (folder / ".dangbot-def").write_text(NAME)
    other = tmp_path / ".dangbot-other"
    other.write_text("nobody's")
    young = folder / ".dangbot-young"
    young.write_text("being made")
    long_ago = stage.clock().timestamp() - 3601
    for path in (*left, folder / ".dangbot-def", other):
        os.utime(path, (long_ago, long_ago))
    await stage.features.privacy.step()
    assert not any(path.exists() for path in (*left, folder / ".dangbot-def"))
    assert other.exists()
    assert young.exists()
    assert database.file is not None


async def test_the_day_s_backup_is_made_though_cleaning_fails(
    stage: Stage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(stage, database)
    privacy = stage.features.privacy
    privacy.backups.options = replace(privacy.backups.options, at=time(3, 30), keep_days=1)
    old = await privacy.backups.make("auto")
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    stage.clock.forward(2 * 24 * 3600)

    async def fails() -> None:
        raise StorageError("数据库正被别的程序占着。")

    monkeypatch.setattr(database, "scrub", fails)
    with pytest.raises(StorageError, match="占着"):
        await privacy.step()
    assert not old.exists()
    assert len(privacy.backups.own()) == 1


async def test_a_deletion_cut_short_is_finished_after_a_restart(
    stage: Stage, database: Database
) -> None:
    await lived(stage, database)
    privacy = stage.features.privacy
    await wish_of(privacy._store, privacy._matcher, f"telegram:{ID}", 1.0)
    assert await naming(database, ID) != []
    await privacy.step()
    assert await naming(database, ID, NAME) == []


async def test_one_feature_that_fails_is_told_and_the_rest_is_done(
    stage: Stage, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await lived(stage, database)

    async def fails(channel: str, member_id: str) -> None:
        raise ValueError(f"{channel} {member_id}")

    real, stage.features.notices.forget = stage.features.notices.forget, fails  # type: ignore[method-assign]
    await stage.say(ME, "/forget_me")
    text = await stage.press_text(ME, "确认删除")
    assert "没有删完：发通知、看送达和回执" in text
    assert await stage.org.member("telegram", ID) == []
    assert ID not in caplog.text
    stage.features.notices.forget = real  # type: ignore[method-assign]
    await stage.features.privacy.step()
    assert await naming(database, ID, NAME) == []


async def test_asked_first_cancelled_and_stale(stage: Stage, database: Database) -> None:
    await lived(stage, database)
    reply = await stage.say(ME, "/forget_me")
    assert labels(reply) == ["确认删除", "取消"]
    assert await stage.press_text(ME, "取消") == "已取消，什么都没有删。"
    await stage.say(ME, "/forget_me")
    stage.clock.forward(3600)
    assert (await stage.press_text(ME, "确认删除")).startswith("刚才的确认已经过期")
    assert await stage.org.member("telegram", ID) != []


async def test_an_admin_of_the_settings_is_told_what_stays(stage: Stage) -> None:
    assert "telegram.admins" in await stage.text(BOSS, "/forget_me")
    assert "telegram.admins" in await stage.press_text(BOSS, "确认删除")


async def test_what_is_exported_is_what_is_kept(stage: Stage, database: Database) -> None:
    reply = await stage.say(OTHER, "/export_me")
    assert reply is not None
    assert "没有记您" in reply.text
    await lived(stage, database)
    reply = await stage.say(ME, "/export_me")
    assert reply is not None
    [file] = reply.attachments
    kept = json.loads(file.data)["记下的"]
    assert {one["是什么"] for one in kept} == {
        "您的角色", "您授出的角色", "花名册上的您", "操作记录里和您有关的", "没发出的通知",
        "您写的或同意的通知", "通知回执", "您决定过的提醒", "主动私聊发给您的话",
    }  # fmt: skip
    told = json.dumps(kept, ensure_ascii=False)
    assert all(word in told for word in (NAME, SAID, "草稿里的话", "收到", "跳过"))
    assert f"· {NAME}，江阳区委" in reply.text
    assert "刚导出过" in await stage.text(ME, "/export_me")
    stage.clock.forward(61)
    assert "刚导出过" not in await stage.text(ME, "/export_me")
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    stage.clock.forward(61)
    assert "没有记您" in await stage.text(ME, "/export_me")


async def test_what_was_sent_to_one_member_grows_old(stage: Stage, database: Database) -> None:
    now = stage.clock()
    for chat in (ID, GROUP):
        order = Order(f"k{chat}", "j", "telegram", chat, None, Reply("一句话"), False, now)
        await stage.outbox.put([order])
        await stage.outbox.cancel("j")
    await stage.features.privacy.step()
    assert "outbox" in await naming(database, ID)
    stage.clock.forward(31 * 24 * 3600)
    await stage.features.privacy.step()
    assert await naming(database, ID) == []
    assert "outbox_contents" in await naming(database, "一句话")


async def test_the_desk_s_memory_is_emptied(database: Database) -> None:
    emptied: list[str] = []
    stage = await build_stage(database, privacy=PrivacyOptions(unremember=emptied.append))
    await stage.say(ME, "/forget_me")
    await stage.press(ME, "确认删除")
    assert emptied == [ID]
