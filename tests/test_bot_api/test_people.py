"""What people do reaches the bot as the platform would bring it."""

from __future__ import annotations

import asyncio

import aiogram
import pytest
import telegram
from aiogram.exceptions import TelegramBadRequest
from telegram.error import ChatMigrated, Conflict
from telegram.ext import Application, MessageHandler, filters

from tests.bot_api import BotApiServer, Chat, User

from .conftest import ptb_bot


async def test_privacy_mode(server: BotApiServer, group: Chat, wang: User) -> None:
    heard = {
        text: server.say(group, wang, text).update_id is not None
        for text in ("你好", "@desk_bot 党费", "/help", "/help@desk_bot", "/help@other_bot")
    }
    assert heard == {
        "你好": False,
        "@desk_bot 党费": False,
        "/help": True,
        "/help@desk_bot": True,
        "/help@other_bot": False,
    }
    server.add_bot(group, wang, "administrator")
    assert server.say(group, wang, "你好").update_id is not None


async def test_without_privacy_mode_every_line_is_heard(wang: User) -> None:
    async with BotApiServer(reads_all=True) as open_server:
        group = open_server.group("支部", wang)
        assert open_server.say(group, wang, "你好").update_id is not None


async def test_a_reply_to_the_bot_is_heard(
    server: BotApiServer, ptb: telegram.Bot, group: Chat, wang: User
) -> None:
    await ptb.send_message(group.id, "答")
    server.say(group, wang, "谢谢", reply_to=await server.next_sent(group))
    (update,) = await ptb.get_updates()
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.from_user == ptb.bot


async def test_both_clients_see_the_same_mention(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot, private: Chat, wang: User
) -> None:
    server.say(private, wang, "😀 @desk_bot 你好")
    (first,) = await ptb.get_updates()
    (second,) = await gram.get_updates()
    assert first.message is not None
    assert second.message is not None
    assert list(first.message.parse_entities().values()) == ["@desk_bot"]
    assert second.message.entities is not None
    assert second.message.entities[0].extract_from(second.message.text or "") == "@desk_bot"


