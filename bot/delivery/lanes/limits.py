"""How much may be sent: strict sliding windows over the sends that the database knows of.

A send takes a place from the moment its request leaves until a whole window after the platform can
have counted it. The platform counts somewhere between request and answer; on a steady line the
answer's time less the shortest round trip is as late as it can be, seen from the moment of leaving.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

SECOND = 1.0
MINUTE = 60.0
OPEN_SECONDS_MAX = 5.0
"""A send without an answer takes its place no longer than this: its process may be dead."""
GUARD_SECONDS = 0.02
"""What the platform's clock may differ from a steady round trip."""
_SKEW_SECONDS = 0.5
_TRIPS = 64


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


def places(slots: Sequence[Slot], limit: int, now: float) -> tuple[int, float]:
    """How many sends fit into one second now, and in how many seconds the next one does.

    Slots of the future come from a clock that was set back; they are passed over, or nothing
    would be sent until their time came again.
    """
    taken = sorted(
        free
        for slot in slots
        if slot.started_at <= now + _SKEW_SECONDS and (free := slot.free_at(SECOND)) > now
    )
    room = limit - len(taken)
    if room > 0:
        return room, 0.0
    return 0, taken[len(taken) - limit] - now


@dataclass(slots=True)
class Trips:
    """How long requests take, to tell when the platform can have counted one at the latest."""

    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_TRIPS))

    def counted_at(self, started_at: float, answered_at: float) -> float:
        """The latest moment, on the time scale of departures; learns from this trip."""
        self.seconds.append(max(0.0, answered_at - started_at))
        steady = min(self.seconds) - GUARD_SECONDS
        return answered_at - max(0.0, steady)
