"""Workdays and holidays of the State Council's notices, make-up workdays included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_DAYS_MAX = 20
"""No run of days off is longer."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A day brought to a workday."""

    day: date
    unsure: bool
    """A year was not announced yet: Saturdays and Sundays alone counted as days off."""


def is_workday(day: date) -> bool | None:
    """Whether people work on a day; None if that year's holidays are not announced (or known)."""
    import chinese_calendar  # noqa: PLC0415 - its tables are read only when a shift is asked for

    try:
        working: bool = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return working


def to_workday(day: date, *, back: bool) -> Moved:
    """The day itself if it is a workday, else the next one, or with ``back`` the one before."""
    unsure = False
    step = timedelta(days=-1 if back else 1)
    for _ in range(_DAYS_MAX):
        working = is_workday(day)
        unsure = unsure or working is None
        if working if working is not None else day.weekday() < 5:
            break
        day += step
    return Moved(day, unsure)
