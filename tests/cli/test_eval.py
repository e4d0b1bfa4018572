"""`dangbot eval`: a table of how well the desk does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import Runner

QUESTIONS: list[dict[str, Any]] = [
    {"id": 1, "q": "红色驿站有几处", "kind": "fact", "expect": "answer", "must": [["12处"]]},
    {"id": 2, "q": "红色驿站几点开门", "kind": "fact", "expect": "answer", "must": [["13处"]]},
    {"id": 3, "q": "qwrtp", "kind": "refuse-far", "expect": "refuse", "must": []},
    {"id": 4, "q": "谢谢", "kind": "smalltalk", "expect": "answer", "must": None, "now": None},
    {
        "id": 5,
        "q": "第一个",
        "kind": "followup",
        "expect": "answer",
        "must": [["12处"]],
        "history": ["歇脚"],
        "now": "2020-07-01T09:00:00+08:00",
    },
    {"id": 6, "q": "歇脚", "kind": "clarify", "expect": "clarify", "must": [["12处"]]},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in QUESTIONS]
    path.write_text("\n".join([*lines, "", "  "]), encoding="utf-8")
    return path


def test_table(dangbot: Runner, file: Path) -> None:
    ran = dangbot("eval", str(file))
    assert ran.code == 0
    assert ran.err == ""
    head, *lines = ran.out.splitlines()
    assert head.split() == ["kind", "n", "right", "sharp", "helped", "wrong"]
    cells = {line.split()[0]: line.split()[1:] for line in lines}
    assert cells["fact"] == ["2", "50.0%", "50.0%", "50.0%", "50.0%"]
    assert cells["followup"][:2] == ["1", "100.0%"]
    assert cells["refuse-all"][:2] == ["1", "100.0%"]
    assert cells["smalltalk"][:2] == ["1", "100.0%"]
    assert cells["clarify"][:2] == ["1", "100.0%"]
    assert cells["ALL"][0] == "6"


def test_json(dangbot: Runner, file: Path) -> None:
    figures = json.loads(dangbot("eval", str(file), "--json").out)
    assert figures["ALL"]["n"] == 6
    assert figures["fact"]["right"] == pytest.approx(0.5)
    assert figures["answer-all"]["n"] == 3


def test_wrong_ones_are_listed(dangbot: Runner, file: Path) -> None:
    out = dangbot("eval", str(file), "--wrong").out
    assert out.startswith("2 fact answer: 红色驿站几点开门")
    assert "红色驿站有几处" not in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有问题"),
        ("{\n", "第 1 行"),
        ('\n{"id":1}\n', "第 2 行"),
        ("[]", "第 1 行"),
        ('{"id":1,"q":"a","kind":"b","expect":"answer","must":[5]}', "第 1 行"),
        ('{"id":1,"q":"a","kind":"b","expect":"answer","now":5}', "看不懂时间"),
    ],
)
def test_a_file_that_is_none(dangbot: Runner, file: Path, text: str, words: str) -> None:
    file.write_text(text, encoding="utf-8")
    ran = dangbot("eval", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "怎么办" in ran.err


def test_a_file_that_is_not_there(dangbot: Runner, tmp_path: Path) -> None:
    ran = dangbot("eval", str(tmp_path / "none.jsonl"))
    assert ran.code == 2
    assert "读不了" in ran.err
