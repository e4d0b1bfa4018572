"""The check tells where a number for members only can be read by everybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.calendar.agenda import when_ok
from bot.knowledge.lint import lint
from bot.knowledge.load import load
from tests.dialogue.closed import FILES
from tests.knowledge.folder import build

OPEN = """\
id: gongkai
title: 公开的事
source: s1
overview:
  ask: [公开的事, "打 137-1234-5678 有人接吗"]
  answer: 有事打 13812345678，或 12345。
"""


def found(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    loaded = load(build(folder, files), when_ok)
    assert loaded.library is not None, loaded.problems
    findings = lint(loaded.files, loaded.library, date(2020, 7, 1))
    return [str(one.problem) for one in findings if one.problem.code == "members_only"]


def test_an_open_place_of_a_closed_number_is_told_with_both_lines(tmp_path: Path) -> None:
    told = found(tmp_path, {**FILES, "services/gongkai.yaml": OPEN})
    said = [line for line in told if "gongkai" in line]
    assert len(said) == 2, "in the answer and in a phrasing"
    assert said[0].startswith("services/gongkai.yaml:5:")
    assert said[1].startswith("services/gongkai.yaml:6:")
    assert "138****5678 只给党员看（contacts/lianxi.yaml:12“支部委员的手机”）" in said[1]
    assert "13812345678" not in "".join(told)


def test_closed_events_are_told(tmp_path: Path) -> None:
    told = found(tmp_path, FILES)
    assert len(told) == 1
    assert told[0].startswith("calendar/shangmen.yaml:")
    assert "不进群里的日历，也不提醒" in told[0]


def test_open_knowledge_has_nothing_to_leak(tmp_path: Path) -> None:
    assert found(tmp_path, {"services/gongkai.yaml": OPEN}) == []


def test_the_same_number_in_two_closed_sections_is_no_leak(tmp_path: Path) -> None:
    files = {**FILES, "services/gongkai.yaml": OPEN.replace("source:", "members_only: 是\nsource:")}
    said = [line for line in found(tmp_path, files) if "gongkai" in line]
    assert len(said) == 1, "a phrasing is open all the same"
    assert said[0].startswith("services/gongkai.yaml:6:")


def test_yes_and_no_are_words_and_a_slip_opens_nothing(tmp_path: Path) -> None:
    spoiled = FILES | {
        "services/gongkai.yaml": OPEN.replace("source:", "members_only: 对\nsource:")
    }
    loaded = load(build(tmp_path, spoiled), when_ok)
    assert loaded.library is None
    [problem] = loaded.errors()
    assert str(problem).startswith("services/gongkai.yaml:3: 错误：members_only 不能写“对”")
    assert "只能写 是 或 否" in problem.hint
