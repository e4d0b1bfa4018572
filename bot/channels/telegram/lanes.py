"""Many chats at once, each chat in order, and never more work in hand than is bounded."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable

from bot.errors import DangbotError, Refused, SendError

Job = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class Lanes:
    """One queue a chat; a chat with work has one task, an idle one costs nothing."""

    def __init__(self, *, each_max: int = 50, all_max: int = 500) -> None:
        self._each_max = each_max
        self._room = asyncio.Semaphore(all_max)
        self._waiting: dict[str, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, key: str, job: Job) -> bool:
        """Queue a job; waits while all lanes together are full.

        Returns:
            False when this one lane is full and the job was dropped.
        """
        lane = self._waiting.get(key)
        if lane is not None and len(lane) >= self._each_max:
            _log.warning("一个群里等着处理的消息超过 %d 条，新来的先不看", self._each_max)
            return False
        await self._room.acquire()
        lane = self._waiting.get(key)
        if lane is not None:
            lane.append(job)
            return True
        self._waiting[key] = deque([job])
        task = asyncio.create_task(self._work(key), name=f"lane {key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def drain(self, seconds: float) -> None:
        """Wait until all is done, at most ``seconds``; then drop the rest."""
        # What needs nothing from outside is done at its first step.
        await asyncio.sleep(0)
        left = self._undone()
        if left:
            await asyncio.wait(left, timeout=seconds)
            left = self._undone()
        for task in left:
            task.cancel()
        if left:
            await asyncio.gather(*left, return_exceptions=True)

    def _undone(self) -> set[asyncio.Task[None]]:
        return {task for task in self._tasks if not task.done()}

    async def _work(self, key: str) -> None:
        lane = self._waiting[key]
        try:
            while lane:
                await contained(lane.popleft()())
                self._room.release()
        finally:
            del self._waiting[key]
            for _ in lane:
                self._room.release()


async def contained(work: Awaitable[None]) -> bool:
    """Run work whose bug must not end the program; say where it broke, without its words.

    Returns:
        Whether it went well.
    """
    try:
        await work
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None and current.cancelling():
            raise
        _log.error("处理一条消息时中断了")
        return False
    except DangbotError as error:
        # What the platform or a refusal says may quote a member.
        quoting = isinstance(error, (SendError, Refused))
        said = type(error).__name__ if quoting else f"{type(error).__name__}：{error}"
        _log.error("处理一条消息时出错：%s", said)
        return False
    except Exception as error:  # noqa: BLE001 - whatever the bug, the next message is served
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        where = " ← ".join(f"{f.filename}:{f.lineno} {f.name}" for f in frames[::-1])
        _log.error("处理一条消息时程序出错：%s，在 %s", type(error).__name__, where)
        return False
    return True
