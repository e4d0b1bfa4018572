"""Speak to Telegram: send, edit, delete, with its pauses, refusals and moves."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TypedDict, TypeVar

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.base import Sent, Target
from bot.channels.telegram.errors import (
    is_file_forgotten,
    is_markup_refused,
    is_thread_missing,
    is_unchanged,
    translated,
)
from bot.channels.telegram.files import KnownFiles
from bot.channels.telegram.formatting import as_html
from bot.channels.telegram.outgoing import keyboard, parts, plain_keyboard
from bot.channels.telegram.polling import Stopper
from bot.channels.telegram.teller import Teller
from bot.errors import ChatMoved, MessageLocked, MessageMissing, SendLater, SendRejected
from bot.messages import Reply

TRIES_MAX = 6
WAIT_SECONDS_MAX = 60.0
"""A reply that would have to wait longer than this, all tries together, is given up."""

_GENERAL = (None, "", "1")
"""The topic General: messages to it name no topic, or they are refused."""
_PAUSE_SECONDS_MIN = 0.1
_SHORT_PAUSE_SECONDS = 2.0
"""Such a pause is doubled each time; a longer one is Telegram's own wish and kept."""

_log = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
Follow = Callable[[str, str], Awaitable[None]]
"""Told the old and the new id of a chat."""


class _Common(TypedDict):
    """What all kinds of messages share."""

    chat_id: str
    parse_mode: str | None
    message_thread_id: int | None
    reply_parameters: ReplyParameters | None
    disable_notification: bool | None
    reply_markup: InlineKeyboardMarkup | None


