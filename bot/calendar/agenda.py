"""Which calendar events fall into a range of days, and how certain their dates are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.calendar.recurrence import Kind, Span, Timing, spans, timing_of, when_ok, when_slot
from bot.knowledge.library import Library, Occasion
from bot.text.timing import lead

__all__ = ["Agenda", "Certainty", "Due", "when_ok", "when_slot"]

Certainty = Literal["day", "part", "month", "recurring"]
_MONTH_DAYS_MIN = 28
_YEAR_DAYS_MIN = 180
_MANY_DAYS_MIN = 100
_MANY = 6
"""In a long range a rule with more occurrences is told once, not time after time."""


@dataclass(frozen=True, slots=True)
class Due:
    """One event in a range: one occurrence of it, or a duty without a certain day."""

    occasion: Occasion
    first: date
    last: date
    certainty: Certainty
    """``day``: on these days; ``month``: some time in it; ``recurring``: again and again."""
    year_known: bool
    """False: the source gives no year, so the event is shown for any year."""
    nominal: date | None = None
    """The day by the rule, before a shift; None for a duty without a certain day."""
    at: time | None = None
    """When it begins, in the desk's zone; None: the source gives no time of day."""
    minutes: int | None = None
    """How long it takes; None: not told."""
    unsure: bool = False
    """Shifted by Saturdays and Sundays alone, the year's holidays being unknown."""

    @property
    def id(self) -> str:
        """The same for ever, whatever the shift: ``topic/event@2026-07-05``."""
        return f"{self.occasion.ref}@{self.nominal.isoformat() if self.nominal else '-'}"

    @property
    def moved(self) -> bool:
        """Brought to a workday."""
        return self.nominal is not None and self.certainty == "day" and self.first != self.nominal

    @property
    def sure(self) -> bool:
        """On a certain day of a certain year: only such an event is reminded of."""
        return self.certainty == "day" and self.year_known and self.nominal is not None

    def start(self, zone: ZoneInfo) -> datetime:
        """When it begins; midnight where no time of day is told."""
        return datetime.combine(self.first, self.at or time(), zone)


@dataclass(frozen=True, slots=True)
class _Known:
    occasion: Occasion
    timing: Timing


class Agenda:
    """All calendar events of a library, read once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._rows: list[_Known] = []
        self.undated: list[Occasion] = []
        for occasion in library.occasions():
            timing = timing_of(occasion.event)
            if timing.kind is Kind.UNKNOWN:
                self.undated.append(occasion)
            else:
                self._rows.append(_Known(occasion, timing))
        own = [words for row in self._rows for words in row.occasion.event.remind]
        self.lead_days = max((one.days for words in own if (one := lead(words))), default=0)
        """The longest time ahead that an event itself asks to be reminded of."""

    def between(
        self, first: date, last: date, places: Iterable[str] = (), *, any_year: bool = False
    ) -> list[Due]:
        """Events that touch the days ``first`` to ``last``, in order of date.

        Args:
            first: first day.
            last: last day, inclusive.
            places: only events of one of these places; none means all.
            any_year: take events of a stated year as if they came every year.
        """
        found: list[Due] = []
        for row in self._of(places):
            dues = list(_dues(row, first, last, any_year=any_year))
            if len(dues) > _MANY and (last - first).days > _MANY_DAYS_MIN:
                dues = [Due(row.occasion, first, last, "recurring", year_known=True)]
            found += dues
        order = {"day": 0, "part": 1, "month": 2, "recurring": 3}
        return sorted(
            found,
            key=lambda due: (order[due.certainty], due.first, due.at or time(), due.last),
        )

    def occurrences(self, first: date, last: date, places: Iterable[str] = ()) -> list[Due]:
        """Every single occurrence on certain days of a certain year, in order of time."""
        found = [due for row in self._of(places) for due in _dues(row, first, last) if due.sure]
        return sorted(found, key=lambda due: (due.first, due.at or time(), due.id))

    def after(self, day: date, places: Iterable[str] = (), days: int = 366) -> list[Due]:
        """Dated events that come after a day; of a repeated one the next time alone."""
        start, end = day + timedelta(days=1), day + timedelta(days=days)
        found: list[Due] = []
        for row in self._of(places):
            coming = (
                due
                for due in _dues(row, start, end)
                if due.certainty != "recurring"
                and due.last > day
                # An event without a year may be over: it is "coming" only in the year we are in.
                and (due.year_known or due.first.year == day.year)
            )
            found += [due for due in [next(coming, None)] if due is not None]
        order = {"day": 0, "part": 1, "month": 2, "recurring": 3}
        return sorted(found, key=lambda due: (order[due.certainty], due.first, due.last))

    def _of(self, places: Iterable[str]) -> Iterator[_Known]:
        wanted = frozenset(places)
        for row in self._rows:
            place = row.occasion.about.place
            if not wanted or wanted & set(place.levels() if place else ()):
                yield row


def _dues(row: _Known, first: date, last: date, *, any_year: bool = False) -> Iterator[Due]:
    timing = row.timing
    if timing.kind is Kind.VAGUE:
        # A monthly duty belongs to a month or more, not to "tomorrow"; a yearly one to a year.
        rule = timing.slot.recurring if timing.slot and timing.slot.recurring else ""
        days_min = _YEAR_DAYS_MIN if rule.startswith("FREQ=YEARLY") else _MONTH_DAYS_MIN
        if (last - first).days + 1 >= days_min and _goes_on(timing, first, last):
            yield Due(row.occasion, first, last, "recurring", year_known=True)
        return
    year_known = timing.kind is not Kind.YEARLESS
    for span in spans(timing, first, last, any_year=any_year):
        yield Due(
            row.occasion,
            span.first,
            span.last,
            _certainty(span),
            year_known,
            span.nominal,
            timing.at,
            timing.minutes,
            span.unsure,
        )


def _goes_on(timing: Timing, first: date, last: date) -> bool:
    return not ((timing.since and timing.since > last) or (timing.until and timing.until < first))


def _certainty(span: Span) -> Certainty:
    if span.grain == "month":
        return "month"
    return "part" if span.grain in {"part", "quarter", "year"} else "day"
