"""Memory that is not needed any more goes back to the system.

The C library of Linux keeps much of what is freed for itself, in pieces: reading files and building
an index would leave twice as much behind as their results need. Other systems are left as they are.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from functools import lru_cache

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of malloc.h; once it is set, it no longer grows by itself."""
_LARGE_BYTES = 1 << 18


@lru_cache(maxsize=1)
def large_arrays_apart() -> None:
    """From now on each gets its memory from the system for itself, and gives it back at once."""
    with _where_there_is_one():
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Hand over what is free, also what only hangs together in circles."""
    gc.collect()
    with _where_there_is_one():
        ctypes.CDLL(None).malloc_trim(0)


def _where_there_is_one() -> contextlib.suppress:
    """No such library, or no such function in it."""
    return contextlib.suppress(OSError, TypeError, AttributeError)
