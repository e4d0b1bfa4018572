"""Votes and figures with the real program: pressed, counted over a restart, told to admins."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.features.feedback.store import CountStore, Key, What
from bot.storage.database import Database
from tests.bot_api import BotApiServer
from tests.e2e.process import Program

QUESTION = "红色代办能办哪些手续"
VOTES = ("有用", "没用")


async def test_a_vote_is_counted_and_seen_by_the_admin(
    server: BotApiServer, program: Program
) -> None:
    admin, wang = server.user("赵主任"), server.user("王芳")
    office, chat = server.private(admin), server.private(wang)
    group = server.group("第一支部", wang, admin)
    program.settings["DANGBOT_TELEGRAM__ADMINS"] = str(admin.id)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    server.say(chat, wang, QUESTION)
    answer = await server.next_sent(chat)
    assert answer.labels[-2:] == VOTES
    pressed = await server.answer_to(server.press(chat, wang, "没用"))
    assert pressed.params["text"] == "谢谢，记下了。"
    [after] = await server.wait_for(lambda book: book.edited(chat.id))
    assert after.message_id == answer.message_id
    assert after.text == answer.text
    assert "看相近的" in after.labels
    assert not set(VOTES) & set(after.labels)

    server.say(group, wang, f"小党，{QUESTION}")
    in_group = await server.next_sent(group)
    assert in_group.labels[-2:] == VOTES
    for _ in range(2):
        await server.answer_to(server.press(group, wang, "有用"))
    assert server.ledger.edited(group.id) == []
    server.say(group, wang, f"小党，{QUESTION}")
    assert not set(VOTES) & set((await server.next_sent(group)).labels)

    assert await program.stop() == 0  # at once: what was only in memory is written
    await program.start()
    server.say(office, admin, "/stats")
    shown = await server.next_sent(office)
    assert "问了 3 次：私聊 1，群里 2" in shown.text
    assert "按“有用” 1 次，“没用” 1 次" in shown.text
    assert QUESTION not in program.log
    server.say(chat, wang, "/stats")
    assert "管理员" in (await server.next_sent(chat)).text


async def test_the_word_of_the_week_arrives_with_its_picture(
    server: BotApiServer, program: Program
) -> None:
    admin = server.user("赵主任")
    office = server.private(admin)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    due = now - timedelta(hours=2)
    program.settings["DANGBOT_TELEGRAM__ADMINS"] = str(admin.id)
    program.settings["DANGBOT_STATS__DIGEST"] = f"周{'一二三四五六日'[due.weekday()]} {due:%H:%M}"
    database = Database(program.environment()["DANGBOT_DATABASE__URL"])
    await database.open()
    key = Key(due.date() - timedelta(days=2), "hongse-daiban/overview", What.ANSWERED, private=True)
    await CountStore(database).add({key: 12})
    await database.close()
    await program.start()
    sent = await server.next_sent(office)
    assert sent.method == "sendPhoto"
    assert "【一周提问】" in sent.text
    assert "问了 12 次：私聊 12，群里 0" in sent.text
    await program.stop()
    await program.start()
    server.say(office, admin, "/id")
    assert "编号" in (await server.next_sent(office)).text
    assert [call.method for call in server.ledger.sent(office.id)].count("sendPhoto") == 1
