"""Pure decisions about reminders: for whom, when in the end, and what becomes of late ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar.month import Month
from bot.calendar.reminders import Planned, concerns
from bot.organisation import BoundChat

LATE = timedelta(minutes=3)
"""Later than this is worth a word."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a reminder goes out to one group."""

    at: datetime | None
    """None: not at all."""
    free: datetime
    """The end of the quiet hours, or the moment itself."""


def timing(one: Planned, chat: BoundChat, now: datetime) -> Timing:
    """When to send a reminder that is due; ``now`` in the desk's zone, as quiet hours are."""
    free = chat.quiet.free_from(now) if chat.quiet is not None else now
    return Timing(free if free < one.until else None, free)


def is_late(one: Planned, now: datetime) -> bool:
    """So late that the group is owed a word."""
    return now - one.moment > LATE


def is_missed(one: Planned, now: datetime) -> bool:
    """Too late to be of use."""
    return now >= one.until


def wants(one: Planned, chat: BoundChat, home: str) -> bool:
    """Does a reminder of an event concern a group that takes its category?"""
    if not chat.present or not chat.takes(one.category):
        return False
    place = one.due.occasion.about.place if one.due is not None else None
    return concerns(place, chat.place or home)


def month_for(month: Month, chat: BoundChat, home: str) -> Month:
    """What of a month concerns a group."""
    where = chat.place or home
    return month.only(lambda due: concerns(due.occasion.about.place, where))


def token(one: Planned) -> str:
    """A short name of a reminder for buttons, the same after a restart: 12 characters."""
    return hashlib.blake2b(one.job.encode(), digest_size=6).hexdigest()


def order_key(one: Planned, chat: BoundChat, chars_max: int) -> str:
    """The outbox key of a reminder in one group, unique for ever."""
    key = f"{one.job}:{chat.channel}:{chat.chat_id}"
    if len(key) <= chars_max:
        return key
    return "reminder:" + hashlib.blake2b(key.encode(), digest_size=20).hexdigest()


def report_key(missed: Iterable[Planned], channel: str, member_id: str) -> str:
    """The outbox key of a report about what was missed."""
    said = "\n".join(sorted(one.job for one in missed))
    return (
        f"missed:{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}:{channel}:{member_id}"
    )
