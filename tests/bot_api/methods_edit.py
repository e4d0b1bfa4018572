"""Methods that change, delete or pin messages and answer button presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import checks
from . import entities as found
from .errors import Json, bad_request
from .methods import Done, Method

if TYPE_CHECKING:
    from .model import Chat, Message
    from .params import Params
    from .world import World

DELETE_SECONDS_MAX = 48 * 3600
ANSWER_UNITS = 200
_TARGET = "business_connection_id chat_id message_id inline_message_id reply_markup "


def edit_text(world: World, params: Params) -> Done:
    message = _editable(world, params)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, params, message, checks.text_content(world, params))


def edit_caption(world: World, params: Params) -> Done:
    message = _editable(world, params)
    if not {"photo", "document"} & message.content.keys():
        raise bad_request("there is no caption in the message to edit")
    kept = {n: v for n, v in message.content.items() if n not in {"caption", "caption_entities"}}
    return _edit(world, params, message, kept | checks.caption_content(world, params))


def edit_markup(world: World, params: Params) -> Done:
    message = _editable(world, params)
    return _edit(world, params, message, message.content)


def _edit(world: World, params: Params, message: Message, content: Json) -> Done:
    # An edit without reply_markup takes the buttons away: so does the platform.
    markup = checks.inline_markup(params, message.chat, inline_only=True)
    if (content, markup) == (message.content, message.markup):
        raise bad_request(checks.NOT_MODIFIED)
    message.content = content
    message.markup = markup
    message.edit_date = world.now()
    return Done(message.to_json(), message)


def delete_message(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    message = world.find_message(chat, params.integer("message_id") or 0, "delete")
    is_admin = world.is_admin(chat, world.bot.id)
    in_time = world.now() - message.date < DELETE_SECONDS_MAX
    mine = message.from_bot or chat.type == "private"
    if not ((mine and in_time) or (is_admin and (in_time or chat.type != "private"))):
        raise bad_request("message can't be deleted for everyone" if mine else _CANNOT_DELETE)
    del chat.messages[message.message_id]
    return Done(True, message)


_CANNOT_DELETE = "message can't be deleted"


def stop_poll(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    message = chat.messages.get(params.integer("message_id") or 0)
    if message is None:
        raise bad_request("message with poll to stop not found")
    if "poll" not in message.content or not message.from_bot:
        raise bad_request("message is not a poll")
    poll = message.content["poll"]
    if poll["is_closed"]:
        raise bad_request("poll has already been closed")
    poll["is_closed"] = True
    message.markup = checks.inline_markup(params, chat, inline_only=True)
    message.edit_date = world.now()
    return Done(poll, message)


def answer_callback_query(world: World, params: Params) -> Done:
    message = world.queries.get(params.text("callback_query_id"))
    if message is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if found.units(params.text("text")) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    return Done(True, message)


def pin_message(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    _pin_right(world, chat)
    message = world.find_message(chat, params.integer("message_id") or 0, "pin")
    chat.pinned = message.message_id
    return Done(True, message)


def unpin_message(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    _pin_right(world, chat)
    message_id = params.integer("message_id") or chat.pinned or 0
    message = world.find_message(chat, message_id, "unpin")
    if chat.pinned == message_id:
        chat.pinned = None
    return Done(True, message)


def _pin_right(world: World, chat: Chat) -> None:
    if chat.type != "private" and not world.is_admin(chat, world.bot.id):
        raise bad_request("not enough rights to manage pinned messages in the chat")


def _editable(world: World, params: Params) -> Message:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in params.values:
        raise bad_request("chat_id is empty")
    chat = world.open_chat(params.chat_id)
    if "message_id" not in params.values:
        raise bad_request("message identifier is not specified")
    message = world.find_message(chat, params.integer("message_id") or 0, "edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


METHODS = {
    "editMessageText": Method(
        edit_text,
        "text",
        _TARGET + "text parse_mode entities link_preview_options disable_web_page_preview",
    ),
    "editMessageCaption": Method(
        edit_caption,
        "",
        _TARGET + "caption parse_mode caption_entities show_caption_above_media",
    ),
    "editMessageReplyMarkup": Method(edit_markup, "", _TARGET),
    "deleteMessage": Method(delete_message, "chat_id message_id", "chat_id message_id"),
    "stopPoll": Method(
        stop_poll,
        "chat_id message_id",
        "business_connection_id chat_id message_id reply_markup",
    ),
    "answerCallbackQuery": Method(
        answer_callback_query,
        "callback_query_id",
        "callback_query_id text show_alert url cache_time",
    ),
    "pinChatMessage": Method(
        pin_message,
        "chat_id message_id",
        "business_connection_id chat_id message_id disable_notification",
    ),
    "unpinChatMessage": Method(
        unpin_message, "chat_id", "business_connection_id chat_id message_id"
    ),
}
