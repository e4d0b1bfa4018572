"""The files of a folder as they stood at one moment: bytes first, understood later.

Everything that is said about a version of the knowledge is said about one snapshot, so a file that
is saved while others are being read cannot make a version that never stood on the disk.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from bot.knowledge.folder import raw_file
from bot.knowledge.problems import Problem
from bot.knowledge.schema import KINDS

FILES_MAX = 5_000
BYTES_MAX = 64_000_000
EXTRA_FILES = ("sources.yaml", "smalltalk.yaml", "thesaurus.yaml", "guards.yaml")
"""The files beside the folders."""
SUFFIXES = frozenset({".yaml", ".yml"})

_PACKED_TIME = (1980, 1, 1, 0, 0, 0)
"""The same files are the same bytes, whenever they are packed."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read of a folder; nothing in it is understood yet."""

    folder: str
    """What messages about the folder as a whole call it."""
    files: Mapping[str, bytes | Problem] = field(default_factory=dict)
    """Name within the folder (``services/yutai.yaml``) -> its bytes, or why it cannot be read."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the folder itself, and files in it that are not read."""

    @property
    def digest(self) -> str:
        """Names the contents: two snapshots with the same digest say the same."""
        found = hashlib.blake2b(digest_size=16)
        for name, raw in sorted(self.files.items()):
            data = raw if isinstance(raw, bytes) else str(raw).encode()
            found.update(f"{name}\0{len(data)}\0".encode())
            found.update(data)
        for problem in self.problems:
            found.update(str(problem).encode())
        return found.hexdigest()

    def packed(self) -> bytes:
        """The readable files as one archive, in their order; see :func:`unpacked`."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, raw in self.files.items():
                if isinstance(raw, bytes):
                    archive.writestr(zipfile.ZipInfo(name, _PACKED_TIME), raw)
        return buffer.getvalue()


def unpacked(data: bytes, folder: str) -> Snapshot | None:
    """The snapshot of an archive that :meth:`Snapshot.packed` made; None if it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > BYTES_MAX:
                return None
            return Snapshot(folder, {name: archive.read(name) for name in archive.namelist()})
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError):
        return None


def take(folder: FilePath) -> Snapshot:
    """Read every file of a folder that may hold knowledge; never raises for what it finds."""
    if not folder.is_dir():
        what = f"没有这个文件夹：{folder}"
        return Snapshot(str(folder), {}, (Problem(str(folder), 1, what, "检查设置里的 knowledge"),))
    problems: list[Problem] = []
    paths = topic_paths(folder)
    if len(paths) > FILES_MAX:
        what = f"文件超过 {FILES_MAX} 个"
        problems.append(Problem(str(folder), 1, what, "分成几个资料库"))
    files: dict[str, bytes | Problem] = {}
    room = BYTES_MAX
    for name, path in [
        *paths[:FILES_MAX],
        *((name, folder / name) for name in EXTRA_FILES if (folder / name).exists()),
    ]:
        raw = raw_file(path, name)
        room -= len(raw) if isinstance(raw, bytes) else 0
        if room < 0:
            what = f"资料一共超过 {BYTES_MAX // 1_000_000} MB"
            problems.append(Problem(str(folder), 1, what, "分成几个资料库"))
            break
        files[name] = raw
    return Snapshot(str(folder), files, (*problems, *_strays(folder)))


def topic_paths(folder: FilePath) -> list[tuple[str, FilePath]]:
    """(name, path) of every topic file, kind by kind."""
    found: list[tuple[str, FilePath]] = []
    for kind in KINDS:
        paths = sorted(p for p in (folder / kind).glob("*.y*ml") if p.suffix in SUFFIXES)
        found += [(f"{kind}/{path.name}", path) for path in paths]
    return found


def fingerprint(folder: FilePath) -> tuple[object, ...]:
    """What tells cheaply that a file came, went or was saved; a folder that is gone has one too."""
    rows: list[object] = []
    extras = [(name, folder / name) for name in EXTRA_FILES]
    for name, path in (("", folder), *topic_paths(folder), *extras):
        try:
            found = path.stat()
        except OSError:
            rows.append((name, None))
        else:
            rows.append((name, found.st_mtime_ns, found.st_size, found.st_ino))
    return tuple(rows)


def _strays(folder: FilePath) -> list[Problem]:
    """A warning for each file that looks like knowledge and is not read: it would be lost."""
    found: list[Problem] = []
    for pattern in ("*", "*/*"):
        for path in sorted(folder.glob(pattern))[:FILES_MAX]:
            name = path.relative_to(folder).as_posix()
            if name.startswith(".") or not path.is_file():
                continue
            if name.endswith((".yaml.txt", ".yml.txt")):
                what, hint = "没有读这个文件：文件名末尾多了 .txt", "改名，去掉 .txt"
            elif path.suffix not in SUFFIXES or name in EXTRA_FILES or path.parent.name in KINDS:
                continue
            else:
                what = "没有读这个文件：它不在主题的文件夹里"
                hint = "移到 " + "、".join(KINDS) + " 之一"
            found.append(Problem(name, 1, what, hint, warning=True))
    return found
