"""Large arrays get their memory from the system, each for itself, and give it back at once.

The C library of Linux does so too, but only until the first large array is freed; then it keeps
what is freed for itself, in pieces, and building an index would leave twice as much behind as the
index needs. Other systems are left as they are.
"""

from __future__ import annotations

import contextlib
import ctypes
from functools import lru_cache

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of malloc.h; once it is set, it no longer grows by itself."""
_LARGE_BYTES = 1 << 20


@lru_cache(maxsize=1)
def large_arrays_apart() -> None:
    """From now on, in the whole process."""
    # No such library, or no such function in it.
    with contextlib.suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
