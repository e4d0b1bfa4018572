"""Methods about chats, members, the bot itself and files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .errors import Json, bad_request
from .methods import Done, Method
from .model import PRESENT

if TYPE_CHECKING:
    from .model import Chat
    from .params import Params
    from .world import World

COMMANDS_MAX = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def get_me(world: World, _params: Params) -> Done:
    abilities: dict[str, Any] = dict.fromkeys(
        (
            "supports_guest_queries",
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
            "has_topics_enabled",
            "allows_users_to_create_topics",
            "can_manage_bots",
            "supports_join_request_queries",
        ),
        False,
    )
    abilities |= {"can_join_groups": True, "can_read_all_group_messages": world.reads_all}
    return Done(world.bot.to_json() | abilities)


def get_chat(world: World, params: Params) -> Done:
    return Done(_visible(world, params).full_json())


def get_chat_member(world: World, params: Params) -> Done:
    chat = _visible(world, params)
    user = world.users.get(params.integer("user_id") or 0)
    if user is None:
        raise bad_request("user not found" if chat.type == "private" else "PARTICIPANT_ID_INVALID")
    return Done(world.member(chat, user))


def get_chat_administrators(world: World, params: Params) -> Done:
    chat = _visible(world, params)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = [world.users[u] for u in chat.status if world.is_admin(chat, u)]
    others = [user for user in admins if not user.is_bot or user is world.bot]
    return Done([world.member(chat, user) for user in others])


def get_chat_member_count(world: World, params: Params) -> Done:
    chat = _visible(world, params)
    if chat.type == "private":
        return Done(2)
    return Done(sum(status in PRESENT for status in chat.status.values()))


def leave_chat(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.status[world.bot.id] = "left"
    return Done(True)


def get_file(world: World, params: Params) -> Done:
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    return Done(stored.to_json() | {"file_path": stored.path})


def set_my_commands(world: World, params: Params) -> Done:
    commands = params.get("commands")
    if len(commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
            raise bad_request("can't parse BotCommand: object expected")
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [c | {"command": c["command"].removeprefix("/")} for c in commands]
    world.commands[_command_key(world, params)] = kept
    return Done(True)


def get_my_commands(world: World, params: Params) -> Done:
    return Done(world.commands.get(_command_key(world, params), []))


def delete_my_commands(world: World, params: Params) -> Done:
    world.commands.pop(_command_key(world, params), None)
    return Done(True)


def _command_key(world: World, params: Params) -> tuple[str, str]:
    scope: Json = params.get("scope") or {"type": "default"}
    fields = _SCOPES.get(str(scope.get("type")))
    if fields is None:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if "chat_id" in fields:
        world.find_chat(scope.get("chat_id", 0))
    kept = {name: scope.get(name) for name in ("type", *fields)}
    return json.dumps(kept, sort_keys=True), params.text("language_code")


def set_my_description(world: World, params: Params) -> Done:
    return _set_text(world, params, "description", 512, "BOT_DESCRIPTION_TOO_LONG")


def set_my_short_description(world: World, params: Params) -> Done:
    return _set_text(world, params, "short_description", 120, "BOT_SHORT_DESCRIPTION_TOO_LONG")


def get_my_description(world: World, params: Params) -> Done:
    return _get_text(world, params, "description")


def get_my_short_description(world: World, params: Params) -> Done:
    return _get_text(world, params, "short_description")


def _get_text(world: World, params: Params, name: str) -> Done:
    return Done({name: world.texts.get(name, {}).get(params.text("language_code"), "")})


def _set_text(world: World, params: Params, name: str, limit: int, error: str) -> Done:
    if len(params.text(name)) > limit:
        raise bad_request(error)
    world.texts.setdefault(name, {})[params.text("language_code")] = params.text(name)
    return Done(True)


def log_out_or_close(_world: World, _params: Params) -> Done:
    return Done(True)


def _visible(world: World, params: Params) -> Chat:
    """The chat of a question; a private chat may be asked about before it is started."""
    chat = world.find_chat(params.chat_id)
    return chat if chat.type == "private" else world.open_chat(params.chat_id)


METHODS = {
    "getMe": Method(get_me),
    "logOut": Method(log_out_or_close),
    "close": Method(log_out_or_close),
    "getChat": Method(get_chat, "chat_id", "chat_id"),
    "getChatMember": Method(get_chat_member, "chat_id user_id", "chat_id user_id"),
    "getChatAdministrators": Method(get_chat_administrators, "chat_id", "chat_id return_bots"),
    "getChatMemberCount": Method(get_chat_member_count, "chat_id", "chat_id"),
    "leaveChat": Method(leave_chat, "chat_id", "chat_id"),
    "getFile": Method(get_file, "file_id", "file_id"),
    "setMyCommands": Method(set_my_commands, "commands", "commands scope language_code"),
    "getMyCommands": Method(get_my_commands, "", "scope language_code"),
    "deleteMyCommands": Method(delete_my_commands, "", "scope language_code"),
    "setMyDescription": Method(set_my_description, "", "description language_code"),
    "getMyDescription": Method(get_my_description, "", "language_code"),
    "setMyShortDescription": Method(
        set_my_short_description, "", "short_description language_code"
    ),
    "getMyShortDescription": Method(get_my_short_description, "", "language_code"),
}
