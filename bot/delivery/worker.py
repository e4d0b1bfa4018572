"""The worker: one step leases what may go out now, lets it go, and records what came back."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from bot.channels.base import Once, Target
from bot.delivery.books import IDLE_SECONDS, Books, Flight, Landing, Plan, WorkerOptions
from bot.delivery.lanes.limits import AHEAD_SECONDS
from bot.delivery.orders import Kind
from bot.delivery.outbox import Outbox
from bot.errors import SendError, SendRejected, SendUncertain
from bot.storage.database import StorageError

_log = logging.getLogger(__name__)


_TOGETHER_SECONDS = 0.06


class Listener(Protocol):
    """Who wants to know what deliveries tell about chats."""

    async def gone(self, channel: str, chat_id: str, reason: str) -> None:
        """A group cannot be reached any more; ``reason`` is in Chinese."""
        ...

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """A chat got a new id."""
        ...

    async def recovered(self, channel: str, seconds: float, waiting: int) -> None:
        """The platform is back after so long; so many orders wait."""
        ...


class Worker:
    """Delivers one channel's orders; any number of workers may share a database.

    Args:
        outbox: the orders.
        once: the channel.
        listener: is told about chats.
        options: limits and patience.
    """

    def __init__(
        self, outbox: Outbox, once: Once, listener: Listener, options: WorkerOptions | None = None
    ) -> None:
        self._outbox = outbox
        self._once = once
        self._listener = listener
        self._options = options or WorkerOptions()
        self._books = Books(outbox, once, self._options)
        self._flying: dict[asyncio.Task[None], Flight] = {}
        self._landed: list[Landing] = []
        self._news: deque[Callable[[], Awaitable[None]]] = deque()
        """What the listener is still to be told."""
        self._closing = False
        self._pressing = False
        """The next turn has something to do, whatever comes back."""
        self.wake = outbox.wake

    @property
    def in_flight(self) -> int:
        """Requests on their way."""
        return len(self._flying)

    async def step(self) -> float:
        """Record what came back and let go what may go; gives the seconds until the next step.

        Raises:
            StorageError: the database refuses; nothing is lost, the next step tries again.
        """
        self.wake.clear()
        if not self._landed:
            wait = await self._nothing_for()
            if wait > 0:
                return wait
        landed, self._landed = self._landed, []
        started = [flight.leaves_at for flight in self._flying.values()]
        room = 0 if self._closing else self._books.room(started)
        try:
            plan = await self._books.turn(landed, room)
        except BaseException:
            self._landed[:0] = landed
            raise
        for flight in plan.flights:
            task = asyncio.create_task(self._fly(flight))
            self._flying[task] = flight
            task.add_done_callback(self._flying.pop)
        await self._tell(plan)
        return await self._probe() if plan.probe else plan.wait

    async def idle(self) -> None:
        """Wait until nothing is on its way; the next step records it."""
        if self._flying:
            await asyncio.wait(list(self._flying))

    async def close(self, seconds: float) -> None:
        """Begin nothing new, wait for what is on its way, and record it.

        What has no answer by then is recorded as uncertain.

        Raises:
            StorageError: the database refuses; what was on its way is uncertain after its lease.
        """
        self._closing = True
        if self._flying:
            await asyncio.wait(list(self._flying), timeout=seconds)
        late = list(self._flying)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if self._landed:
            await self.step()

    async def _nothing_for(self) -> float:
        """Seconds for which there is surely nothing to do; looks without locking."""
        if self._closing:
            return IDLE_SECONDS
        if self._pressing:
            return 0.0
        due = await self._books.next_due()
        return IDLE_SECONDS if due is None else min(due - self._outbox.now(), IDLE_SECONDS)

    async def _probe(self) -> float:
        error: SendError | None = None
        try:
            async with asyncio.timeout(self._options.send_seconds_max):
                await self._once.probe()
        except SendError as caught:
            error = caught
        except TimeoutError:
            error = SendUncertain("no sign of life")
        plan = await self._books.answered(error)
        await self._tell(plan)
        return plan.wait

    async def _fly(self, flight: Flight) -> None:
        started = self._outbox.now()
        ids, last, error = flight.row.message_ids, True, None
        try:
            # Never longer, even when the clock was set back meanwhile.
            await asyncio.sleep(min(flight.leaves_at - started, AHEAD_SECONDS))
            started = self._outbox.now()
            async with asyncio.timeout(self._options.send_seconds_max):
                ids, last = await self._let_go(flight)
        except SendError as caught:
            error = caught
        except (TimeoutError, asyncio.CancelledError):
            error = SendUncertain("given up")
        except Exception as caught:  # noqa: BLE001
            # A bug must not stop the others; whether the request left nobody knows. The log
            # gets the kind alone: the rest may quote the message.
            _log.error("发送一条通知时程序出错（%s）", type(caught).__name__)
            error = SendError(type(caught).__name__)
        self._landed.append(Landing(flight, started, self._outbox.now(), ids, last, error))
        # A few that come back together are recorded together.
        asyncio.get_running_loop().call_later(_TOGETHER_SECONDS, self.wake.set)

    async def _let_go(self, flight: Flight) -> tuple[tuple[str, ...], bool]:
        """Do the next piece of an order; gives all its message ids, and whether it was the last."""
        row, old = flight.row, flight.old_ids
        number = len(row.message_ids)
        target = Target(row.chat_id, row.thread_id, silent=row.silent)
        parts = () if flight.reply is None else self._once.parts(flight.reply)
        pieces = max(len(parts), len(old))
        if number >= pieces or (row.kind is not Kind.DELETE and not parts):
            raise SendRejected("there is nothing to send")
        if number >= len(parts):
            await self._once.delete(target, old[number])
            ids = (*row.message_ids, old[number])
        elif number < len(old):
            await self._once.edit(target, old[number], parts[number])
            ids = (*row.message_ids, old[number])
        else:
            sent = await self._once.send(target, parts[number])
            ids = (*row.message_ids, *sent.message_ids)
        last = number + 1 >= pieces
        if last and row.kind is Kind.EDIT:
            ids = ids[: len(parts)]
        return ids, last

    async def _tell(self, plan: Plan) -> None:
        self._pressing = plan.trouble or plan.more
        channel = self._once.name
        listener = self._listener
        for chat, reason in plan.gone.items():
            if self._once.is_group(chat):
                self._news.append(partial(listener.gone, channel, chat, reason))
        for old, new in plan.moved.items():
            self._news.append(partial(listener.moved, channel, old, new))
        if plan.down_seconds is not None:
            back = partial(listener.recovered, channel, plan.down_seconds, plan.waiting)
            self._news.append(back)
        while self._news:
            # Taken off only when it is told: a full disk must not swallow it.
            try:
                await self._news[0]()
            except StorageError:
                raise
            except Exception as caught:  # noqa: BLE001 - a bug there must not stop deliveries
                _log.error("没能处理一条群的消息（%s）", type(caught).__name__)
            self._news.popleft()
