"""``dangbot check`` beyond the structure: tests, meaning, --fix, --json, --strict, --all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import program
from tests.cli.runner import GUARDS, TOPIC
from tests.knowledge.folder import build

TESTS = """\
tests:
  - ask: 驿站有多少处
    expect: shuliang
  - ask: 怎么申请去火星
    expect: 不答
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(program(), ["check", *(str(argument) for argument in arguments)])


def folder(tmp_path: Path, topic: str) -> Path:
    build(tmp_path, {"practices/yizhan.yaml": topic})
    (tmp_path / "services" / "t1.yaml").unlink()
    return tmp_path


def test_tests_that_pass_are_counted(tmp_path: Path) -> None:
    result = run(folder(tmp_path, TOPIC + TESTS))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 句试问" in result.stderr
    assert "没有试问" not in result.stderr


def test_a_test_that_fails_is_an_error_with_its_line(tmp_path: Path) -> None:
    result = run(folder(tmp_path, TOPIC + TESTS.replace("shuliang", "shijian")))
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert line.startswith("practices/yizhan.yaml:20: 错误：试问“驿站有多少处”应是“yizhan/shijian”")


def test_tests_of_all_topics_stand_beside_the_guards(tmp_path: Path) -> None:
    build(tmp_path, {"practices/yizhan.yaml": TOPIC, "guards.yaml": GUARDS + TESTS})
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "guards.yaml:6: 错误：引用的“shuliang/overview”不存在" in result.stdout
    sound = GUARDS + TESTS.replace("shuliang", "yizhan/shuliang")
    build(tmp_path, {"guards.yaml": sound})
    assert run(tmp_path).exit_code == 0


@pytest.mark.parametrize("expect", ["不回答", "Shuliang", "yizhan/shuliang/x"])
def test_what_a_test_may_expect(tmp_path: Path, expect: str) -> None:
    result = run(folder(tmp_path, TOPIC + TESTS.replace("shuliang", expect)))
    assert result.exit_code == 1
    assert "practices/yizhan.yaml:21: 错误：tests 第 1 句的 expect 的写法不对" in result.stdout
    assert "不答、让人选、日历" in result.stdout


def test_topics_without_tests_are_one_line(tmp_path: Path) -> None:
    result = run(folder(tmp_path, TOPIC))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 个主题还没有试问：practices/yizhan.yaml（--all 全列）。" in result.stderr
    result = run(folder(tmp_path, TOPIC), "--all")
    assert "practices/yizhan.yaml:1: 提醒：主题“红色驿站”没有试问" in result.stdout
    assert run(folder(tmp_path, TOPIC), "--strict").exit_code == 0


ODD = TOPIC.replace("12 处，都在主街上", "１２處，都在主街上")


def test_strict_fails_on_a_warning(tmp_path: Path) -> None:
    assert run(folder(tmp_path, ODD)).exit_code == 0
    result = run(folder(tmp_path, ODD), "--strict")
    assert result.exit_code == 1
    assert "practices/yizhan.yaml:14: 提醒：有繁体字（處→处）、全角或异体字符" in result.stdout
    assert "check --fix" in result.stderr


def test_fix_mends_and_says_what(tmp_path: Path) -> None:
    result = run(folder(tmp_path, ODD), "--fix")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.startswith("practices/yizhan.yaml:14: 已改好：有繁体字")
    text = (tmp_path / "practices" / "yizhan.yaml").read_text(encoding="utf-8")
    assert text == TOPIC.replace("12 处，都在主街上", "12处，都在主街上")


def test_errors_come_before_warnings(tmp_path: Path) -> None:
    result = run(folder(tmp_path, ODD + "odd: 1\n"))
    levels = [line.split()[1][:2] for line in result.stdout.splitlines()]
    assert levels == ["错误", "提醒"]


def test_json_for_programs(tmp_path: Path) -> None:
    shared = TOPIC.replace("id: yizhan", "id: other").replace("柳溪县", "松岭县")
    build(tmp_path, {"services/other.yaml": shared, "practices/yizhan.yaml": ODD + TESTS})
    result = run(tmp_path, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == min(found["errors"], 1)
    codes = {row["code"] for row in found["problems"]}
    assert codes >= {"shared", "untested", "traditional"}
    row = next(row for row in found["problems"] if row["code"] == "traditional")
    assert (row["file"], row["line"], row["level"]) == ("practices/yizhan.yaml", 14, "warning")
    assert row["fixable"]
    pasted = next(row["paste"] for row in found["problems"] if row["code"] == "shared")
    assert pasted.startswith("  - words: [")
    assert found["topics"] == 3
    assert found["tests"] == 2


def test_the_lines_to_paste_stand_under_their_warning(tmp_path: Path) -> None:
    shared = TOPIC.replace("id: yizhan", "id: other").replace("柳溪县", "松岭县")
    build(tmp_path, {"services/other.yaml": shared, "practices/yizhan.yaml": TOPIC})
    lines = run(tmp_path).stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "没有 ambiguous" in line)
    assert lines[at + 1].startswith("  - words: [")
    assert lines[at + 2].startswith("    choices: [")


@pytest.mark.parametrize(
    ("days", "line", "words"),
    [
        ("    valid_to: 6月\n", 19, "写成 2026-07-01"),
        ("    valid_from: 2026-02-30\n", 19, "valid_from 看不懂：“2026-02-30”"),
        ("    valid_from: 2026年7月2日\n    valid_to: 2026/7/1\n", 20, "还早"),
    ],
)
def test_days_that_cannot_be_read(tmp_path: Path, days: str, line: int, words: str) -> None:
    result = run(folder(tmp_path, TOPIC + days))
    assert result.exit_code == 1
    assert f"practices/yizhan.yaml:{line}: 错误" in result.stdout
    assert words in result.stdout
