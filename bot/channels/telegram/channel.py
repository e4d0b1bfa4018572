"""The Telegram channel: from long polling to the desk and back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telegram import BotCommand, Update
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.base import Capabilities, ChatEvents, Handler, Sent, Target
from bot.channels.telegram.addressing import Identity
from bot.channels.telegram.answered import Answered, AnsweredQuestions
from bot.channels.telegram.files import fetched
from bot.channels.telegram.incoming import (
    NAME,
    Asked,
    Event,
    Joined,
    Left,
    Moved,
    Pressed,
    Reader,
)
from bot.channels.telegram.lanes import Lanes, contained
from bot.channels.telegram.once import TelegramOnce
from bot.channels.telegram.outgoing import PARTS_MAX, TEXT_UNITS_MAX, TOAST_CHARS_MAX, clean, parts
from bot.channels.telegram.polling import (
    MALFORMED,
    Patience,
    Poller,
    RawUpdates,
    Stopper,
    persist,
    say_malformed,
)
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.teller import Teller
from bot.errors import SendError
from bot.messages import Incoming, Reply

if TYPE_CHECKING:
    from bot.clock import Clock

_log = logging.getLogger(__name__)

_DRAIN_SECONDS = 5.0
_TOAST_SECONDS = 1.5
"""How long a button may spin for the word that the desk has for it."""
_OUT_OF_ORDER = "答疑台这会儿出了点差错，这一问没能答上，请稍后再问一次。"
_PRESS_FAILED = "这会儿出了点差错，这一下没有算数，请稍后再按一次。"


@dataclass(frozen=True, slots=True)
class TelegramOptions:
    """What the channel must know, from the settings."""

    token: str = field(repr=False)
    base_url: str = "https://api.telegram.org"
    admins: frozenset[int] = frozenset()
    call_names: tuple[str, ...] = ()
    overheard: Mapping[int, str] = field(default_factory=dict)


def api_root(base_url: str) -> str:
    """What the library puts before the token, for a server's address with or without /bot."""
    root = base_url.rstrip("/")
    return root if root.endswith("/bot") or "{token}" in root else f"{root}/bot"


def file_root(base_url: str) -> str:
    """The same for the contents of files."""
    root = base_url.rstrip("/").removesuffix("/bot")
    return f"{root}/file/bot" if "{token}" not in root else root.replace("/bot", "/file/bot")


