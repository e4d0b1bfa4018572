"""One backup as one zip file with a manifest; whatever is read is checked against it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import DangbotError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "desk.db"
KNOWLEDGE = "knowledge/"
FILES_MAX = 20_000
BYTES_MAX = 8 * 2**30
"""Unpacked, all together; a file that claims more is no backup of ours."""
_MANIFEST_BYTES_MAX = 8 * 2**20
_CHUNK = 1 << 20
_ODD = re.compile(r'(^|/)(\.{1,2})?(/|$)|[\\:\x00-\x1f*?"<>|]')


class BackupError(DangbotError):
    """A backup cannot be made or used; ``str()`` says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is."""

    format: int
    kind: str
    """``auto`` by the clock, ``hand`` by the command, ``aside`` before a restore."""
    made_at: str
    """ISO 8601, with its zone."""
    program: str
    schema: str
    """The revision of the tables."""
    forgotten: int
    """The number of the last member whose wish to be forgotten is heeded in it."""
    files: Mapping[str, str]
    """Name -> SHA-256."""
    sizes: Mapping[str, int]
    """Name -> bytes."""

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at)


def pack(target: Path, folder: Path, about: Manifest) -> Manifest:
    """Write a folder as a backup, in one step; only its owner may read it.

    Args:
        target: replaced if it is there.
        folder: ``desk.db`` and ``knowledge/``.
        about: all but ``files`` and ``sizes``, which are filled in.

    Raises:
        BackupError: the file cannot be written.
    """
    names = dict(_content(folder))
    files = {name: _digest(path) for name, path in names.items()}
    sizes = {name: path.stat().st_size for name, path in names.items()}
    manifest = Manifest(**(asdict(about) | {"files": files, "sizes": sizes}))
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".dangbot-")
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False))
                for name, path in names.items():
                    archive.write(path, name)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise BackupError(f"写不了备份 {target}（{error.strerror}）。核对目录和空间。") from None
    return manifest


def _content(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path


def copy_knowledge(knowledge: Path, folder: Path) -> None:
    """Copy the files of the knowledge, the change log included; no links, no hidden folders.

    Raises:
        BackupError: a file cannot be read.
    """
    try:
        for path in sorted(knowledge.rglob("*")):
            inner = path.relative_to(knowledge)
            hidden = any(part.startswith(".") for part in inner.parts[:-1])
            if hidden or path.is_symlink() or not path.is_file():
                continue
            target = folder / KNOWLEDGE / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    except OSError as error:
        raise BackupError(f"读不了资料目录里的文件（{error.strerror}）。") from None


def manifest_of(file: Path) -> Manifest:
    """What a file says of itself; its content is not checked yet.

    Raises:
        BackupError: this is no backup of ours.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _manifest(archive)
    except FileNotFoundError:
        raise BackupError(f"没有 {file} 这个文件，核对文件名。") from None
    except OSError as error:
        raise BackupError(f"读不了 {file}（{error.strerror}）。") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _foreign() from None


def unpack(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, every byte checked.

    Raises:
        BackupError: it is damaged, was changed, or is no backup; the folder may hold parts then.
    """
    manifest = manifest_of(file)
    if shutil.disk_usage(folder).free < sum(manifest.sizes.values()):
        raise BackupError("磁盘空间不够放下解开的备份。腾出空间再试。")
    try:
        with zipfile.ZipFile(file) as archive:
            for name in manifest.files:
                _extract(archive, name, manifest, folder)
    except OSError as error:
        raise BackupError(f"解不开备份（{error.strerror}）。核对目录和空间。") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _damaged("压缩数据不完整") from None
    return manifest


def _extract(archive: zipfile.ZipFile, name: str, manifest: Manifest, folder: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    seen, left = hashlib.sha256(), manifest.sizes[name]
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(name) as source, os.fdopen(handle, "wb") as written:
        # Never more than the manifest says: a small file may unpack to a huge one.
        while chunk := source.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise _damaged(f"{name} 比清单上写的大")
            seen.update(chunk)
            written.write(chunk)
    if left or seen.hexdigest() != manifest.files[name]:
        raise _damaged(f"{name} 的校验值不对")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(names) != len(set(names)) or len(names) > FILES_MAX or MANIFEST not in names:
        raise _foreign()
    if any(stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1 for info in infos):
        raise _foreign()
    if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in infos):
        raise _foreign()
    with archive.open(MANIFEST) as file:
        raw = file.read(_MANIFEST_BYTES_MAX + 1)
    if len(raw) > _MANIFEST_BYTES_MAX:
        raise _foreign()
    try:
        read = json.loads(raw)
        manifest = Manifest(**read)
        manifest.moment  # noqa: B018 - raises if it is no moment
        listed = set(manifest.files)
        sizes = [int(size) for size in manifest.sizes.values()]
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise _foreign() from None
    if manifest.format != FORMAT:
        raise BackupError("这份备份是更新版本的程序做的，先升级程序再恢复。")
    whole = listed == set(manifest.sizes) == set(names) - {MANIFEST} and DATABASE in listed
    if not whole or not all(_plain(name) for name in listed):
        raise _damaged("清单和内容对不上")
    if min(sizes) < 0 or sum(sizes) > BYTES_MAX:
        raise _damaged("内容大得不像备份")
    return manifest


def _plain(name: str) -> bool:
    """A name that stays inside its folder, on every system."""
    return name == DATABASE or (name.startswith(KNOWLEDGE) and not _ODD.search(name))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _foreign() -> BackupError:
    return BackupError("这个文件不是 dangbot 的备份，或者已经损坏。换一份再试。")


def _damaged(why: str) -> BackupError:
    return BackupError(f"这份备份已经损坏或被改过：{why}。什么都没有动，换一份再试。")
