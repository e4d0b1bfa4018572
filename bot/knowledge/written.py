"""When the file of a topic was last written: the one sign of change that only ever grows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.knowledge.library import Library

Written = Callable[[str], datetime | None]
"""Topic id -> when its file was last written; None if there is no such file."""


def written_in(folder: Path, library: Library) -> Written:
    """Look the files of a library up in the folder that it was read from."""

    def written(topic: str) -> datetime | None:
        file, _ = library.places.get(topic, ("", 0))
        try:
            return datetime.fromtimestamp(int((folder / file).stat().st_mtime), UTC)
        except OSError:
            return None

    return written


def never_written(_topic: str) -> datetime | None:
    """For a library that was not read from files."""
    return None
