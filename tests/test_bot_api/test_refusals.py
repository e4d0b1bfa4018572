"""What the platform refuses is refused here with the same code and words."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.bot_api import BotApiServer, Chat, User


async def call(server: BotApiServer, method: str, **params: object) -> tuple[int, dict[str, Any]]:
    url = f"{server.base_url}{server.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as response:
        return response.status, await response.json()


async def refusal(server: BotApiServer, method: str, **params: object) -> str:
    status, body = await call(server, method, **params)
    assert body["ok"] is False
    assert body["error_code"] == status
    return str(body["description"])


async def test_wrong_token_and_unknown_method(server: BotApiServer) -> None:
    url = f"{server.base_url}1:wrong/getMe"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 401
        body = await response.json()
    assert body == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    status, body = await call(server, "getMoon")
    assert (status, body["description"]) == (404, "Not Found")
    assert (await call(server, "GETME"))[0] == 200


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"chat_id": None}, "chat_id is empty"),
        ({"chat_id": 12345}, "chat not found"),
        ({"chat_id": "@nobody"}, "chat not found"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "党" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"parse_mode": "Fancy"}, "unsupported parse_mode"),
        ({"message_thread_id": 5}, "message thread not found"),
        ({"message_thread_id": "x"}, 'parameter "message_thread_id" must be an Integer'),
        ({"disable_notification": "perhaps"}, "must be a Boolean"),
        ({"reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"reply_markup": []}, "object expected as reply markup"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 9}]}, "can't parse entities"),
    ],
)
async def test_bad_messages(
    server: BotApiServer, group: Chat, params: dict[str, Any], reason: str
) -> None:
    found = await refusal(server, "sendMessage", **({"chat_id": group.id, "text": "x"} | params))
    assert found.startswith("Bad Request: ")
    assert reason in found
    assert server.ledger.sent() == []


async def test_length_is_measured_after_parsing(server: BotApiServer, group: Chat) -> None:
    text = "<b>" + "党" * 4096 + "</b>"
    status, _ = await call(server, "sendMessage", chat_id=group.id, text=text, parse_mode="HTML")
    assert status == 200


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "党" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, 'Can\'t find field "text"'),
        ({"text": "x", "url": "nowhere"}, "URL 'nowhere' is invalid"),
        ({"text": "x", "web_app": {"url": "https://example.org"}}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_bad_buttons(
    server: BotApiServer, group: Chat, button: dict[str, Any], reason: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    found = await refusal(server, "sendMessage", chat_id=group.id, text="x", reply_markup=markup)
    assert reason in found


async def test_callback_data_of_64_bytes_fits(server: BotApiServer, group: Chat) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "党" * 21 + "1"}]]}
    status, _ = await call(server, "sendMessage", chat_id=group.id, text="x", reply_markup=markup)
    assert status == 200


async def test_every_body_is_read(server: BotApiServer, group: Chat) -> None:
    url = f"{server.base_url}{server.token}/sendMessage"
    plain = {"chat_id": str(group.id), "text": "党"}
    form = aiohttp.FormData(plain)
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in plain.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    async with aiohttp.ClientSession() as session:
        for body in ({"params": plain}, {"json": plain}, {"data": form}, {"data": multipart}):
            async with session.post(url, **body) as response:
                assert response.status == 200
        async with session.get(url, params=plain) as response:
            assert (await response.json())["result"]["text"] == "党"
        async with session.post(url, data="{", headers=_JSON) as response:
            assert response.status == 400
    assert server.ledger.texts() == ["党"] * 5


_JSON = {"Content-Type": "application/json"}


async def test_closed_doors(server: BotApiServer, group: Chat, basic: Chat, wang: User) -> None:
    stranger = server.user("李强")
    never = await refusal(server, "sendMessage", chat_id=stranger.id, text="x")
    assert never == "Forbidden: bot can't initiate conversation with a user"
    server.private(wang)
    server.block(wang)
    blocked = await refusal(server, "sendMessage", chat_id=wang.id, text="x")
    assert blocked == "Forbidden: bot was blocked by the user"
    server.unblock(wang)
    assert (await call(server, "sendMessage", chat_id=wang.id, text="x"))[0] == 200
    wang.deactivated = True
    gone = await refusal(server, "sendMessage", chat_id=wang.id, text="x")
    assert gone == "Forbidden: user is deactivated"
    server.remove_bot(group, wang)
    kicked = await refusal(server, "sendMessage", chat_id=group.id, text="x")
    assert kicked == "Forbidden: bot was kicked from the supergroup chat"
    server.remove_bot(basic, wang)
    kicked = await refusal(server, "getChat", chat_id=basic.id)
    assert kicked == "Forbidden: bot was kicked from the group chat"
    other = server.group("别处", wang, bot_status="left")
    outside = await refusal(server, "sendMessage", chat_id=other.id, text="x")
    assert outside == "Forbidden: bot is not a member of the supergroup chat"
    muted = server.group("静音", wang)
    muted.bot_may_send = False
    silent = await refusal(server, "sendMessage", chat_id=muted.id, text="x")
    assert silent == "Bad Request: not enough rights to send text messages to the chat"


async def test_only_own_messages_can_be_edited(
    server: BotApiServer, group: Chat, wang: User
) -> None:
    said = server.say(group, wang, "党费")
    where = {"chat_id": group.id, "message_id": said.message_id}
    assert "message can't be edited" in await refusal(server, "editMessageText", text="x", **where)
    assert "message can't be deleted" in await refusal(server, "deleteMessage", **where)
    assert "not enough rights to manage pinned" in await refusal(server, "pinChatMessage", **where)
    server.add_bot(group, wang, "administrator")
    assert (await call(server, "deleteMessage", **where))[0] == 200


async def test_the_wrong_kind_of_edit(server: BotApiServer, group: Chat) -> None:
    _, body = await call(server, "sendMessage", chat_id=group.id, text="x")
    where = {"chat_id": group.id, "message_id": body["result"]["message_id"]}
    found = await refusal(server, "editMessageCaption", caption="x", **where)
    assert "there is no caption in the message to edit" in found
    missing = await refusal(server, "editMessageText", text="x", chat_id=group.id)
    assert "message identifier is not specified" in missing


async def test_captions_are_shorter(server: BotApiServer, group: Chat) -> None:
    file = server.world.add_file("a.txt", b"x").file_id
    params = {"chat_id": group.id, "document": file, "caption": "党" * 1025}
    found = await refusal(server, "sendDocument", **params)
    assert found == "Bad Request: message caption is too long"
    lost = await refusal(server, "sendDocument", chat_id=group.id, document="lost")
    assert "wrong remote file identifier" in lost


async def test_parameters_that_no_method_knows_are_seen(server: BotApiServer, group: Chat) -> None:
    await call(server, "sendMessage", chat_id=group.id, text="x", silent=True)
    assert server.ledger.sent()[0].unknown == ("silent",)


async def test_polls_and_commands_are_checked(server: BotApiServer, group: Chat) -> None:
    poll = {"chat_id": group.id, "question": "几点", "options": ["九点", "十点"]}
    quiz = await refusal(server, "sendPoll", **(poll | {"type": "quiz"}))
    assert "correct_option_ids" in quiz
    many = await refusal(server, "sendPoll", **(poll | {"options": ["一"] * 13}))
    assert "more than 12 options" in many
    commands = json.dumps([{"command": "帮助", "description": "能答什么"}])
    assert "BOT_COMMAND_INVALID" in await refusal(server, "setMyCommands", commands=commands)
