"""What time it is: the one place that asks the system, so that all else can be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present moment, aware."""


def system_clock(zone: ZoneInfo) -> Clock:
    """A clock that reads the system's time, in ``zone`` whatever the system's own zone is."""

    def now() -> datetime:
        return datetime.now(zone)

    return now
