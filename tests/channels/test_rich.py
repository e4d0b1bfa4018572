"""Formatting, pictures and files through the channel against our Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.request import HTTPXRequest

from bot.channels.base import Sent, Target
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.messages import Attachment, Button, Reply, Span
from tests.bot_api import BotApiServer, Chat, Refuse, png
from tests.bot_api.errors import bad_request
from tests.fakes import FakeClock

BUTTONS = ((Button("收到", "notices:1"),),)


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running


@pytest.fixture
async def channel(server: BotApiServer) -> AsyncIterator[TelegramChannel]:
    request = HTTPXRequest(read_timeout=60, httpx_kwargs={"trust_env": False})
    channel = TelegramChannel(TelegramOptions(server.token, server.root_url), FakeClock(), request)
    await channel.bot.initialize()
    yield channel
    await channel.close()


@pytest.fixture
def group(server: BotApiServer) -> Chat:
    return server.group("第一支部", server.user("王芳"))


def photo(data: bytes = b"") -> Attachment:
    return Attachment("photo", "海报.png", data=data or png())


async def test_a_picture_with_formatted_words_and_buttons(
    server: BotApiServer, channel: TelegramChannel, group: Chat
) -> None:
    target = Target(str(group.id), silent=True)
    reply = Reply("七一<党课>", BUTTONS, (Span(0, 2, "bold"),), (photo(),))
    sent = await channel.send(target, reply)
    (call,) = server.ledger.sent(group.id)
    assert (call.method, call.text, call.labels) == ("sendPhoto", "七一<党课>", ("收到",))
    assert call.message is not None
    assert call.message.entities == [{"type": "bold", "offset": 0, "length": 2}]
    assert call.params["disable_notification"] is True
    await channel.edit(sent, Reply("改到八点", BUTTONS, (), (photo(),)))
    (edit,) = server.ledger.edited(group.id)
    assert (edit.method, edit.text, edit.labels) == ("editMessageCaption", "改到八点", ("收到",))
    assert not [call for call in server.ledger.all if call.unknown]


async def test_a_file_is_uploaded_once(
    server: BotApiServer, channel: TelegramChannel, group: Chat
) -> None:
    file = Attachment("document", "日程.ics", data=b"BEGIN:VCALENDAR")
    for _ in range(2):
        await channel.send(Target(str(group.id)), Reply("日程", attachments=(file,)))
    first, second = server.ledger.sent(group.id)
    assert first.params["document"].startswith("file ")
    assert second.message is not None
    assert second.params["document"] == second.message.content["document"]["file_id"]
    assert second.message.content["document"]["file_name"] == "日程.ics"
    server.world.files.clear()
    await channel.send(Target(str(group.id)), Reply("日程", attachments=(file,)))
    assert server.ledger.sent(group.id)[-1].params["document"].startswith("file ")


async def test_formatting_that_is_refused_goes_out_plain(
    server: BotApiServer, channel: TelegramChannel, group: Chat
) -> None:
    server.faults.next(Refuse(bad_request("can't parse entities: odd")))
    await channel.send(
        Target(str(group.id)), Reply("七一", spans=(Span(0, 1, "bold"),), attachments=(photo(),))
    )
    (call,) = server.ledger.sent(group.id)
    assert call.text == "七一"
    assert call.message is not None
    assert call.message.entities == []


async def test_a_long_text_follows_its_picture_and_shrinks_again(
    server: BotApiServer, channel: TelegramChannel, group: Chat
) -> None:
    long = Reply("长" * 1025, BUTTONS, (), (photo(),))
    sent = await channel.send(Target(str(group.id)), long)
    calls = server.ledger.sent(group.id)
    assert [(call.method, len(call.text), call.labels) for call in calls] == [
        ("sendPhoto", 0, ()),
        ("sendMessage", 1025, ("收到",)),
    ]
    shorter = await channel.edit(sent, Reply("短", BUTTONS, (), (photo(),)))
    assert shorter.message_ids == sent.message_ids[:1]
    assert len(server.ledger.deleted(group.id)) == 1
    await channel.delete(Sent(sent.target, shorter.message_ids))
    assert len(server.ledger.deleted(group.id)) == 2


async def test_the_outbox_sends_and_edits_pictures(
    server: BotApiServer, channel: TelegramChannel, group: Chat
) -> None:
    target = Target(str(group.id))
    (part,) = channel.once.parts(Reply("七一", BUTTONS, (), (photo(),)))
    sent = await channel.once.send(target, part)
    (part,) = channel.once.parts(Reply("八一", BUTTONS, (), (photo(),)))
    await channel.once.edit(target, sent.message_ids[0], part)
    assert [call.text for call in server.ledger.edited(group.id)] == ["八一"]