async def test_a_button_is_pressed_and_answered(
    server: BotApiServer, gram: aiogram.Bot, group: Chat, wang: User
) -> None:
    button = aiogram.types.InlineKeyboardButton(text="确认", callback_data="ok:1")
    markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
    await gram.send_message(group.id, "收到请确认", reply_markup=markup)
    query_id = server.press(group, wang, "确认")
    (update,) = await gram.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "ok:1"
    assert update.callback_query.from_user.id == wang.id
    await update.callback_query.as_(gram).answer("已记下", show_alert=True)
    assert (await server.answer_to(query_id)).params["text"] == "已记下"
    assert server.press(group, wang, "ok:1") != query_id
    server.expire(query_id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await gram.answer_callback_query(query_id)
    with pytest.raises(AssertionError, match="no button '取消'"):
        server.press(group, wang, "取消")


async def test_the_bot_comes_and_goes(server: BotApiServer, ptb: telegram.Bot, wang: User) -> None:
    group = server.group("新支部", wang, bot_status="left")
    server.add_bot(group, wang)
    server.remove_bot(group, wang)
    server.say(group, wang, "/help")
    added, welcome, removed = await ptb.get_updates()
    assert added.my_chat_member is not None
    assert added.my_chat_member.new_chat_member.status == "member"
    assert welcome.message is not None
    assert welcome.message.new_chat_members[0] == ptb.bot
    assert removed.my_chat_member is not None
    assert removed.my_chat_member.new_chat_member.status == "kicked"


async def test_people_come_and_go(
    server: BotApiServer, gram: aiogram.Bot, group: Chat, wang: User
) -> None:
    server.add_bot(group, wang, "administrator")
    await gram.get_updates(allowed_updates=["message", "chat_member"], offset=-1)
    newcomer = server.user("李强")
    server.join(group, newcomer)
    server.leave(group, newcomer)
    updates = (await gram.get_updates())[1:]
    assert [update.event_type for update in updates] == ["chat_member", "message"] * 2
    assert updates[1].message is not None
    assert updates[1].message.new_chat_members is not None
    assert updates[1].message.new_chat_members[0].first_name == "李强"


async def test_a_group_becomes_a_supergroup(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot, basic: Chat
) -> None:
    new = server.migrate(basic)
    old_side, new_side = await ptb.get_updates()
    assert old_side.message is not None
    assert old_side.message.migrate_to_chat_id == new.id
    assert new_side.message is not None
    assert new_side.message.migrate_from_chat_id == basic.id
    with pytest.raises(ChatMigrated) as caught:
        await ptb.send_message(basic.id, "通知")
    assert caught.value.new_chat_id == new.id
    await gram.send_message(new.id, "通知")
    assert server.ledger.texts(new.id) == ["通知"]


async def test_edits_photos_service_messages_and_chats_that_speak(
    server: BotApiServer, ptb: telegram.Bot, wang: User
) -> None:
    group = server.group("支部", wang, bot_status="administrator")
    channel = server.channel("通知频道", wang)
    said = server.say(group, wang, "党费")
    server.edit_message(said, "党费几号交")
    server.say_photo(group, wang, "@desk_bot 这是什么")
    server.say_document(group, wang, "a.txt", b"x")
    server.service(group, wang, new_chat_title="新名字")
    server.say_anonymously(group, "我是管理员")
    server.say(group, None, "频道发言", as_chat=channel)
    server.post(channel, "公告")
    updates = await ptb.get_updates()
    assert updates[1].edited_message is not None
    assert updates[1].edited_message.text == "党费几号交"
    assert updates[2].message is not None
    assert list(updates[2].message.parse_caption_entities().values()) == ["@desk_bot"]
    photo = await (await updates[2].message.photo[-1].get_file()).download_as_bytearray()
    assert photo.startswith(b"\x89PNG")
    assert updates[4].message is not None
    assert (updates[4].message.text, updates[4].message.new_chat_title) == (None, "新名字")
    anonymous, speaking = updates[5].message, updates[6].message
    assert anonymous is not None
    assert anonymous.sender_chat == anonymous.chat
    assert anonymous.from_user is not None
    assert anonymous.from_user.username == "GroupAnonymousBot"
    assert speaking is not None
    assert speaking.sender_chat is not None
    assert speaking.sender_chat.type == "channel"
    assert updates[7].channel_post is not None
    assert updates[7].channel_post.from_user is None


async def test_long_polling_waits_for_news(
    server: BotApiServer, gram: aiogram.Bot, private: Chat, wang: User
) -> None:
    waiting = asyncio.create_task(gram.get_updates(timeout=10))
    await server.polling()
    said = server.say(private, wang, "你好")
    (update,) = await waiting
    assert update.update_id == said.update_id
    assert [u.update_id for u in await gram.get_updates()] == [update.update_id]
    await gram.get_updates(offset=update.update_id + 1)
    await server.taken(said)
    assert await gram.get_updates() == []


async def test_offset_limit_and_kinds(
    server: BotApiServer, ptb: telegram.Bot, private: Chat, wang: User
) -> None:
    for text in "一二三":
        server.say(private, wang, text)
    first = await ptb.get_updates(limit=1, allowed_updates=["message"])
    assert [u.message.text for u in first if u.message] == ["一"]
    server.block(wang)
    last = await ptb.get_updates(offset=-1)
    assert [u.message.text for u in last if u.message] == ["三"]
    assert len(await ptb.get_updates()) == 1


async def test_of_two_pollers_the_older_is_told(server: BotApiServer, gram: aiogram.Bot) -> None:
    async with ptb_bot(server) as bot:
        older = asyncio.create_task(bot.get_updates(timeout=10))
        await server.polling()
        await gram.get_updates()
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await older
    assert len(server.ledger.refused(409)) == 1


async def test_an_application_answers(server: BotApiServer, private: Chat, wang: User) -> None:
    """A whole python-telegram-bot application runs against the server."""

    async def echo(update: telegram.Update, _context: object) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text(f"您说：{update.effective_message.text}")

    app = Application.builder().bot(ptb_bot(server)).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    async with app:
        assert app.updater is not None
        await app.updater.start_polling(drop_pending_updates=True)
        await app.start()
        await server.polling()
        server.say(private, wang, "你好")
        reply = await server.next_sent(private)
        assert reply.text == "您说：你好"
        await server.taken()
        await app.updater.stop()
        await app.stop()
