"""Telegram for the outbox: one message a call, no waiting, every failure told as it is."""

from __future__ import annotations

from telegram.error import TelegramError

from bot.channels.base import Sent, Target
from bot.channels.telegram.errors import translated
from bot.channels.telegram.incoming import NAME
from bot.channels.telegram.outgoing import parts
from bot.channels.telegram.polling import Stopper
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.teller import Teller
from bot.messages import Reply


class TelegramOnce:
    """Sends through one bot, once."""

    name = NAME

    def __init__(self, bot: Teller) -> None:
        self._bot = bot
        self._sender = Sender(bot, Stopper(), follow=None, tries_max=1)

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        """The messages of a reply, the buttons under the last."""
        return parts(reply)

    def is_group(self, chat_id: str) -> bool:
        """Groups and channels have negative ids."""
        return chat_id.startswith("-")

    async def send(self, target: Target, part: Reply) -> Sent:
        """Send one message.

        Raises:
            SendError: the class says what became of it.
        """
        return await self._sender.send(target, part)

    async def edit(self, target: Target, message_id: str, part: Reply) -> None:
        """Edit one message.

        Raises:
            SendError: the class says what became of it.
        """
        await self._sender.edit_message(target, message_id, part)

    async def delete(self, target: Target, message_id: str) -> None:
        """Delete one message.

        Raises:
            SendError: the class says what became of it.
        """
        await self._sender.delete_message(target.chat_id, message_id)

    async def probe(self) -> None:
        """Ask who we are.

        Raises:
            SendError: there is no answer.
        """
        try:
            await self._bot.get_me()
        except TelegramError as error:
            raise translated(error) from error
