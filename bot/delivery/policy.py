"""What each outcome of a send leads to: pure rules, no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.delivery import words
from bot.delivery.lanes.store import Lane
from bot.delivery.orders import Kind, State
from bot.delivery.store import Row
from bot.errors import (
    ChatGone,
    ChatMoved,
    MessageLocked,
    MessageMissing,
    SendError,
    SendFlooded,
    SendLater,
    SendOffline,
    SendRejected,
    SendUncertain,
)

TRIES_MAX = 22
"""Of a platform that answers with errors of its own: a little more than an hour."""
RETRY_SECONDS_FIRST = 2.0
RETRY_SECONDS_MAX = 300.0
UNREACHABLE_SECONDS_MAX = 24 * 3600.0
"""An order that could not even leave for so long is given up."""
HALT_SECONDS_MAX = 3600.0
"""A longer pause is asked for again; a halt beyond it comes from a clock that was set back."""
PROBE_SECONDS_MAX = 60.0
TROUBLE = 3
"""Failures in a row after which the lane is halted and only a sign of life opens it."""
LOCKED_HOURS = 48
_REASON_CHARS = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an order."""

    state: State
    reason: str = ""
    due_at: float = 0.0
    counts: bool = True
    """Whether this try counts towards the last."""
    chat_id: str = ""
    """The chat's new id, when it moved."""
    gone: str = ""
    """Why the chat cannot be reached any more."""


def retry_seconds(tries: int) -> float:
    """The pause after so many failed tries."""
    return float(min(RETRY_SECONDS_FIRST * 2 ** min(tries - 1, 20), RETRY_SECONDS_MAX))


def judged(row: Row, error: SendError, now: float, sent_at: float | None = None) -> Verdict:
    """What an error leads to.

    Args:
        row: the order as it was before this try.
        error: what the channel said.
        now: Unix seconds.
        sent_at: for EDIT and DELETE, when the message went out.
    """
    match error:
        case SendFlooded():
            verdict = Verdict(State.QUEUED, due_at=now + error.seconds, counts=False)
        case SendOffline():
            since = row.tried_at if row.tried_at is not None else now
            verdict = Verdict(State.QUEUED, due_at=now, counts=False)
            if now - since >= UNREACHABLE_SECONDS_MAX:
                verdict = Verdict(State.FAILED, words.UNREACHABLE)
        case SendLater():
            verdict = _later(row, error, now)
        case ChatMoved():
            verdict = _moved(row, error, now)
        case ChatGone():
            verdict = Verdict(State.FAILED, error.reason, gone=error.reason)
        case SendRejected():
            verdict = _rejected(row, error, now, sent_at)
        case SendUncertain():
            verdict = Verdict(State.UNCERTAIN, words.TIMED_OUT)
        case _:
            verdict = Verdict(State.UNCERTAIN, words.BROKEN)
    return verdict


def _later(row: Row, error: SendLater, now: float) -> Verdict:
    tries = row.attempts + 1
    if tries >= TRIES_MAX:
        return Verdict(State.FAILED, words.SERVER)
    return Verdict(State.QUEUED, due_at=now + max(error.seconds, retry_seconds(tries)))


def _moved(row: Row, error: ChatMoved, now: float) -> Verdict:
    if row.kind is not Kind.SEND:
        return Verdict(State.FAILED, words.MOVED_AWAY)
    if row.attempts + 1 >= TRIES_MAX:
        return Verdict(State.FAILED, words.WANDERING)
    return Verdict(State.QUEUED, due_at=now, chat_id=error.new_id)


def _rejected(row: Row, error: SendRejected, now: float, sent_at: float | None) -> Verdict:
    if isinstance(error, MessageMissing):
        if row.kind is Kind.DELETE:
            return Verdict(State.SENT, words.ALREADY_GONE)
        return Verdict(State.FAILED, words.MESSAGE_GONE)
    if isinstance(error, MessageLocked):
        old = sent_at is not None and now - sent_at >= LOCKED_HOURS * 3600
        return Verdict(State.FAILED, words.TOO_OLD if old else words.LOCKED)
    said = str(error).strip()[:_REASON_CHARS]
    return Verdict(State.FAILED, f"{words.REJECTED}（{said}）" if said else words.REJECTED)


def lane_after(lane: Lane, error: SendError | None, now: float) -> Lane:
    """How the channel does after one more request.

    Args:
        lane: how it did before.
        error: None when the platform did what it was asked.
        now: Unix seconds.
    """
    match error:
        case SendFlooded():
            halted = max(lane.halted_until, now + min(error.seconds, HALT_SECONDS_MAX))
            return replace(lane, halted_until=halted, failures=0)
        case SendOffline() | SendUncertain():
            return _failing(lane, now, error)
        case _:
            # Whatever it said, it answered.
            return replace(lane, failures=0)


def _failing(lane: Lane, now: float, error: SendError) -> Lane:
    failures = lane.failures + 1
    if isinstance(error, SendOffline):
        failures = max(failures, TROUBLE)
    if failures < TROUBLE:
        return replace(lane, failures=failures)
    since = lane.down_since if lane.down_since is not None else now
    if lane.halted_until > now:
        # Others of the same batch: they say nothing new.
        return replace(lane, failures=max(lane.failures, TROUBLE), down_since=since)
    asked = error.seconds if isinstance(error, SendOffline) else 0.0
    pause = min(max(asked, 2.0 ** min(failures - TROUBLE, 20)), PROBE_SECONDS_MAX)
    return Lane(now + pause, failures, since)
