"""Two independent clients send, edit and delete, and read back what the server says."""

from __future__ import annotations

import aiogram
import pytest
import telegram
from aiogram import types
from aiogram.exceptions import TelegramBadRequest
from telegram.error import BadRequest

from tests.bot_api import BotApiServer, Chat, User, png

LINE = "<b>党费</b>每月 25 日前交，见 <a href='https://example.org/'>规定</a>"


def keyboard(*labels: str) -> telegram.InlineKeyboardMarkup:
    row = [telegram.InlineKeyboardButton(label, callback_data=f"d:{label}") for label in labels]
    return telegram.InlineKeyboardMarkup([row])


def gram_keyboard(*labels: str) -> types.InlineKeyboardMarkup:
    row = [types.InlineKeyboardButton(text=label, callback_data=f"d:{label}") for label in labels]
    return types.InlineKeyboardMarkup(inline_keyboard=[row])


async def test_both_clients_read_the_bot_itself(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot
) -> None:
    first, second = await ptb.get_me(), await gram.get_me()
    assert first.username == second.username == "desk_bot"
    assert first.id == second.id == server.bot.id
    assert second.can_read_all_group_messages is False


async def test_html_comes_back_as_entities_in_aiogram(
    server: BotApiServer, gram: aiogram.Bot, group: Chat
) -> None:
    message = await gram.send_message(group.id, "😀" + LINE, parse_mode="HTML")
    assert message.text == "😀党费每月 25 日前交，见 规定"
    assert message.html_text == "😀" + LINE.replace("'", '"')
    sent = server.ledger.sent(group.id)[0]
    assert (sent.text, sent.message_id) == (message.text, message.message_id)


async def test_html_comes_back_as_entities_in_ptb(
    server: BotApiServer, ptb: telegram.Bot, group: Chat
) -> None:
    message = await ptb.send_message(group.id, "😀" + LINE, parse_mode="HTML")
    assert message.text_html == "😀" + LINE.replace("'", '"')
    assert server.ledger.texts() == [message.text]


