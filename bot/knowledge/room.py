"""Memory that is not needed any more goes back to the system.

The C library of Linux keeps much of what is freed for itself, in pieces: reading files and building
an index would leave twice as much behind as their results need. Other systems are left as they are.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h."""
_LARGE_BYTES = 1 << 18
_USUAL_BYTES = 1 << 25
"""What the library's own threshold grows to in a process that uses large arrays."""


@contextlib.contextmanager
def large_arrays_apart() -> Iterator[None]:
    """Meanwhile each gets its memory from the system for itself, and gives it back at once.

    Not for longer: memory that is new each time costs as much time again as what is done with it.
    """
    _mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
    try:
        yield
    finally:
        _mallopt(_MMAP_THRESHOLD, _USUAL_BYTES)
        _mallopt(_TRIM_THRESHOLD, 2 * _USUAL_BYTES)
        with _where_there_is_one():
            ctypes.CDLL(None).malloc_trim(0)


def _mallopt(option: int, value: int) -> None:
    with _where_there_is_one():
        ctypes.CDLL(None).mallopt(option, value)


def give_back() -> None:
    """Hand over what is free, also what only hangs together in circles."""
    gc.collect()
    with _where_there_is_one():
        ctypes.CDLL(None).malloc_trim(0)


def _where_there_is_one() -> contextlib.suppress:
    """No such library, or no such function in it."""
    return contextlib.suppress(OSError, TypeError, AttributeError)