class Sender:
    """Sends replies through one bot.

    Args:
        bot: the library's.
        stopper: ends waiting.
        follow: told of a chat's new id, and the message goes there; None raises ChatMoved.
        tries_max: 1 waits for nothing and tries nothing twice that may have arrived.
    """

    def __init__(
        self, bot: Teller, stopper: Stopper, follow: Follow | None, tries_max: int = TRIES_MAX
    ) -> None:
        self._bot = bot
        self._stopper = stopper
        self._follow = follow
        self._tries_max = tries_max
        self._files = KnownFiles()

    async def send(self, target: Target, reply: Reply) -> Sent:
        """Send a reply in parts, the buttons under the last.

        Raises:
            SendError: parts before the one that failed may have gone out.
        """
        ids: list[str] = []
        for part in _parts_or_refuse(reply):
            target, message_id = await self._send_part(target, part)
            ids.append(message_id)
            target = replace(target, reply_to=None)
        return Sent(target, tuple(ids))

    async def edit(self, sent: Sent, reply: Reply) -> Sent:
        """Turn sent messages into ``reply``: edit, add what is missing, delete what is over.

        Raises:
            SendError: some parts may be changed already.
        """
        wanted = _parts_or_refuse(reply)
        target, ids = sent.target, []
        for number, part in enumerate(wanted):
            message_id = sent.message_ids[number] if number < len(sent.message_ids) else None
            if message_id is None or not await self._edit_part(target, message_id, part):
                target, message_id = await self._send_part(target, part)
            ids.append(message_id)
        over = sent.message_ids[len(wanted) :]
        if over:
            await self.delete(Sent(target, over))
        return Sent(target, tuple(ids))

    async def delete(self, sent: Sent) -> None:
        """Take messages back; those that are gone already are no error."""
        for message_id in sent.message_ids:
            with contextlib.suppress(MessageMissing, MessageLocked):
                await self.delete_message(sent.target.chat_id, message_id)

    async def _send_part(self, target: Target, part: Reply) -> tuple[Target, str]:
        """Send one message; gives the target as it turned out to be."""
        html = True
        moves = 0
        while True:
            known = self._files.find(part)
            try:
                message = await self._patiently(
                    partial(self._post, target, known or part, html=html)
                )
            except ChatMoved as error:
                if moves or self._follow is None:
                    raise
                moves += 1
                await self._follow(target.chat_id, error.new_id)
                target = replace(target, chat_id=error.new_id, reply_to=None)
            except SendRejected as error:
                if html and is_markup_refused(error):
                    html = False
                elif target.thread_id is not None and is_thread_missing(error):
                    target = replace(target, thread_id=None)
                elif known is not None and is_file_forgotten(error):
                    self._files.drop(part)
                else:
                    raise
            else:
                if isinstance(message, int):
                    return target, str(message)
                self._files.keep(part, message)
                return target, str(message.message_id)

    async def _post(self, target: Target, part: Reply, *, html: bool) -> Message | int:
        """Send one message; gives the number of a text, and the whole of a picture or a file."""
        text = as_html(part.text, part.spans) if html else part.text
        mode = ParseMode.HTML if html else None
        thread = None if target.thread_id in _GENERAL else int(target.thread_id or 0)
        answers = int(target.reply_to or 0) if target.reply_to is not None else None
        if not part.attachments:
            return await self._bot.tell(
                {
                    "chat_id": target.chat_id,
                    "text": text,
                    "parse_mode": mode,
                    "message_thread_id": thread,
                    "reply_parameters": None
                    if answers is None
                    else {"message_id": answers, "allow_sending_without_reply": True},
                    "disable_notification": target.silent or None,
                    "link_preview_options": {"is_disabled": True},
                    "reply_markup": plain_keyboard(part),
                }
            )
        common: _Common = {
            "chat_id": target.chat_id,
            "parse_mode": mode,
            "message_thread_id": thread,
            "reply_parameters": None
            if answers is None
            else ReplyParameters(answers, allow_sending_without_reply=True),
            "disable_notification": target.silent or None,
            "reply_markup": keyboard(part),
        }
        file = part.attachments[0]
        source = file.file_id or file.data
        if file.kind == "photo":
            return await self._bot.send_photo(
                photo=source, caption=text or None, filename=file.name, **common
            )
        return await self._bot.send_document(
            document=source, caption=text or None, filename=file.name, **common
        )

    async def _edit_part(self, target: Target, message_id: str, part: Reply) -> bool:
        """Edit one message; False when it cannot be edited any more."""
        try:
            await self.edit_message(target, message_id, part)
        except ChatMoved as error:
            if self._follow is None:
                raise
            await self._follow(target.chat_id, error.new_id)
            return False
        except (MessageMissing, MessageLocked):
            return False
        return True

    async def edit_message(self, target: Target, message_id: str, part: Reply) -> None:
        """Edit one message; one that is the same already is no error.

        Of a message with a picture or a file the text alone changes.

        Raises:
            SendError: the class says what can be done.
        """
        html = True
        while True:
            try:
                await self._patiently(partial(self._change, target, message_id, part, html=html))
            except SendRejected as error:
                if is_unchanged(error):
                    return
                if not (html and is_markup_refused(error)):
                    raise
                html = False
            else:
                return

    async def delete_message(self, chat_id: str, message_id: str) -> None:
        """Delete one message.

        Raises:
            SendError: the class says what can be done.
        """
        await self._patiently(partial(self._bot.delete_message, chat_id, int(message_id)))

    async def _change(self, target: Target, message_id: str, part: Reply, *, html: bool) -> None:
        text = as_html(part.text, part.spans) if html else part.text
        mode = ParseMode.HTML if html else None
        chat_id, number, buttons = target.chat_id, int(message_id), keyboard(part)
        if part.attachments:
            await self._bot.edit_message_caption(
                chat_id, number, caption=text or None, parse_mode=mode, reply_markup=buttons
            )
            return
        await self._bot.edit_message_text(
            text,
            chat_id,
            number,
            parse_mode=mode,
            link_preview_options=_NO_PREVIEW,
            reply_markup=buttons,
        )

    async def _patiently(self, action: Callable[[], Awaitable[T]]) -> T:
        """Do one request; wait and try again when the platform says later."""
        waited = 0.0
        for tried in range(1, self._tries_max + 1):
            try:
                return await action()
            except TelegramError as error:
                ours = translated(error)
            if not isinstance(ours, SendLater) or tried == self._tries_max or self._stopper.stopped:
                raise ours
            short = ours.seconds <= _SHORT_PAUSE_SECONDS
            pause = max(ours.seconds, _PAUSE_SECONDS_MIN) * (2 ** (tried - 1) if short else 1)
            waited += pause
            if waited > WAIT_SECONDS_MAX:
                raise ours
            _log.warning("Telegram 要稍后再发，%.1f 秒后重试", pause)
            await self._stopper.pause(pause)
        raise AssertionError("unreachable")


def _parts_or_refuse(reply: Reply) -> tuple[Reply, ...]:
    made = parts(reply)
    if not made:
        raise SendRejected("the reply is empty")
    return made
