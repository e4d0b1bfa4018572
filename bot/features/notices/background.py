"""What goes on by itself: reports that update, counts on messages, receipts that grow old."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels.base import Sent, Target
from bot.errors import SendError
from bot.features.notices.model import Notice, Phase

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.features.notices.managing import Managing
    from bot.features.notices.office import Office
    from bot.messages import Reply

_log = logging.getLogger(__name__)

STEP_SECONDS = 2.0
_MANY = 100
_MANY_SECONDS = 5.0
"""So long a large report waits for its next look: it costs the desk a quarter of a second."""
_TIDY_HOURS = 6
_DROPPED_DAYS = 2
_DRAFT_DAYS = 60
_EDITS_A_STEP = 20
"""Counts that are brought up to date in one step; the others wait for the next."""


class NoticeWork:
    """One step does what is due; fits ``turn.Background``."""

    def __init__(self, office: Office, managing: Managing, outlet: Outlet) -> None:
        self._office = office
        self._managing = managing
        self._outlet = outlet
        self._last: dict[int, Reply] = {}
        self._not_before: dict[int, datetime] = {}
        self._tidied: datetime | None = None

    async def step(self) -> float:
        """Bring reports and counts up to date.

        Raises:
            StorageError: the database refuses; the next step tries again.
        """
        for notice in await self._office.store.running():
            await self._report(notice)
        await self._counts()
        now = self._office.clock()
        if self._tidied is None or now - self._tidied > timedelta(hours=_TIDY_HOURS):
            days = self._office.options.receipt_days
            old = await self._office.store.sent_before(now - timedelta(days=days))
            await self._office.copies.drop_receipts(old)
            await self._office.store.drop_unsent(
                now - timedelta(days=_DROPPED_DAYS), now - timedelta(days=_DRAFT_DAYS)
            )
            self._tidied = now
        return STEP_SECONDS

    async def _report(self, notice: Notice) -> None:
        if not notice.report_id:
            return
        now = self._office.clock()
        if now < self._not_before.get(notice.id, now):
            return
        report = await self._office.report(notice)
        pause = _MANY_SECONDS if len(report.lines) > _MANY else 0
        self._not_before[notice.id] = now + timedelta(seconds=pause)
        reply = self._managing.shown(notice, report)
        report_id = notice.report_id
        if self._last.get(notice.id) != reply:
            try:
                sent = await self._outlet.edit(
                    Sent(Target(notice.chat_id, silent=True), (report_id,)), reply
                )
                report_id = sent.message_ids[-1]
                self._last[notice.id] = reply
            except SendError as error:
                _log.warning("通知 %d 的进度没能更新：%s", notice.id, type(error).__name__)
        if report.finished:
            self._last.pop(notice.id, None)
            self._not_before.pop(notice.id, None)
        if report.finished or report_id != notice.report_id:
            await self._office.store.set_report(
                notice.id, report_id, running=not report.finished, before=notice.report_id
            )

    async def _counts(self) -> None:
        now = self._office.clock()
        pause = timedelta(seconds=self._office.options.count_seconds)
        due = [
            copy
            for copy in await self._office.copies.touched()
            if copy.edited_at is None or now - copy.edited_at >= pause
        ]
        for copy in due[:_EDITS_A_STEP]:
            notice = await self._office.store.find(copy.notice_id)
            if notice is None or notice.phase is not Phase.QUEUED:
                await self._office.copies.untouch(copy)
            else:
                await self._office.show_counts(notice, copy)
