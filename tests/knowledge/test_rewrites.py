"""Changing and removing what stands in a file: only those lines change, and it reads back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import rewrites
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load
from bot.knowledge.problems import Problem
from bot.knowledge.reader import read_bytes

from .folder import TOPIC, build

FILE = "services/t1.yaml"
COMMENTED = """\
id: t1
title: "主题"
source: s1
overview:
  ask: [介绍一下, '总的说说']
  answer: 这是概况。
sections:
  # 甲在前
  - id: jia
    title: 甲
    ask:
      - 甲是什么   # 最常问
      # 下面这句少见
      - |-
        甲到底
        是什么
      - 讲讲甲
    answer: 'it''s 甲'  # 核对过
    valid_to: 2026-12-31

  # 乙在后
  - id: yi
    title: 乙
    ask: [乙是什么]
    answer: 乙是乙。
# 结尾的话
tests: []
"""
RAW = COMMENTED.encode()
WORDS = st.text("甲乙 #:'\"\\{}[]*&!%@`|>-?,.\t", min_size=1, max_size=30)


def test_an_answer_in_its_quotes() -> None:
    patch = rewrites.change(FILE, RAW, "jia", "answer", "新'的")
    assert patch.raw is not None
    plain = re.sub(r" +# 核对过", "  # 核对过", patch.raw.decode())  # it stays in its column
    assert plain == COMMENTED.replace("'it''s 甲'", "'新''的'")
    assert patch.what == "改回答“甲”"


def test_a_title_of_the_topic_is_that_of_its_overview() -> None:
    patch = rewrites.change(FILE, RAW, "overview", "title", "别名")
    assert patch.raw == COMMENTED.replace('"主题"', '"别名"').encode()


def test_a_last_day_comes_and_goes() -> None:
    assert rewrites.change(FILE, RAW, "jia", "valid_to", "").diff == "-    valid_to: 2026-12-31"
    there = rewrites.change(FILE, RAW, "yi", "valid_to", "2027-01-01")
    assert there.diff == "+    valid_to: 2027-01-01"
    line = "    answer: 乙是乙。\n"
    assert there.raw == COMMENTED.replace(line, f"{line}    valid_to: 2027-01-01\n").encode()


@pytest.mark.parametrize(
    ("ask", "gone"),
    [
        ("甲是什么", "      - 甲是什么   # 最常问\n"),
        ("甲到底\n是什么", "      - |-\n        甲到底\n        是什么\n"),
        ("讲讲甲", "      - 讲讲甲\n"),
    ],
)
def test_a_phrasing_goes_with_its_lines_alone(ask: str, gone: str) -> None:
    patch = rewrites.remove_phrasing(FILE, RAW, "jia", ask)
    assert patch.raw == COMMENTED.replace(gone, "").encode()


def test_a_phrasing_goes_from_brackets() -> None:
    patch = rewrites.remove_phrasing(FILE, RAW, "overview", "总的说说")
    assert patch.raw == COMMENTED.replace(", '总的说说'", "").encode()


def test_a_section_goes_and_comments_of_others_stay() -> None:
    patch = rewrites.remove_section(FILE, RAW, "jia")
    start, end = COMMENTED.index("  - id: jia"), COMMENTED.index("\n  # 乙在后")
    assert patch.raw == (COMMENTED[:start] + COMMENTED[end:]).encode()
    last = rewrites.remove_section(FILE, RAW, "yi")
    assert (last.raw or b"").decode().endswith("  # 乙在后\n# 结尾的话\ntests: []\n")


def test_what_cannot_be_removed() -> None:
    with pytest.raises(ValueError, match="only phrasing"):
        rewrites.remove_phrasing(FILE, RAW, "yi", "乙是什么")
    with pytest.raises(ValueError, match="overview"):
        rewrites.remove_section(FILE, RAW, "overview")
    with pytest.raises(KeyError):
        rewrites.remove_section(FILE, RAW, "bing")
    with pytest.raises(KeyError):
        rewrites.remove_phrasing(FILE, RAW, "jia", "没有这句")
    with pytest.raises(ValueError, match="cannot be read"):
        rewrites.change(FILE, b"id: [", "jia", "answer", "x")


def test_windows_line_ends_can_be_read_back() -> None:
    raw = TOPIC.replace("\n", "\r\n").encode()
    patch = rewrites.change(FILE, raw, "jia", "answer", "新的回答")
    assert patch.diff == "-    answer: 甲是甲。\n+    answer: 新的回答"


@given(text=WORDS)
def test_any_words_come_back_as_they_were_typed(text: str) -> None:
    flat = " ".join(text.split())
    if not flat:
        return
    patch = rewrites.change(FILE, RAW, "yi", "answer", text)
    read = read_bytes(patch.raw or b"", FILE)
    assert not isinstance(read, Problem)
    assert read.value["sections"][1]["answer"] == flat
    made = rewrites.new_topic(
        FILE, {"id": "x", "title": text, "source": "s1", "ask": [text], "answer": text}
    )
    read = read_bytes(made.raw or b"", FILE)
    assert not isinstance(read, Problem)
    assert read.value["title"] == read.value["overview"]["ask"][0] == flat


def test_a_new_topic_and_its_source_are_sound(tmp_path: Path) -> None:
    folder = build(tmp_path)
    made = rewrites.new_topic(
        "services/t2.yaml",
        {"id": "t2", "title": "乙: 丙", "source": "s2", "ask": ["乙丙"], "answer": "乙就是丙。",
         "place": {"county": "鱼台县"}},
    )  # fmt: skip
    source = rewrites.add_source(
        "sources.yaml",
        (folder / "sources.yaml").read_bytes(),
        {"id": "s2", "title": "又一篇: 文章", "dated": "未定"},
    )
    for patch in (made, source):
        assert patch.raw is not None
        (folder / patch.file).write_bytes(patch.raw)
    loaded = load(folder)
    assert loaded.errors() == []
    assert loaded.library is not None
    assert str(loaded.library.topics["t2"].place) == "鱼台县"


@pytest.mark.parametrize(
    "path", sorted(shipped_folder().glob("*/*.yaml"))[::4], ids=lambda path: path.stem
)
def test_only_the_lines_meant_change_in_shipped_files(path: Path, shipped_library: Library) -> None:
    name, raw = path.relative_to(shipped_folder()).as_posix(), path.read_bytes()
    library = shipped_library
    topic = next(t for t in library.topics.values() if library.places[t.id][0] == name)
    patch = rewrites.change(name, raw, "overview", "answer", "换一个: 回答。")
    assert [line[0] for line in patch.diff.splitlines()] == ["-", "+"]
    for section in topic.sections:
        gone = rewrites.remove_phrasing(name, raw, section.id, section.ask[-1]).diff
        assert (gone[0], gone.count("\n")) == ("-", 0)
        diff = rewrites.remove_section(name, raw, section.id).diff.splitlines()
        assert [line for line in diff if line[0] != "-"] in ([], ["+sections: []"])
