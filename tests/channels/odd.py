"""Odd updates, made with a seed: missing fields, wrong types, strange and huge texts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

TEXTS = (
    "小党，红色代办能办哪些手续",
    "@dang_desk_bot 党课几点",
    "/help",
    "/id@dang_desk_bot",
    "/calendar@other_bot 七月",
    "",
    " ",
    "\u202e小党，反着写\u202c",
    "م小党 مرحبا بالعالم",
    "Z̷̢͓a̸͎͝l̵̰̾g̸͇̈o̷̖͐ 小党，z̸̛" * 20,
    "👨‍👩‍👧‍👦" * 300,
    "🇨🇳" * 200,
    "\ud83d 小党，半个表情 \udc00",
    "\x00\x01\x1f 小党",
    "小党，" + "长" * 20_000,
    "<b>&lt;" * 50,
    "小党" * 500,
    "@" * 500,
    "/" * 500,
    "\n" * 400,
    "１２３ＡＢＣ　小党，全角",
)
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**63, -(2**70), 3.7, "", "x", "9" * 400, [], {}, [None], {"id": None},
    [[[]]], {"type": "private"}, "private", "\ud800",
)  # fmt: skip
KINDS = (
    "message", "edited_message", "callback_query", "my_chat_member", "channel_post",
    "message_reaction", "poll_answer", "inline_query", "chat_join_request", "something_new",
)  # fmt: skip
_WANG = {"id": 42, "is_bot": False, "first_name": "王"}
_BOT = {"id": 7, "is_bot": True, "first_name": "台", "username": "dang_desk_bot"}
_CHATS = (
    {"id": 42, "type": "private", "first_name": "王"},
    {"id": -100, "type": "supergroup", "title": "支部", "is_forum": True},
    {"id": -200, "type": "group", "title": "没开通"},
    {"id": -300, "type": "channel", "title": "公告"},
)
_SERVICE: tuple[dict[str, Any], ...] = (
    {"new_chat_members": [_BOT]},
    {"left_chat_member": _BOT},
    {"migrate_to_chat_id": -1001},
    {"migrate_from_chat_id": -200},
    {"new_chat_title": "新名"},
    {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1,
                 "height": 1, "is_animated": False, "is_video": False}},
    {"location": {"latitude": 1.0, "longitude": 2.0}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"contact": {"phone_number": "1", "first_name": "李"}},
    {"pinned_message": {"message_id": 1, "date": 0, "chat": _CHATS[1]}},
)  # fmt: skip


def odd_updates(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Updates as a server might send them on its worst day."""
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        update = {"update_id": number, **_update(chance, number)}
        for _ in range(chance.choice((0, 0, 0, 1, 1, 3))):
            _spoil(update, chance)
        yield update


def _update(chance: random.Random, number: int) -> dict[str, Any]:
    kind = chance.choice(KINDS)
    message = _message(chance, number)
    if kind == "callback_query":
        data = chance.choice(("e:0123456789ab", "access:y:-200", "access:n:", "x" * 64, "\ud800"))
        return {kind: {"id": str(number), "from": _WANG, "message": message, "data": data,
                       "chat_instance": "1"}}  # fmt: skip
    if kind == "my_chat_member":
        member = {"user": _BOT, "status": chance.choice(("member", "left", "kicked", "odd"))}
        return {kind: {"chat": chance.choice(_CHATS), "from": _WANG, "date": 0,
                       "old_chat_member": {"user": _BOT, "status": "left"},
                       "new_chat_member": member}}  # fmt: skip
    return {kind: message}


def _message(chance: random.Random, number: int) -> dict[str, Any]:
    text = chance.choice(TEXTS)
    message: dict[str, Any] = {
        "message_id": number,
        "date": 1_780_000_000 + number,
        "chat": dict(chance.choice(_CHATS)),
        "from": dict(_WANG, id=chance.randrange(40, 2000)),
    }
    if chance.random() < 0.8:
        message["text" if chance.random() < 0.9 else "caption"] = text
        message["entities"] = [
            {"type": chance.choice(("mention", "bot_command", "text_mention", "url", "odd")),
             "offset": chance.randrange(-5, 60), "length": chance.randrange(-5, 60)}
            for _ in range(chance.randrange(3))
        ]  # fmt: skip
    else:
        message |= chance.choice(_SERVICE)
    if chance.random() < 0.2:
        message["reply_to_message"] = {"message_id": 5, "date": 0, "chat": message["chat"],
                                       "from": chance.choice((_BOT, _WANG))}  # fmt: skip
    if chance.random() < 0.2:
        message |= {"is_topic_message": True, "message_thread_id": chance.choice((1, 5, 77))}
    if chance.random() < 0.1:
        message["sender_chat"] = dict(chance.choice(_CHATS))
    if chance.random() < 0.1:
        message["edit_date"] = message["date"] + chance.randrange(300)
    return message


def _spoil(update: dict[str, Any], chance: random.Random) -> None:
    """Delete or replace one field somewhere."""
    here: Any = update
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = here[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.75:
            here[key] = here = inner.copy()
            continue
        if isinstance(here, dict) and chance.random() < 0.4:
            del here[key]
        else:
            here[key] = chance.choice(ODD)
        return
