from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import Target
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.channels.telegram.once import TelegramOnce
from bot.errors import (
    ChatGone,
    ChatMoved,
    MessageLocked,
    MessageMissing,
    SendError,
    SendFlooded,
    SendLater,
    SendOffline,
)
from bot.messages import Button, Reply
from tests.fakes import FakeClock, FakeRequest

LONG = "\n\n".join(letter * 3000 for letter in "甲乙丙")


@pytest.fixture
def request_() -> FakeRequest:
    return FakeRequest()


@pytest.fixture
async def once(request_: FakeRequest) -> AsyncIterator[TelegramOnce]:
    channel = TelegramChannel(TelegramOptions("7:x"), FakeClock(), request_)
    await channel.bot.initialize()
    request_.calls.clear()
    yield channel.once
    await channel.close()


def refusal(code: int, description: str, **parameters: Any) -> Any:
    def fault(name: str) -> tuple[int, dict[str, Any]]:
        assert name
        return code, {"ok": False, "description": description, "parameters": parameters}

    return fault


async def test_each_part_is_a_message_of_its_own(once: TelegramOnce, request_: FakeRequest) -> None:
    parts = once.parts(Reply(LONG, ((Button("收到", "r:1"),),)))
    assert [len(part.buttons) for part in parts] == [0, 0, 1]
    sent = [await once.send(Target("-100", silent=True), part) for part in parts]
    assert [len(one.message_ids) for one in sent] == [1, 1, 1]
    assert len(request_.calls) == 3
    assert once.parts(Reply("")) == ()
    assert once.is_group("-100")
    assert not once.is_group("42")


@pytest.mark.parametrize(("thread", "named"), [(None, None), ("1", None), ("", None), ("77", 77)])
async def test_general_is_named_by_no_number(
    once: TelegramOnce, request_: FakeRequest, thread: str | None, named: int | None
) -> None:
    await once.send(Target("-100", thread), Reply("开会"))
    [(_, given)] = request_.calls
    assert given.get("message_thread_id") == named


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refusal(429, "Too Many Requests", retry_after=5), SendFlooded),
        (refusal(502, "Bad Gateway"), SendLater),
        (refusal(403, "Forbidden: bot was kicked from the group chat"), ChatGone),
        (refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-5), ChatMoved),
        (refusal(401, "Unauthorized"), SendOffline),
    ],
)
async def test_a_failure_is_told_after_one_try(
    once: TelegramOnce, request_: FakeRequest, fault: Any, kind: type[SendError]
) -> None:
    request_.faults = [fault]
    with pytest.raises(kind):
        await once.send(Target("-100"), Reply("开会"))
    assert len(request_.calls) == 1


async def test_a_chat_that_is_gone_says_why_in_chinese(
    once: TelegramOnce, request_: FakeRequest
) -> None:
    request_.faults = [refusal(400, "Bad Request: chat not found")]
    with pytest.raises(ChatGone) as caught:
        await once.send(Target("-100"), Reply("开会"))
    assert "找不到" in caught.value.reason


async def test_edits_and_deletes_tell_what_cannot_be_changed(
    once: TelegramOnce, request_: FakeRequest
) -> None:
    await once.edit(Target("-100"), "5", Reply("改了"))
    await once.delete(Target("-100"), "5")
    assert [name for name, _ in request_.calls] == ["editMessageText", "deleteMessage"]
    request_.faults = [refusal(400, "Bad Request: message is not modified")]
    await once.edit(Target("-100"), "5", Reply("改了"))
    request_.faults = [refusal(400, "Bad Request: message to edit not found")]
    with pytest.raises(MessageMissing):
        await once.edit(Target("-100"), "5", Reply("改了"))
    request_.faults = [refusal(400, "Bad Request: message can't be deleted for everyone")]
    with pytest.raises(MessageLocked):
        await once.delete(Target("-100"), "5")


async def test_a_sign_of_life_changes_nothing(once: TelegramOnce, request_: FakeRequest) -> None:
    await once.probe()
    assert [name for name, _ in request_.calls] == ["getMe"]
    request_.faults = [refusal(502, "Bad Gateway")]
    with pytest.raises(SendLater):
        await once.probe()
