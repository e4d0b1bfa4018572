"""The word of the week: once a week each admin reads what was asked, with one picture."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.delivery.orders import Order
from bot.errors import DangbotError
from bot.features.feedback import chart, stats_words
from bot.features.feedback.figures import Day, Span, by_day, figures
from bot.features.feedback.stats_words import Known
from bot.features.feedback.tally import Tally
from bot.messages import Attachment, Reply
from bot.text.timing import Weekly

if TYPE_CHECKING:
    from bot.delivery.outbox import Outbox

_log = logging.getLogger(__name__)

LATE_MAX = timedelta(hours=24)
"""A word of the week that comes later than this is not sent."""
STEP_SECONDS_MAX = 600.0
_WEEK_DAYS = 7


class Digest:
    """Queues the word of the week; fits ``turn.Background``.

    Args:
        tally: where the counts are.
        outbox: what is to be sent; a key for each week and admin makes it come once.
        admins: channel and member.
        when: the moment of the week; None for never.
        known: what figures are told with.
    """

    def __init__(
        self,
        tally: Tally,
        outbox: Outbox,
        admins: Iterable[tuple[str, str]],
        when: Weekly | None,
        known: Known | None = None,
    ) -> None:
        self._tally = tally
        self._outbox = outbox
        self._admins = tuple(sorted(admins))
        self._when = when
        self._known = known or Known()
        self._done = ""

    async def step(self) -> float:
        """Queue what is due.

        Raises:
            StorageError: the database refuses; the next step tries again.
        """
        if self._when is None or not self._admins:
            return STEP_SECONDS_MAX
        now = self._tally.now()
        due = self._when.last(now)
        week = week_of(due)
        if now - due <= LATE_MAX and self._done != week:
            await self._queue(due, week)
            self._done = week
        wait = (due + timedelta(days=_WEEK_DAYS) - now).total_seconds()
        return min(max(wait, 1.0), STEP_SECONDS_MAX)

    async def _queue(self, due: datetime, week: str) -> None:
        job = f"digest:{week}"
        if (await self._outbox.report(job)).total:
            return  # before a restart, or by another process: no need to draw again
        yesterday = due.date() - timedelta(days=1)
        span = Span.upto(yesterday, chart.DAYS)
        counts = await self._tally.between(span.first, span.last)
        found = figures(counts, Span.upto(yesterday, _WEEK_DAYS))
        if not found.questions:
            return
        text = stats_words.digest(found, self._known)
        reply = Reply(text, attachments=await _picture(by_day(counts, span), week))
        orders = [
            Order(
                key=f"{job}:{channel}:{member_id}",
                job=job,
                channel=channel,
                chat_id=member_id,
                thread_id=None,
                reply=reply,
                silent=False,
                not_before=due,
                expires_at=due + LATE_MAX,
            )
            for channel, member_id in self._admins
        ]
        count = await self._outbox.put(orders)
        _log.info("%s 的一周提问发给 %d 位管理员", week, count)


def week_of(moment: datetime) -> str:
    """The ISO week: 2026-W47."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


async def _picture(days: Sequence[Day], week: str) -> tuple[Attachment, ...]:
    """The picture, or none: the words are worth more."""
    try:
        drawn = await asyncio.to_thread(chart.chart, days)
    except DangbotError as error:
        _log.warning("一周提问不带图：%s", error)
        return ()
    return (Attachment("photo", f"{week}.png", drawn),)
