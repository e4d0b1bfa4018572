"""`dangbot ask`: one question or a batch, stable for scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli.common import read_now
from bot.errors import ConfigError
from tests.cli.runner import Ran, Runner

KEYS = {"id", "status", "text", "topic", "section", "score", "choices", "source", "elapsed_us"}
CHOICE_KEYS = {"topic", "section", "title", "text", "score"}
ROOT = Path(__file__).parents[2]


def rows(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def batch(*questions: dict[str, Any] | str) -> str:
    lines = [q if isinstance(q, str) else json.dumps(q) for q in questions]
    return "".join(f"{line}\n" for line in lines)


def test_one_question(dangbot: Runner) -> None:
    ran = dangbot("ask", "红色驿站有几处")
    assert ran.code == 0
    assert ran.out.startswith("12 处")
    assert "出处：《一篇文章》" in ran.out
    assert ran.err == ""


def test_not_knowing_is_no_error(dangbot: Runner) -> None:
    ran = dangbot("ask", "qwrtp")
    assert ran.code == 0
    assert "没有写" in ran.out


def test_choices_are_numbered(dangbot: Runner) -> None:
    ran = dangbot("ask", "歇脚")
    assert "\n  1. 驿站：一共几处" in ran.out.replace("柳溪：", "")
    assert "\n  2. " in ran.out


def test_json(dangbot: Runner) -> None:
    row = rows(dangbot("ask", "红色驿站有几处", "--json"))[0]
    assert row.keys() == KEYS
    assert (row["id"], row["status"]) == (None, "answer")
    assert (row["topic"], row["section"]) == ("yizhan", "shuliang")
    assert row["text"].startswith("12 处")
    assert row["source"].startswith("《一篇文章》")
    assert row["elapsed_us"] >= 0
    assert isinstance(row["score"], float)


def test_json_of_choices(dangbot: Runner) -> None:
    row = rows(dangbot("ask", "歇脚", "--json"))[0]
    assert (row["status"], row["topic"], row["section"]) == ("choices", None, None)
    assert [choice["topic"] for choice in row["choices"]] == ["yizhan", "t1"]
    assert all(choice.keys() == CHOICE_KEYS for choice in row["choices"])
    assert all("出处" in choice["text"] for choice in row["choices"])


def test_explain(dangbot: Runner) -> None:
    ran = dangbot("ask", "红色驿站有几处", "--explain")
    assert "为什么这样答" in ran.out
    assert "规则 score" in ran.out
    row = rows(dangbot("ask", "红色驿站有几处", "--json", "--explain"))[0]
    assert "practices/yizhan.yaml" in row["explain"]
    assert row.keys() == KEYS | {"explain"}


def test_now_and_place(dangbot: Runner) -> None:
    ran = dangbot("ask", "今天有什么活动", "--now", "2020-07-01T23:30")
    assert ran.out.startswith("2020年7月1日")
    ran = dangbot("ask", "今天有什么活动", "--now", "2020-07-01T23:30:00+00:00")
    assert ran.out.startswith("2020年7月2日")
    assert "不是本地" in dangbot("ask", "红色驿站有几处", "--place", "松岭区").out
    assert "不是本地" not in dangbot("ask", "红色驿站有几处", "--place", "柳溪县").out


@pytest.mark.parametrize("text", ["明天", "2020-13-01", "7月1日", ""])
def test_a_moment_that_is_none(dangbot: Runner, text: str) -> None:
    ran = dangbot("ask", "红色驿站有几处", "--now", text)
    assert (ran.code, ran.out) == (2, "")
    assert "看不懂时间" in ran.err


def test_read_now_gives_beijing_time() -> None:
    assert read_now("2020-07-01").isoformat() == "2020-07-01T00:00:00+08:00"
    assert read_now("2020-07-01T09:00:00Z").utcoffset() is not None
    assert read_now(None).tzinfo is not None
    with pytest.raises(ConfigError, match="怎么办"):
        read_now("??")


@pytest.mark.parametrize("args", [("ask",), ("ask", "")])
def test_a_question_is_needed(dangbot: Runner, args: tuple[str, ...]) -> None:
    ran = dangbot(*args)
    assert (ran.code, ran.out) == (2, "")
    assert "没有写问题" in ran.err
    assert "怎么办" in ran.err


def test_wrong_usage(dangbot: Runner) -> None:
    assert dangbot("ask", "驿站", "--nothing").code == 2
    assert dangbot.plain("nothing").code == 2


def test_no_knowledge(dangbot: Runner, tmp_path: Path) -> None:
    ran = dangbot.plain("ask", "驿站", "--knowledge", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (1, "")
    assert "没有这个文件夹" in ran.err
    (dangbot.folder / "practices" / "yizhan.yaml").write_text("id: [", encoding="utf-8")
    ran = dangbot("ask", "驿站")
    assert (ran.code, ran.out) == (1, "")
    assert "practices/yizhan.yaml:" in ran.err
    assert "Traceback" not in ran.err


def test_a_batch_keeps_order_and_ids(dangbot: Runner) -> None:
    ids: list[Any] = [1, "二", None, [1, {"a": None}], {"k": 2.5}, True, "\ud800", "\u2028"]
    asked = [{"id": name, "q": "红色驿站有几处", "now": None, "extra": [1]} for name in ids]
    found = rows_of_batch(dangbot, batch(*asked))
    assert [row["id"] for row in found] == ids
    assert all(row.keys() == KEYS for row in found)
    assert {row["section"] for row in found} == {"shuliang"}


def rows_of_batch(dangbot: Runner, text: str, *args: str) -> list[dict[str, Any]]:
    ran = dangbot("ask", "--batch", "-", *args, stdin=text)
    assert ran.code == 0, ran.err
    assert ran.err == ""
    return [json.loads(line) for line in ran.out.split("\n") if line]


def test_a_batch_from_a_file(dangbot: Runner, tmp_path: Path) -> None:
    file = tmp_path / "asked.jsonl"
    text = batch({"id": 1, "q": "红色驿站有几处"}, "", {"id": 2, "q": "谢谢"}, "   ")
    file.write_text(text, encoding="utf-8-sig")
    found = rows(dangbot("ask", "--batch", str(file)))
    assert [(row["id"], row["status"]) for row in found] == [(1, "answer"), (2, "answer")]


def test_an_empty_batch(dangbot: Runner) -> None:
    assert rows_of_batch(dangbot, "\n") == []


def test_history_is_used_and_each_line_stands_alone(dangbot: Runner) -> None:
    found = rows_of_batch(
        dangbot,
        batch(
            {"id": 1, "q": "第二个", "history": ["歇脚"]},
            {"id": 2, "q": "第一个", "history": ["谢谢", "歇脚"]},
            {"id": 3, "q": "第一个", "history": []},
            {"id": 4, "q": "第一个", "history": None},
            {"id": 5, "q": "第一个"},
        ),
    )
    assert (found[0]["topic"], found[1]["section"]) == ("t1", "shuliang")
    alone = [{**row, "elapsed_us": 0, "id": 0} for row in found[2:]]
    assert alone[0] == alone[1] == alone[2]
    assert alone[0]["text"] != found[1]["text"]


def test_each_question_has_its_own_now(dangbot: Runner) -> None:
    asked = "今天有什么活动"
    found = rows_of_batch(
        dangbot,
        batch(
            {"id": 1, "q": asked, "now": "2020-07-01T09:00:00+08:00"},
            {"id": 2, "q": asked, "now": None},
            {"id": 3, "q": asked, "now": ""},
            {"id": 4, "q": asked},
        ),
        "--now",
        "2021-01-02",
    )
    starts = [row["text"][:9] for row in found]
    assert starts == ["2020年7月1日", *["2021年1月2日"] * 3]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "第 2 行不是"),
        ("[]", "第 2 行不是"),
        ('"红色驿站"', "第 2 行不是"),
        ('{"id":1}', "第 2 行不是"),
        ('{"q":null}', "第 2 行不是"),
        ('{"q":5}', "第 2 行不是"),
        ("[" * 100_000, "第 2 行不是"),
        ('{"q":"驿站","history":"先前"}', "第 2 行的 history"),
        ('{"q":"驿站","history":[1]}', "第 2 行的 history"),
        ('{"q":"驿站","now":"明天"}', "看不懂时间"),
        ('{"q":"驿站","now":20200701}', "第 2 行的 now"),
    ],
    ids=range(11),
)
def test_a_bad_line_is_named(dangbot: Runner, line: str, words: str) -> None:
    ran = dangbot("ask", "--batch", "-", stdin=batch({"id": 1, "q": "谢谢"}, line))
    assert ran.code == 2
    assert words in ran.err
    assert "怎么办" in ran.err
    assert [json.loads(row)["id"] for row in ran.out.splitlines()] == [1]


def test_empty_lines_count(dangbot: Runner) -> None:
    assert "第 3 行" in dangbot("ask", "--batch", "-", stdin="\n\n{\n").err


def test_a_file_that_cannot_be_read(dangbot: Runner, tmp_path: Path) -> None:
    ran = dangbot("ask", "--batch", str(tmp_path / "nothing.jsonl"))
    assert ran.code == 2
    assert "读不了" in ran.err
    odd = tmp_path / "gbk.jsonl"
    odd.write_bytes('{"q":"红色驿站"}'.encode("gbk"))
    for ran in (
        dangbot("ask", "--batch", str(odd)),
        dangbot("ask", "--batch", "-", stdin=odd.read_bytes()),
    ):
        assert ran.code == 2
        assert "UTF-8" in ran.err


def test_long_history_is_cut(dangbot: Runner) -> None:
    short, long = ["歇脚"], ["歇脚", *["谢谢"] * 40]
    found = rows_of_batch(
        dangbot,
        batch({"q": "第二个", "history": short}, {"q": "第二个", "history": long}),
    )
    assert found[0]["topic"] == "t1"
    assert found[1]["topic"] != "t1"


def test_the_real_program_answers_on_standard_output_alone() -> None:
    asked = batch({"id": "a", "q": "红色代办能办哪些手续", "history": [], "now": None})
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--batch", "-"],
        input=asked.encode(),
        capture_output=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    row = json.loads(done.stdout)
    assert (row["id"], row["topic"]) == ("a", "yutai-daiban")
    assert "营业执照" in row["text"]
