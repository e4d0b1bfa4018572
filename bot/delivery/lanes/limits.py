"""How much may be sent: strict sliding windows over the sends that the database knows of.

A send takes a place from the moment its request leaves until a whole window after the platform can
have counted it. The platform counts somewhere between request and answer; on a steady line the
answer's time less the shortest round trip is as late as it can be, seen from the moment of leaving.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

SECOND = 1.0
MINUTE = 60.0
OPEN_SECONDS_MAX = 5.0
"""A send without an answer takes its place no longer than this: its process may be dead."""
GUARD_SECONDS = 0.02
"""What the platform's clock may differ from a steady round trip."""
SKEW_SECONDS = 0.5
"""What the clocks of two machines may differ."""
AHEAD_SECONDS = 0.1
"""Places that come free within this are given out at once: fewer transactions, no idle place."""
_TRIPS = 1024
_TRIPS_MIN = 90
_RECENT = 60
_FLIGHTS_MIN = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages that the platform lets through."""

    overall_per_second: int = 30
    chat_per_second: int = 1
    group_per_minute: int = 20


@dataclass(frozen=True, slots=True)
class Slot:
    """One send; moments are Unix seconds."""

    started_at: float
    counted_at: float | None
    """The latest moment the platform can have counted it; None while no answer is there."""

    def free_at(self, window: float) -> float:
        """When it takes no place any more."""
        if self.counted_at is None:
            return self.started_at + OPEN_SECONDS_MAX
        return self.counted_at + window


def departures(slots: Sequence[Slot], limit: int, now: float) -> tuple[list[float], float]:
    """When the next sends may leave, as far as it is known, and when to look again.

    Slots of the future come from a clock that was set back; they are passed over, or nothing
    would be sent until their time came again.

    Returns:
        Moments from now up to a little ahead, and the moment of the one after these.
    """
    taken = sorted(
        free
        for slot in slots
        if slot.started_at <= now + SKEW_SECONDS and (free := slot.free_at(SECOND)) > now
    )
    room = limit - len(taken)
    leaving = [now] * max(0, room)
    releases = taken[max(0, -room) :]
    soon = [free for free in releases if free <= now + AHEAD_SECONDS]
    later = releases[len(soon) :]
    return leaving + soon, later[0] if later else now + SECOND


@dataclass(slots=True)
class Trips:
    """How long requests take, to tell when the platform can have counted one at the latest.

    The shortest of many trips is the line's; the first ones are not trusted, because in a burst
    even the shortest has waited behind others in our own process.
    """

    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_TRIPS))

    def counted_at(self, started_at: float, answered_at: float) -> float:
        """The latest moment, on the time scale of departures; learns from this trip."""
        self.seconds.append(max(0.0, answered_at - started_at))
        if len(self.seconds) < _TRIPS_MIN:
            return answered_at
        return answered_at - max(0.0, min(self.seconds) - GUARD_SECONDS)

    def flights(self, per_second: int) -> int:
        """How many requests at once this line needs for full pace, with room to spare.

        More would only leave more open when the program is killed.
        """
        recent = sorted(islice(reversed(self.seconds), _RECENT))
        usual = recent[len(recent) // 2] if recent else 0.0
        return _FLIGHTS_MIN + math.ceil(2 * per_second * usual)
