"""The sending limits are true sliding windows, and every breach is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import RetryAfter

from tests.bot_api import BotApiServer, Limits
from tests.bot_api.limits import Gauge, Window

from .conftest import ptb_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Clock:
    """Time that stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def strict(clock: Clock) -> AsyncIterator[BotApiServer]:
    async with BotApiServer(limits=Limits(), clock=clock) as running:
        yield running


def test_a_window_slides() -> None:
    window = Window(2, 1.0)
    for at in (0.0, 0.9):
        assert window.wait(at) == 0
        window.add(at)
    assert window.wait(0.95) == pytest.approx(0.05)
    assert window.wait(1.0) == 0
    window.add(1.0)
    # A fixed window would let two more through here.
    assert window.wait(1.1) == pytest.approx(0.8)


@given(st.lists(st.floats(0, 0.5), max_size=80))
def test_no_second_holds_more_than_the_limit(pauses: list[float]) -> None:
    gauge = Gauge(Limits(overall_per_second=3, chat_burst=100, group_per_minute=100))
    now, sent = 0.0, []
    for pause in pauses:
        now += pause
        if not gauge.wait(7, now):
            gauge.count(7, now)
            sent.append(now)
    for start in sent:
        assert sum(start <= at < start + 1.0 for at in sent) <= 3


async def test_one_a_second_per_chat(strict: BotApiServer, clock: Clock) -> None:
    chats = [strict.private(strict.user(name)) for name in "甲乙"]
    async with ptb_bot(strict) as bot:
        await bot.send_message(chats[0].id, "一")
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(chats[0].id, "二")
        assert caught.value.retry_after == timedelta(seconds=1)
        await bot.send_message(chats[1].id, "一")
        clock.now += 1.0
        await bot.send_message(chats[0].id, "二")
    assert strict.ledger.floods == 1
    assert strict.ledger.busiest(1.0) == 2
    assert strict.ledger.busiest(1.0, chats[0].id) == 1
    assert len(strict.ledger.sent()) == 3


async def test_twenty_a_minute_per_group(strict: BotApiServer, clock: Clock) -> None:
    group = strict.group("支部", strict.user("甲"))
    async with ptb_bot(strict) as bot:
        for number in range(20):
            await bot.send_message(group.id, str(number))
            clock.now += 1.0
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(group.id, "20")
        assert caught.value.retry_after == timedelta(seconds=40)
        clock.now += 40.0
        await bot.send_message(group.id, "20")


async def test_thirty_a_second_overall_and_refusals_do_not_count(
    strict: BotApiServer, clock: Clock
) -> None:
    chats = [strict.private(strict.user(str(number))) for number in range(31)]
    async with ptb_bot(strict) as bot:
        for chat in chats[:30]:
            await bot.send_message(chat.id, "通知")
        for _ in range(3):
            with pytest.raises(RetryAfter):
                await bot.send_message(chats[30].id, "通知")
        clock.now += 1.0
        await bot.send_message(chats[30].id, "通知")
    assert strict.ledger.floods == 3


async def test_a_short_burst_may_be_tolerated(clock: Clock) -> None:
    async with BotApiServer(limits=Limits(chat_burst=3), clock=clock) as server:
        chat = server.private(server.user("甲"))
        async with ptb_bot(server) as bot:
            for _ in range(3):
                await bot.send_message(chat.id, "通知")
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(chat.id, "通知")
            assert caught.value.retry_after == timedelta(seconds=3)
