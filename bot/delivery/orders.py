"""What is to be delivered, and what became of it: the words that delivery and its users share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.messages import Reply


class State(StrEnum):
    """How far an order has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    """It may have arrived; only a person may decide to send it again."""
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


FINAL = frozenset(State) - {State.QUEUED, State.SENDING}
"""States that change no more unless a person says so."""


class Kind(StrEnum):
    """What an order does to its chat."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to deliver to one chat."""

    key: str
    """Idempotency key, unique for ever: ``notice:12:telegram:-100123``."""
    job: str
    """What it belongs to, such as ``notice:12``."""
    channel: str
    chat_id: str
    thread_id: str | None
    reply: Reply | None
    """The content; None for DELETE."""
    silent: bool
    not_before: datetime
    """Aware."""
    expires_at: datetime | None = None
    """Aware; not sent after this, but skipped."""
    kind: Kind = Kind.SEND
    of: str = ""
    """For EDIT and DELETE: the key of the order whose messages change."""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """What became of one order."""

    row_id: int
    key: str
    channel: str
    chat_id: str
    state: State
    reason: str
    """In Chinese; empty when there is nothing to say."""
    message_ids: tuple[str, ...]
    """The messages that went out, in order; with a failure, those before it."""
    updated_at: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all orders of a job, in the order in which they were put."""

    job: str
    targets: tuple[TargetLine, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many orders are in each state; every state is there."""
        found = dict.fromkeys(State, 0)
        for line in self.targets:
            found[line.state] += 1
        return found

    @property
    def total(self) -> int:
        """How many orders there are."""
        return len(self.targets)

    @property
    def done(self) -> bool:
        """Whether nothing will change any more by itself."""
        return all(line.state in FINAL for line in self.targets)
