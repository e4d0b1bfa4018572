"""Arrays and plain values as one piece of bytes, and back without a copy of the arrays.

The bytes come from the user's own cache folder, where the program itself put them. A checksum tells
whether they are whole before anything is made of them.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

_SUM_BYTES = 16
_ALIGNED = 16
"""Arrays begin at multiples of this, so that they can be read in their place."""
_KIND = "dangbot-packed-1"

Buffer: TypeAlias = "bytes | memoryview"
Arrays = Mapping[str, NDArray[Any]]


def pack(plain: Any, arrays: Arrays) -> list[Buffer]:
    """Bytes that hold both, in pieces: together they would need the room of the arrays again.

    Args:
        plain: numbers, texts, and tuples, lists and dictionaries of them.
        arrays: of numbers, by name.
    """
    shapes = [(name, each.dtype.str, each.shape) for name, each in arrays.items()]
    head = marshal.dumps((_KIND, shapes, plain))
    pieces: list[Buffer] = [len(head).to_bytes(_ALIGNED, "little"), head]
    size = len(head)
    for each in arrays.values():
        gap = bytes(-size % _ALIGNED)
        pieces += [gap, np.ascontiguousarray(each).ravel().view(np.uint8).data]
        size += len(gap) + each.nbytes
    found = 0
    for piece in pieces:
        found = zlib.crc32(piece, found)
    return [found.to_bytes(_SUM_BYTES, "little"), *pieces]


def unpack(data: bytes) -> tuple[Any, dict[str, NDArray[Any]]] | None:
    """What ``pack`` was given; None if the bytes are not whole. The arrays cannot be written to."""
    view = memoryview(data)
    start = _SUM_BYTES + _ALIGNED
    if len(data) < start or _sum(view[_SUM_BYTES:]) != data[:_SUM_BYTES]:
        return None
    end = start + int.from_bytes(view[_SUM_BYTES:start], "little")
    try:
        kind, shapes, plain = marshal.loads(view[start:end])  # noqa: S302 - the sum is right
    except (ValueError, EOFError, TypeError):
        return None
    return (plain, dict(_arrays(data, shapes, end))) if kind == _KIND else None


def _arrays(
    data: bytes, shapes: list[tuple[str, str, tuple[int, ...]]], at: int
) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, kind, shape in shapes:
        at += -at % _ALIGNED
        dtype = np.dtype(kind)
        count = int(np.prod(shape))
        yield name, np.frombuffer(data, dtype, count, at).reshape(shape)
        at += count * dtype.itemsize


def _sum(data: memoryview) -> bytes:
    return zlib.crc32(data).to_bytes(_SUM_BYTES, "little")
