"""Lunar days and solar terms to dates: the only file that knows the lunar library."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.text.dates_core import ONE_DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


@lru_cache(maxsize=256)
def lunar_day(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """The date of a lunar day; `year` is the lunar year, 1900-2100. ValueError: no such day."""
    from borax.calendars.lunardate import (  # noqa: PLC0415 - start-up does not pay for the tables
        LunarDate,
    )

    found: date = LunarDate(year, month, day, int(leap)).to_solar_date()
    return found


@lru_cache(maxsize=64)
def month_around(day: date) -> tuple[date, date]:
    """First and last date of the lunar month that holds the day. ValueError outside 1900-2100."""
    from borax.calendars.lunardate import (  # noqa: PLC0415 - start-up does not pay for the tables
        LCalendars,
        LunarDate,
    )

    moon = LunarDate.from_solar_date(day.year, day.month, day.day)
    first = day - timedelta(days=moon.day - 1)
    return first, first + timedelta(days=LCalendars.ndays(moon.year, moon.month, moon.leap) - 1)


@lru_cache(maxsize=64)
def solar_term(year: int, name: str) -> date:
    """The date of a solar term such as 清明, 1900 to 2100. ValueError outside."""
    from borax.calendars.lunardate import (  # noqa: PLC0415 - start-up does not pay for the tables
        TermUtils,
    )

    found: date = TermUtils.nth_term_day(year, term_name=name)
    return found


def new_year_eve(year: int) -> date:
    """除夕 in this calendar year: the day before 春节, whether the month has 29 or 30 days."""
    return lunar_day(year, 1, 1) - ONE_DAY


def nearest(today: date, day_of: Callable[[int], date]) -> date:
    """The occurrence nearest to today among those from 1 January of this year on.

    春节 said in November is the coming one, 中秋 said in March this year's. ValueError if none.
    """
    found: list[date] = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(day_of(year))
        except ValueError:
            continue
    ahead = [day for day in found if day.year >= today.year]
    if not ahead:
        raise ValueError("no such day around this year")
    return min(ahead, key=lambda day: (abs(day - today), day))
