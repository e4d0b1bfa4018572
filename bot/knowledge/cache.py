"""A small folder of files that can be made again: what was built from the knowledge."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

KEPT_MAX = 512
"""Files that were used longer ago are deleted. A version of the knowledge leaves half a dozen and
one for each place; how much room they may take is the bound that counts."""
KEPT_BYTES_MAX = 64_000_000
"""Nor are they kept when they take more room than this together; the last used always stays."""


class Cache:
    """Bytes by name; never fails for want of a writable folder, it just keeps nothing."""

    def __init__(self, folder: Path | None = None, kept_max: int = KEPT_MAX) -> None:
        self._folder = folder or _user_folder()
        self._kept_max = kept_max

    @classmethod
    def named(cls, name: str, kept_max: int = KEPT_MAX) -> Cache:
        """A folder of its own within the user's cache folder."""
        return cls(_user_folder() / name, kept_max)

    def get(self, name: str) -> bytes | None:
        """What was kept under a name, or None."""
        path = self._folder / name
        try:
            data = path.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is used is not swept away
        return data

    def put(self, name: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Keep bytes, given in pieces, under a name; a reader sees all of them or none."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
            Path(temporary).replace(self._folder / name)
            self._sweep()
        except OSError:
            return

    def _sweep(self) -> None:
        files = [(path, path.stat()) for path in self._folder.iterdir() if path.is_file()]
        files.sort(key=lambda row: row[1].st_mtime, reverse=True)
        room = KEPT_BYTES_MAX
        for number, (path, found) in enumerate(files):
            room -= found.st_size
            if number >= self._kept_max or (number and room < 0):
                path.unlink()


def _user_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dangbot"
