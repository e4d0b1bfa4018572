"""Faults made on purpose: what goes wrong, for which calls, and how often."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .errors import ApiError, forbidden, moved, too_many_requests


@dataclass(frozen=True)
class Refuse:
    """The call has no effect and is answered with this error."""

    error: ApiError
    html: bool = False
    """Answered by the front server's HTML page instead of JSON, as a real 502 is."""


@dataclass(frozen=True)
class Cut:
    """The connection breaks before the call has any effect."""


@dataclass(frozen=True)
class LoseAnswer:
    """The call takes effect, but its answer never comes: cut, or silence until the bot gives up."""

    hang: bool = False


@dataclass(frozen=True)
class Slow:
    """The call waits before it takes effect: some seconds, or until the test opens the gate."""

    seconds: float = 0.0
    gate: asyncio.Event | None = None


Fault = Refuse | Cut | LoseAnswer | Slow


def flood(retry_after: int) -> Refuse:
    return Refuse(too_many_requests(retry_after))


def server_error(code: int = 502, *, html: bool = False) -> Refuse:
    names = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
    return Refuse(ApiError(code, names.get(code, "Server Error")), html)


def refused(reason: str = "bot was blocked by the user") -> Refuse:
    return Refuse(forbidden(reason))


def migrated(new_chat_id: int) -> Refuse:
    return Refuse(moved(new_chat_id))


@dataclass
class Rule:
    """When a fault strikes. `method` may hold wildcards: "send*"."""

    fault: Fault
    method: str
    chat_id: int | None
    times: int | None
    """Strikes left; None for ever."""
    probability: float = 1.0
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311
    hits: int = 0

    def strikes(self, method: str, chat_id: int | None) -> bool:
        if self.times == 0 or not fnmatchcase(method, self.method):
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.probability < 1.0 and self.chance.random() >= self.probability:
            return False
        self.hits += 1
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The rules in force; the first one that strikes wins."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def next(
        self, fault: Fault, method: str = "send*", *, chat_id: int | None = None, times: int = 1
    ) -> Rule:
        """The next `times` matching calls fail."""
        return self._add(Rule(fault, method, chat_id, times))

    def always(self, fault: Fault, method: str = "send*", *, chat_id: int | None = None) -> Rule:
        """Every matching call fails until `clear`."""
        return self._add(Rule(fault, method, chat_id, None))

    def randomly(
        self,
        fault: Fault,
        probability: float,
        seed: int,
        method: str = "send*",
        *,
        chat_id: int | None = None,
    ) -> Rule:
        """Each matching call fails with this probability; the seed makes it repeatable."""
        chance = random.Random(seed)  # noqa: S311
        return self._add(Rule(fault, method, chat_id, None, probability, chance))

    def clear(self) -> None:
        self.rules.clear()

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        return next((r.fault for r in self.rules if r.strikes(method, chat_id)), None)

    def _add(self, rule: Rule) -> Rule:
        self.rules.append(rule)
        return rule
