"""What breaks around a change: no record is lost by it, and nobody is told what is not so."""

from __future__ import annotations

from pathlib import Path

from bot.features.privacy.backups import BackupOptions
from bot.features.privacy.feature import PrivacyOptions
from bot.features.privacy.forgetting import wish_of
from bot.knowledge.edit import ALONE_NAME, LOG_NAME
from bot.storage.database import Database
from tests.features.editing.office import MEMBER, Office, open_office
from tests.features.stage import BOSS, buttons, labels

ASK = "/edit 便民代办在哪里办\n搬到{}了，工作日都有人。"

# --- being forgotten -----------------------------------------------------------------------------


async def test_a_log_that_cannot_be_read_keeps_nobody_s_rows_back(office: Office) -> None:
    (office.folder / LOG_NAME).mkdir()
    await office.say("/edit 党课谁来讲")
    assert [one.what for one in await office.editing.kept("telegram", BOSS.id)] == ["没改完的资料"]
    assert "读不了改动记录" in (await office.say("/undo")).text


async def test_members_are_forgotten_where_the_folder_cannot_be_written(office: Office) -> None:
    (office.folder / ALONE_NAME).mkdir()
    await office.say("/forget_me", MEMBER)
    done = await office.tap("确认删除", MEMBER)
    assert "没有删完" not in done.text


async def test_a_deletion_cut_short_is_finished_in_the_log_too(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    options = PrivacyOptions(backup=BackupOptions(None, knowledge=folder))
    office = await open_office(database, folder, privacy=options)
    await office.say(ASK.format("二楼"))
    await office.tap("确认")
    await office.say("/lock dangke")
    privacy = office.stage.features.privacy
    await wish_of(privacy._store, privacy._matcher, f"telegram:{BOSS.id}", 1.0)
    for feature in office.stage.features.all():
        if feature is not office.editing:
            await feature.forget("telegram", BOSS.id)
    (office.folder / ALONE_NAME).unlink()
    (office.folder / ALONE_NAME).mkdir()
    await privacy.step()  # it cannot be written yet; the rest of the step is done all the same
    assert any(not wish.cleaned for wish in await privacy._store.all())
    (office.folder / ALONE_NAME).rmdir()
    await privacy.step()
    assert all(wish.cleaned for wish in await privacy._store.all())
    assert [change.author for change in office.editor.changes()] == [""]
    assert [lock.by for lock in office.editor.locks.all().values()] == [""]