class TelegramChannel:
    """One bot on one Bot API server; build it inside a running event loop.

    Args:
        options: what the settings say.
        clock: the moment of a press, which the platform does not tell.
        request: how requests leave; None is HTTP.
    """

    name = NAME
    capabilities = Capabilities(
        text_units_max=TEXT_UNITS_MAX, parts_max=PARTS_MAX, buttons=True, edits=True, threads=True
    )

    def __init__(
        self, options: TelegramOptions, clock: Clock, request: BaseRequest | None = None
    ) -> None:
        self._options = options
        self._clock = clock
        self._stopper = Stopper()
        self._updates = RawUpdates()
        self.bot = Teller(
            options.token,
            base_url=api_root(options.base_url),
            base_file_url=file_root(options.base_url),
            request=request
            or HTTPXRequest(connection_pool_size=64, read_timeout=15, connect_timeout=10),
            get_updates_request=self._updates,
        )
        self._sender = Sender(self.bot, self._stopper, self._follow)
        self.once = TelegramOnce(self.bot)
        self._lanes = Lanes()
        self._answered = AnsweredQuestions()
        self._toasts: dict[str, asyncio.Future[str]] = {}
        """By query: what the one who pressed is to read."""
        self._handler: Handler | None = None
        self._events: ChatEvents | None = None
        self._reader: Reader | None = None

    async def run(self, handler: Handler, events: ChatEvents, menu: Mapping[str, str]) -> None:
        """Connect, listen and answer until :meth:`stop`.

        Raises:
            ConfigError: Telegram refuses the token.
        """
        try:
            if not await persist(self._connect, self._stopper, Patience()):
                return
            me = self.bot.bot
            self.attach(
                Identity(me.id, me.username or "", self._options.call_names), handler, events
            )
            await self._prepare(menu)
            _log.info("已连上 Telegram，机器人是 @%s", me.username)
            if not me.can_read_all_group_messages:
                _log.info("隐私模式开着：群里只收得到命令、回复和 @；句首称呼要关掉它才收得到")
            await Poller(self.bot, self._updates, self._stopper).run(self.take)
        finally:
            self._stopper.stop()
            await self._lanes.drain(_DRAIN_SECONDS)

    async def close(self) -> None:
        """Hang up, when nobody wants to send any more."""
        await self.bot.shutdown()

    def stop(self) -> None:
        """Let :meth:`run` end soon, after the work at hand."""
        self._stopper.stop()

    def attach(self, me: Identity, handler: Handler, events: ChatEvents) -> None:
        """Say who the bot is and who answers; :meth:`run` does it after connecting."""
        self._handler, self._events = handler, events
        self._reader = Reader(me, self._clock, self._options.admins, self._options.overheard)

    async def send(self, target: Target, reply: Reply) -> Sent:
        """Send a reply; short waits are waited out.

        Raises:
            SendError: the class says what can be done.
        """
        return await self._sender.send(target, reply)

    def count(self, reply: Reply) -> int:
        """How many messages a reply becomes."""
        return len(parts(reply))

    async def edit(self, sent: Sent, reply: Reply) -> Sent:
        """Turn what was sent into ``reply``.

        Raises:
            SendError: the class says what can be done.
        """
        return await self._sender.edit(sent, reply)

    async def delete(self, sent: Sent) -> None:
        """Take back what was sent.

        Raises:
            SendError: the class says what can be done.
        """
        await self._sender.delete(sent)

    async def fetch(self, file_id: str, bytes_max: int) -> bytes:
        """The content of a file that a member sent.

        Raises:
            FileTooLarge: it has more than ``bytes_max`` bytes.
            SendError: the class says what can be done.
        """
        return await fetched(self.bot, file_id, bytes_max)

    async def take(self, update: Update) -> None:
        """Queue what an update means behind the earlier ones of its chat."""
        if self._reader is None:
            raise RuntimeError("attach() or run() comes first")
        try:
            event = self._reader.read(update)
        except MALFORMED as error:
            say_malformed(error)
            return
        if event is None:
            return
        if isinstance(event, Moved):
            # At once: the next update may be a question under the new id.
            await contained(self._handle(event))
            return
        if isinstance(event, Pressed):
            # The button must stop spinning even while the chat's queue is long.
            self._toasts[str(event.query_id)] = asyncio.get_running_loop().create_future()
            await self._lanes.put(f"press {event.query_id}", lambda: self._confirm(event))
            if event.incoming is None:
                return
        await self._lanes.put(_lane(event), lambda: self._handle(event))

    async def idle(self, seconds: float = _DRAIN_SECONDS) -> None:
        """Wait until all that was taken is handled."""
        await self._lanes.drain(seconds)

    async def _connect(self) -> bool:
        await self.bot.initialize()
        return True

    async def _prepare(self, menu: Mapping[str, str]) -> None:
        """Polling needs the webhook away; the menu is a comfort. Neither stops the start."""
        commands = [BotCommand(name, summary[:256]) for name, summary in menu.items()]
        try:
            await self.bot.delete_webhook(drop_pending_updates=False)
            if commands:
                await self.bot.set_my_commands(commands)
        except TelegramError as error:
            _log.warning("没能登记命令菜单（%s），不影响答疑", type(error).__name__)

    async def _confirm(self, press: Pressed) -> None:
        """Stop the button's spinning; with a word if the desk has one soon enough."""
        toast = self._toasts.get(str(press.query_id))
        try:
            if press.incoming is not None and toast is not None:
                await asyncio.wait([toast], timeout=_TOAST_SECONDS)
            said = toast.result() if toast is not None and toast.done() else ""
            await self.bot.answer_callback_query(press.query_id, said or None)
        except TelegramError as error:
            # The press may be too old by now; the answer itself still goes out.
            _log.info("没能确认一次按键（%s）", type(error).__name__)
        finally:
            self._toasts.pop(str(press.query_id), None)

    def _toast(self, query_id: str, reply: Reply | None) -> None:
        """Hand over what only the one who pressed reads."""
        waiting = self._toasts.get(str(query_id))
        if waiting is not None and not waiting.done():
            waiting.set_result(clean(reply.toast)[:TOAST_CHARS_MAX] if reply is not None else "")

    async def _handle(self, event: Event) -> None:
        try:
            await self._dispatch(event)
        except SendError as error:
            _log.warning("一条回复没有发出去：%s", type(error).__name__)

    async def _dispatch(self, event: Event) -> None:
        if self._events is None:
            raise RuntimeError("attach() or run() comes first")
        match event:
            case Joined(chat):
                await self._events.added(chat)
            case Left(chat, reason):
                await self._events.removed(chat, reason)
            case Moved(old, new):
                await self._follow(old, new)
            case Pressed(query_id, incoming, target):
                if incoming is not None and target is not None:
                    await self._answer_press(query_id, incoming, target)
            case Asked(incoming, target):
                await self._answer(incoming, target)

    async def _follow(self, old: str, new: str) -> None:
        if self._reader is not None:
            self._reader.moved(old, new)
        if self._events is not None:
            await self._events.moved(NAME, old, new)

    async def _reply(self, incoming: Incoming) -> Reply | None:
        """What the desk says; a bug there becomes a friendly line, not the end of the bot."""
        reply: Reply | None = None

        async def ask() -> None:
            nonlocal reply
            if self._handler is not None:
                reply = await self._handler(incoming)

        if await contained(ask()):
            return reply
        if incoming.pressed is not None:
            # What stands above the button stays: it may be a notice that a whole group reads.
            return Reply("", toast=_PRESS_FAILED)
        return None if incoming.overheard else Reply(_OUT_OF_ORDER)

    async def _answer(self, incoming: Incoming, target: Target) -> None:
        chat, question = incoming.chat_id, incoming.message_id
        before = self._answered.find(chat, question) if incoming.edited else None
        mark = self._answered.mark(incoming.text)
        if before is not None and before.mark == mark:
            return
        reply = await self._reply(incoming)
        sent = before.sent if before is not None else None
        if reply is not None:
            sent = await (self.send(target, reply) if sent is None else self.edit(sent, reply))
        self._answered.keep(chat, question, Answered(mark, sent))

    async def _answer_press(self, query_id: str, incoming: Incoming, target: Target) -> None:
        reply = await self._reply(incoming)
        self._toast(query_id, reply)
        if reply is not None and (reply.text or reply.attachments):
            await self.edit(Sent(target, (incoming.message_id,)), reply)


def _lane(event: Event) -> str:
    """The chat that an event must wait its turn in."""
    match event:
        case Joined(chat) | Left(chat, _):
            return chat.chat_id
        case Moved(old, _):
            return old
        case Asked(incoming, _):
            return incoming.chat_id
        case Pressed(query_id, incoming, _):
            return incoming.chat_id if incoming is not None else query_id
