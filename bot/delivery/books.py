"""The books of a worker: one transaction records what came back and leases what may go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.base import Once
from bot.delivery import store, words
from bot.delivery.content import thawed
from bot.delivery.lanes import store as lanes
from bot.delivery.lanes.limits import AHEAD_SECONDS, OPEN_SECONDS_MAX, Limits, Trips, departures
from bot.delivery.lanes.store import Lane
from bot.delivery.orders import Kind, State
from bot.delivery.outbox import Outbox
from bot.delivery.policy import HALT_SECONDS_MAX, TROUBLE, judged, lane_after
from bot.delivery.store import Row
from bot.errors import SendError
from bot.messages import Reply
from bot.storage.database import Transaction

IDLE_SECONDS = 1.0
"""How often orders of other processes are looked for."""
_FULL_SECONDS = 0.2
"""How soon to look again when the chats that are left have no room."""
_SOON_SECONDS = 0.005
_ORIGINAL_SECONDS = 2.0
_PRUNE_SECONDS = 120.0
_CONTENTS_MAX = 16
_OUTAGE_SECONDS = 120.0
"""A shorter outage is not worth a word."""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works."""

    limits: Limits = field(default_factory=Limits)
    in_flight_max: int = 30
    """Requests at once, however slow the line is; all that a crash can leave open."""
    lease_seconds: float = 60.0
    """After this a send of a worker that says nothing is uncertain."""
    send_seconds_max: float = 40.0
    """A send is given up, and uncertain, after this; less than the lease."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One request on its way: one message of one order."""

    slot: str
    row: Row
    reply: Reply | None
    leaves_at: float
    """Not before; Unix seconds."""
    old_ids: tuple[str, ...] = ()
    """Of the order that is edited or taken back."""
    sent_at: float | None = None
    """When that order went out."""


@dataclass(frozen=True, slots=True)
class Landing:
    """What came back of a flight."""

    flight: Flight
    started_at: float
    ended_at: float
    message_ids: tuple[str, ...]
    """All messages of the order up to now."""
    last: bool = True
    """Whether nothing of the order is left to do."""
    error: SendError | None = None


@dataclass(slots=True)
class Plan:
    """What a turn leads to, once its transaction is through."""

    flights: list[Flight] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    """Chats that cannot be reached any more, with the reason."""
    moved: dict[str, str] = field(default_factory=dict)
    """Old ids of chats, with the new ones."""
    down_seconds: float | None = None
    """The platform is back after so long."""
    waiting: int = 0
    """Orders that are due, when it is back."""
    trouble: bool = False
    """The platform does not answer."""
    probe: bool = False
    """It is time to ask it for a sign of life."""
    more: bool = False
    """More orders are due than could go."""
    wait: float = IDLE_SECONDS
    """Seconds until the next turn."""


