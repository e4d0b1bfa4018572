"""One month of the calendar, sorted by how certain its dates are, for page, poster and file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.calendar.agenda import Agenda, Due
from bot.calendar.pages import bare_title, month_end
from bot.knowledge.library import Library
from bot.knowledge.places import short_place

YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class Month:
    """A month's events; ``places`` empty means all places."""

    first: date
    places: tuple[str, ...]
    dated: tuple[Due, ...]
    """On certain days of this year."""
    yearless: tuple[Due, ...]
    """On a day of which the source does not give the year: perhaps long over."""
    undated: tuple[Due, ...]
    """Some time in the month, or in a part of it or a longer time."""
    again: tuple[Due, ...]
    """Duties that come again and again on no certain day."""

    @property
    def last(self) -> date:
        """The month's last day."""
        return month_end(self.first)

    @property
    def worth_telling(self) -> bool:
        """Is there anything that belongs to this very month?"""
        return bool(self.dated) or any(due.year_known for due in self.undated)

    def only(self, wanted: Callable[[Due], bool]) -> Month:
        """The month with some of its events."""
        return replace(
            self,
            dated=tuple(filter(wanted, self.dated)),
            yearless=tuple(filter(wanted, self.yearless)),
            undated=tuple(filter(wanted, self.undated)),
            again=tuple(filter(wanted, self.again)),
        )

    def dues(self) -> tuple[Due, ...]:
        """All of them."""
        return (*self.dated, *self.yearless, *self.undated, *self.again)

    def yearless_count(self) -> int:
        """How many events have no year: a calendar file leaves them out."""
        return sum(1 for due in (*self.yearless, *self.undated) if not due.year_known)


def month_of(agenda: Agenda, first: date, places: Iterable[str] = ()) -> Month:
    """The month that begins on ``first``."""
    wanted = tuple(places)
    dues = agenda.between(first, month_end(first), wanted)
    dated = tuple(due for due in dues if due.certainty == "day" and due.year_known)
    yearless = tuple(due for due in dues if due.certainty == "day" and not due.year_known)
    undated = tuple(due for due in dues if due.certainty in {"part", "month"})
    again = tuple(due for due in dues if due.certainty == "recurring")
    return Month(first, wanted, dated, yearless, undated, again)


def common_place(month: Month) -> str:
    """The one short place that all events share; empty if they have several."""
    names = {short_place(due.occasion.about) for due in month.dues()}
    return names.pop() if len(names) == 1 else ""


def title_in(due: Due, shared: str) -> str:
    """An event's title, with its place unless that is the shared one."""
    place = short_place(due.occasion.about)
    title = bare_title(due.occasion.event.title)
    return title if not place or place == shared else f"{title}（{place}）"


def source_titles(library: Library, dues: Iterable[Due]) -> list[str]:
    """The titles of the sources of events, each once, in order."""
    found: dict[str, None] = {}
    for due in dues:
        for source in library.sources_of(due.occasion.about):
            found.setdefault(source.title)
    return list(found)
