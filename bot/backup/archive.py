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
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.errors import DangbotError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "desk.db"
KNOWLEDGE = "knowledge/"
LEFT = ".dangbot-"
"""How the names of half-made files begin; who finds an old one may delete it."""
FILES_MAX = 20_000
BYTES_MAX = 8 * 2**30
"""Unpacked, all together; a file that claims more is no backup of ours."""
_MANIFEST_BYTES_MAX = 8 * 2**20
_CHUNK = 1 << 20
_ODD = re.compile(r'(^|/)(\.{1,2})?(/|$)|[\\:\x00-\x1f*?"<>|]')


class BackupError(DangbotError):
    """A backup cannot be made or used; ``str()`` says why and what to do, in Chinese."""


class BackupDamaged(BackupError):
    """The bytes are not those of a backup, or not any more: nobody can ever use this file."""


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
    forgotten: str
    """The mark of the wishes to be forgotten that are heeded in it; empty without any."""
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

    What was written is read before it replaces anything: a backup that nobody could restore is
    worse than an error.

    Args:
        target: replaced if it is there.
        folder: ``desk.db`` and ``knowledge/``.
        about: all but ``files`` and ``sizes``, which are filled in.

    Raises:
        BackupError: the file cannot be written, or could not be read again.
    """
    names = dict(_content(folder))
    files = {name: _digest(path) for name, path in names.items()}
    sizes = {name: path.stat().st_size for name, path in names.items()}
    manifest = Manifest(**(asdict(about) | {"files": files, "sizes": sizes}))
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=LEFT)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False))
                for name, path in names.items():
                    archive.write(path, name)
            file.flush()
            os.fsync(file.fileno())
        manifest_of(Path(temporary))
        Path(temporary).replace(target)
    except BaseException as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackupError(
                f"写不了备份 {target}（{error.strerror}）。核对目录和空间。"
            ) from None
        raise
    return manifest


def _content(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path


def storable(name: str) -> bool:
    """Whether a file of the knowledge, named from its folder, can be in a backup.

    A name that another system could not write, or that is no text at all, would make the whole
    backup one that cannot be restored.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not _ODD.search(name)


def copy_knowledge(knowledge: Path, folder: Path) -> int:
    """Copy the files of the knowledge, the change log included; no links, no hidden folders.

    Returns:
        How many files were passed over for their names.

    Raises:
        BackupError: a file cannot be read.
    """
    odd = 0
    try:
        for path in sorted(knowledge.rglob("*")):
            inner = path.relative_to(knowledge)
            hidden = any(part.startswith(".") for part in inner.parts[:-1])
            hidden = hidden or inner.name.startswith(LEFT)
            if hidden or path.is_symlink() or not path.is_file():
                continue
            if not storable(inner.as_posix()):
                odd += 1
                continue
            target = folder / KNOWLEDGE / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    except OSError as error:
        raise BackupError(f"读不了资料目录里的文件（{error.strerror}）。") from None
    return odd


_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    TypeError,
)
"""What the library raises on bytes that are no archive."""


def manifest_of(file: Path, *, odd_too: bool = False) -> Manifest:
    """What a file says of itself; its content is not checked yet.

    Args:
        file: the backup.
        odd_too: pass over files with names that cannot be restored, instead of refusing them all.

    Raises:
        BackupDamaged: this is no backup of ours.
        BackupError: it cannot be read now, or by this program.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _manifest(archive, odd_too=odd_too)
    except FileNotFoundError:
        raise BackupError(f"没有 {file} 这个文件，核对文件名。") from None
    except OSError as error:
        raise BackupError(f"读不了 {file}（{error.strerror}）。") from None
    except _UNREADABLE:
        raise _foreign() from None


def unpack(file: Path, folder: Path, *, odd_too: bool = False) -> Manifest:
    """Unpack a backup into an empty folder, every byte checked.

    Args:
        file: the backup.
        folder: empty; it may hold parts after an error.
        odd_too: as for :func:`manifest_of`; what is passed over is not unpacked.

    Raises:
        BackupDamaged: it is damaged, was changed, or is no backup.
        BackupError: it cannot be unpacked now, or by this program.
    """
    manifest = manifest_of(file, odd_too=odd_too)
    if shutil.disk_usage(folder).free < sum(manifest.sizes.values()):
        raise BackupError("磁盘空间不够放下解开的备份。腾出空间再试。")
    try:
        with zipfile.ZipFile(file) as archive:
            for name in manifest.files:
                _extract(archive, name, manifest, folder)
    except OSError as error:
        raise BackupError(f"解不开备份（{error.strerror}）。核对目录和空间。") from None
    except _UNREADABLE:
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


def _manifest(archive: zipfile.ZipFile, *, odd_too: bool) -> Manifest:
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
    manifest = _read(raw)
    listed, sizes = set(manifest.files), manifest.sizes.values()
    if manifest.format != FORMAT:
        raise BackupError("这份备份是更新版本的程序做的，先升级程序再恢复。")
    whole = listed == set(manifest.sizes) == set(names) - {MANIFEST} and DATABASE in listed
    if not whole:
        raise _damaged("清单和内容对不上")
    if min(sizes) < 0 or sum(sizes) > BYTES_MAX:
        raise _damaged("内容大得不像备份")
    plain = [name for name in manifest.files if _plain(name)]
    if len(plain) < len(listed) and not odd_too:
        raise BackupError("这份备份里有的文件名不能用，没有恢复，什么都没有动。换一份再试。")
    return replace(
        manifest,
        files={name: manifest.files[name] for name in plain},
        sizes={name: manifest.sizes[name] for name in plain},
    )


def _read(raw: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(raw))
        sound = (
            manifest.moment.tzinfo is not None
            and isinstance(manifest.files, dict)
            and isinstance(manifest.sizes, dict)
            and all(type(size) is int for size in manifest.sizes.values())
        )
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        raise _foreign() from None
    if not sound:
        raise _foreign()
    return manifest


def _plain(name: str) -> bool:
    """A name that stays inside its folder, on every system."""
    return name == DATABASE or (name.startswith(KNOWLEDGE) and storable(name))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _foreign() -> BackupDamaged:
    return BackupDamaged("这个文件不是 dangbot 的备份，或者已经损坏。换一份再试。")


def _damaged(why: str) -> BackupDamaged:
    return BackupDamaged(f"这份备份已经损坏或被改过：{why}。什么都没有动，换一份再试。")
