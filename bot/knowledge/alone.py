"""One writer at a time: a lock on a file, which also other processes respect."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

TRIES, TRY_SECONDS = 200, 0.05
"""For about ten seconds; a program that hangs must not have the desk wait for ever."""


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait for whoever holds ``path``, then hold it; a process that dies lets go of it.

    Raises:
        TimeoutError: somebody holds it for longer than one waits.
        OSError: the file cannot be made or locked.
    """
    with path.open("ab") as file:
        _lock(file)
        try:
            yield
        finally:
            _unlock(file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _unlock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        for _ in range(TRIES):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(TRY_SECONDS)
            else:
                return
        raise TimeoutError

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
