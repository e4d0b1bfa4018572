"""The rules of access, pure: how much one member may ask, and how much of it is read."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

_MEMBERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one member may ask."""

    messages: int = 8
    window_seconds: int = 20
    mute_seconds: int = 60
    input_chars_max: int = 500


class Verdict(Enum):
    """What to do with a message."""

    SERVE = auto()
    WARN = auto()
    """Too much: say so, once."""
    IGNORE = auto()


@dataclass(slots=True)
class _Record:
    times: deque[datetime] = field(default_factory=deque)
    muted_until: datetime | None = None


class Flood:
    """A sliding window a member; the least recent members are forgotten first."""

    def __init__(self, limits: Limits, *, members_max: int = _MEMBERS_MAX) -> None:
        self._limits = limits
        self._members_max = members_max
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def judge(self, member: str, now: datetime, times: int = 1) -> Verdict:
        """Count one message of a member, who may send ``times`` as many as the limits say."""
        record = self._records.setdefault(member, _Record())
        self._records.move_to_end(member)
        while len(self._records) > self._members_max:
            self._records.popitem(last=False)
        if record.muted_until is not None:
            if now < record.muted_until:
                return Verdict.IGNORE
            record.muted_until = None
            record.times.clear()
        oldest = now - timedelta(seconds=self._limits.window_seconds)
        while record.times and record.times[0] <= oldest:
            record.times.popleft()
        record.times.append(now)
        if len(record.times) <= self._limits.messages * times:
            return Verdict.SERVE
        record.muted_until = now + timedelta(seconds=self._limits.mute_seconds)
        return Verdict.WARN

    def forget(self, member: str) -> None:
        """Drop what is counted about a member."""
        self._records.pop(member, None)


def shortened(text: str, chars_max: int) -> tuple[str, bool]:
    """The text cut to ``chars_max`` characters, and whether it was cut."""
    return (text, False) if len(text) <= chars_max else (text[:chars_max], True)