async def test_ptb_edits_and_deletes(server: BotApiServer, ptb: telegram.Bot, group: Chat) -> None:
    sent = await ptb.send_message(group.id, "第一版", reply_markup=keyboard("确认", "取消"))
    assert server.ledger.sent(group.id)[0].labels == ("确认", "取消")
    edited = await ptb.edit_message_text("第二版", group.id, sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert edited.text == "第二版"
    assert edited.edit_date is not None
    assert edited.reply_markup is None
    with pytest.raises(BadRequest, match="essage is not modified"):
        await ptb.edit_message_text("第二版", group.id, sent.message_id)
    await ptb.edit_message_reply_markup(group.id, sent.message_id, reply_markup=keyboard("返回"))
    assert await ptb.delete_message(group.id, sent.message_id)
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await ptb.delete_message(group.id, sent.message_id)
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await ptb.edit_message_text("第三版", group.id, sent.message_id)
    assert [c.text for c in server.ledger.edited(group.id)] == ["第二版", "第二版"]
    assert len(server.ledger.deleted(group.id)) == 1
    assert len(server.ledger.refused(400)) == 3


async def test_aiogram_edits_with_buttons(
    server: BotApiServer, gram: aiogram.Bot, group: Chat
) -> None:
    sent = await gram.send_message(group.id, "第一版", reply_markup=gram_keyboard("确认"))
    edited = await sent.edit_text("第二版", reply_markup=gram_keyboard("返回"))
    assert isinstance(edited, types.Message)
    assert edited.reply_markup is not None
    assert edited.reply_markup.inline_keyboard[0][0].text == "返回"
    assert server.ledger.edited()[0].labels == ("返回",)
    assert server.ledger.sent()[0].labels == ("确认",)


async def test_replies_and_topics(
    server: BotApiServer, gram: aiogram.Bot, forum: Chat, wang: User
) -> None:
    topic = server.topic(forum, "答疑")
    said = server.say(forum, wang, "党费", thread_id=topic)
    sent = await gram.send_message(
        forum.id,
        "答",
        message_thread_id=topic,
        reply_parameters=types.ReplyParameters(message_id=said.message_id),
    )
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "党费"
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
    assert server.ledger.sent(forum.id, thread_id=topic)[0].text == "答"
    for wrong in (1, 999):
        with pytest.raises(TelegramBadRequest, match="message thread not found"):
            await gram.send_message(forum.id, "答", message_thread_id=wrong)
    server.close_topic(forum, topic)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await gram.send_message(forum.id, "答", message_thread_id=topic)


async def test_reply_to_nothing(server: BotApiServer, ptb: telegram.Bot, group: Chat) -> None:
    lost = telegram.ReplyParameters(message_id=999)
    with pytest.raises(BadRequest, match="essage to be replied not found"):
        await ptb.send_message(group.id, "答", reply_parameters=lost)
    anyway = telegram.ReplyParameters(message_id=999, allow_sending_without_reply=True)
    message = await ptb.send_message(group.id, "答", reply_parameters=anyway)
    assert message.reply_to_message is None
    assert len(server.ledger.sent()) == 1


async def test_ptb_uploads_and_downloads(
    server: BotApiServer, ptb: telegram.Bot, group: Chat
) -> None:
    photo = await ptb.send_photo(group.id, png(30, 20), caption="<b>海报</b>", parse_mode="HTML")
    assert (photo.photo[-1].width, photo.photo[-1].height) == (30, 20)
    assert photo.caption_html == "<b>海报</b>"
    document = await ptb.send_document(group.id, b"BEGIN:VCALENDAR", filename="calendar.ics")
    assert document.document is not None
    assert document.document.file_name == "calendar.ics"
    stored = await ptb.get_file(document.document.file_id)
    assert bytes(await stored.download_as_bytearray()) == b"BEGIN:VCALENDAR"
    again = await ptb.send_document(group.id, document.document.file_id)
    assert again.document is not None
    edited = await ptb.edit_message_caption(group.id, photo.message_id, caption="新说明")
    assert isinstance(edited, telegram.Message)
    assert edited.caption == "新说明"
    assert edited.photo
    assert server.ledger.sent()[1].params["document"].startswith("file ")


async def test_aiogram_uploads(gram: aiogram.Bot, group: Chat) -> None:
    photo = await gram.send_photo(group.id, types.BufferedInputFile(png(), "a.png"), caption="图")
    assert photo.photo is not None
    document = await gram.send_document(group.id, types.BufferedInputFile(b"x", "a.txt"))
    assert document.document is not None
    copied = await gram.copy_message(group.id, group.id, document.message_id)
    assert copied.message_id == document.message_id + 1
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await gram.send_photo(group.id, types.BufferedInputFile(b"no picture", "a.png"))


async def test_polls_in_both_clients(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot, group: Chat, wang: User
) -> None:
    quiz = await ptb.send_poll(
        group.id,
        "党的生日",
        ["七月一日", "十月一日"],
        type="quiz",
        correct_option_ids=[0],
        is_anonymous=False,
    )
    assert quiz.poll is not None
    assert quiz.poll.options[0].text == "七月一日"
    server.vote(server.ledger.sent()[0], wang, 0)
    answer = (await ptb.get_updates())[0].poll_answer
    assert answer is not None
    assert answer.option_ids == (0,)
    plain = await gram.send_poll(group.id, "几点", ["九点", "十点"])
    stopped = await gram.stop_poll(group.id, plain.message_id)
    assert stopped.is_closed
    counted = await gram.stop_poll(group.id, quiz.message_id)
    assert counted.options[0].voter_count == 1


async def test_chats_members_and_commands(
    server: BotApiServer, ptb: telegram.Bot, gram: aiogram.Bot, group: Chat, wang: User
) -> None:
    first, second = await ptb.get_chat(group.id), await gram.get_chat(group.id)
    assert first.title == second.title == "第一支部"
    assert await ptb.get_chat_member_count(group.id) == 2
    owner = await gram.get_chat_member(group.id, wang.id)
    assert owner.status == "creator"
    server.add_bot(group, wang, "administrator")
    admins = await ptb.get_chat_administrators(group.id)
    assert {admin.status for admin in admins} == {"creator", "administrator"}
    assert len(await gram.get_chat_administrators(group.id)) == 2
    scope = telegram.BotCommandScopeAllGroupChats()
    await ptb.set_my_commands([("help", "能答什么")], scope=scope)
    assert await gram.get_my_commands() == []
    (command,) = await gram.get_my_commands(scope=types.BotCommandScopeAllGroupChats())
    assert (command.command, command.description) == ("help", "能答什么")
    await gram.delete_my_commands(scope=types.BotCommandScopeAllGroupChats())
    assert await ptb.get_my_commands(scope=scope) == ()
    assert await ptb.set_my_description("答疑") is True
    assert await gram.set_my_short_description("答疑") is True
    assert (await gram.get_my_description()).description == "答疑"
    assert await ptb.send_chat_action(group.id, "typing")
    sent = await ptb.send_message(group.id, "置顶")
    assert await ptb.pin_chat_message(group.id, sent.message_id)
    assert (await gram.get_chat(group.id)).pinned_message is not None
    assert await gram.leave_chat(group.id)
    assert all(not call.unknown for call in server.ledger.all)
