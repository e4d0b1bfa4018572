"""Choices, corrections, limits and a bad network, with the real program."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApiServer, Cut, LoseAnswer, flood, server_error
from tests.e2e.process import Program

QUESTION = "红色代办能办哪些手续"
OTHER = "罗锅中心党员有多少"
VAGUE = ("电话", "支部", "时间地点")


async def test_a_choice_is_pressed_and_becomes_the_answer(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    li = server.user("李强")
    group = server.group("第一支部", wang, li)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    for vague in VAGUE:
        server.say(group, wang, f"小党，{vague}")
        reply = await server.next_sent(group)
        if reply.labels:
            break
    assert reply.labels, reply.text
    assert await program.stop() == 0
    await program.start()
    await server.answer_to(server.press(group, li, reply.labels[0]))
    edit = (await server.wait_for(lambda book: book.edited(group.id)))[0]
    assert edit.message_id == reply.message_id
    assert "出处" in edit.text
    query = server.press_data(reply.message, wang, "e:nonsense")  # type: ignore[arg-type]
    await server.answer_to(query)


async def test_a_corrected_question_corrects_the_answer(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    asked = server.say(chat, wang, VAGUE[0])
    first = await server.next_sent(chat)
    server.edit_message(asked, QUESTION)
    edit = (await server.wait_for(lambda book: book.edited(chat.id)))[0]
    assert edit.message_id == first.message_id
    assert "代办" in edit.text
    asked.date -= 500
    server.edit_message(asked, OTHER)
    server.say(chat, wang, QUESTION)
    await server.next_sent(chat)
    assert len(server.ledger.edited(chat.id)) == 1
    assert len(server.ledger.sent(chat.id)) == 2


async def test_a_flood_is_answered_once(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    li = server.user("李强")
    group = server.group("第一支部", wang, li)
    program.settings |= {
        "DANGBOT_TELEGRAM__APPROVED_CHATS": str(group.id),
        "DANGBOT_LIMITS__MESSAGES": "2",
        "DANGBOT_LIMITS__WINDOW_SECONDS": "60",
    }
    await program.start()
    for _ in range(8):
        server.say(group, wang, f"小党，{QUESTION}")
    server.say(group, li, f"小党，{QUESTION}")
    await server.wait_for(lambda book: len(book.sent(group.id)) == 4)
    assert await program.stop() == 0
    texts = server.ledger.texts(group.id)
    assert ["歇一歇" in text for text in texts] == [False, False, True, False]


async def test_an_over_long_question_is_cut_with_a_notice(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.say(chat, wang, QUESTION + "🚩" * 1500)
    assert (await server.next_sent(chat)).text.startswith(
        "您这段话比较长，我只看了前 500 个字。\n\n"
    )


async def test_pictures_get_one_friendly_line_in_private(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.say_photo(chat, wang)
    assert "看得懂文字" in (await server.next_sent(chat)).text
    server.say_photo(chat, wang, QUESTION)
    assert "代办" in (await server.next_sent(chat)).text


@pytest.mark.parametrize("fault", [flood(1), server_error(502, html=True)], ids=["429", "502"])
async def test_a_reply_is_tried_again(
    server: BotApiServer, program: Program, fault: object
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.faults.next(fault)  # type: ignore[arg-type]
    server.say(chat, wang, QUESTION)
    assert "代办" in (await server.next_sent(chat)).text
    assert await program.stop() == 0
    assert "稍后再发" in program.log


async def test_a_reply_that_may_have_arrived_is_not_sent_twice(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.faults.next(LoseAnswer())
    server.say(chat, wang, QUESTION)
    await server.next_sent(chat)
    server.say(chat, wang, "谢谢")
    await server.next_sent(chat)
    assert len(server.ledger.sent(chat.id)) == 2


async def test_a_blocked_bot_goes_on_with_others(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    li = server.user("李强")
    await program.start()
    server.say(server.private(wang), wang, QUESTION)
    server.block(wang)
    server.say(server.private(li), li, QUESTION)
    assert "代办" in (await server.next_sent(server.private(li))).text


async def test_the_network_is_cut_at_the_start_and_in_the_middle(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    server.faults.next(Cut(), "getMe", times=2)
    await program.start()
    server.faults.next(Cut(), "getUpdates", times=2)
    server.say(chat, wang, QUESTION)
    assert "代办" in (await server.next_sent(chat)).text
    server.say(chat, wang, QUESTION)
    assert "代办" in (await server.next_sent(chat)).text
    assert await program.stop() == 0
    assert "连不上 Telegram" in program.log
    assert "已重新连上" in program.log


async def test_nothing_is_answered_again_after_a_restart(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.say(chat, wang, QUESTION)
    await server.next_sent(chat)
    assert await program.stop() == 0
    server.say(chat, wang, "谢谢")
    await program.start()
    await server.next_sent(chat)
    assert await program.stop() == 0
    assert len(server.ledger.sent(chat.id)) == 2


async def test_a_wrong_token_is_said_plainly(program: Program) -> None:
    program.settings["DANGBOT_TELEGRAM__TOKEN"] = "700000002:AAanotherTokenThatNobodyKnows_000000"
    await program.start(wait=False)
    assert await program.ended() == 2
    assert "不认这个机器人令牌" in program.log
    assert "AAanother" not in program.log
