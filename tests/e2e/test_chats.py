"""Approval over a restart, removal, migration and forum topics, with the real program."""

from __future__ import annotations

from tests.bot_api import BotApiServer, migrated
from tests.e2e.process import Program

QUESTION = "红色代办能办哪些手续"


async def test_an_admin_approves_with_one_button_over_a_restart(
    server: BotApiServer, program: Program
) -> None:
    admin = server.user("赵主任")
    wang = server.user("王芳")
    office = server.private(admin)
    group = server.group("第二支部", wang, admin, bot_status="left")
    program.settings["DANGBOT_TELEGRAM__ADMINS"] = str(admin.id)
    await program.start()
    server.add_bot(group, wang)
    asked = await server.next_sent(office)
    assert "第二支部" in asked.text
    assert str(group.id) in asked.text
    assert asked.labels == ("批准", "拒绝")
    line = await server.next_sent(group)
    assert str(group.id) in line.text
    server.say(group, wang, f"@dang_desk_bot {QUESTION}")
    server.say(group, wang, "/id")
    await server.answer_to(server.press_data(line.message, wang, f"access:y:{group.id}"))  # type: ignore[arg-type]
    assert await program.stop() == 0
    assert len(server.ledger.sent(group.id)) == 1
    await program.start()
    query = server.press(office, admin, "批准")
    await server.answer_to(query)
    assert "已开通" in (await server.next_sent(group)).text
    edit = (await server.wait_for(lambda book: book.edited(office.id)))[0]
    assert "已开通" in edit.text
    assert edit.labels == ("收回",)
    server.say(group, wang, f"@dang_desk_bot {QUESTION}")
    assert "代办" in (await server.next_sent(group)).text
    assert await program.stop() == 0
    await program.start()
    server.say(group, wang, f"@dang_desk_bot {QUESTION}")
    assert "代办" in (await server.next_sent(group)).text
    server.press(office, admin, "收回")
    assert "停用" in (await server.next_sent(group)).text
    server.say(group, wang, f"@dang_desk_bot {QUESTION}")
    server.say(group, admin, "/id")
    reply = await server.next_sent(group)
    assert "未开通" in reply.text
    assert reply.labels == ("批准",)
    await server.answer_to(server.press(group, wang, "批准"))
    server.press(group, admin, "批准")
    assert "已开通" in (await server.next_sent(group)).text


async def test_removed_and_added_again_keeps_the_approval(
    server: BotApiServer, program: Program
) -> None:
    admin = server.user("赵主任")
    group = server.group("第二支部", admin)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    server.remove_bot(group, admin)
    server.add_bot(group, admin)
    assert "已开通" in (await server.next_sent(group)).text
    server.say(group, admin, "/id@dang_desk_bot")
    assert "已开通" in (await server.next_sent(group)).text
    assert len(server.ledger.sent(group.id)) == 2


async def test_a_group_becomes_a_supergroup(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    group = server.group("第三支部", wang, kind="group")
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    server.say(group, wang, f"小党，{QUESTION}")
    await server.next_sent(group)
    moved = server.migrate(group)
    server.say(moved, wang, f"小党，{QUESTION}")
    assert "代办" in (await server.next_sent(moved)).text
    assert await program.stop() == 0
    await program.start()
    server.say(moved, wang, f"小党，{QUESTION}")
    assert "代办" in (await server.next_sent(moved)).text


async def test_a_migration_that_only_the_error_tells_of(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    group = server.group("第三支部", wang, kind="group")
    new = server.group("第三支部", wang)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    await program.start()
    server.faults.next(migrated(new.id), chat_id=group.id)
    server.say(group, wang, f"小党，{QUESTION}")
    assert "代办" in (await server.next_sent(new)).text
    server.say(new, wang, f"小党，{QUESTION}")
    assert "代办" in (await server.next_sent(new)).text


async def test_forum_topics(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    forum = server.group("论坛支部", wang, forum=True)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(forum.id)
    await program.start()
    thread = server.topic(forum, "学习")
    server.say(forum, wang, f"小党，{QUESTION}", thread_id=thread)
    assert (await server.next_sent(forum)).thread_id == thread
    server.say(forum, wang, f"小党，{QUESTION}")
    reply = await server.next_sent(forum)
    assert reply.thread_id is None
    assert "message_thread_id" not in reply.params
    server.say(forum, wang, QUESTION, thread_id=thread)
    server.say_anonymously(forum, f"小党，{QUESTION}", thread_id=thread)
    assert (await server.next_sent(forum)).thread_id == thread
    assert len(server.ledger.sent(forum.id)) == 3


async def test_channel_posts_and_machines_are_not_answered(
    server: BotApiServer, program: Program
) -> None:
    wang = server.user("王芳")
    channel = server.channel("公告", wang)
    group = server.group("第一支部", wang)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = f"{group.id},{channel.id}"
    await program.start()
    server.post(channel, f"@dang_desk_bot {QUESTION}")
    server.service(group, wang, new_chat_title="小党")
    server.say(group, wang, f"小党，{QUESTION}")
    await server.next_sent(group)
    assert len(server.ledger.sent()) == 1
