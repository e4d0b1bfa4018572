"""A bound group is answered from its own place."""

from __future__ import annotations

from bot.dialogue.engine import Desk
from bot.dialogue.located import Located
from bot.messages import Incoming
from tests.fakes import START
from tests.matching.small import small_library

HOMES = {"-1": "松岭区", "-2": "南川省柳溪县", "-3": "东门街"}


async def test_a_group_is_where_it_was_bound() -> None:
    desk = Desk(small_library())
    asked: list[tuple[str, str]] = []

    def home_of(channel: str, chat_id: str) -> str:
        asked.append((channel, chat_id))
        return HOMES.get(chat_id, "")

    located = Located(desk, home_of)

    async def said(chat: str) -> str:
        question = Incoming("telegram", chat, "2", "1", "植树去了多少人", START, private=False)
        reply = await located.handle(question)
        assert reply is not None
        return reply.text.splitlines()[0]

    assert await said("-2") == await said("-9") == "260 名党员、40 名志愿者，一共种了 5000 棵树。"
    for elsewhere in ("-1", "-3"):
        assert "柳溪" in await said(elsewhere), "told that this is about another place"
    assert asked[0] == ("telegram", "-2")
    assert desk.home == ()
    assert desk.at("松岭区").memory is desk.memory
