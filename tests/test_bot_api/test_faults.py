"""Faults made on purpose look like the platform's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiogram
import pytest
import telegram
from aiogram.exceptions import TelegramRetryAfter, TelegramServerError
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.bot_api import (
    BotApiServer,
    Chat,
    Cut,
    LoseAnswer,
    Slow,
    flood,
    migrated,
    refused,
    server_error,
)

from .conftest import ptb_bot


async def test_flood_for_the_next_calls(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot, group: Chat
) -> None:
    server.faults.next(flood(7), times=2)
    with pytest.raises(RetryAfter) as first:
        await ptb.send_message(group.id, "通知")
    assert first.value.retry_after == timedelta(seconds=7)
    with pytest.raises(TelegramRetryAfter) as second:
        await gram.send_message(group.id, "通知")
    assert second.value.retry_after == 7
    await ptb.send_message(group.id, "通知")
    assert len(server.ledger.refused(429, group.id)) == 2
    assert server.ledger.floods == 0


async def test_server_errors(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot, group: Chat
) -> None:
    server.faults.next(server_error(502))
    with pytest.raises(TelegramServerError):
        await gram.send_message(group.id, "通知")
    server.faults.next(server_error(502, html=True))
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await ptb.send_message(group.id, "通知")
    assert server.ledger.sent() == []


async def test_one_chat_only(
    server: BotApiServer, ptb: telegram.Bot, group: Chat, basic: Chat
) -> None:
    rule = server.faults.always(refused("bot was kicked from the group chat"), chat_id=basic.id)
    await ptb.send_message(group.id, "通知")
    with pytest.raises(Forbidden, match="kicked"):
        await ptb.send_message(basic.id, "通知")
    assert rule.hits == 1
    server.faults.clear()
    server.faults.next(migrated(-1001), "editMessage*")
    sent = await ptb.send_message(basic.id, "通知")
    with pytest.raises(ChatMigrated):
        await sent.edit_text("改")


async def test_a_lost_answer_has_its_effect(
    server: BotApiServer, ptb: telegram.Bot, group: Chat
) -> None:
    server.faults.next(LoseAnswer())
    with pytest.raises(NetworkError):
        await ptb.send_message(group.id, "通知")
    (call,) = server.ledger.sent(group.id)
    assert (call.text, call.answered) == ("通知", False)
    assert call.message_id in group.messages


async def test_silence_after_delivery(server: BotApiServer, group: Chat) -> None:
    async with ptb_bot(server, read_timeout=0.1) as bot:
        server.faults.next(LoseAnswer(hang=True))
        with pytest.raises(TimedOut):
            await bot.send_message(group.id, "通知")
    assert server.ledger.texts(group.id) == ["通知"]


async def test_a_cut_connection_has_no_effect(
    server: BotApiServer, ptb: telegram.Bot, group: Chat
) -> None:
    server.faults.next(Cut())
    with pytest.raises(NetworkError):
        await ptb.send_message(group.id, "通知")
    assert server.ledger.sent() == []
    assert group.messages == {}
    assert len(server.ledger.refused(0, group.id)) == 1


async def test_a_slow_call_waits_for_the_gate(
    server: BotApiServer, ptb: telegram.Bot, group: Chat, basic: Chat
) -> None:
    gate = asyncio.Event()
    server.faults.next(Slow(gate=gate), chat_id=group.id)
    held = asyncio.create_task(ptb.send_message(group.id, "慢"))
    await ptb.send_message(basic.id, "快")
    assert server.ledger.texts() == ["快"]
    gate.set()
    await held
    server.faults.next(Slow(seconds=0.01))
    await ptb.send_message(group.id, "又慢")
    assert server.ledger.texts() == ["快", "慢", "又慢"]


async def test_chance_is_repeatable(server: BotApiServer, ptb: telegram.Bot, group: Chat) -> None:
    async def outcome() -> list[bool]:
        rule = server.faults.randomly(server_error(500), 0.5, 42)
        found = []
        for number in range(12):
            try:
                await ptb.send_message(group.id, str(number))
                found.append(True)
            except NetworkError:
                found.append(False)
        assert rule.hits == found.count(False)
        server.faults.clear()
        return found

    first = await outcome()
    assert first == await outcome()
    assert len(set(first)) == 2


async def test_waiting_for_nothing_says_what_was_seen(
    server: BotApiServer, ptb: telegram.Bot, group: Chat
) -> None:
    await ptb.send_message(group.id, "通知")
    await server.next_sent(group)
    with pytest.raises(AssertionError, match="sendMessage 200"):
        await server.next_sent(group, timeout=0.01)
