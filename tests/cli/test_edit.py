"""``dangbot edit``: a phrasing is added, looked up in the log and taken back."""

from __future__ import annotations

from bot.knowledge.locks import Locks
from tests.cli.runner import TOPIC, Runner
from tests.fakes import FakeClock
from tests.knowledge.repository import git

WORDS = "环卫工歇脚的地方有几个"


def test_added_answered_and_taken_back(dangbot: Runner) -> None:
    path = dangbot.folder / "practices" / "yizhan.yaml"
    ran = dangbot("edit", "ask", "yizhan/shuliang", WORDS)
    assert ran.code == 0
    assert f"practices/yizhan.yaml：给“驿站：一共几处”加问法“{WORDS}”" in ran.out
    assert WORDS in path.read_text(encoding="utf-8")
    assert dangbot("ask", WORDS).out.startswith("12 处")
    assert WORDS in dangbot("edit", "log").out
    assert dangbot("edit", "undo").code == 0
    assert path.read_text(encoding="utf-8") == TOPIC
    assert dangbot("edit", "undo", "1").code == 1, "it was changed since"
    assert dangbot("edit", "undo").code == 0
    assert WORDS in path.read_text(encoding="utf-8")


def test_a_look_beforehand_writes_nothing(dangbot: Runner) -> None:
    ran = dangbot("edit", "ask", "yizhan", WORDS, "--dry-run")
    assert f"+  ask: [介绍一下红色驿站, 红色驿站是什么, {WORDS}]" in ran.out
    assert (dangbot.folder / "practices" / "yizhan.yaml").read_text(encoding="utf-8") == TOPIC
    ran = dangbot("edit", "log")
    assert (ran.code, ran.out) == (0, "")
    assert "还没有改动" in ran.err


def test_what_cannot_be_done_is_said(dangbot: Runner) -> None:
    assert "没有“yizhan/x”这一节" in dangbot("edit", "ask", "yizhan/x", WORDS).err
    assert dangbot("edit", "ask", "../x", WORDS).code == 2
    assert "还没有改动可以撤回" in dangbot("edit", "undo").err
    ran = dangbot("edit", "ask", "yizhan/shuliang", "长" * 90)
    assert ran.code == 1
    assert "太长" in ran.err
    assert "没有第 7 次改动" in dangbot("edit", "undo", "7").err


def test_a_locked_topic_is_not_changed(dangbot: Runner) -> None:
    Locks(dangbot.folder, FakeClock()).lock("yizhan", "telegram:1", "正在核对")
    ran = dangbot("edit", "ask", "yizhan/shuliang", WORDS)
    assert ran.code == 1
    assert "主题“yizhan”已锁定（正在核对），没有改" in ran.err
    assert "/unlock yizhan" in ran.err
    assert (dangbot.folder / "practices" / "yizhan.yaml").read_text(encoding="utf-8") == TOPIC


def test_a_change_in_a_repository_is_a_commit(dangbot: Runner) -> None:
    git(dangbot.folder, "init", "--quiet")
    git(dangbot.folder, "add", ".")
    git(dangbot.folder, "commit", "--quiet", "-m", "begin")
    assert dangbot("edit", "ask", "yizhan/shuliang", WORDS).code == 0
    assert dangbot("edit", "undo", "--no-commit").code == 0
    assert git(dangbot.folder, "log", "--format=%an %s").splitlines() == [
        f"dangbot 给“驿站：一共几处”加问法“{WORDS}”", "x begin",
    ]  # fmt: skip
