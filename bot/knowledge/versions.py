"""Earlier versions of a folder: the last good one, and what git has of it."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path as FilePath

from bot.errors import ConfigError
from bot.knowledge.cache import Cache
from bot.knowledge.schema import KINDS
from bot.knowledge.snapshot import BYTES_MAX, EXTRA_FILES, SUFFIXES, Snapshot, unpacked

GOOD_MAX = 50
"""So many folders may have a last good version in the user's cache folder."""
_GIT_SECONDS_MAX = 30


def good_versions() -> Cache:
    """Where the last good versions are kept."""
    return Cache.named("good", GOOD_MAX)


def kept_name(folder: FilePath) -> str:
    """Each folder has its own last good version."""
    name = str(folder.resolve()).encode()
    return f"{hashlib.blake2b(name, digest_size=8).hexdigest()}.zip"


def last_good(folder: FilePath, kept: Cache) -> Snapshot | None:
    """The last version of a folder that a desk used; None if there is none."""
    data = kept.get(kept_name(folder))
    return unpacked(data, str(folder)) if data is not None else None


def committed(folder: FilePath, revision: str = "HEAD") -> Snapshot:
    """What git has of a folder.

    Raises:
        ConfigError: no git, no such revision, or the folder is not in it.
    """
    git = shutil.which("git")
    if git is None:
        raise ConfigError("这台机器没有装 git", "改用 --against 文件夹，和另一份资料比")
    if not revision or revision.startswith("-"):
        raise ConfigError(f"git 里没有“{revision}”这个版本", "写提交号、分支名或 HEAD")
    command = [git, "-C", str(folder), "archive", "--format=tar", revision, "--", "."]
    try:
        # The revision is one argument and no option; nothing here goes through a shell.
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, timeout=_GIT_SECONDS_MAX
        )
    except (OSError, subprocess.TimeoutExpired):
        raise ConfigError("git 没有应答", "改用 --against 文件夹，和另一份资料比") from None
    if done.returncode != 0:
        hint = "看这个文件夹是不是在 git 仓库里、版本写得对不对；或用 --against 文件夹"
        raise ConfigError(f"git 里找不到 {folder} 的 {revision} 版本", hint)
    return Snapshot(f"{folder}@{revision}", dict(_members(done.stdout)))


def _members(archive: bytes) -> list[tuple[str, bytes]]:
    """The knowledge files of an archive, in the order in which they are read."""
    found: dict[str, bytes] = {}
    room = BYTES_MAX
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            kind, _, file = name.partition("/")
            topic = kind in KINDS and "/" not in file and FilePath(name).suffix in SUFFIXES
            opened = tar.extractfile(member) if topic or name in EXTRA_FILES else None
            room -= member.size
            if opened is not None and room >= 0:
                found[name] = opened.read()
    order = {kind: number for number, kind in enumerate(KINDS)}
    return sorted(found.items(), key=lambda row: (order.get(row[0].partition("/")[0], 99), row[0]))
