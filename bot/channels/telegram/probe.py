"""Look at Telegram from outside, for the doctor: what is reachable, allowed, in the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram.channel import TelegramOptions, api_root
from bot.channels.telegram.errors import translated
from bot.errors import ChatGone, ChatMoved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.clock import Clock

OTHER_POLLER_SECONDS = 7
"""A poller that was pushed aside comes back within this time and pushes us aside."""


@dataclass(frozen=True, slots=True)
class ChatView:
    """What the bot may do in one approved chat."""

    chat_id: str
    title: str = field(default="", repr=False)
    problem: str = ""
    """In Chinese; empty when it may speak there."""
    admin: bool = False


@dataclass(slots=True)
class View:
    """What was found; a None was not reached."""

    error: str = ""
    """``token`` refused, ``network`` unreachable, or another error's name; empty when well."""
    username: str = ""
    reads_all: bool | None = None
    webhook: bool | None = None
    other_poller: bool | None = None
    skew_seconds: float | None = None
    """How far our clock is ahead of the server's."""
    chats: list[ChatView] = field(default_factory=list)


async def probe(
    options: TelegramOptions,
    chats: Iterable[str],
    clock: Clock,
    *,
    poll_seconds: int = OTHER_POLLER_SECONDS,
) -> View:
    """Ask the server everything the doctor wants to know; errors become part of the view."""
    view = View()

    async def look(response: Any) -> None:
        view.skew_seconds = _skew(response.headers.get("date"), clock())

    bot = Bot(
        options.token,
        base_url=api_root(options.base_url),
        request=HTTPXRequest(
            read_timeout=15, connect_timeout=10, httpx_kwargs={"event_hooks": {"response": [look]}}
        ),
    )
    try:
        await bot.initialize()
        view.username, view.reads_all = bot.username, bool(bot.bot.can_read_all_group_messages)
        view.webhook = bool((await bot.get_webhook_info()).url)
        if not view.webhook:
            view.other_poller = await _other_poller(bot, poll_seconds)
        for chat_id in chats:
            view.chats.append(await _chat(bot, chat_id))
    except InvalidToken:
        view.error = "token"
    except NetworkError as error:
        view.error = "network" if error.__cause__ is not None else type(error).__name__
    except TelegramError as error:
        view.error = type(error).__name__
    finally:
        await bot.shutdown()
    return view


async def _other_poller(bot: Bot, seconds: int) -> bool:
    """Whether somebody else fetches updates; without an offset nothing is taken from them."""
    try:
        await bot.get_updates(timeout=seconds, limit=1)
    except Conflict:
        return True
    return False


async def _chat(bot: Bot, chat_id: str) -> ChatView:
    try:
        chat = await bot.get_chat(chat_id)
        member = await bot.get_chat_member(chat_id, bot.id)
    except InvalidToken:
        raise
    except TelegramError as error:
        match translated(error):
            case ChatMoved(new_id=new):
                return ChatView(chat_id, problem=f"已升级为超级群，新编号 {new}")
            case ChatGone():
                return ChatView(chat_id, problem="找不到这个群，或机器人不在群里")
        raise
    title = chat.title or ""
    admin = member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    problem = ""
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        problem = "机器人不在群里"
    elif isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
        problem = "机器人在群里被禁言"
    elif not admin and chat.permissions is not None and not chat.permissions.can_send_messages:
        problem = "群里不许普通成员发言，机器人也发不了"
    return ChatView(chat_id, title, problem, admin)


def _skew(date: str | None, now: datetime) -> float | None:
    try:
        server = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    if server is None:
        return None
    return (now - (server if server.tzinfo else server.replace(tzinfo=UTC))).total_seconds()
