"""A folder at one moment: what is read, how it is named, packed and unpacked."""

import os
from pathlib import Path

import pytest

from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load, load_snapshot
from bot.knowledge.problems import Problem
from bot.knowledge.snapshot import fingerprint, take, unpacked

from .folder import TOPIC, build


def test_a_packed_folder_says_the_same(tmp_path: Path) -> None:
    snapshot = take(shipped_folder())
    again = unpacked(snapshot.packed(), snapshot.folder)
    assert again is not None
    assert again.digest == snapshot.digest
    assert again.packed() == snapshot.packed()
    library = load_snapshot(again).library
    assert library == load(shipped_folder()).library
    assert take(build(tmp_path)).digest != snapshot.digest


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 200])
def test_a_damaged_archive_is_none(data: bytes) -> None:
    assert unpacked(data, "x") is None


def test_half_an_archive_is_none(tmp_path: Path) -> None:
    data = take(build(tmp_path)).packed()
    spoiled = data[:40] + b"\xff" * 20 + data[60:]
    assert unpacked(data[: len(data) // 2], "x") is None
    assert unpacked(spoiled, "x") is None


def test_a_file_that_cannot_be_read_is_part_of_it(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "services" / "t2.yaml").mkdir()
    snapshot = take(tmp_path)
    assert isinstance(snapshot.files["services/t2.yaml"], Problem)
    assert unpacked(snapshot.packed(), "x") is not None
    assert load_snapshot(snapshot).library is None


def test_what_was_read_before_is_not_read_again(tmp_path: Path) -> None:
    parsed: dict[str, object] = {}
    build(tmp_path, {"services/t2.yaml": TOPIC.replace("t1", "t2")})
    load_snapshot(take(tmp_path), parsed=parsed)  # type: ignore[arg-type]
    before = dict(parsed)
    build(tmp_path, {"services/t2.yaml": TOPIC.replace("t1", "t3")})
    loaded = load_snapshot(take(tmp_path), parsed=parsed)  # type: ignore[arg-type]
    assert loaded.library is not None
    assert set(loaded.library.topics) == {"t1", "t3"}
    assert parsed["services/t1.yaml"] is before["services/t1.yaml"]
    assert parsed["services/t2.yaml"] is not before["services/t2.yaml"]
    (tmp_path / "services" / "t2.yaml").unlink()
    load_snapshot(take(tmp_path), parsed=parsed)  # type: ignore[arg-type]
    assert set(parsed) == {"services/t1.yaml", "sources.yaml"}


def test_every_change_changes_the_fingerprint(tmp_path: Path) -> None:
    seen = [fingerprint(tmp_path / "gone")]
    folder = build(tmp_path / "folder")
    seen.append(fingerprint(folder))
    (folder / "guards.yaml").write_text("not_covered: []\n", encoding="utf-8")
    seen.append(fingerprint(folder))
    topic = folder / "services" / "t1.yaml"
    topic.rename(folder / "services" / "t9.yaml")
    seen.append(fingerprint(folder))
    os.utime(folder / "services" / "t9.yaml", ns=(1, 1))
    seen.append(fingerprint(folder))
    assert len(set(seen)) == len(seen)
    assert fingerprint(folder) == seen[-1]
