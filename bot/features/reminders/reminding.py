"""The work in the background: finds what is due and hands it to the outbox, each one once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.calendar.agenda import Agenda
from bot.calendar.month import month_of
from bot.calendar.poster import poster
from bot.calendar.reminders import Planned, Rules, planned
from bot.delivery.outbox import Order, Outbox
from bot.delivery.store import KEY_CHARS_MAX
from bot.errors import DangbotError
from bot.features.reminders import words
from bot.features.reminders.rules import (
    is_late,
    is_missed,
    month_for,
    order_key,
    report_key,
    timing,
    wants,
)
from bot.features.reminders.store import Entry, Fate, ReminderStore, entry_of
from bot.messages import Attachment, Reply
from bot.organisation import BoundChat, Organisation, Role

if TYPE_CHECKING:
    from bot.storage.database import Transaction

_log = logging.getLogger(__name__)

STEP_SECONDS_MAX = 30.0
STEP_SECONDS_MIN = 1.0
NOTE_SECONDS = 300.0
"""With nothing due, how often it is written down that somebody looked."""
BACK_SECONDS = 60.0
"""A clock that goes back further than this was wrong before."""
LOOK_BACK_MAX = timedelta(days=60)
UPCOMING = timedelta(days=60)
POSTERS_KEPT_MAX = 20
SAY_WITHIN = timedelta(days=7)
"""A report of what was missed is of use so long."""


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """What reminders must know."""

    rules: Rules = field(default_factory=Rules)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    home: str = ""
    """Where groups are for which nobody said it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reminder in one group."""

    one: Planned
    chat: BoundChat


class Reminding:
    """Looks for what is due since it last looked; any number of processes may do so.

    Args:
        store: what became of reminders.
        outbox: what is to be sent; its clock is ours.
        org: groups, roles and admins.
        agenda: the calendar of the knowledge of this moment.
        settings: rules, zone and home.
    """

    def __init__(
        self,
        store: ReminderStore,
        outbox: Outbox,
        org: Organisation,
        agenda: Callable[[], Agenda],
        settings: ReminderSettings,
    ) -> None:
        self.store = store
        self._outbox = outbox
        self._org = org
        self._agenda = agenda
        self._settings = settings
        self._posters: dict[tuple[str, str], bytes] = {}

    def now(self) -> datetime:
        """The present moment on the desk's clock."""
        return self._outbox.clock().astimezone(self._settings.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The desk's zone."""
        return self._settings.zone

    async def step(self) -> float:
        """Queue what is due; gives the seconds until there may be more.

        Raises:
            StorageError: the database refuses; nothing is lost, the next step looks again.
        """
        now = self.now()
        async with self.store.database.read() as connection:
            upto = await self.store.upto(connection)
        if upto is None or upto - now.timestamp() > BACK_SECONDS:
            if upto is not None:
                # Nothing goes out twice: what was queued is written down and stays so.
                _log.warning("时钟往回走了，提醒从现在起重新看")
            async with self.store.database.begin() as connection:
                await self.store.unmiss(connection, now.timestamp())
                await self.store.looked(connection, now.timestamp())
            return self._pause(now)
        since = max(datetime.fromtimestamp(upto, UTC), now - LOOK_BACK_MAX)
        due = self._planned(since, now)
        if due or now.timestamp() - upto >= NOTE_SECONDS:
            await self._queue(due, now)
        return self._pause(now)

    def upcoming(self) -> list[Planned]:
        """What is to be sent in the next time, the earliest first."""
        now = self.now()
        return self._planned(now, now + UPCOMING)

    async def targets(self, ones: Sequence[Planned]) -> list[Target]:
        """Each reminder in each group that it concerns."""
        chats, home = await self._org.chats(), self._settings.home
        months = {one.job: month_of(self._agenda(), one.month()) for one in ones if not one.due}
        return [
            Target(one, chat)
            for one in ones
            for chat in chats
            if wants(one, chat, home)
            # A month of which nothing is known is no news.
            and (one.due or month_for(months[one.job], chat, home).worth_telling)
        ]

    async def send_now(self, targets: Sequence[Target], by: str) -> int:
        """Queue reminders at once, because a person says so; gives how many are new."""
        now = self.now()
        entries = {replace(_entry(target, Fate.QUEUED, now), by=by): target for target in targets}
        replies = await self._replies(targets)
        async with self.store.database.begin() as connection:
            new = await self.store.add(connection, list(entries))
            orders: list[Order] = []
            for entry in new:
                target = entries[entry]
                quiet = target.chat.quiet
                silent = quiet is not None and quiet.covers(now)
                orders.append(_order(target, replies[target], now, silent=silent))
            return await self._outbox.put(orders, connection)

    def _planned(self, after: datetime, upto: datetime) -> list[Planned]:
        return planned(self._agenda(), self._settings.rules, self.zone, after, upto)

    def _pause(self, now: datetime) -> float:
        soon = self._planned(now, now + timedelta(seconds=STEP_SECONDS_MAX))
        if not soon:
            return STEP_SECONDS_MAX
        return max((soon[0].moment - now).total_seconds(), STEP_SECONDS_MIN)

    async def _queue(self, due: Sequence[Planned], now: datetime) -> None:
        targets = await self.targets(due)
        decided = {self._decided(target, now): target for target in targets}
        wanted = [target for entry, target in decided.items() if entry.fate is Fate.QUEUED]
        replies = await self._replies(wanted)
        watchers = await self._watchers() if any(is_missed(one, now) for one in due) else {}
        async with self.store.database.begin() as connection:
            new = await self.store.add(connection, list(decided))
            orders = [
                self._late_or_not(decided[entry], replies[decided[entry]], now)
                for entry in decided
                if entry in new and entry.fate is Fate.QUEUED
            ]
            await self._outbox.put(together(orders), connection)
            missed = [decided[entry] for entry in new if entry.fate is Fate.MISSED]
            await self._report(missed, watchers, now, connection)
            await self.store.tidy(connection, now.timestamp())
            await self.store.looked(connection, now.timestamp())
        for entry in new:
            _log.info("提醒 %s 在 %s：%s %s", entry.job, entry.chat_id, entry.fate, entry.reason)

    def _late_or_not(self, target: Target, reply: Reply, now: datetime) -> Order:
        if is_late(target.one, now):
            note = words.late_note(target.one, self.zone)
            reply = replace(reply, text=f"{reply.text}\n{note}")
        return _order(target, reply, timing(target.one, target.chat, now).at or now)

    def _decided(self, target: Target, now: datetime) -> Entry:
        one = target.one
        if is_missed(one, now):
            return _entry(target, Fate.MISSED, now, "程序没有运行，过了时效")
        when = timing(one, target.chat, now)
        if when.at is None:
            until = one.until.astimezone(self.zone)
            return _entry(target, Fate.QUIET, now, words.quiet_reason(until, when.free))
        return _entry(target, Fate.QUEUED, now)

    async def _replies(self, targets: Sequence[Target]) -> dict[Target, Reply]:
        """What each group reads; groups of one place share the same reply."""
        told: dict[tuple[str, str], Reply] = {}
        for target in targets:
            if _shared(target) not in told:
                told[_shared(target)] = await self._reply(target)
        return {target: told[_shared(target)] for target in targets}

    async def _reply(self, target: Target) -> Reply:
        agenda, one = self._agenda(), target.one
        if one.due is not None:
            return Reply(words.reminder(one, agenda.library, self.zone))
        month = month_for(month_of(agenda, one.month()), target.chat, self._settings.home)
        text = words.overview(month, agenda.library, self.zone)
        key = (one.occurrence, text)
        if key not in self._posters:
            try:
                drawn = await asyncio.to_thread(poster, month, agenda.library, self.zone)
            except DangbotError as error:
                # The words are worth more than the picture.
                _log.warning("总览不带海报：%s", error)
                return Reply(text)
            kept = list(self._posters.items())[-POSTERS_KEPT_MAX:]
            self._posters = {**dict(kept), key: drawn}
        picture = Attachment("photo", f"{one.occurrence}.png", self._posters[key])
        return Reply(text, attachments=(picture,))

    async def _watchers(self) -> dict[tuple[str, str], frozenset[str] | None]:
        """Who hears of what was missed: (channel, member) -> the units; None for all."""
        found: dict[tuple[str, str], frozenset[str] | None] = {}
        for grant in await self._org.grants():
            if grant.role is Role.SECRETARY:
                key = (grant.channel, grant.member_id)
                before = found.get(key) or frozenset()
                found[key] = before | frozenset(self._org.units.subtree(grant.unit))
        return found | dict.fromkeys(self._org.plan.admins)

    async def _report(
        self,
        missed: Sequence[Target],
        watchers: dict[tuple[str, str], frozenset[str] | None],
        now: datetime,
        connection: Transaction,
    ) -> None:
        orders: list[Order] = []
        for (channel, member_id), units in watchers.items():
            mine = {
                target.one.job: target.one
                for target in missed
                if target.chat.channel == channel and (units is None or target.chat.unit in units)
            }
            if not mine:
                continue
            ones = sorted(mine.values(), key=lambda one: one.moment)
            key = report_key(ones, channel, member_id)
            orders.append(
                Order(
                    key=key,
                    job=f"missed:{now:%Y%m%d%H%M%S}",
                    channel=channel,
                    chat_id=member_id,
                    thread_id=None,
                    reply=words.missed_report(ones, self.zone),
                    silent=False,
                    not_before=now,
                    expires_at=now + SAY_WITHIN,
                )
            )
        await self._outbox.put(orders, connection)


def together(orders: Sequence[Order]) -> list[Order]:
    """One message where a group would get several at the same moment: three events tomorrow.

    Each reminder keeps a row of its own in ``reminders``, so none of them can come again; the
    message has the key of the first. Pictures go alone.
    """
    made: dict[tuple[object, ...], Order] = {}
    for order in orders:
        reply = order.reply or Reply("")
        alone = order.key if reply.attachments else ""
        place = (order.channel, order.chat_id, order.thread_id, order.not_before, order.expires_at)
        first = made.get((*place, alone))
        if first is None or first.reply is None:
            made[(*place, alone)] = order
            continue
        text = f"{first.reply.text}\n\n{reply.text}"
        made[(*place, alone)] = replace(first, reply=Reply(text))
    return list(made.values())


def _shared(target: Target) -> tuple[str, str]:
    """Targets with the same value read the same."""
    return (target.one.job, "" if target.one.due else target.chat.place)


def _entry(target: Target, fate: Fate, now: datetime, reason: str = "") -> Entry:
    chat = (target.chat.channel, target.chat.chat_id)
    return entry_of(target.one, chat, fate, now.timestamp(), reason)


def _order(target: Target, reply: Reply, at: datetime, *, silent: bool = False) -> Order:
    one, chat = target.one, target.chat
    return Order(
        key=order_key(one, chat, KEY_CHARS_MAX),
        job=one.job,
        channel=chat.channel,
        chat_id=chat.chat_id,
        thread_id=chat.thread_id,
        reply=reply,
        silent=silent,
        not_before=at,
        expires_at=one.until,
    )
