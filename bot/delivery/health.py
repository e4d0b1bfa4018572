"""Tells the admins when a trouble is over: what it was, how long it took, that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery import words
from bot.delivery.orders import Order
from bot.delivery.outbox import Outbox
from bot.messages import Reply

_JOB = "health"


class Health:
    """Puts one message an admin and a trouble into the outbox.

    Args:
        outbox: where the messages go.
        channel: where the admins are.
        admins: their private chats.
        zone: for the times in the message.
    """

    def __init__(self, outbox: Outbox, channel: str, admins: Sequence[str], zone: ZoneInfo) -> None:
        self._outbox = outbox
        self._channel = channel
        self._admins = tuple(admins)
        self._zone = zone

    async def back(self, channel: str, seconds: float, waiting: int) -> None:
        """The platform can be reached again.

        Raises:
            StorageError: the database refuses.
        """
        await self._tell(channel, seconds, words.PLATFORM_AWAY, words.going_on(waiting))

    async def recovered(self, trouble: str, seconds: float) -> None:
        """Work in the background goes on after a trouble.

        Raises:
            StorageError: the database refuses.
        """
        await self._tell("work", seconds, trouble, words.NOTHING_LOST)

    async def _tell(self, what: str, seconds: float, trouble: str, after: str) -> None:
        now = self._outbox.clock().astimezone(self._zone)
        since = now - timedelta(seconds=seconds)
        reply = Reply(words.trouble_over(trouble, since, now, after))
        await self._outbox.put(
            Order(
                # By the minute: two processes that saw the same trouble say it once.
                key=f"{_JOB}:{what}:{_minute(since)}:{admin}",
                job=f"{_JOB}:{what}",
                channel=self._channel,
                chat_id=admin,
                thread_id=None,
                reply=reply,
                silent=False,
                not_before=now,
            )
            for admin in self._admins
        )


def _minute(moment: datetime) -> int:
    return int(moment.timestamp() // 60)
