"""The platform's sending limits as true sliding windows."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """How much the platform lets through. A chat's window is `chat_burst` messages in as many
    seconds: one a second on average, with that short burst tolerated; 1 is strict."""

    overall_per_second: int = 30
    chat_burst: int = 1
    group_per_minute: int = 20


@dataclass
class Window:
    """At most `limit` events in any `seconds` long stretch of time."""

    limit: int
    seconds: float
    events: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more event fits; 0 when it fits now."""
        while self.events and self.events[0] <= now - self.seconds:
            self.events.popleft()
        if len(self.events) < self.limit:
            return 0.0
        return self.events[-self.limit] + self.seconds - now

    def add(self, now: float) -> None:
        self.events.append(now)


class Gauge:
    """Watches sends against the limits; a refused send does not count."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._overall = Window(limits.overall_per_second, 1.0)
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}

    def wait(self, chat_id: int, now: float) -> int:
        """Whole seconds until a send to this chat fits, at least 1; 0 when it fits now."""
        wait = max(window.wait(now) for window in self._windows(chat_id))
        return max(1, math.ceil(wait)) if wait > 0 else 0

    def count(self, chat_id: int, now: float) -> None:
        """A message went through."""
        for window in self._windows(chat_id):
            window.add(now)

    def _windows(self, chat_id: int) -> list[Window]:
        burst = self.limits.chat_burst
        windows = [self._overall]
        windows.append(self._chats.setdefault(chat_id, Window(burst, float(burst))))
        if chat_id < 0:
            minute = Window(self.limits.group_per_minute, 60.0)
            windows.append(self._groups.setdefault(chat_id, minute))
        return windows
