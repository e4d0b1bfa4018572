"""Which characters a font has glyphs for: its ``cmap`` table read, nothing else of it."""

from __future__ import annotations

import struct


def covered(font: bytes) -> frozenset[str]:
    """All characters that a TrueType or OpenType file, or the first of a collection, can show."""
    start = 0
    if font[:4] == b"ttcf":
        (start,) = struct.unpack_from(">I", font, 12)
    (tables,) = struct.unpack_from(">H", font, start + 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
        if tag == b"cmap":
            return _characters(font, offset)
    return frozenset()


def _characters(font: bytes, cmap: int) -> frozenset[str]:
    found: set[str] = set()
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for number in range(count):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        at = cmap + offset
        (form,) = struct.unpack_from(">H", font, at)
        if platform in {0, 3} and form == 12:
            found |= _of_groups(font, at)
        elif platform in {0, 3} and form == 4:
            found |= _of_segments(font, at)
    return frozenset(found)


def _of_groups(font: bytes, at: int) -> set[str]:
    """Format 12: runs of characters."""
    (count,) = struct.unpack_from(">I", font, at + 12)
    found: set[str] = set()
    for number in range(count):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
        found.update(map(chr, range(first, last + 1)))
    return found


def _of_segments(font: bytes, at: int) -> set[str]:
    """Format 4: segments of the basic plane."""
    (double,) = struct.unpack_from(">H", font, at + 6)
    ends, starts = at + 14, at + 16 + double
    found: set[str] = set()
    for step in range(0, double, 2):
        (last,) = struct.unpack_from(">H", font, ends + step)
        (first,) = struct.unpack_from(">H", font, starts + step)
        if first != 0xFFFF:
            found.update(map(chr, range(first, last + 1)))
    return found
