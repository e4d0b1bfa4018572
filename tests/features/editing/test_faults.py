"""What breaks around a change: no record is lost by it, and nobody is told what is not so."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.features.editing import drawing, guiding
from bot.features.editing.store import DraftStore
from bot.features.inbox.feature import Inbox
from bot.features.privacy.backups import BackupOptions
from bot.features.privacy.feature import PrivacyOptions
from bot.features.privacy.forgetting import wish_of
from bot.knowledge import alone as holding
from bot.knowledge.edit import ALONE_NAME, LOG_NAME, Editor
from bot.organisation import Organisation
from bot.storage.database import Database, StorageError
from tests.features.editing.office import FILE, MEMBER, TOPIC, Office, open_office
from tests.features.stage import BOSS, Person, labels
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


async def test_an_answer_that_is_not_used_is_told(office: Office) -> None:
    card = await office.say("/edit 火星上有没有水\n火星上的水都是冰，资料里写过。")
    assert "新的回答先没有用上，您发的还在上面那条里。请先选一种改法。" in card.text
    assert "添加为问法" in labels(card)
    assert "没有用上" not in (await office.say("/edit 火星上有没有水")).text


# --- words that are edited -----------------------------------------------------------------------


async def test_edited_words_are_not_those_of_the_next_step(office: Office) -> None:
    await office.say("/edit 代办点哪天休息")
    await office.taps("新条目", "柳溪：便民代办")
    asked = await office.say("代办点的休息日")
    again = await office.stage.say(BOSS, "代办点哪几天休息呢", edited=True)
    assert again is not None
    assert again.text == (f"改发过的话不算数。要改，请按“返回”或“改一改”再发一条。\n\n{asked.text}")
    await office.say("周末和法定节假日都休息，急事请打值班电话。")
    preview = await office.stage.say(BOSS, "周末不休息，平时休息。", edited=True)
    assert preview is not None
    assert preview.text.startswith("改发过的话不算数。")
    assert "+ 回答：周末和法定节假日都休息，急事请打值班电话。" in preview.text
    await office.tap("取消")
    answer = await office.stage.say(BOSS, "党课谁来讲", edited=True)
    assert answer is not None
    assert answer.text.startswith("支部书记主讲")


async def test_who_is_no_admin_any_more_asks_like_anybody(office: Office) -> None:
    await office.say("/edit 便民代办在哪里办")
    await office.tap("改答案")
    assert (await office.say("党课谁来讲", Person(BOSS.id))).text.startswith("支部书记主讲")


# --- files spoilt by hand ------------------------------------------------------------------------

SPOILT = [
    "", "[]\n", "甲\n", "id: zhaocha\noverview:\n", "id: zhaocha\noverview: 甲\nsections: 甲\n",
    "id: zhaocha\nsections:\n  - 甲\n", "id: zhaocha\nsections:\n  - id: nali\n    ask:\n",
    "id: zhaocha\nsections:\n  - id: nali\n", "id: zhaocha\nsections:\n  nali: 甲\n",
]  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_file_spoilt_by_hand_is_told(office: Office, spoilt: str) -> None:
    file = office.folder / FILE
    ways = (
        ("改答案", "!搬到二楼了，工作日都有人。"),
        ("更多改法", "删整节"),
        ("更多改法", "删一句问法", "代办点设在什么地方"),
        ("改成答别的", "便民代办：能办什么"),
        ("新条目", "柳溪：便民代办", "!休息日", "!周末和法定节假日都休息，不开门。"),
        ("资料未载", "就用整句"),
    )
    for *before, last in ways:
        await office.say("/edit 便民代办在哪里办呀")
        for step in before:
            await (office.say(step[1:]) if step.startswith("!") else office.tap(step))
        file.write_text(spoilt, encoding="utf-8")
        told = await (office.say(last[1:]) if last.startswith("!") else office.tap(last))
        assert "确认" not in labels(told)
        assert any(word in told.text for word in ("读不了", "已经不在", "不行", "不稳妥")), (
            told.text
        )
        assert file.read_text(encoding="utf-8") == spoilt
        file.write_text(TOPIC, encoding="utf-8")


# --- locks ---------------------------------------------------------------------------------------


async def test_what_only_comes_near_is_asked_before_it_is_locked(office: Office) -> None:
    near = await office.say("/lock 跑腿 正在核对")
    assert near.text == "锁定哪一个？"
    assert labels(near) == ["柳溪：便民代办"]
    assert office.editor.locks.all() == {}
    await office.say("/lock 代办点\n正在核对 数字")
    assert [lock.why for lock in office.editor.locks.all().values()] == ["正在核对 数字"]
    assert (await office.say("/unlock 跑腿")).text == "解锁哪一个？"
    assert "已解锁" in (await office.say("/unlock zhaocha")).text


async def test_files_are_read_and_written_beside_the_loop(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the folder must not hold up everybody's chat."""
    seen: list[tuple[str, bool]] = []

    def watched(name: str, real: Any) -> Any:
        def call(*given: Any, **more: Any) -> Any:
            seen.append((name, threading.current_thread() is threading.main_thread()))
            return real(*given, **more)

        return call

    for name in ("lock", "unlock", "changes", "undoing", "last_of"):
        monkeypatch.setattr(Editor, name, watched(name, getattr(Editor, name)))
    monkeypatch.setattr(guiding, "draw", watched("draw", drawing.draw))
    await office.say("/lock zhaocha")
    await office.say("/unlock zhaocha")
    await office.say(ASK.format("二楼"))
    (office.folder / FILE).write_text(f"{TOPIC}\n", encoding="utf-8")
    await office.tap("确认")
    await office.taps("看新的再改", "确认", "撤回")
    await office.say("/undo")
    assert {name for name, _ in seen} == {
        "lock", "unlock", "changes", "undoing", "last_of", "draw",
    }  # fmt: skip
    assert [name for name, main in seen if main] == []


def test_a_folder_that_is_held_for_long_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "TRIES", 1)
    with (
        holding.alone(office.folder / ALONE_NAME),
        pytest.raises(Refused, match="别的程序正在改资料"),
    ):
        office.editor.lock("zhaocha", "telegram:1")
    assert office.editor.lock("zhaocha", "telegram:1")
