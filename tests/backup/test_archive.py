"""A backup is read only if every byte is what its manifest says."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.backup import (
    BackupDamaged,
    BackupError,
    Manifest,
    copied,
    in_use,
    look,
    manifest_of,
    pack,
    unpack,
)
from bot.backup.archive import copy_knowledge

ABOUT = Manifest(1, "hand", "2026-07-01T08:00:00+08:00", "1", "0008", "", {}, {})


@pytest.fixture
def good(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "knowledge/services").mkdir(parents=True)
    with sqlite3.connect(folder / "desk.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0008')")
    connection.close()
    (folder / "knowledge/services/a.yaml").write_text("id: a", encoding="utf-8")
    file = tmp_path / "good.zip"
    pack(file, folder, ABOUT)
    return file


def test_there_and_back(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    manifest = unpack(good, out)
    assert manifest == manifest_of(good)
    assert set(manifest.files) == {"desk.db", "knowledge/services/a.yaml"}
    assert (out / "knowledge/services/a.yaml").read_text() == "id: a"
    assert look(out / "desk.db") == "0008"
    assert good.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".dangbot*"))


Change = Callable[[dict[str, bytes], dict[str, Any]], None]


def named(name: str) -> Change:
    def change(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
        files[name] = files.pop("knowledge/services/a.yaml")
        for part in ("files", "sizes"):
            manifest[part][name] = manifest[part].pop("knowledge/services/a.yaml")

    return change


def bomb(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    files["knowledge/services/a.yaml"] = b"0" * 50_000_000
    assert manifest


def huge(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert files
    manifest["sizes"]["desk.db"] = 2**50


def other(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert manifest
    files["knowledge/services/a.yaml"] = b"id: b"


def more(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert manifest
    files["knowledge/b.yaml"] = b"x"


def newer(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert files
    manifest["format"] = 2


def odd(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert files
    manifest["sizes"]["desk.db"] = "viel"


def no_zone(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert files
    manifest["made_at"] = "2026-07-01T08:00:00"


def no_number(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert files
    manifest["sizes"]["desk.db"] = 1e400


def no_names(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    assert files
    manifest["files"] = list(manifest["files"])


def without(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del files["desk.db"], manifest["files"]["desk.db"], manifest["sizes"]["desk.db"]


CHANGES = {
    "zip-slip": named("knowledge/../../evil.yaml"),
    "absolute": named("/etc/evil"),
    "backslash": named("knowledge\\..\\evil"),
    "elsewhere": named("bot/app.py"),
    "bomb": bomb,
    "huge": huge,
    "other bytes": other,
    "one more": more,
    "newer": newer,
    "odd": odd,
    "no zone": no_zone,
    "no number": no_number,
    "no names": no_names,
    "no database": without,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_refused(good: Path, tmp_path: Path, change: Change) -> None:
    with zipfile.ZipFile(good) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, data in files.items():
            archive.writestr(name, data)
    out = tmp_path / "deep/out"
    out.mkdir(parents=True)
    with pytest.raises(BackupError):
        unpack(bad, out)
    assert not list(tmp_path.rglob("evil*"))
    assert sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) < 1_000_000


def test_damage_anywhere_is_refused(good: Path, tmp_path: Path) -> None:
    raw = good.read_bytes()
    bad = tmp_path / "bad.zip"
    refused = 0
    places = range(0, len(raw), max(1, len(raw) // 60))
    for place in places:
        bad.write_bytes(raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :])
        out = tmp_path / f"out{place}"
        out.mkdir()
        try:
            unpack(bad, out)
        except BackupError:
            refused += 1
        else:
            # A byte that means nothing, such as a time: the content is whole.
            assert (out / "knowledge/services/a.yaml").read_text() == "id: a"
    assert refused > len(places) / 2
    for cut in (0, 10, len(raw) // 2, len(raw) - 1):
        bad.write_bytes(raw[:cut])
        with pytest.raises(BackupError):
            manifest_of(bad)
    with pytest.raises(BackupError, match="没有"):
        manifest_of(tmp_path / "none.zip")


def test_links_and_hidden_folders_are_not_taken_along(tmp_path: Path) -> None:
    source = tmp_path / "files"
    (source / ".git").mkdir(parents=True)
    (source / ".git/config").write_text("secret")
    (tmp_path / "outside").write_text("secret")
    (source / "link.yaml").symlink_to(tmp_path / "outside")
    (source / ".changes.jsonl").write_text("{}")
    (source / ".dangbot-abc").write_text("half")
    (source / "a.yaml").write_text("id: a")
    copy_knowledge(source, tmp_path / "out")
    found = sorted(p.name for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert found == [".changes.jsonl", "a.yaml"]


@pytest.mark.parametrize(
    "name", ["12:30.yaml", "谁?.yaml", "a\\b.yaml", "新建\x01.yaml", b"\xb5\xb3.yaml"]
)
def test_an_odd_name_spoils_no_backup(tmp_path: Path, name: str | bytes) -> None:
    source, inside = tmp_path / "files", tmp_path / "in"
    source.mkdir()
    inside.mkdir()
    (source / "好 的（一）.yaml").write_text("id: a")
    Path(os.fsdecode(os.fsencode(source) + b"/" + os.fsencode(name))).write_text("id: b")
    (inside / "desk.db").write_bytes(b"x")
    assert copy_knowledge(source, inside) == 1
    pack(tmp_path / "x.zip", inside, ABOUT)
    assert set(manifest_of(tmp_path / "x.zip").files) == {"desk.db", "knowledge/好 的（一）.yaml"}


@pytest.mark.parametrize("name", ["12:30.yaml", os.fsdecode(b"\xb5\xb3.yaml")])
def test_what_could_not_be_read_again_is_not_written(good: Path, tmp_path: Path, name: str) -> None:
    before = good.read_bytes()
    (tmp_path / "in/knowledge" / name).write_text("id: b")
    with pytest.raises((BackupError, UnicodeEncodeError)):
        pack(good, tmp_path / "in", ABOUT)
    assert good.read_bytes() == before
    assert not list(tmp_path.glob(".dangbot*"))


def test_odd_names_are_refused_or_passed_over_but_are_no_damage(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    named("knowledge/12:30.yaml")(files, manifest)
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, data in files.items():
            archive.writestr(name, data)
    with pytest.raises(BackupError) as refused:
        manifest_of(good)
    assert not isinstance(refused.value, BackupDamaged)
    out = tmp_path / "out"
    out.mkdir()
    assert set(unpack(good, out, odd_too=True).files) == {"desk.db"}
    assert [path.name for path in out.rglob("*")] == ["desk.db"]


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(BackupError, match="读不了"):
        look(tmp_path / "x.db")
    assert in_use(tmp_path / "x.db") is False
    with pytest.raises(BackupError, match="没有数据库文件"):
        copied(tmp_path / "none.db", tmp_path / "y.db")


def test_who_uses_a_database_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    assert in_use(file) is False
    other = sqlite3.connect(file)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE t (x)")
    assert in_use(file) is True
    other.close()
    assert in_use(file) is False
