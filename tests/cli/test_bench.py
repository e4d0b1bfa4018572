"""``dangbot bench`` on a small pair of files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runner import Runner

KB = [("打开空调", "冷"), ("把空调开一下", "冷"), ("放首歌", "歌"), ("来点音乐", "歌")]
ASKED = [("开空调", "冷"), ("放音乐", "歌"), ("今天几号", "__oos__")]


def write(path: Path, rows: list[tuple[str, str]]) -> str:
    lines = [json.dumps({"q": q, "label": label}, ensure_ascii=False) for q, label in rows]
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return str(path)


def test_every_method_side_by_side(dangbot: Runner, tmp_path: Path) -> None:
    kb, asked = write(tmp_path / "kb.jsonl", KB), write(tmp_path / "q.jsonl", ASKED)
    rows = json.loads(dangbot.plain("bench", "--kb", kb, "--queries", asked, "--json").out)
    assert list(rows) == ["dangbot", "rapidfuzz WRatio", "rapidfuzz ratio", "BM25 char"]
    for row in rows.values():
        assert set(row) == {"top1", "top3", "auroc", "acc@90rej", "us_per_query"}
    assert rows["dangbot"]["top1"] == 100.0
    table = dangbot.plain("bench", "--kb", kb, "--queries", asked).out
    assert table.splitlines()[1].startswith("dangbot")


@pytest.mark.parametrize("text", ["", "不是 JSON", '{"q": "一"}', "[1]"])
def test_bad_files_are_named(dangbot: Runner, tmp_path: Path, text: str) -> None:
    good = write(tmp_path / "kb.jsonl", KB)
    bad = tmp_path / "bad.jsonl"
    bad.write_text(text, encoding="utf-8")
    found = dangbot.plain("bench", "--kb", good, "--queries", str(bad))
    assert found.code == 2
    assert "bad.jsonl" in found.err


def test_a_missing_file(dangbot: Runner, tmp_path: Path) -> None:
    found = dangbot.plain("bench", "--kb", str(tmp_path / "no"), "--queries", str(tmp_path / "no"))
    assert found.code == 2
    assert "读不了" in found.err
