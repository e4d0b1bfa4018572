"""The library's bot, with a way to send a text that looks at nothing but the new message's number.

``send_message`` makes objects of what goes out and of what comes back, which takes longer than all
the rest of a sending. Of what comes back the number alone is ever read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import Bot
from telegram.error import TelegramError


class Teller(Bot):
    """A bot that also tells texts."""

    async def tell(self, message: Mapping[str, Any]) -> int:
        """Send a text; gives the message's number.

        Args:
            message: the parameters of ``sendMessage`` as plain values; None leaves one out.

        Raises:
            TelegramError: the same as of ``send_message``; also if the answer has no number.
        """
        answer = await self._post("sendMessage", dict(message))
        number = answer.get("message_id") if isinstance(answer, dict) else None
        if isinstance(number, bool) or not isinstance(number, int):
            raise TelegramError("Invalid server response: the message has no number")
        return number
