"""A calendar event's words -> the days on which it takes place, in any range of days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from functools import lru_cache

from bot.calendar.workdays import to_workday
from bot.knowledge.schema import UNKNOWN, Event
from bot.text.dates import TimeSlot, find_times
from bot.text.timing import clock_time, exact_day, length

FIRST_DAY, LAST_DAY = date(1901, 2, 1), date(2099, 12, 31)
"""Days outside are not looked at: the lunar tables end there."""

_YEAR = re.compile(r"\d{4}\s*年|\d{4}-")
_EVERY_YEAR = re.compile(r"^每一?个?年度?的?")
_LISTED_DAY = re.compile(r"\d{1,2}\s*[日号]")
_BETWEEN = re.compile(r"[、,，和及与 ]*")
_SHIFT_DAYS_MAX = 14
_PROBED_YEARS = range(2020, 2058)
"""Every leap month but the rarest comes up in these."""


class Kind(Enum):
    """How an event's days are found."""

    UNKNOWN = auto()
    """The source gives no date."""
    ONCE = auto()
    """Days with their year."""
    YEARLESS = auto()
    """A day or days of which the source does not tell the year."""
    RULE = auto()
    """Days of a solar rule: 每月5日, 每周三, an RRULE."""
    YEARLY = auto()
    """Looked up year by year: 每年七一, 每年农历五月初五, 每年清明."""
    VAGUE = auto()
    """Again and again, on no certain day: 每月, 每年, 每月下旬."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What an event's words say about its time."""

    kind: Kind
    slot: TimeSlot | None = None
    rule: str = ""
    words: str = ""
    """What follows the name of the year, for what is looked up year by year."""
    at: time | None = None
    minutes: int | None = None
    shift: str = ""
    since: date | None = None
    until: date | None = None
    skip: frozenset[date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Span:
    """One time that an event takes place."""

    nominal: date
    """The first day by the rule, before any shift: it names the occurrence for ever."""
    first: date
    last: date
    grain: str
    """As of a `TimeSlot`."""
    unsure: bool = False
    """Shifted by Saturdays and Sundays alone: the year's holidays are not announced."""

    @property
    def moved(self) -> bool:
        """Shifted to a workday."""
        return self.first != self.nominal


@lru_cache(maxsize=4096)
def read_when(when: str, year: int = 2020) -> tuple[TimeSlot, ...]:
    """The time words of a ``when``, read as if it were January of a year."""
    # Only days are read, so that the zone does not matter.
    return tuple(find_times(when, datetime(year, 1, 1, 12, tzinfo=UTC)))


def when_slot(when: str, year: int = 2020) -> TimeSlot | None:
    """Read a ``when`` of the calendar files; None if it cannot be understood."""
    slots = read_when(when, year)
    return slots[0] if slots else None


def when_ok(when: str) -> bool:
    """Can this ``when`` be understood? Used when the files are read."""
    return when == UNKNOWN or when_slot(when) is not None


def timing_of(event: Event) -> Timing:
    """Read an event; what cannot be understood counts as not dated, never as some day."""
    at = clock_time(event.time) if event.time else None
    minutes = length(event.duration) if event.duration else None
    since = exact_day(event.since) if event.since else None
    until = exact_day(event.until) if event.until else None
    skip = frozenset(day for text in event.skip if (day := exact_day(text)) is not None)
    kind, slot, rule, words = _kind(event)
    if at is None and slot is not None:
        at = slot.at
    return Timing(kind, slot, rule, words, at, minutes, event.workday or "", since, until, skip)


def _kind(event: Event) -> tuple[Kind, TimeSlot | None, str, str]:
    slot = when_slot(event.when) if event.when != UNKNOWN else None
    if event.rrule:
        return Kind.RULE, slot, event.rrule, ""
    words = _EVERY_YEAR.sub("", event.when)
    if words not in {"", event.when} and any(_in_year(words, year) for year in _PROBED_YEARS):
        first = next(found for year in _PROBED_YEARS if (found := _in_year(words, year)))
        return Kind.YEARLY, first, "", words
    if slot is None:
        return Kind.UNKNOWN, None, "", ""
    if slot.recurring:
        rule = _day_rule(event.when, read_when(event.when))
        return (Kind.RULE, slot, rule, "") if rule else (Kind.VAGUE, slot, "", "")
    if _YEAR.search(event.when):
        return Kind.ONCE, slot, "", ""
    return Kind.YEARLESS, slot, "", event.when if slot.lunar else ""


def _day_rule(when: str, slots: Sequence[TimeSlot]) -> str:
    """The rule of a repetition that names its days; empty for 每月, 每月下旬, 每两周."""
    slot = slots[0]
    rule = slot.recurring or ""
    if slot.grain not in {"day", "weekend"} or "BY" not in rule or "INTERVAL" in rule:
        return ""
    days = [str(slot.first.day)] if "BYMONTHDAY" in rule else []
    end = slot.end
    for more in slots[1:]:
        # 每月5日、20日 are both of each month.
        listed = _LISTED_DAY.fullmatch(more.text) and _BETWEEN.fullmatch(when[end : more.start])
        if not listed or not rule.startswith("FREQ=MONTHLY;BYMONTHDAY="):
            return ""
        days.append(str(int(re.sub(r"\D", "", more.text))))
        end = more.end
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(days)}" if len(days) > 1 else rule


