"""/stats: what was asked and what became of it, for admins in private."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from bot.errors import DangbotError
from bot.features.feedback import chart, stats_words
from bot.features.feedback.digest import Digest
from bot.features.feedback.figures import Span, by_day, figures
from bot.features.feedback.stats_words import Known
from bot.features.feedback.tally import Tally
from bot.features.routing import note_refusal
from bot.messages import Attachment, Incoming, Reply
from bot.turn import Command, Kept, Turn

_log = logging.getLogger(__name__)
_ADMINS_ONLY = Reply("这个按钮只给管理员用。")


class Stats:
    """Shows the figures.

    Args:
        tally: where the counts are.
        digest: the word of the week.
        known: what figures are told with.
    """

    name = stats_words.NAME
    summary = "提问的统计"
    commands: Mapping[str, Command] = {
        "stats": Command("stats", "提问的统计", admin_only=True, private_only=True)
    }

    def __init__(self, tally: Tally, digest: Digest, known: Known | None = None) -> None:
        self.digest = digest
        self._tally = tally
        self._known = known or Known()
        self._drawing = asyncio.Lock()

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer /stats and its buttons; who may is asked anew each time."""
        incoming = turn.incoming
        if not incoming.private:
            return None
        if not incoming.admin:
            note_refusal(incoming, incoming.pressed or "/stats")
            return _ADMINS_ONLY
        act = _act(incoming)
        if act == "g":
            return await self._picture()
        period = next((each for each in stats_words.PERIODS if each.act == act), None)
        period = period or stats_words.PERIODS[-1]
        span = period.span(self._tally.today())
        found = figures(await self._tally.between(span.first, span.last), span)
        return stats_words.page(found, period, self._known)

    async def _picture(self) -> Reply:
        span = Span.upto(self._tally.today(), chart.DAYS)
        days = by_day(await self._tally.between(span.first, span.last), span)
        try:
            # One after the other: a drawing takes a whole processor for half a second.
            async with self._drawing:
                drawn = await asyncio.to_thread(chart.chart, days)
        except DangbotError as error:
            _log.warning("统计图没有画成：%s", error)
            return stats_words.NO_PICTURE
        picture = Attachment("photo", f"{span.last}.png", drawn)
        return Reply(stats_words.PICTURE, attachments=(picture,))

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Counts are of nobody."""
        del channel, member_id
        return ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Nothing is kept about members."""

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Nothing is kept about chats."""


def _act(incoming: Incoming) -> str:
    return (incoming.pressed or "").partition(":")[2]
