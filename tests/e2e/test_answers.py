"""The real program answers where it is addressed, and only there."""

from __future__ import annotations

import signal

from tests.bot_api import BotApiServer
from tests.e2e.process import Program

QUESTION = "红色代办能办哪些手续"


async def test_private_question_with_the_token_alone(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    asked = server.say(chat, wang, QUESTION)
    reply = await server.next_sent(chat)
    assert "代办" in reply.text
    assert reply.params["reply_parameters"]["message_id"] == asked.message_id
    assert reply.params["reply_parameters"]["allow_sending_without_reply"] is True
    assert "disable_notification" not in reply.params
    assert await program.stop() == 0
    assert "王芳" not in program.log
    assert QUESTION not in program.log


async def test_sigint_stops_cleanly_too(program: Program) -> None:
    await program.start()
    assert await program.stop(signal.SIGINT) == 0


async def test_group_mention_reply_and_call_name(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    li = server.user("李强", "li_qiang")
    group = server.group("第一支部", wang, li)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    server.say(group, wang, f"@dang_desk_bot {QUESTION}")
    reply = await server.next_sent(group)
    assert reply.params["disable_notification"] is True
    assert reply.params["link_preview_options"] == {"is_disabled": True}
    server.say(group, li, QUESTION, reply_to=reply)
    assert "代办" in (await server.next_sent(group)).text
    server.say(group, li, f"小党，{QUESTION}")
    assert "代办" in (await server.next_sent(group)).text


async def test_silence_when_it_is_not_addressed(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    li = server.user("李强", "li_qiang")
    group = server.group("第一支部", wang, li)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    mine = server.say(group, wang, f"小党，{QUESTION}")
    answer = await server.next_sent(group)
    server.say(group, wang, QUESTION)
    server.say(group, wang, f"@li_qiang {QUESTION}")
    server.say(group, li, QUESTION, reply_to=mine)
    server.say(group, wang, f"@li_qiang {QUESTION}", reply_to=answer)
    server.say(group, wang, "/help@other_bot")
    server.say(group, wang, "小党员的义务是什么")
    server.say_photo(group, wang)
    last = server.say(group, wang, f"{QUESTION} @dang_desk_bot", reply_to=mine)
    reply = await server.next_sent(group)
    assert reply.params["reply_parameters"]["message_id"] == last.message_id
    assert len(server.ledger.sent(group.id)) == 2
