"""Freed memory goes back where the C library can do it; elsewhere nothing happens."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pytest

from bot.knowledge import room


class Library:
    """Notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[int, ...]]] = []

    def mallopt(self, *values: int) -> int:
        self.asked.append(("mallopt", values))
        return 1

    def malloc_trim(self, *values: int) -> int:
        self.asked.append(("malloc_trim", values))
        return 1


@pytest.fixture(autouse=True)
def each_time_anew() -> Iterator[None]:
    room.large_arrays_apart.cache_clear()
    yield
    room.large_arrays_apart.cache_clear()


def test_the_library_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    room.large_arrays_apart()
    room.large_arrays_apart()
    room.give_back()
    [(first, (option, size)), trimmed] = library.asked
    assert (first, option) == ("mallopt", -3)
    assert 0 < size <= 1 << 20
    assert trimmed == ("malloc_trim", (0,))


@pytest.mark.parametrize("fault", [OSError, TypeError, AttributeError])
def test_other_systems_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def missing(_: object) -> Library:
        raise fault

    monkeypatch.setattr(ctypes, "CDLL", missing)
    room.large_arrays_apart()
    room.give_back()
