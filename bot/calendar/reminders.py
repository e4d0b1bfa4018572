"""What is to be reminded of when, pure: from the agenda and the rules, for any span of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar.agenda import Agenda, Due
from bot.knowledge.schema import Place
from bot.text.timing import NO_REMINDERS, Lead, before, lead

MONTH = "month"
"""Stands for the event where a whole month is told."""
CATEGORY = "活动预告"
_OVERVIEW_GRACE = timedelta(hours=72)
_PLACE_CHARS_MIN = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """When to remind of an event that has no rules of its own."""

    overview: time | None = time(9)
    """On the first of a month, of all of it; None: never."""
    leads: tuple[Lead, ...] = (Lead(1, time(17)), Lead(minutes=60))
    grace: timedelta = timedelta(hours=12)
    """How late a reminder may still come, if the event has not begun."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder, for all groups that it concerns."""

    event: str
    """``topic/event``, or ``MONTH``."""
    occurrence: str
    """The day by the rule, ``2026-09-05``, or the month, ``2026-09``."""
    rule: str
    """``d1-1700``, ``m60`` or ``overview``."""
    words: str
    """The rule in Chinese."""
    moment: datetime
    until: datetime
    """After this it is of no use."""
    due: Due | None = field(compare=False)
    """None where a month is told."""
    category: str = CATEGORY

    @property
    def job(self) -> str:
        """The same for ever, whatever the shift or the hour."""
        return f"reminder:{self.event}:{self.occurrence}:{self.rule}"

    def month(self) -> date:
        """The first day of the month that is told."""
        return date.fromisoformat(f"{self.occurrence}-01")


def planned(
    agenda: Agenda, rules: Rules, zone: ZoneInfo, after: datetime, upto: datetime
) -> list[Planned]:
    """Every reminder whose moment lies in the span, the earliest first.

    Args:
        agenda: what happens when.
        rules: for events without their own.
        zone: in which the calendar's days and times are meant.
        after: aware; this moment itself is left out.
        upto: aware; this moment itself belongs to the span.
    """
    after, upto = after.astimezone(zone), upto.astimezone(zone)
    if upto <= after:
        return []
    found = [
        one
        for one in (
            *_overviews(rules, zone, after, upto),
            *_ahead(agenda, rules, zone, after, upto),
        )
        if after < one.moment <= upto
    ]
    return sorted(found, key=lambda one: (one.moment, one.event, one.occurrence, one.rule))


def _overviews(rules: Rules, zone: ZoneInfo, after: datetime, upto: datetime) -> Iterator[Planned]:
    if rules.overview is None:
        return
    first = after.date().replace(day=1)
    while first <= upto.date():
        moment = datetime.combine(first, rules.overview, zone)
        words = f"每月1日{rules.overview:%H:%M}"
        until = moment + _OVERVIEW_GRACE
        yield Planned(MONTH, f"{first:%Y-%m}", "overview", words, moment, until, None)
        first = (first + timedelta(days=32)).replace(day=1)


def _ahead(
    agenda: Agenda, rules: Rules, zone: ZoneInfo, after: datetime, upto: datetime
) -> Iterator[Planned]:
    days = max([one.days for one in rules.leads] + [agenda.lead_days], default=0) + 8
    for due in agenda.occurrences(after.date(), upto.date() + timedelta(days=days)):
        start = due.start(zone)
        for one in _leads(due, rules):
            moment = before(start, one)
            # 当天8:00 for something at seven would come too late to be of use.
            if due.at is not None and moment >= start:
                continue
            yield Planned(
                due.occasion.ref,
                due.id.rpartition("@")[2],
                _name(one),
                str(one),
                moment,
                _until(due, start, moment, rules),
                due,
                due.occasion.event.category or CATEGORY,
            )


def _leads(due: Due, rules: Rules) -> Sequence[Lead]:
    own = due.occasion.event.remind
    if NO_REMINDERS in own:
        return ()
    leads = [found for words in own if (found := lead(words)) is not None] or rules.leads
    return [one for one in leads if one.at is not None or due.at is not None]


def _until(due: Due, start: datetime, moment: datetime, rules: Rules) -> datetime:
    """Within the grace, and before it begins; without a time of day, while its days last."""
    after = datetime.combine(due.last + timedelta(days=1), time(), start.tzinfo)
    return min(moment + rules.grace, start if due.at is not None else after)


def _name(one: Lead) -> str:
    return f"d{one.days}-{one.at:%H%M}" if one.at is not None else f"m{one.minutes}"


def concerns(place: Place | None, where: str) -> bool:
    """Does an event at a place concern a group that is ``where``, such as 江阳区?

    It does if it is held for a place that the group lies in, or lies in the group's own place. An
    event without a place, and a group without one, are for all.
    """
    levels = place.levels() if place else ()
    if not levels or not where:
        return True
    named = any(where.endswith(level) for level in levels)
    short = len(where) >= _PLACE_CHARS_MIN and any(level.startswith(where) for level in levels)
    return named or short or levels[-1] in where
