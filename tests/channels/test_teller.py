"""A text goes out as ``send_message`` would send it; of the answer the number alone is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import TelegramError

from bot.channels.base import Target
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.channels.telegram.outgoing import keyboard
from bot.errors import SendUncertain
from bot.messages import Button, Reply
from tests.fakes import FakeClock, FakeRequest

REPLY = Reply("1 < 2", ((Button("有用", "f:1"), Button("没用", "f:2")), (Button("看", "e:1"),)))


@pytest.fixture
def request_() -> FakeRequest:
    return FakeRequest()


@pytest.fixture
async def channel(request_: FakeRequest) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TelegramOptions("7:x"), FakeClock(), request_)
    await channel.bot.initialize()
    request_.calls.clear()
    yield channel
    await channel.close()


async def test_the_request_is_that_of_the_library(
    channel: TelegramChannel, request_: FakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> Message:
        raise AssertionError("what was sent is taken apart")

    with monkeypatch.context() as patch:
        patch.setattr(Message, "de_json", refuses)
        sent = await channel.send(Target("-5", "77", "9", silent=True), REPLY)
    markup = keyboard(REPLY)
    assert isinstance(markup, InlineKeyboardMarkup)
    other = await channel.bot.send_message(
        "-5",
        "1 &lt; 2",
        parse_mode="HTML",
        message_thread_id=77,
        reply_parameters=ReplyParameters(9, allow_sending_without_reply=True),
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=markup,
    )
    ours, theirs = request_.calls
    assert ours == theirs
    assert int(sent.message_ids[0]) == other.message_id - 1


@pytest.mark.parametrize("result", [True, None, [], {}, {"message_id": "5"}, {"message_id": True}])
async def test_an_answer_without_a_number_leaves_it_uncertain(
    channel: TelegramChannel, request_: FakeRequest, result: Any
) -> None:
    request_.faults.append(lambda name: (200, {"ok": True, "result": result}) if name else None)
    with pytest.raises(TelegramError):
        await channel.bot.tell({"chat_id": "-5", "text": "答"})
    with pytest.raises(SendUncertain):
        await channel.once.send(Target("-5"), Reply("答"))
