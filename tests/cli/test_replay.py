"""``dangbot replay``: the same questions to two versions; only what changes is listed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.knowledge.snapshot import take
from bot.knowledge.versions import committed
from tests.cli.runner import Ran, Runner

QUESTIONS = """\
红色驿站有几处
红色驿站几点开门

{"q": "几点开门", "history": ["介绍一下红色驿站"], "now": "2020-07-01"}
驿站里能不能理发
火星上怎么种土豆
"""
GIT = shutil.which("git") or ""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "asked.txt"
    path.write_text(QUESTIONS, encoding="utf-8")
    return path


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "practices" / "yizhan.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def before(dangbot: Runner) -> Path:
    """A copy of the folder as it is now."""
    copy = dangbot.folder / "copy"
    shutil.copytree(dangbot.folder / "practices", copy / "practices")
    shutil.copytree(dangbot.folder / "services", copy / "services")
    for name in ("sources.yaml", "guards.yaml", "smalltalk.yaml"):
        shutil.copy(dangbot.folder / name, copy / name)
    return copy


def test_nothing_changed(dangbot: Runner, asked: Path) -> None:
    ran = dangbot("replay", str(asked), "--against", str(before(dangbot)))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("5 句，和 ")
    assert ran.err.rstrip().endswith("一样 5。")


NEW_SECTION = """\
  - id: lifa
    title: 驿站：理发
    ask: [驿站里能不能理发, 驿站能剪头吗]
    answer: 能，每周三上午有人来理发。
"""


def test_each_change_is_told_with_both_answers(dangbot: Runner, asked: Path) -> None:
    old = before(dangbot)
    edit(dangbot.folder, "12 处，都", "13 处，都")
    path = dangbot.folder / "practices" / "yizhan.yaml"
    path.write_text(path.read_text(encoding="utf-8") + NEW_SECTION, encoding="utf-8")
    ran = dangbot("replay", str(asked), "--against", str(old))
    assert ran.code == 0
    assert "字句变了：“红色驿站有几处”" in ran.out
    assert "原来：yizhan/shuliang（practices/yizhan.yaml:11） 12 处" in ran.out
    assert "现在：yizhan/shuliang（practices/yizhan.yaml:11） 13 处" in ran.out
    assert "：“驿站里能不能理发”" in ran.out
    assert "现在：yizhan/lifa（practices/yizhan.yaml:19）" in ran.out
    assert "火星" not in ran.out


def test_json_lists_every_question(dangbot: Runner, asked: Path) -> None:
    old = before(dangbot)
    edit(dangbot.folder, "早上 7 点", "早上 6 点")
    ran = dangbot("replay", str(asked), "--against", str(old), "--json")
    rows = {row["q"]: row for row in json.loads(ran.out)}
    assert len(rows) == 5
    assert rows["红色驿站几点开门"]["change"] == "字句变了"
    assert rows["几点开门"]["after"]["led_to"] == "yizhan/shijian", "the history counts"
    assert rows["火星上怎么种土豆"] == {
        "q": "火星上怎么种土豆",
        "change": "一样",
        "before": rows["火星上怎么种土豆"]["after"],
        "after": rows["火星上怎么种土豆"]["after"],
    }


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    command = [GIT, *who, "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def test_against_what_is_committed(dangbot: Runner, asked: Path) -> None:
    git(dangbot.folder, "init", "-q")
    git(dangbot.folder, "add", "practices", "services", "*.yaml")
    git(dangbot.folder, "commit", "-qm", "one")
    snapshot = take(dangbot.folder)
    assert committed(dangbot.folder).files == snapshot.files
    edit(dangbot.folder, "12 处，都", "13 处，都")
    for against in ((), ("--against", "git"), ("--against", "git:HEAD")):
        ran = dangbot("replay", str(asked), *against)
        assert ran.code == 0
        assert "字句变了：“红色驿站有几处”" in ran.out
        assert "@HEAD 比" in ran.err


def test_against_the_last_good_version(dangbot: Runner, asked: Path) -> None:
    ran = dangbot("replay", str(asked), "--against", "good")
    assert ran.code == 2
    assert "还没有用过的好资料" in ran.err
    dangbot("chat", stdin="谢谢\n")
    edit(dangbot.folder, "12 处，都", "13 处，都")
    for against in ((), ("--against", "good")):
        assert "字句变了：“红色驿站有几处”" in dangbot("replay", str(asked), *against).out


def wrong(ran: Ran, code: int, words: str) -> bool:
    return ran.code == code and words in ran.err


def test_what_cannot_be_compared_is_said(dangbot: Runner, asked: Path, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert wrong(dangbot("replay", gone, "--against", gone), 2, "读不了")
    assert wrong(dangbot("replay", str(asked), "--against", gone), 1, "用来比的那一份")
    for revision in ("git:nothing", "git:--output=x", "git:-"):
        assert wrong(dangbot("replay", str(asked), "--against", revision), 2, "git 里")
    asked.write_text('\n{"q": 1}\n', encoding="utf-8")
    assert wrong(dangbot("replay", str(asked), "--against", gone), 2, "第 2 行看不懂")
    asked.write_text("{\n", encoding="utf-8")
    assert wrong(dangbot("replay", str(asked), "--against", gone), 2, "第 1 行看不懂")
    asked.write_text("\n", encoding="utf-8")
    assert wrong(dangbot("replay", str(asked), "--against", gone), 2, "没有问题")
