"""``dangbot check`` and ``dangbot schema``: exit codes, and what stands on which stream."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import program
from bot.knowledge.schemas import SCHEMAS, json_schema
from tests.knowledge.folder import TOPIC, build


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(program(), [str(argument) for argument in arguments])


def test_a_good_folder_says_what_it_holds(tmp_path: Path) -> None:
    result = run("check", build(tmp_path))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == (
        "1 个主题，2 条内容，2 句问法，1 个出处，0 句试问。\n"
        "1 个主题还没有试问：services/t1.yaml（--all 全列）。\n"
        "错误 0 个，提醒 0 个。\n"
    )


def test_a_bad_folder_lists_every_problem_and_fails(tmp_path: Path) -> None:
    bad = TOPIC.replace("s1", "s9").replace("answer: 甲", "anser: 甲")
    result = run("check", build(tmp_path, {"services/t1.yaml": bad, "guards.yaml": "a: [\n"}))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        (
            "guards.yaml:1: 错误：方括号或花括号没有配对（检查这一行的括号；"
            "一条一行、以“- ”开头更不容易错）"
        ),
        "services/t1.yaml:3: 错误：出处“s9”没有登记（在 sources.yaml 里加上，或改成已有的编号）",
        (
            "services/t1.yaml:9: 错误：sections 第 1 节缺少必填项“answer”"
            "（补上这一项；写法见 knowledge/README.md）"
        ),
        "services/t1.yaml:13: 错误：不认识的名称“anser”（是不是想写“answer”）",
    ]
    assert result.stderr == "错误 4 个，提醒 0 个。\n"


def test_an_event_day_is_judged_by_the_calendar(tmp_path: Path) -> None:
    event = "events:\n  - {id: e1, title: 事, when: 找个时间}\n"
    topic = TOPIC.replace("id: t1", "id: t2") + event
    result = run("check", build(tmp_path, {"calendar/t2.yaml": topic}))
    assert result.exit_code == 1
    assert "看不懂日期“找个时间”" in result.stdout


def test_a_warning_is_shown_but_does_not_fail(tmp_path: Path) -> None:
    result = run("check", build(tmp_path, {"service/t2.yaml": TOPIC}))
    assert result.exit_code == 0
    assert result.stdout.startswith("service/t2.yaml:1: 提醒：没有读这个文件")
    assert result.stderr.endswith("错误 0 个，提醒 1 个。\n")


def test_a_phrasing_that_another_section_answers_is_a_warning(tmp_path: Path) -> None:
    twice = TOPIC + TOPIC[TOPIC.index("  - id: jia") :].replace("jia", "yi").replace("甲。", "乙。")
    result = run("check", build(tmp_path, {"services/t1.yaml": twice}))
    assert result.exit_code == 0
    assert "抢答" in result.stdout
    assert "services/t1.yaml:" in result.stdout


@pytest.mark.parametrize("name", ["gone", "a-file"])
def test_no_folder_is_said_plainly(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    result = run("check", tmp_path / name)
    assert result.exit_code == 1
    assert f"没有这个文件夹：{tmp_path / name}" in result.stdout


def test_an_empty_folder_fails(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "缺少 sources.yaml" in result.stdout


def test_the_shipped_knowledge_is_the_default() -> None:
    result = run("check")
    assert result.exit_code == 0, result.stdout
    assert "8 个出处" in result.stderr
    assert "错误 0 个" in result.stderr


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_printed(name: str) -> None:
    result = run("schema", name)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json_schema(name)
    assert result.stdout.isascii() is False  # descriptions stay readable


def test_the_topic_schema_is_the_default_and_explains_its_keys() -> None:
    found = json.loads(run("schema").stdout)
    assert found["properties"]["aliases"]["description"]
    assert found["additionalProperties"] is False
    assert {"id", "title", "source", "overview"} <= set(found["required"])


def test_an_unknown_schema_is_wrong_usage() -> None:
    result = run("schema", "nothing")
    assert result.exit_code == 2
    assert "nothing" in result.stderr
    assert "topic" in result.stderr


def test_all_schemas_into_a_folder(tmp_path: Path) -> None:
    result = run("schema", "--to", tmp_path / "new" / "schema")
    assert result.exit_code == 0
    assert result.stdout == ""
    written = {path.stem for path in (tmp_path / "new" / "schema").iterdir()}
    assert written == set(SCHEMAS)
    for name in SCHEMAS:
        text = (tmp_path / "new" / "schema" / f"{name}.json").read_text(encoding="utf-8")
        assert json.loads(text) == json_schema(name)
        assert text.endswith("}\n")


def test_a_second_check_says_the_same_and_a_mended_file_is_seen(tmp_path: Path) -> None:
    cut = TOPIC.replace("甲是甲。", "甲在一楼 #二号窗口")
    folder = build(tmp_path, {"services/t1.yaml": cut})
    first, second = run("check", folder), run("check", folder)
    assert "services/t1.yaml:13" in first.stdout
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)
    (folder / "services/t1.yaml").write_text(TOPIC, encoding="utf-8")
    assert run("check", folder).stdout == ""
