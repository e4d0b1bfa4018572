"""Starting, stopping and keeping going, with the real program."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.bot_api import BotApiServer, Cut, Refuse, Slow
from tests.bot_api.errors import ApiError
from tests.e2e.process import Program

QUESTION = "红色代办能办哪些手续"


async def test_the_menu_is_registered_in_chinese(server: BotApiServer, program: Program) -> None:
    await program.start()
    (call,) = server.ledger.calls("setMyCommands")
    given = call.params["commands"]
    commands = json.loads(given) if isinstance(given, str) else given
    names = {command["command"] for command in commands}
    assert names >= {"start", "help", "topics", "contacts", "calendar", "id", "about"}
    assert not any(command["description"].isascii() for command in commands)


async def test_stopped_while_the_network_is_gone(server: BotApiServer, program: Program) -> None:
    server.faults.always(Cut(), "getMe")
    await program.start(wait=False)
    await server.wait_for(lambda book: len(book.refused()) >= 3)
    assert await program.stop() == 0
    assert program.log.count("连不上 Telegram") == 1


async def test_stopped_while_an_answer_is_on_its_way(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.faults.next(Slow(1.0))
    server.say(chat, wang, QUESTION)
    await server.taken()
    assert await program.stop() == 0
    assert len(server.ledger.sent(chat.id)) == 1


async def test_another_poller_is_said_plainly(server: BotApiServer, program: Program) -> None:
    conflict = ApiError(409, "Conflict: terminated by other getUpdates request")
    server.faults.next(Refuse(conflict), "getUpdates")
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.say(chat, wang, QUESTION)
    await server.next_sent(chat)
    assert await program.stop() == 0
    assert "另有一个程序正用同一个令牌" in program.log


async def test_settings_from_a_file(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    group = server.group("一支部", wang)
    text = f"telegram:\n  approved_chats: [{group.id}]\n  call_names: [老党员]\n"
    (program.folder / "config.yaml").write_text(text)
    await program.start()
    server.say(group, wang, f"小党，{QUESTION}")
    server.say(group, wang, f"老党员，{QUESTION}")
    await server.next_sent(group)
    assert await program.stop() == 0
    assert len(server.ledger.sent(group.id)) == 1


async def test_a_misspelt_setting_stops_the_start(program: Program) -> None:
    program.settings["DANGBOT_TELEGRAM__ADMIN"] = "1"
    await program.start(wait=False)
    assert await program.ended() == 2
    assert "是不是想写 DANGBOT_TELEGRAM__ADMINS" in program.log


@pytest.mark.parametrize("count", [30])
async def test_many_chats_at_once_each_in_order(
    server: BotApiServer, program: Program, count: int
) -> None:
    people = [server.user(f"党员{number}") for number in range(count)]
    await program.start()
    gate = asyncio.Event()
    server.faults.next(Slow(gate=gate), chat_id=people[0].id)
    asked = {
        person.id: [
            server.say(server.private(person), person, text).message_id
            for text in (QUESTION, "谢谢", "你好")
        ]
        for person in people
    }
    await server.wait_for(lambda book: len({call.chat_id for call in book.sent()}) == count - 1)
    assert not server.ledger.sent(people[0].id), "a slow chat holds nobody else up"
    gate.set()
    await server.wait_for(lambda book: len(book.sent()) == 3 * count)
    for person in people:
        sent = server.ledger.sent(person.id)
        answered = [call.params["reply_parameters"]["message_id"] for call in sent]
        assert answered == asked[person.id]