@lru_cache(maxsize=4096)
def _in_year(words: str, year: int) -> TimeSlot | None:
    """七一 or 农历五月初五 of a year; None if that year has no such day."""
    try:
        slots = find_times(f"{year}年{words}", datetime(year, 1, 1, 12, tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    if len(slots) != 1 or slots[0].start or slots[0].grain == "year":
        return None
    return slots[0]


def spans(timing: Timing, first: date, last: date, *, any_year: bool = False) -> Iterator[Span]:
    """The times that touch the days ``first`` to ``last``, in order.

    Args:
        timing: of the event; of a vague or unknown one there are none.
        first: first day.
        last: last day, inclusive.
        any_year: take days of a stated year as if they came every year.
    """
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    if first > last:
        return
    wide = timedelta(days=_SHIFT_DAYS_MAX if timing.shift else 0)
    found = _unshifted(timing, first - wide, last + wide, any_year=any_year)
    for span in found:
        outside = (timing.since and span.nominal < timing.since) or (
            timing.until and span.nominal > timing.until
        )
        if outside or span.nominal in timing.skip:
            continue
        done = _shifted(span, timing.shift)
        if done.first <= last and done.last >= first:
            yield done


def _unshifted(timing: Timing, first: date, last: date, *, any_year: bool) -> list[Span]:
    slot = timing.slot
    if timing.kind is Kind.RULE:
        return [Span(day, day, day, "day") for day in _rule_days(timing, first, last)]
    years = range(first.year - 1, last.year + 1)
    if timing.kind is Kind.YEARLY or (timing.kind is Kind.YEARLESS and timing.words):
        slots = [found for year in years if (found := _in_year(timing.words, year))]
    elif slot is None:
        return []
    elif timing.kind is Kind.ONCE and not any_year:
        slots = [slot]
    elif timing.kind in {Kind.ONCE, Kind.YEARLESS}:
        return [_again(slot, year) for year in years]
    else:
        return []
    return [Span(one.first, one.first, one.last, one.grain) for one in slots]


def _again(slot: TimeSlot, year: int) -> Span:
    """The same days in another year; 29 February is the 28th where there is none."""
    begins, ends = _same_day(slot.first, year), _same_day(slot.last, year)
    if slot.last.year > slot.first.year:
        ends = _same_day(slot.last, year + slot.last.year - slot.first.year)
    return Span(begins, begins, ends, slot.grain)


def _same_day(day: date, year: int) -> date:
    if (day.month, day.day) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return day.replace(year=year)


def _rule_days(timing: Timing, first: date, last: date) -> Iterator[date]:
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only a calendar with rules pays for it

    # Without a first day the phase of the rule does not matter: only its BY parts count.
    start = timing.since or first
    until = datetime.combine(last, time())
    rule = rrulestr(f"{timing.rule};UNTIL={until:%Y%m%d}", dtstart=datetime.combine(start, time()))
    for moment in rule:
        if moment.date() >= first:
            yield moment.date()


def _shifted(span: Span, shift: str) -> Span:
    if not shift or span.first != span.last:
        return span
    moved = to_workday(span.first, back=shift == "提前")
    return Span(span.nominal, moved.day, moved.day, span.grain, moved.unsure)
