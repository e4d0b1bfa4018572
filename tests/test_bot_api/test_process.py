"""A bot in a process of its own can be served, killed and started again."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bot_api import BotApiServer, Chat, User

# The standard library alone starts in a tenth of the time of a client library.
ECHO = """
import json, os, urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def call(method, **params):
    body = json.dumps(params).encode()
    headers = {"Content-Type": "application/json"}
    with opener.open(urllib.request.Request(os.environ["ROOT"] + method, body, headers)) as answer:
        return json.load(answer)["result"]

offset = 0
while True:
    for update in call("getUpdates", offset=offset, timeout=30):
        offset = update["update_id"] + 1
        message = update["message"]
        call("sendMessage", chat_id=message["chat"]["id"], text="您说：" + message["text"])
"""


async def start(server: BotApiServer) -> asyncio.subprocess.Process:
    env = os.environ | {"ROOT": f"{server.base_url}{server.token}/"}
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", ECHO, env=env, stdout=quiet, stderr=quiet
    )


async def test_killed_and_started_again(server: BotApiServer, private: Chat, wang: User) -> None:
    first = await start(server)
    await server.polling()
    server.say(private, wang, "一")
    assert (await server.next_sent(private)).text == "您说：一"
    await server.taken()
    first.kill()
    await first.wait()
    server.say(private, wang, "二")
    second = await start(server)
    try:
        assert (await server.next_sent(private)).text == "您说：二"
        await server.polling()
    finally:
        second.kill()
        await second.wait()
    assert server.ledger.refused() == []
    assert len(server.ledger.sent(private.id)) == 2
