"""Updates are pushed to a webhook until it says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import telegram
from aiohttp import web
from telegram.error import BadRequest, Conflict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiogram

    from tests.bot_api import BotApiServer, Chat, User


class Receiver:
    """A web server that takes pushes and answers what the test says."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.reply: dict[str, Any] | None = None
        self.got: list[tuple[int, str | None]] = []

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((update["update_id"], secret))
        status = self.statuses.pop(0) if self.statuses else 200
        if self.reply is not None and status == 200:
            return web.json_response(self.reply)
        return web.Response(status=status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_pushed_with_the_secret(
    server: BotApiServer, gram: aiogram.Bot, receiver: Receiver, private: Chat, wang: User
) -> None:
    early = server.say(private, wang, "早")
    await gram.set_webhook(receiver.url, secret_token="s3cret_-")
    late = server.say(private, wang, "晚")
    await server.taken(late)
    assert receiver.got == [(early.update_id, "s3cret_-"), (late.update_id, "s3cret_-")]
    info = await gram.get_webhook_info()
    assert (info.url, info.pending_update_count) == (receiver.url, 0)


async def test_a_push_is_tried_until_it_is_taken(
    server: BotApiServer, ptb: telegram.Bot, receiver: Receiver, private: Chat, wang: User
) -> None:
    receiver.statuses = [500, 503]
    await ptb.set_webhook(receiver.url)
    said = server.say(private, wang, "你好")
    await server.taken(said)
    assert [update_id for update_id, _ in receiver.got] == [said.update_id] * 3
    info = await ptb.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_method_in_the_answer_is_run(
    server: BotApiServer, ptb: telegram.Bot, receiver: Receiver, private: Chat, wang: User
) -> None:
    receiver.reply = {"method": "sendMessage", "chat_id": private.id, "text": "收到"}
    await ptb.set_webhook(receiver.url)
    server.say(private, wang, "你好")
    assert (await server.next_sent(private)).text == "收到"


async def test_polling_and_a_webhook_exclude_each_other(
    server: BotApiServer, ptb: telegram.Bot, receiver: Receiver
) -> None:
    await ptb.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="while webhook is active"):
        await ptb.get_updates()
    await ptb.delete_webhook()
    assert await ptb.get_updates() == ()
    assert (await ptb.get_webhook_info()).url == ""
    assert len(server.ledger.refused(409)) == 1


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("http://example.org/hook", "", "https url must be provided"),
        ("https://example.org/hook", "no blanks", "ecret token contains unallowed characters"),
    ],
)
async def test_bad_webhooks(ptb: telegram.Bot, url: str, secret: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await ptb.set_webhook(url, secret_token=secret or None)


async def test_pending_updates_can_be_dropped(
    server: BotApiServer, ptb: telegram.Bot, private: Chat, wang: User
) -> None:
    server.say(private, wang, "旧")
    await ptb.delete_webhook(drop_pending_updates=True)
    assert await ptb.get_updates() == ()
