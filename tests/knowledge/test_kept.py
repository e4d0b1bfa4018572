"""A library comes back from its bytes as it was; changed or faulty files are read anew."""

from __future__ import annotations

import marshal
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge.cache import Cache
from bot.knowledge.kept import frozen, load_kept, thawed
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from tests.knowledge.folder import build


def anything_goes(_when: str) -> bool:
    return True


@pytest.fixture(scope="module")
def whole(shipped_library: Library) -> bytes:
    return frozen(shipped_library)


def test_the_shipped_library_comes_back_as_it_was(shipped_library: Library) -> None:
    assert thawed(frozen(shipped_library)) == shipped_library


def test_the_second_start_reads_the_kept_one(tmp_path: Path) -> None:
    folder, cache = build(tmp_path / "k"), Cache(tmp_path / "cache")
    first = load_kept(folder, anything_goes, cache)
    [kept] = (tmp_path / "cache").iterdir()
    before = kept.stat().st_ino
    assert load_kept(folder, anything_goes, cache) == first == load_or_raise(folder)
    assert [kept.stat().st_ino] == [before], "nothing was written again"


def test_a_changed_file_is_read_and_a_faulty_one_is_an_error(tmp_path: Path) -> None:
    folder, cache = build(tmp_path / "k"), Cache(tmp_path / "cache")
    first = load_kept(folder, anything_goes, cache)
    file = next(folder.glob("*/*.yaml"))
    sound = file.read_text(encoding="utf-8")
    title = next(iter(first.topics.values())).title
    file.write_text(sound.replace(title, f"{title}改"), encoding="utf-8")
    assert load_kept(folder, anything_goes, cache) != first
    file.write_text("id: [", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_kept(folder, anything_goes, cache)
    file.write_text(sound, encoding="utf-8")
    assert load_kept(folder, anything_goes, cache) == first


@settings(max_examples=60)
@given(st.data())
@pytest.mark.unmeasured
def test_cut_bytes_are_no_library(whole: bytes, data: st.DataObject) -> None:
    assert thawed(whole[: data.draw(st.integers(0, len(whole) - 1))]) is None


@settings(max_examples=60)
@given(st.data(), st.integers(1, 255))
def test_a_changed_byte_is_noticed(whole: bytes, data: st.DataObject, change: int) -> None:
    spoiled = bytearray(whole)
    spoiled[data.draw(st.integers(0, len(spoiled) - 1))] ^= change
    assert thawed(bytes(spoiled)) is None


OTHERS: list[Any] = [
    None, 1, "甲", [], {}, ("dict", []), ("list", 1), (0, [], []), (0, {}, ["甲"]),
]  # fmt: skip


@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_other_values_are_no_library(value: Any) -> None:
    data = marshal.dumps(value)
    assert thawed(zlib.crc32(data).to_bytes(4, "little") + data) is None


@pytest.mark.parametrize("data", [b"", b"i\x01\x00\x00\x00", b"[\x00\x00\x00\x00", b"N"])
def test_other_bytes_are_no_library(data: bytes) -> None:
    assert thawed(data) is None
