"""Runs work that nobody asks for, step by step, and goes on after errors."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.errors import DangbotError
from bot.storage.database import StorageError
from bot.turn import Background

_log = logging.getLogger(__name__)

PAUSE_SECONDS_FIRST = 1.0
PAUSE_SECONDS_MAX = 60.0
TROUBLE_SECONDS = 120.0
"""A shorter trouble is not worth a word."""

Recovered = Callable[[str, float], Awaitable[None]]
"""Told in Chinese what was wrong, and for how many seconds, once it works again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work."""

    name: str
    """In Chinese, for the log."""
    background: Background
    wake: asyncio.Event | None = None
    """Set when there may be something to do before the time that the last step gave."""


class Runner:
    """Runs jobs until it is stopped.

    Args:
        clock: to tell how long a trouble took.
        recovered: told when a job works again after a trouble that took a while.
        pause_seconds: after the first error; doubled after each further one.
    """

    def __init__(
        self,
        clock: Clock,
        recovered: Recovered | None = None,
        pause_seconds: float = PAUSE_SECONDS_FIRST,
    ) -> None:
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._recovered = recovered
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, jobs: list[Job]) -> None:
        """Begin all jobs."""
        self._tasks += [asyncio.create_task(self._run(job)) for job in jobs]

    async def stop(self) -> None:
        """End after the steps at hand."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)
        self._tasks.clear()

    async def _run(self, job: Job) -> None:
        trouble: _Trouble | None = None
        while not self._stopping.is_set():
            try:
                seconds = await job.background.step()
                if trouble is not None:
                    await self._over(job, trouble)
                    trouble = None
            except Exception as error:  # noqa: BLE001 - one job's bug must not end the others
                trouble = trouble or _Trouble(self._clock().timestamp(), self._pause_seconds)
                seconds = trouble.again(job.name, error)
                await self._pause(seconds, None)
            else:
                await self._pause(seconds, job.wake)

    async def _over(self, job: Job, trouble: _Trouble) -> None:
        seconds = self._clock().timestamp() - trouble.since
        _log.warning("%s恢复正常了", job.name)
        if self._recovered is not None and seconds >= TROUBLE_SECONDS:
            await self._recovered(f"{job.name}：{trouble.said.rstrip('。')}", seconds)

    async def _pause(self, seconds: float, wake: asyncio.Event | None) -> None:
        """Wait until the time is up, the job is woken, or the stop comes."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        events = [self._stopping] if wake is None else [self._stopping, wake]
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*waits, return_exceptions=True)


class _Trouble:
    """Errors in a row."""

    def __init__(self, since: float, pause_seconds: float) -> None:
        self._pause_seconds = pause_seconds
        self.since = since
        self.said = ""
        self._failures = 0

    def again(self, name: str, error: Exception) -> float:
        """Say what is wrong, once a kind; gives the seconds to wait."""
        # Our own errors are written for people: admins read them. They may quote the knowledge or a
        # setting, others a member; the log takes the database's alone, which are fixed.
        kind = type(error).__name__
        said = str(error) if isinstance(error, DangbotError) else kind
        if said != self.said:
            logged = str(error) if isinstance(error, StorageError) else kind
            _log.warning("%s出了问题，会一直重试：%s", name, logged)
        self.said = said
        self._failures = min(self._failures + 1, 20)
        return min(self._pause_seconds * float(2 ** (self._failures - 1)), PAUSE_SECONDS_MAX)
