"""What was asked a moment ago: bounded in number and age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.dialogue.memory import AGE_MAX, Memory, Remembered

NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


def test_recall_is_for_the_same_member_in_the_same_chat() -> None:
    memory = Memory()
    row = Remembered(NOW, "在哪")
    memory.store("g", "wang", row)
    assert memory.recall("g", "wang", NOW) == row
    assert memory.recall("g", "li", NOW) is None
    assert memory.recall("h", "wang", NOW) is None


def test_the_newest_exchange_counts() -> None:
    memory = Memory()
    memory.store("g", "wang", Remembered(NOW, "一"))
    memory.store("g", "wang", Remembered(NOW, "二"))
    found = memory.recall("g", "wang", NOW)
    assert found is not None
    assert found.question == "二"
    assert len(memory) == 1


def test_old_exchanges_are_forgotten() -> None:
    memory = Memory()
    memory.store("g", "wang", Remembered(NOW))
    assert memory.recall("g", "wang", NOW + AGE_MAX) is not None
    assert memory.recall("g", "wang", NOW + AGE_MAX + timedelta(seconds=1)) is None


def test_old_exchanges_are_dropped_not_only_passed_over() -> None:
    memory = Memory()
    memory.store("g", "wang", Remembered(NOW, "一"))
    memory.store("g", "li", Remembered(NOW + AGE_MAX, "二"))
    memory.fade(NOW + AGE_MAX)
    assert len(memory) == 2
    memory.fade(NOW + AGE_MAX + timedelta(seconds=1))
    assert len(memory) == 1
    memory.store("g", "zhao", Remembered(NOW + 3 * AGE_MAX, "三"))
    assert len(memory) == 1


def test_a_clock_that_was_set_back_recalls_nothing() -> None:
    memory = Memory()
    memory.store("g", "wang", Remembered(NOW))
    assert memory.recall("g", "wang", NOW - timedelta(seconds=1)) is None


def test_the_oldest_members_fall_out() -> None:
    memory = Memory(members_max=3)
    for name in "abc":
        memory.store("g", name, Remembered(NOW))
    memory.store("g", "a", Remembered(NOW))
    memory.store("g", "d", Remembered(NOW))
    assert len(memory) == 3
    assert memory.recall("g", "b", NOW) is None
    assert memory.recall("g", "a", NOW) is not None


def test_a_member_is_forgotten_in_every_chat() -> None:
    memory = Memory()
    memory.store("g", "wang", Remembered(NOW))
    memory.store("h", "wang", Remembered(NOW))
    memory.store("g", "li", Remembered(NOW))
    memory.forget("wang")
    memory.forget("nobody")
    assert len(memory) == 1
    assert memory.recall("g", "li", NOW) is not None
