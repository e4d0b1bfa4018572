"""Freed memory goes back where the C library can do it; elsewhere nothing happens."""

from __future__ import annotations

import ctypes

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


def test_large_arrays_are_apart_only_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    with room.large_arrays_apart():
        [(name, (option, size))] = library.asked
        assert (name, option) == ("mallopt", -3)
        assert 0 < size <= 1 << 20
    (_, (again, later)), (_, (trim, _)), trimmed = library.asked[1:]
    assert (again, trim) == (-3, -1)
    assert later > size
    assert trimmed == ("malloc_trim", (0,))


def test_a_build_that_fails_leaves_the_library_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    with pytest.raises(ValueError, match="broken"), room.large_arrays_apart():
        raise ValueError("broken")
    assert library.asked[-1] == ("malloc_trim", (0,))


def test_what_is_free_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    room.give_back()
    assert library.asked == [("malloc_trim", (0,))]


@pytest.mark.parametrize("fault", [OSError, TypeError, AttributeError])
def test_other_systems_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def missing(_: object) -> Library:
        raise fault

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with room.large_arrays_apart():
        room.give_back()
