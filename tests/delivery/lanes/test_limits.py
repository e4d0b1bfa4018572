from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.channels.base import Sent, Target
from bot.delivery.books import WorkerOptions
from bot.delivery.lanes.limits import (
    AHEAD_SECONDS,
    GUARD_SECONDS,
    OPEN_SECONDS_MAX,
    Limits,
    Slot,
    Trips,
    departures,
)
from bot.errors import SendFlooded
from bot.messages import Reply
from bot.storage.database import Database
from tests.delivery.conftest import Office, opened
from tests.fakes import FakeClock, FakeOnce

# --- pure -----------------------------------------------------------------------------------------


def test_an_empty_window_lets_as_many_go_as_the_limit_says() -> None:
    assert departures([], 3, 100.0) == ([100.0] * 3, 101.0)


def test_a_place_is_free_a_second_after_the_answer() -> None:
    slots = [Slot(99.0, 99.5), Slot(99.2, 99.8), Slot(99.9, None)]
    assert departures(slots, 3, 100.0) == ([], 100.5)
    assert departures(slots, 3, 100.45) == ([100.5], 100.8)
    assert departures(slots, 2, 100.45) == ([], 100.8)
    assert departures(slots, 3, 100.8) == ([100.8, 100.8], 99.9 + OPEN_SECONDS_MAX)


def test_a_send_without_an_answer_keeps_its_place_only_so_long() -> None:
    assert departures([Slot(100.0, None)], 1, 100.0 + OPEN_SECONDS_MAX)[0] != []
    assert departures([Slot(100.0, None)], 1, 99.9 + OPEN_SECONDS_MAX - AHEAD_SECONDS)[0] == []


def test_slots_of_a_future_that_was_are_passed_over() -> None:
    assert departures([Slot(5000.0, 5000.1)] * 9, 3, 100.0)[0] == [100.0] * 3


def test_a_steady_line_costs_no_pace_and_a_late_answer_counts_late() -> None:
    trips = Trips()
    assert trips.counted_at(10.0, 10.2) == 10.2
    for _ in range(200):
        trips.counted_at(10.0, 10.2)
    assert trips.counted_at(20.0, 20.2) == pytest.approx(20.0 + GUARD_SECONDS)
    assert trips.counted_at(30.0, 30.7) == pytest.approx(30.5 + GUARD_SECONDS)
    assert Trips().counted_at(10.0, 9.0) == 9.0


def test_a_slow_line_gets_more_requests_at_once() -> None:
    trips = Trips()
    quick = trips.flights(30)
    for _ in range(100):
        trips.counted_at(10.0, 10.5)
    assert quick == 8
    assert trips.flights(30) == 8 + 30
    for _ in range(100):
        trips.counted_at(10.0, 10.02)
    assert trips.flights(30) < 12


# --- two workers on one database ------------------------------------------------------------------


@dataclass
class Watched(FakeOnce):
    """Remembers when what was sent; refuses nothing."""

    clock: FakeClock = field(default_factory=FakeClock)
    times: list[tuple[float, str]] = field(default_factory=list)

    async def send(self, target: Target, part: Reply) -> Sent:
        self.times.append((self.clock().timestamp(), target.chat_id))
        return await super().send(target, part)


def busiest(times: list[float], seconds: float) -> int:
    """The most within any stretch that is shorter than so many seconds."""
    return max(
        (sum(start <= time < start + seconds - 1e-6 for time in times) for start in times),
        default=0,
    )


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url) as database:
        yield database


LIMITS = Limits(overall_per_second=10, chat_per_second=1, group_per_minute=5)


async def test_windows_hold_across_workers(database: Database) -> None:
    clock = FakeClock()
    once = Watched(clock=clock)
    office = Office(database, clock, once, options=WorkerOptions(LIMITS, in_flight_max=30))
    workers = [office.worker, office.hire()]
    await office.put(*(f"-{number}" for number in range(1, 41)))
    for number in range(7):
        await office.put("-99", "42", job=f"notice:{number + 2}")
    for step in range(60):
        for worker in workers:
            await worker.step()
            await worker.idle()
        clock.forward(0.25 if step < 40 else 5.0)
    moments = [moment for moment, _ in once.times]
    assert len(moments) == 54
    assert busiest(moments, 1.0) == 10
    group = [moment for moment, chat in once.times if chat == "-99"]
    member = [moment for moment, chat in once.times if chat == "42"]
    assert busiest(group, 60.0) == 5
    assert busiest(group, 1.0) == busiest(member, 1.0) == 1
    assert len(group) == len(member) == 7
    first = sorted(moments)[:40]
    assert first[-1] - first[0] < 4.0  # full use of what is allowed
    assert max(Counter(once.times).values()) == 1


async def test_a_halt_holds_across_workers(database: Database) -> None:
    clock = FakeClock()
    office = Office(database, clock, Watched(clock=clock))
    other = office.hire()
    office.once.faults = {"-1": [SendFlooded(20, "flood")]}
    await office.put("-1")
    await office.round()
    await office.put(*(f"-{number}" for number in range(2, 9)))
    for _ in range(38):
        await office.round(other)
        clock.forward(0.5)
    assert office.once.chats() == []
    await office.work(3, other)
    assert len(office.once.chats()) == 8


async def test_the_clock_set_back_stops_nothing_for_long(database: Database) -> None:
    office = Office(database)
    await office.put(*(f"-{number}" for number in range(1, 31)))
    for _ in range(8):
        await office.round()
    assert len(office.once.chats()) == 30
    office.clock.forward(-3600)
    await office.put(*(f"-{number}" for number in range(31, 61)))
    await office.work(10)
    assert len(office.once.chats()) == 60


async def test_the_clock_set_forward_doubles_nothing(database: Database) -> None:
    office = Office(database)
    await office.put(*(f"-{number}" for number in range(1, 61)))
    await office.round()
    office.clock.forward(86_400)
    await office.work(10)
    assert sorted(office.once.chats()) == sorted(f"-{number}" for number in range(1, 61))
