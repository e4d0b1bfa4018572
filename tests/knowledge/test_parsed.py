"""What files were read as is kept from one check to the next, and never believed wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge import load as loading
from bot.knowledge.cache import Cache
from bot.knowledge.load import Loaded, load, load_snapshot
from bot.knowledge.parsed import keep, recall
from bot.knowledge.problems import Problem
from bot.knowledge.reader import Document, read_bytes
from bot.knowledge.snapshot import take
from tests.knowledge.folder import TOPIC, build

CUT = TOPIC.replace("甲是甲。", "甲在一楼 #二号窗口")
"""A file with a remark of the reader's own: a # cuts the answer."""


def checked(folder: Path, cache: Cache) -> Loaded:
    parsed = recall(folder, cache)
    loaded = load_snapshot(take(folder), parsed=parsed)
    keep(folder, cache, parsed)
    return loaded


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []

    def noting(raw: bytes, name: str) -> Document | Problem:
        names.append(name)
        return read_bytes(raw, name)

    monkeypatch.setattr(loading, "read_bytes", noting)
    return names


def test_only_what_changed_is_parsed_again(tmp_path: Path, read: list[str]) -> None:
    folder, cache = build(tmp_path / "k", {"services/t1.yaml": CUT}), Cache(tmp_path / "cache")
    first = checked(folder, cache)
    assert sorted(read) == ["services/t1.yaml", "sources.yaml"]
    read.clear()
    assert checked(folder, cache) == first
    assert read == []
    changed = CUT.replace("这是概况", "这就是概况")
    (folder / "services/t1.yaml").write_text(changed, encoding="utf-8")
    second = checked(folder, cache)
    assert read == ["services/t1.yaml"]
    assert second == load(folder)
    assert second.library is not None
    assert second.library.topics["t1"].overview.answer == "这就是概况。"


def test_warnings_and_their_lines_come_back(tmp_path: Path) -> None:
    folder, cache = build(tmp_path / "k", {"services/t1.yaml": CUT}), Cache(tmp_path / "cache")
    first, second = checked(folder, cache), checked(folder, cache)
    assert first.problems == second.problems == load(folder).problems
    assert [(problem.file, problem.line) for problem in second.problems] == [
        ("services/t1.yaml", 13)
    ]


def test_an_unreadable_file_is_told_each_time(tmp_path: Path, read: list[str]) -> None:
    folder = build(tmp_path / "k", {"guards.yaml": "a: [\n"})
    cache = Cache(tmp_path / "cache")
    first = checked(folder, cache)
    read.clear()
    assert checked(folder, cache).problems == first.problems
    assert read == ["guards.yaml"]
    (folder / "guards.yaml").unlink()
    assert checked(folder, cache).library is not None


@pytest.mark.parametrize("data", [b"", b"{", b"\xfb\x00", b"[\x01\x00\x00\x00i\x07\x00\x00\x00"])
def test_damaged_bytes_are_nothing_kept(tmp_path: Path, read: list[str], data: bytes) -> None:
    folder, cache = build(tmp_path / "k"), Cache(tmp_path / "cache")
    first = checked(folder, cache)
    for kept in (tmp_path / "cache").iterdir():
        kept.write_bytes(data)
    read.clear()
    assert checked(folder, cache) == first
    assert len(read) == 2


def test_folders_do_not_share_what_is_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    one, two = build(tmp_path / "one"), build(tmp_path / "two")
    checked(one, cache)
    assert recall(two, cache) == {}
    assert set(recall(one, cache)) == {"services/t1.yaml", "sources.yaml"}
