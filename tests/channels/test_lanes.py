from __future__ import annotations

import asyncio
import logging

import pytest

from bot.channels.telegram.lanes import Lanes, contained
from bot.errors import ConfigError, Refused


async def test_each_lane_in_order_and_lanes_at_once() -> None:
    lanes = Lanes()
    done: list[str] = []
    gate = asyncio.Event()

    async def work(name: str, *, waits: bool) -> None:
        if waits:
            await gate.wait()
        done.append(name)

    for number in range(3):
        await lanes.put("a", lambda n=number: work(f"a{n}", waits=True))  # type: ignore[misc]
    await lanes.put("b", lambda: work("b", waits=False))
    while done != ["b"]:  # noqa: ASYNC110 - one turn of the loop at a time
        await asyncio.sleep(0)
    gate.set()
    await lanes.drain(5)
    assert done == ["b", "a0", "a1", "a2"]


async def test_a_full_lane_drops_and_a_full_house_waits() -> None:
    lanes = Lanes(each_max=2, all_max=4)
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()

    assert await lanes.put("a", work)
    await asyncio.sleep(0)
    assert await lanes.put("a", work)
    assert await lanes.put("a", work)
    assert not await lanes.put("a", work)
    assert await lanes.put("b", work)
    waiting = asyncio.ensure_future(lanes.put("c", work))
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    assert await waiting
    await lanes.drain(5)


async def test_drain_gives_up_on_what_hangs() -> None:
    lanes = Lanes()
    forever = asyncio.Event()
    cancelled = asyncio.Event()

    async def hang() -> None:
        try:
            await forever.wait()
        finally:
            cancelled.set()

    await lanes.put("a", hang)
    await lanes.drain(0.05)
    assert cancelled.is_set()


async def test_a_bug_is_contained_and_says_where_but_not_what(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def bug() -> None:
        raise KeyError("王芳说的话")

    async def fine() -> None:
        pass

    assert not await contained(bug())
    assert await contained(fine())
    assert "KeyError" in caplog.text
    assert "test_lanes.py" in caplog.text
    assert "王芳" not in caplog.text


async def test_our_own_errors_speak_for_themselves(caplog: pytest.LogCaptureFixture) -> None:
    async def full() -> None:
        raise ConfigError("磁盘满了")

    async def quotes() -> None:
        raise Refused("没有“王芳”这个人")

    caplog.set_level(logging.ERROR)
    assert not await contained(full())
    assert not await contained(quotes())
    assert "磁盘满了" in caplog.text
    assert "Refused" in caplog.text
    assert "王芳" not in caplog.text