class Books:
    """What one worker reads and writes of the outbox."""

    def __init__(self, outbox: Outbox, once: Once, options: WorkerOptions) -> None:
        self._outbox = outbox
        self._once = once
        self._channel = once.name
        self._options = options
        self._token = secrets.token_hex(8)
        self._slots_given = 0
        self._trips = Trips()
        self._replies: dict[str, Reply] = {}
        self._pruned_at = 0.0

    def room(self, started: Sequence[float]) -> int:
        """How many more requests may be on their way.

        Args:
            started: when those on their way were let go; the old ones hang, and hold up no other.
        """
        young = sum(moment > self._outbox.now() - OPEN_SECONDS_MAX for moment in started)
        wanted = self._trips.flights(self._options.limits.overall_per_second)
        return min(wanted - young, self._options.in_flight_max - len(started))

    async def next_due(self) -> float | None:
        """When there is something to do next, in Unix seconds; looks without locking.

        Raises:
            StorageError: the database refuses.
        """
        async with self._outbox.database.read() as connection:
            return await store.next_due(connection, self._channel)

    async def turn(self, landed: Sequence[Landing], room: int) -> Plan:
        """Record what came back and lease at most ``room`` orders.

        Raises:
            StorageError: the database refuses; nothing has changed.
        """
        plan = Plan()
        async with self._outbox.database.begin() as connection:
            lane = before = await lanes.lock_lane(connection, self._channel)
            now = self._outbox.now()
            if landed:
                await lanes.count_slots(connection, self._counted(landed))
            for landing in landed:
                lane = lane_after(lane, landing.error, landing.ended_at)
                await self._record(connection, landing, plan)
            lane = await self._recovered(connection, lane, now, plan)
            await store.expire_leases(connection, self._channel, now, self._token)
            await store.skip_expired(connection, self._channel, now)
            if room > 0:
                await self._claim(connection, lane, room, now, plan)
            if lane != before:
                await lanes.save_lane(connection, self._channel, lane)
            if now - self._pruned_at > _PRUNE_SECONDS:
                await lanes.prune_slots(connection, self._channel, now - _PRUNE_SECONDS)
        self._pruned_at = now if now - self._pruned_at > _PRUNE_SECONDS else self._pruned_at
        return plan

    async def answered(self, error: SendError | None) -> Plan:
        """Record whether the platform gave a sign of life.

        Raises:
            StorageError: the database refuses; nothing has changed.
        """
        plan = Plan(wait=0.0)
        async with self._outbox.database.begin() as connection:
            lane = await lanes.lock_lane(connection, self._channel)
            now = self._outbox.now()
            lane = await self._recovered(connection, lane_after(lane, error, now), now, plan)
            await lanes.save_lane(connection, self._channel, lane)
        return plan

    async def _recovered(self, connection: Transaction, lane: Lane, now: float, plan: Plan) -> Lane:
        """Notice the end of an outage."""
        plan.trouble = lane.failures >= TROUBLE
        if plan.trouble or lane.down_since is None:
            return lane
        if now - lane.down_since >= _OUTAGE_SECONDS:
            plan.down_seconds = now - lane.down_since
            plan.waiting = await store.count_due(connection, self._channel, now)
        return replace(lane, down_since=None)

    # --- what came back --------------------------------------------------------------------------

    def _counted(self, landed: Sequence[Landing]) -> dict[str, float]:
        """When the platform can have counted each send at the latest."""
        return {
            one.flight.slot: self._trips.counted_at(one.started_at, one.ended_at) for one in landed
        }

    async def _record(self, connection: Transaction, landing: Landing, plan: Plan) -> None:
        flight, row, now = landing.flight, landing.flight.row, landing.ended_at
        values: dict[str, Any] = {"lease": None, "leased_until": None, "updated_at": now}
        if landing.error is None:
            values |= {"message_ids": store.ids_text(landing.message_ids), "reason": ""}
            # The next message of an order is a fresh start.
            again = {"state": State.QUEUED, "due_at": now, "attempts": 0}
            values |= {"state": State.SENT} if landing.last else again
        else:
            verdict = judged(row, landing.error, now, flight.sent_at)
            values |= {"state": verdict.state, "reason": verdict.reason[: store.REASON_CHARS_MAX]}
            if verdict.state is State.QUEUED:
                values |= {"due_at": verdict.due_at}
            if not verdict.counts:
                values |= {"attempts": row.attempts}
            if verdict.chat_id:
                values |= {"chat_id": verdict.chat_id}
                plan.moved[row.chat_id] = verdict.chat_id
                await store.move(connection, self._channel, row.chat_id, verdict.chat_id)
            if verdict.gone:
                plan.gone[row.chat_id] = verdict.gone
        ours = await store.record(connection, row.id, self._token, values)
        if ours and landing.error is None and landing.last and row.kind is Kind.EDIT:
            await store.change_ids(connection, row.of, landing.message_ids)

    # --- what may go -----------------------------------------------------------------------------

    async def _claim(
        self, connection: Transaction, lane: Lane, room: int, now: float, plan: Plan
    ) -> None:
        halted = lane.halted_until - now
        if 0 < halted <= HALT_SECONDS_MAX:
            plan.wait = min(halted, IDLE_SECONDS)
            return
        if plan.trouble:
            plan.probe = True
            return
        taken = await lanes.live_slots(connection, self._channel, now)
        leaving, next_free = departures(taken, self._options.limits.overall_per_second, now)
        del leaving[room:]
        plan.wait = max(next_free - now - AHEAD_SECONDS, _SOON_SECONDS)
        plan.more = True
        if not leaving:
            return
        full = await self._full_chats(connection, now)
        rows = await store.due_rows(connection, self._channel, now, full, len(leaving))
        for row, leaves_at in zip(rows, leaving, strict=False):
            flight = await self._prepared(connection, row, leaves_at, now)
            if flight is not None:
                plan.flights.append(flight)
        if plan.flights:
            until = now + self._options.lease_seconds
            ids = [flight.row.id for flight in plan.flights]
            await store.lease(connection, ids, self._token, now, until)
            sends = {each.slot: (each.row.chat_id, each.leaves_at) for each in plan.flights}
            await lanes.take_slots(connection, self._channel, sends)
        plan.more = len(rows) == len(leaving)
        if not plan.more:
            due = await store.next_due(connection, self._channel)
            wait = IDLE_SECONDS if due is None else due - now
            plan.wait = min(max(wait, _FULL_SECONDS), IDLE_SECONDS)

    async def _full_chats(self, connection: Transaction, now: float) -> list[str]:
        limits = self._options.limits
        return [
            chat
            for chat, in_second, in_minute in await lanes.chat_counts(
                connection, self._channel, now
            )
            if in_second >= limits.chat_per_second
            or (in_minute >= limits.group_per_minute and self._once.is_group(chat))
        ]

    async def _prepared(
        self, connection: Transaction, row: Row, leaves_at: float, now: float
    ) -> Flight | None:
        """The flight of an order; None when it cannot go, which is recorded."""
        self._slots_given += 1
        slot = f"{self._token}:{self._slots_given}"
        reply = None if row.content is None else await self._reply(connection, row.content)
        if row.kind is Kind.SEND:
            return Flight(slot, row, reply, leaves_at)
        original = await store.row_by_key(connection, row.of)
        values: dict[str, Any] = {"state": State.SKIPPED, "reason": words.NOT_THERE}
        if original is not None:
            if original.state in {State.QUEUED, State.SENDING}:
                values = {"due_at": now + _ORIGINAL_SECONDS}
            elif original.message_ids:
                row = replace(row, chat_id=original.chat_id)
                return Flight(
                    slot, row, reply, leaves_at, original.message_ids, original.updated_at
                )
            elif original.state is State.UNCERTAIN:
                values = {"state": State.FAILED, "reason": words.UNKNOWN_MESSAGE}
        await store.change(connection, row.id, updated_at=now, **values)
        return None

    async def _reply(self, connection: Transaction, content: str) -> Reply:
        """A content, kept for the other chats it goes to."""
        found = self._replies.get(content)
        if found is None:
            found = thawed(await store.body_of(connection, content))
            if len(self._replies) >= _CONTENTS_MAX:
                self._replies.pop(next(iter(self._replies)))
            self._replies[content] = found
        return found
