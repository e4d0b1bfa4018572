"""The cache keeps bytes, few of them, and never fails for want of a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.knowledge.cache import KEPT_MAX, Cache


def test_bytes_come_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")
    assert cache.get("one") is None
    cache.put("one", [b"1"])
    assert cache.get("one") == b"1"


def test_old_ones_go(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(KEPT_MAX + 3):
        cache.put(str(number), [b"x"])
        os.utime(tmp_path / str(number), (number, number))
    cache.put("last", [b"x"])
    assert len(list(tmp_path.iterdir())) == KEPT_MAX
    assert cache.get("0") is None
    assert cache.get("last") == b"x"


def test_what_is_used_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path, kept_max=2)
    for number, name in enumerate(("old", "newer")):
        cache.put(name, [b"x"])
        os.utime(tmp_path / name, (number, number))
    assert cache.get("old") == b"x"
    cache.put("last", [b"x"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last", "old"]


def test_together_they_take_little_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.cache.KEPT_BYTES_MAX", 10)
    cache = Cache(tmp_path)
    for number in range(5):
        cache.put(str(number), [b"123", b"4"])
        os.utime(tmp_path / str(number), (number, number))
    cache.put("small", [b"1"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "4", "small"]
    cache.put("large", [b"x" * 20])
    assert [path.name for path in tmp_path.iterdir()] == ["large"], "the newest stays"


def test_no_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("one", [b"1"])
    assert cache.get("one") is None


def test_the_users_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Cache().put("one", [b"1"])
    assert (tmp_path / "dangbot" / "one").read_bytes() == b"1"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Cache().put("two", [b"2"])
    assert (tmp_path / "home" / ".cache" / "dangbot" / "two").read_bytes() == b"2"
