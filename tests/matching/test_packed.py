"""Arrays and plain values come back from their bytes as they were, and from no others."""

from __future__ import annotations

import marshal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.packed import Arrays, pack, unpack

PLAIN = {"unknown": 1.5, "asks": ("驿站有几处", ""), "tries": {"驿": {"站": {"\0": ["甲"]}}}}
ARRAYS: Arrays = {
    "codes": np.array([1, 2, 2**63], np.uint64),
    "nothing": np.zeros((0, 64), np.float32),
    "odd": np.array([True, False, True]),
    "table": np.arange(6, dtype=np.int32).reshape(2, 3).T,
}
BYTES = b"".join(pack(PLAIN, ARRAYS))


def test_all_comes_back() -> None:
    found = unpack(BYTES)
    assert found is not None
    plain, arrays = found
    assert plain == PLAIN
    assert list(arrays) == list(ARRAYS)
    for name, each in ARRAYS.items():
        assert arrays[name].dtype == each.dtype
        assert arrays[name].shape == each.shape
        assert np.array_equal(arrays[name], each)
        assert arrays[name].flags.aligned


def test_what_was_read_cannot_be_changed() -> None:
    found = unpack(BYTES)
    assert found is not None
    with pytest.raises(ValueError, match="read-only"):
        found[1]["codes"][0] = 0


@settings(max_examples=200)
@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    spoiled = bytearray(BYTES)
    spoiled[place] ^= change
    assert unpack(bytes(spoiled)) is None


@settings(max_examples=100)
@given(st.integers(0, len(BYTES) - 1))
def test_cut_bytes_are_noticed(length: int) -> None:
    assert unpack(BYTES[:length]) is None


@pytest.mark.parametrize("data", [b"", bytes(16), bytes(32), b"PK\x03\x04" + bytes(60)])
def test_other_bytes_are_none_of_ours(data: bytes) -> None:
    assert unpack(data) is None


def test_another_kind_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marshal, "dumps", lambda _: b"N")
    assert unpack(b"".join(pack(None, {}))) is None
