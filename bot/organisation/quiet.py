"""Quiet hours, pure: when a group is not to be disturbed, by the clock on its wall."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-—–~～至到]\s*(\d{1,2}):(\d{2})")
_WIDE = str.maketrans("０１２３４５６７８９：－", "0123456789:-")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of every day; it may go over midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def covers(self, moment: datetime) -> bool:
        """Whether an aware moment, in the zone it is told in, lies in the span."""
        at = moment.time()
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def free_from(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it lies in."""
        if not self.covers(moment):
            return moment
        day = moment.date() + timedelta(days=moment.time() >= self.end)
        return datetime.combine(day, self.end, tzinfo=moment.tzinfo)


def parse_quiet(text: str) -> QuietHours | None:
    """Read “22:00-07:00”; None for anything else, an empty span included."""
    match = _SPAN.fullmatch(text.strip().translate(_WIDE))
    if match is None:
        return None
    numbers = [int(part) for part in match.groups()]
    if numbers[0] > 23 or numbers[2] > 23 or numbers[1] > 59 or numbers[3] > 59:
        return None
    start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    return None if start == end else QuietHours(start, end)
