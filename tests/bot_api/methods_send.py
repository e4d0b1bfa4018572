"""Methods that put a message into a chat."""

from __future__ import annotations

import copy
import struct
from typing import TYPE_CHECKING

from . import checks
from .errors import ApiError, Json, bad_request
from .methods import Done, Method
from .params import Upload

if TYPE_CHECKING:
    from .model import Chat, Message
    from .params import Params
    from .world import StoredFile, World

PHOTO_BYTES = 10 * 1024 * 1024
DOCUMENT_BYTES = 50 * 1024 * 1024
_COMMON = (
    "business_connection_id chat_id message_thread_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id reply_parameters reply_markup reply_to_message_id "
    "allow_sending_without_reply direct_messages_topic_id suggested_post_parameters "
)
_CAPTION = "caption parse_mode caption_entities show_caption_above_media "
_CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def put(world: World, params: Params, chat: Chat, content: Json) -> Message:
    """Stores the bot's message after every check that all kinds of messages share."""
    thread_id = checks.thread(params, chat)
    reply_to = checks.reply(world, params, chat)
    markup = checks.inline_markup(params, chat)
    in_channel = chat.type == "channel"
    if params.flag("protect_content"):
        content = content | {"has_protected_content": True}
    message = world.add_message(
        chat,
        content,
        sender=None if in_channel else world.bot,
        sender_chat=chat if in_channel else None,
        thread_id=thread_id,
        reply_to=reply_to,
        markup=markup,
        from_bot=True,
    )
    if reply_to is not None and reply_to.chat is not chat:
        message.reply_to = None
    return message


def send_message(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    world.can_send(chat)
    message = put(world, params, chat, checks.text_content(world, params))
    return Done(message.to_json(), message)


def send_photo(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    world.can_send(chat, "photos")
    source = params.file("photo")
    if isinstance(source, Upload):
        if len(source.data) > PHOTO_BYTES:
            raise bad_request("file is too big")
        width, height = image_size(source.data)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        stored = world.add_file(source.name, source.data, "photos")
    else:
        stored = _by_reference(world, source)
        width, height = image_size(stored.data)
    photo = [stored.to_json() | {"width": width, "height": height}]
    content = {"photo": photo} | checks.caption_content(world, params)
    message = put(world, params, chat, content)
    return Done(message.to_json(), message)


def send_document(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    world.can_send(chat, "documents")
    source = params.file("document")
    if isinstance(source, Upload):
        if len(source.data) > DOCUMENT_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        if not source.data:
            raise bad_request("file must be non-empty")
        stored = world.add_file(source.name, source.data)
    else:
        stored = _by_reference(world, source)
    content: Json = {"document": stored.to_json() | {"file_name": stored.name}}
    message = put(world, params, chat, content | checks.caption_content(world, params))
    return Done(message.to_json(), message)


def copy_message(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    world.can_send(chat)
    source = world.open_chat(params.values["from_chat_id"])
    original = source.messages.get(params.integer("message_id") or 0)
    if original is None:
        raise bad_request("message to copy not found")
    kinds = {"text", "photo", "document", "poll"}
    if not kinds & original.content.keys():
        raise bad_request("message can't be copied")
    content = copy.deepcopy(original.content)
    if "poll" in content:
        content["poll"]["id"] = str(6_000_000_000 + world.serial())
    if "caption" in params.values and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= checks.caption_content(world, params)
    message = put(world, params, chat, content)
    return Done({"message_id": message.message_id}, message)


def send_chat_action(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    checks.thread(params, chat)
    if params.text("action") not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    return Done(True)


def _by_reference(world: World, source: str | None) -> StoredFile:
    if not source:
        raise bad_request("there is no file in the request")
    if source.startswith(("http://", "https://")):
        # This platform lives on one machine and fetches nothing.
        raise bad_request("failed to get HTTP URL content")
    return world.find_file(source)


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG picture; anything else is no picture."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
    elif data[:3] == b"GIF" and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
    elif data[:2] == b"\xff\xd8":
        width, height = _jpeg_size(data)
    else:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if not width or not height:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    position = 2
    while position + 9 <= len(data):
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise bad_request("IMAGE_PROCESS_FAILED")


METHODS = {
    "sendMessage": Method(
        send_message,
        "chat_id text",
        _COMMON + "text parse_mode entities link_preview_options disable_web_page_preview",
    ),
    "sendPhoto": Method(send_photo, "chat_id photo", _COMMON + _CAPTION + "photo has_spoiler"),
    "sendDocument": Method(
        send_document,
        "chat_id document",
        _COMMON + _CAPTION + "document thumbnail disable_content_type_detection",
    ),
    "copyMessage": Method(
        copy_message,
        "chat_id from_chat_id message_id",
        _COMMON + _CAPTION + "from_chat_id message_id video_start_timestamp",
    ),
    "sendChatAction": Method(
        send_chat_action,
        "chat_id action",
        "business_connection_id chat_id message_thread_id action",
    ),
}
