from __future__ import annotations

import asyncio
import logging

import pytest

from bot.background import Job, Runner
from bot.errors import Refused
from bot.storage.database import StorageError
from tests.fakes import FakeClock


class Work:
    """Counts its steps; raises what it is told to first."""

    def __init__(self, *errors: Exception, seconds: float = 0.0) -> None:
        self.errors = list(errors)
        self.seconds = seconds
        self.steps = 0
        self.enough = asyncio.Event()

    async def step(self) -> float:
        self.steps += 1
        if self.errors:
            raise self.errors.pop(0)
        self.enough.set()
        return self.seconds


async def run(*jobs: Job) -> None:
    runner = Runner(FakeClock(), pause_seconds=0.001)
    runner.start(list(jobs))
    for job in jobs:
        assert isinstance(job.background, Work)
        await asyncio.wait_for(job.background.enough.wait(), 60)
    await runner.stop()


async def test_a_job_goes_on_after_errors_and_harms_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    broken = Work(
        *[ValueError("这是成员的话")] * 3, Refused("资料里的话"), StorageError("磁盘满了")
    )
    sound = Work()
    await run(Job("发送", broken), Job("提醒", sound))
    assert broken.steps >= 6
    assert sound.steps >= 1
    assert caplog.text.count("ValueError") == 1
    assert "磁盘满了" in caplog.text
    assert "发送恢复正常了" in caplog.text
    assert "成员的话" not in caplog.text
    assert "Refused" in caplog.text
    assert "资料里的话" not in caplog.text


async def test_a_job_that_waits_can_be_woken_and_stopped() -> None:
    wake = asyncio.Event()
    work = Work(seconds=3600)
    runner = Runner(FakeClock())
    runner.start([Job("发送", work, wake)])
    await asyncio.wait_for(work.enough.wait(), 60)
    work.enough.clear()
    wake.set()
    await asyncio.wait_for(work.enough.wait(), 60)
    wake.clear()
    await asyncio.wait_for(runner.stop(), 60)
    assert work.steps >= 2


async def test_a_trouble_that_nobody_can_be_told_of_is_no_trouble() -> None:
    clock = FakeClock()
    told: list[tuple[str, float]] = []

    class Slow(Work):
        async def step(self) -> float:
            clock.forward(200)
            return await super().step()

    async def recovered(what: str, seconds: float) -> None:
        told.append((what, seconds))
        raise StorageError("again")

    work = Slow(StorageError("磁盘满了"))
    runner = Runner(clock, recovered, pause_seconds=0.001)
    runner.start([Job("发送", work)])
    await asyncio.wait_for(work.enough.wait(), 60)
    await asyncio.sleep(0.05)
    await runner.stop()
    assert told
    assert told[0][0] == "发送：磁盘满了"
