"""What breaks around a change: no record is lost by it, and nobody is told what is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.features.editing.store import DraftStore
from bot.features.inbox.feature import Inbox
from bot.features.privacy.backups import BackupOptions
from bot.features.privacy.feature import PrivacyOptions
from bot.features.privacy.forgetting import wish_of
from bot.knowledge.edit import ALONE_NAME, LOG_NAME
from bot.organisation import Organisation
from bot.storage.database import Database, StorageError
from tests.features.editing.office import MEMBER, TOPIC, Office, open_office
from tests.features.stage import BOSS, buttons, labels
from tests.knowledge.repository import git

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


# --- after the files are changed -----------------------------------------------------------------


async def refuses(*_: object) -> str:
    raise StorageError("it is full")


async def test_a_database_that_refuses_does_not_unsay_a_change(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.say("礼拜天有没有人", MEMBER)
    await office.say("/inbox")
    await office.taps("看 1", "添加为问法")
    await office.tap("便民代办：在哪里办")
    with monkeypatch.context() as patch:
        patch.setattr(DraftStore, "drop", refuses)
        patch.setattr(Organisation, "audit", refuses)
        patch.setattr(Inbox, "taught", refuses)
        done = await office.tap("确认")
        assert done.text.startswith("已改好")
        assert done.text.endswith("收件箱没能更新，请再按一次“已解决”。")
        assert office.asked("礼拜天有没有人").startswith("在柳溪社区党群服务中心一楼")
        assert "已撤回" in (await office.tap("撤回")).text
        assert "已锁定" in (await office.say("/lock zhaocha")).text
    assert office.text() == TOPIC


async def test_a_repository_with_odd_bytes_does_not_unsay_a_change(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    office = await open_office(database, folder)
    git(folder, "init", "--quiet")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "exclude").write_bytes(b"\xff\n")
    await office.say(ASK.format("二楼"))
    assert (await office.tap("确认")).text.startswith("已改好")


async def test_a_button_of_the_log_says_what_it_does(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    await office.taps("确认", "撤回", "重做")
    assert "撤回 3" in labels(await office.say("/undo"))
    assert "已撤回" in (await office.tap("撤回 3")).text
    assert "重做 4" in labels(await office.say("/undo"))
