"""Nothing is overwritten, lost or done twice; everything can be undone; who may is asked anew."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.edit import LOG_DAYS, Change
from bot.knowledge.live import Live
from bot.knowledge.locks import LOCKS_NAME
from bot.storage.database import Database
from tests.features.editing.office import (
    BOSS_TWO,
    FILE,
    MEMBER,
    OTHER,
    SMALL,
    TOPIC,
    Office,
    open_office,
    shown,
)
from tests.features.stage import BOSS, buttons, labels
from tests.knowledge.folder import build
from tests.knowledge.repository import git
from tests.organisation.small import ADMIN

ASK = "/edit 便民代办在哪里办\n搬到{}了，工作日都有人。"


# --- two at once ---------------------------------------------------------------------------------


async def test_the_second_of_two_admins_is_told_who_was_first(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    await office.say(ASK.format("三楼"), BOSS_TWO)
    await office.tap("确认", BOSS_TWO)
    told = await office.tap("确认")
    assert f"{FILE} 刚才被改过（编号 2，7月1日 08:00，改回答“便民代办：在哪里办”）" in told.text
    assert "搬到三楼了" in office.text()
    assert "搬到二楼了" not in office.text()
    again = await office.tap("看新的再改")
    assert "- 原来：搬到三楼了，工作日都有人。" in again.text
    await office.tap("确认")
    assert "搬到二楼了" in office.text()
    assert [change.author for change in office.editor.changes()] == ["telegram:1", "telegram:2"]


async def test_a_file_saved_by_hand_between_preview_and_confirm(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    by_hand = TOPIC.replace("老年证", "身份证")
    (office.folder / FILE).write_text(by_hand, encoding="utf-8")
    told = await office.tap("确认")
    assert f"{FILE} 刚才被改过（有人直接改了文件）" in told.text
    assert office.text() == by_hand
    await office.taps("看新的再改", "确认")
    assert "身份证" in office.text()
    assert "搬到二楼了" in office.text()


async def test_a_section_that_is_gone_meanwhile(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    start, end = TOPIC.index("  # 在哪里"), TOPIC.index("  - id: shenme")
    by_hand = (TOPIC[:start] + TOPIC[end:]).replace("expect: nali", "expect: 不答")
    (office.folder / FILE).write_text(by_hand, encoding="utf-8")
    told = await office.tap("确认")
    assert "已经不在了" in told.text
    assert office.text() == by_hand


async def test_a_press_that_comes_twice_does_it_once(office: Office) -> None:
    preview = await office.say(ASK.format("二楼"))
    confirm = next(b.data for b in buttons(preview) if b.label == "确认")
    await office.tap("确认")
    again = await office.stage.say(BOSS, "", pressed=confirm)
    assert again is not None
    assert (again.text, "已经结束" in again.toast) == ("", True)
    assert len(office.editor.changes()) == 1


async def test_an_old_button_is_known_by_its_revision(office: Office) -> None:
    card = await office.say("/edit 便民代办在哪里办")
    old = next(b.data for b in buttons(card) if b.label == "资料未载")
    await office.tap("改答案")
    reply = await office.stage.say(BOSS, "", pressed=old)
    assert reply is not None
    assert reply.text.startswith("那个按钮是旧的，没有生效。现在到这一步：")
    assert "把新的回答整段发来" in reply.text
    await office.say("/edit 党课谁来讲")
    assert "党课谁来讲" in shown(await office.say("/edit 党课谁来讲"))
    reply = await office.stage.say(BOSS, "", pressed=old)
    assert reply is not None
    assert "那个按钮是旧的" in reply.text, "also of an earlier draft"


async def test_the_preview_must_be_that_of_the_press(office: Office) -> None:
    preview = await office.say(ASK.format("二楼"))
    confirm = next(b.data for b in buttons(preview) if b.label == "确认")
    await office.tap("改一改")
    reply = await office.stage.say(BOSS, "", pressed=confirm)
    assert reply is not None
    assert "那个按钮是旧的" in reply.text
    assert office.text() == TOPIC


# --- a crash -------------------------------------------------------------------------------------


async def test_a_draft_outlives_the_process(database: Database, tmp_path: Path) -> None:
    first = await open_office(database, tmp_path / "files")
    await first.say("/edit 便民代办在哪里办")
    await first.tap("改答案")
    second = await open_office(database, tmp_path / "files")
    preview = await second.say("搬到二楼了，工作日都有人。")
    assert "+ 改成：搬到二楼了" in preview.text
    third = await open_office(database, tmp_path / "files")
    third.stage.last["1"] = preview
    assert "已改好" in (await third.tap("确认")).text
    # The process dies after the file was written: the change is in the log and can be taken back.
    assert "已撤回" in (await (await open_office(database, tmp_path / "files")).undo()).text


async def test_a_draft_is_kept_for_a_day(office: Office) -> None:
    await office.say("/edit 便民代办在哪里办")
    office.stage.clock.forward(25 * 3600)
    reply = await office.tap("改答案")
    assert "放了一天以上" in reply.toast
    await office.editing.step()
    assert await office.editing.kept("telegram", "1") == ()


async def test_a_refused_reload_takes_the_change_back(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    spoilt = OTHER.replace("source: s1", "source: s9")
    path = office.folder / "activities" / "dangke.yaml"
    path.write_text(spoilt, encoding="utf-8")
    told = await office.tap("确认")
    assert "activities/dangke.yaml:3: 错误：出处“s9”没有登记" in told.text
    assert "仍用原来的资料" in told.text
    assert office.text() == TOPIC
    assert path.read_text(encoding="utf-8") == spoilt, "what a hand wrote stays"
    path.write_text(OTHER, encoding="utf-8")
    await office.taps("改一改", "返回")
    assert office.asked("便民代办在哪里办").startswith("在柳溪社区")


async def test_what_goes_wrong_after_writing_is_undone(office: Office, tmp_path: Path) -> None:
    """Somebody spoils another file in the moment between the check and the reload."""
    await office.say(ASK.format("二楼"))
    live: Live[object] = office.editing._workshop._live
    path = office.folder / "activities" / "dangke.yaml"
    reload = live.reload

    class Spoiling:
        def __getattr__(self, name: str) -> object:
            return getattr(live, name)

        async def reload(self) -> object:
            path.write_text(OTHER.replace("source: s1", "source: s9"), encoding="utf-8")
            return await reload()

    office.editing._workshop._live = Spoiling()  # type: ignore[assignment]
    told = await office.tap("确认")
    assert "写进去以后没有通过，已经自动撤回" in told.text
    assert "activities/dangke.yaml:3" in told.text
    assert office.text() == TOPIC
    del tmp_path


# --- undo ----------------------------------------------------------------------------------------


async def test_undo_lists_who_when_what_and_turns_pages(office: Office) -> None:
    for floor in "一二三四五六七":
        await office.say(ASK.format(f"{floor}楼"))
        await office.tap("确认")
    listed = await office.say("/undo")
    assert "7. 7月1日 08:00 您" in listed.text
    assert labels(listed) == [f"撤回 {n}" for n in (7, 6, 5, 4, 3, 2)] + ["下一页"]
    told = await office.tap("撤回 3")
    assert "刚才被改过" in told.text, "it was changed since"
    await office.say("/undo")
    await office.tap("撤回 7")
    await office.say("/undo")
    assert "第 7 次改动已经撤回了" in (await office.stage.text(BOSS, "", pressed="edit:u:7"))
    await office.say("/undo")
    await office.tap("重做 8")
    assert "搬到七楼" in office.text()
    assert "上一页" in labels(await office.stage.say(BOSS, "", pressed="edit:h:1"))


async def test_names_are_shown_only_where_the_roster_knows_them(office: Office) -> None:
    await office.say(ASK.format("二楼"), BOSS_TWO)
    await office.tap("确认", BOSS_TWO)
    assert "编号 2" in (await office.say("/undo")).text
    office.editor.forget("telegram:2")
    assert "（不留名）" in (await office.say("/undo")).text


# --- locks ---------------------------------------------------------------------------------------


async def test_a_locked_topic_stays_as_it_is(office: Office) -> None:
    await office.say("/lock 代办点 正在核对数字")
    for told in (
        await office.say(ASK.format("二楼")),
        await office.say("/lock"),
        await office.say("/edit 便民代办在哪里办"),
    ):
        assert "正在核对数字" in told.text
    await office.say(ASK.format("二楼"))
    assert "已解锁" in (await office.tap("解锁主题")).text
    assert "+ 改成：搬到二楼了" in (await office.tap("接着改")).text
    await office.say("/lock zhaocha", BOSS_TWO)
    assert "已锁定" in (await office.tap("确认")).text, "locked meanwhile"
    assert office.text() == TOPIC
    await office.say("/unlock zhaocha")
    await office.say(ASK.format("二楼"))
    await office.tap("确认")
    await office.say("/lock zhaocha")
    await office.say("/undo")
    assert "已锁定" in (await office.tap("撤回 1")).text


async def test_which_topic_is_asked_and_a_broken_list_locks_all(office: Office) -> None:
    assert set(labels(await office.say("/lock 柳溪"))) == {"柳溪：便民代办", "柳溪：每月党课"}
    assert "已锁定“柳溪：每月党课”" in (await office.tap("柳溪：每月党课")).text
    assert "本来就锁着" in (await office.say("/lock dangke")).text
    assert "没有锁着" in (await office.say("/unlock zhaocha")).text
    (office.folder / LOCKS_NAME).write_text("{", encoding="utf-8")
    assert "现在都不能改" in (await office.say(ASK.format("二楼"))).text
    assert "现在都不能改" in (await office.say("/lock")).text


# --- privacy -------------------------------------------------------------------------------------


async def test_what_is_kept_is_told_and_forgotten(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    await office.tap("确认")
    await office.say("/lock dangke")
    await office.say("/edit 党课谁来讲")
    kept = await office.editing.kept("telegram", ADMIN)
    assert [(one.what, one.until) for one in kept] == [
        ("没改完的资料", "24 小时"), ("改过的资料", f"{LOG_DAYS} 天"), ("锁定的主题", "解锁为止"),
    ]  # fmt: skip
    assert await office.editing.kept("telegram", MEMBER.id) == ()
    await office.editing.forget("telegram", ADMIN)
    assert await office.editing.kept("telegram", ADMIN) == ()
    assert [change.author for change in office.editor.changes()] == [""]
    assert "telegram:1" not in (office.folder / LOCKS_NAME).read_text(encoding="utf-8")
    assert "已锁定" in (await office.say("/edit 党课谁来讲")).text, "what was locked stays so"


async def test_old_changes_are_dropped(office: Office) -> None:
    await office.say(ASK.format("二楼"))
    await office.tap("确认")
    office.stage.clock.forward(100 * 86400)
    await office.say(ASK.format("三楼"))
    await office.tap("确认")
    office.stage.clock.forward((LOG_DAYS - 50) * 86400)
    await office.editing.step()
    assert [change.number for change in office.editor.changes()] == [2]


# --- words for others ----------------------------------------------------------------------------


async def test_words_go_to_whoever_spoke_last(office: Office) -> None:
    """A notice waits for its text, then an answer is to be changed: the words are the answer."""
    await office.say("/notice")
    await office.say("/edit 便民代办在哪里办")
    await office.tap("改答案")
    assert "+ 改成：搬到二楼了" in (await office.say("搬到二楼了，工作日都有人。")).text
    await office.say("/notice")
    assert "改成" not in (await office.say("会议通知")).text


async def test_after_an_hour_plain_words_are_questions_again(office: Office) -> None:
    await office.say("/edit 便民代办在哪里办")
    await office.tap("改答案")
    office.stage.clock.forward(3700)
    assert "支部书记主讲" in (await office.say("党课谁来讲")).text


# --- git -----------------------------------------------------------------------------------------


def repository(folder: Path) -> Path:
    build(folder, dict(SMALL))
    (folder / "services" / "t1.yaml").unlink()
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "begin")
    return folder


async def test_a_change_is_a_commit_of_its_file_alone(database: Database, tmp_path: Path) -> None:
    folder = repository(tmp_path / "files")
    (folder / "note.txt").write_text("别人暂存的", encoding="utf-8")
    git(folder, "add", "note.txt")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    office = await open_office(database, folder)
    await office.say(ASK.format("二楼"))
    assert "git" not in (await office.tap("确认")).text
    assert git(folder, "show", "--format=%an|%ae|%cn|%ce|%s", "--name-only").splitlines() == [
        "dangbot|dangbot@localhost|dangbot|dangbot@localhost|改回答“便民代办：在哪里办”", "", FILE,
    ]  # fmt: skip
    assert git(folder, "status", "--porcelain") == "A  note.txt"
    await office.tap("撤回")
    assert git(folder, "log", "-1", "--format=%s").startswith("撤回：")
    await office.say("/edit 谁负责")
    await office.tap("有歧义")
    await office.say("谁负责")
    await office.say("党课")
    await office.tap("每月党课：谁来讲")
    await office.say("代办")
    await office.tap("便民代办：在哪里办")
    await office.taps("选好了", "确认")
    assert git(folder, "show", "--format=", "--name-only") == "guards.yaml", "a new file too"
    await office.tap("撤回")
    assert git(folder, "show", "--format=", "--name-status") == "D\tguards.yaml"
    git(folder, "add", ".")
    assert git(folder, "status", "--porcelain") == "A  note.txt", "the log is never committed"


async def test_a_commit_that_fails_does_not_undo_the_change(
    database: Database, tmp_path: Path
) -> None:
    folder = repository(tmp_path / "files")
    (folder / ".git" / "index.lock").write_text("", encoding="utf-8")
    office = await open_office(database, folder)
    await office.say(ASK.format("二楼"))
    told = (await office.tap("确认")).text
    assert "没能提交到 git（仓库可能正在合并，或被别的程序占着），改动本身不受影响。" in told
    assert "搬到二楼了" in office.text()


async def test_no_commits_if_they_are_not_wanted(database: Database, tmp_path: Path) -> None:
    folder = repository(tmp_path / "files")
    office = await open_office(database, folder, commits=False)
    await office.say(ASK.format("二楼"))
    await office.tap("确认")
    assert git(folder, "log", "--format=%s") == "begin"


def test_a_change_of_the_log_is_readable() -> None:
    row = Change(1, FILE, "x", "", "2026-07-01T08:00:00+08:00", None, None)
    assert row.moment.hour == 8
