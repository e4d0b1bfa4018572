"""Locked topics, and one writer at a time over processes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bot.errors import Refused
from bot.knowledge import patches
from bot.knowledge.alone import alone
from bot.knowledge.edit import ALONE_NAME, Editor
from bot.knowledge.load import load
from bot.knowledge.locks import LOCKS_NAME, Locks
from tests.fakes import START, FakeClock

from .folder import build

FILE = "services/t1.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path)


def test_a_locked_topic_is_not_changed_until_it_is_unlocked(folder: Path) -> None:
    editor = Editor(folder, FakeClock())
    patch = patches.add_phrasing(FILE, editor.raw(FILE) or b"", "jia", "再来一句")
    assert editor.lock("t1", "telegram:1", " 正在\n核对 ")
    assert not editor.lock("t1", "telegram:2")
    lock = editor.locks.all()["t1"]
    assert (lock.by, lock.why, lock.moment) == ("telegram:1", "正在 核对", START)
    with pytest.raises(Refused, match="已锁定（正在 核对）"):
        editor.apply(patch, "x")
    assert load(folder).problems == [], "the list is no knowledge"
    assert editor.unlock("t1")
    assert not editor.unlock("t1")
    editor.apply(patch, "x")


def test_the_id_in_the_file_counts_not_its_name(folder: Path) -> None:
    editor = Editor(folder, FakeClock())
    (folder / FILE).rename(folder / "services" / "other.yaml")
    editor.lock("t1", "x")
    raw = editor.raw("services/other.yaml") or b""
    with pytest.raises(Refused, match="已锁定"):
        editor.apply(patches.add_phrasing("services/other.yaml", raw, "jia", "一句"), "x")


@pytest.mark.parametrize("text", ["{", "[]x", '[{"topic": 1}]', '{"a": 1}', "\udcff"])
def test_a_list_that_cannot_be_read_locks_everything(folder: Path, text: str) -> None:
    (folder / LOCKS_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused, match="现在都不能改"):
        Locks(folder, FakeClock()).all()


def test_who_locked_is_forgotten_the_lock_stays(folder: Path) -> None:
    editor = Editor(folder, FakeClock())
    editor.lock("t1", "telegram:1")
    editor.forget("telegram:1")
    assert editor.locks.all()["t1"].by == ""


def test_a_second_writer_waits_for_the_first(folder: Path) -> None:
    editor = Editor(folder, FakeClock())
    done = threading.Event()

    def second() -> None:
        editor.lock("t1", "x")
        done.set()

    with alone(folder / ALONE_NAME):
        thread = threading.Thread(target=second)
        thread.start()
        assert not done.wait(0.2)
        assert editor.locks.all() == {}
    thread.join(5)
    assert done.is_set()
