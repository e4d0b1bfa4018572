"""Which calendar events fall into a range of days, and how certain their dates are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot.knowledge.library import Library, Occasion
from bot.knowledge.schema import UNKNOWN
from bot.text.dates import TimeSlot, find_times

_YEAR = re.compile(r"\d{4}\s*年|\d{4}-")
Certainty = Literal["day", "part", "month", "recurring"]
_MONTH_DAYS_MIN = 28
_YEAR_DAYS_MIN = 180


@dataclass(frozen=True, slots=True)
class Due:
    """One event in a range."""

    occasion: Occasion
    first: date
    last: date
    certainty: Certainty
    """``day``: on these days; ``month``: some time in it; ``recurring``: again and again."""
    year_known: bool
    """False: the source gives no year, so the event is shown for any year."""


def when_slot(when: str, year: int = 2020) -> TimeSlot | None:
    """Read a ``when`` of the calendar files; None if it cannot be understood."""
    # Only days are read, so that the zone does not matter.
    now = datetime(year, 1, 1, 12, tzinfo=UTC)
    slots = find_times(when, now)
    return slots[0] if slots else None


def when_ok(when: str) -> bool:
    """Can this ``when`` be understood? Used when the files are read."""
    return when == UNKNOWN or when_slot(when) is not None


@dataclass(frozen=True, slots=True)
class _Known:
    occasion: Occasion
    slot: TimeSlot
    year_known: bool


class Agenda:
    """All calendar events of a library, read once."""

    def __init__(self, library: Library) -> None:
        self._rows: list[_Known] = []
        self.undated: list[Occasion] = []
        for occasion in library.occasions():
            slot = when_slot(occasion.event.when) if occasion.event.when != UNKNOWN else None
            if slot is None:
                self.undated.append(occasion)
            else:
                known = bool(_YEAR.search(occasion.event.when))
                self._rows.append(_Known(occasion, slot, known))

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
        wanted = frozenset(places)
        found: list[Due] = []
        for row in self._rows:
            place = row.occasion.about.place
            if wanted and not wanted & set(place.levels() if place else ()):
                continue
            due = _due(row, first, last, any_year=any_year)
            if due is not None:
                found.append(due)
        order = {"day": 0, "part": 1, "month": 2, "recurring": 3}
        return sorted(found, key=lambda due: (order[due.certainty], due.first, due.last))

    def after(self, day: date, places: Iterable[str] = (), days: int = 366) -> list[Due]:
        """Dated events that come after a day."""
        start = day + timedelta(days=1)
        found = self.between(start, day + timedelta(days=days), places)
        # An event without a year may be over: it is "coming" only in the year we are in.
        return [
            due
            for due in found
            if due.certainty != "recurring"
            and due.last > day
            and (due.year_known or due.first.year == day.year)
        ]


def _due(row: _Known, first: date, last: date, *, any_year: bool) -> Due | None:
    slot = row.slot
    if slot.recurring:
        # A monthly duty belongs to a month or more, not to "tomorrow"; a yearly one to a year.
        days_min = _YEAR_DAYS_MIN if slot.recurring.startswith("FREQ=YEARLY") else _MONTH_DAYS_MIN
        if (last - first).days + 1 < days_min:
            return None
        return Due(row.occasion, first, last, "recurring", year_known=True)
    certainty: Certainty = "month" if slot.grain == "month" else "day"
    if slot.grain in {"part", "quarter", "year"}:
        certainty = "part"
    fixed = row.year_known and not any_year
    years = [slot.first.year] if fixed else range(first.year, last.year + 1)
    for year in years:
        begins, ends = _in_year(slot.first, year), _in_year(slot.last, year)
        if begins <= last and ends >= first:
            return Due(row.occasion, begins, ends, certainty, year_known=row.year_known)
    return None


def _in_year(day: date, year: int) -> date:
    if day.month == 2 and day.day == 29:
        return date(year, 3, 1) - timedelta(days=1)
    return day.replace(year=year)
