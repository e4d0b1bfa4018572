"""What counting costs a question: in memory as the desk does it, and with a write for each.

    python -m benchmarks.counting

Beside the desk, another writer keeps the database for 50 ms at a time, as deliveries may.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.clock import system_clock
from bot.features.feedback.feature import Feedback
from bot.features.feedback.store import CountStore, Key, What
from bot.features.feedback.tally import StatsOptions, Tally
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load_or_raise
from bot.messages import About, Incoming, Reply
from bot.storage.database import Database
from bot.turn import Turn

MANY, FEW = 20_000, 300
BUSY_SECONDS, REST_SECONDS = 0.05, 0.05


async def main() -> None:
    """Print the middle and the slowest of each way."""
    library = load_or_raise(shipped_folder())
    clock = system_clock(ZoneInfo("Asia/Shanghai"))
    refs = [entry.ref for entry in library.entries()]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'desk.db'}")
        await database.open()
        store = CountStore(database)
        feedback = Feedback(Tally(store, clock, StatsOptions()), lambda: library)

        async def heard(number: int) -> None:
            ref = refs[number % len(refs)]
            said = Incoming("telegram", "7", "7", str(number), "问", clock())
            about = About("问", "answered", ref, (ref,))
            await feedback.answered(Turn(said), Reply("答", about=about))

        async def written(number: int) -> None:
            key = Key(date(2026, 7, 1), refs[number % len(refs)], What.ANSWERED, private=True)
            await store.add({key: 1})

        print(f"in memory, {MANY} answers: {await measured(heard, MANY)}")
        start = time.perf_counter()
        await feedback.tally.flush()
        print(f"all of them written at once: {(time.perf_counter() - start) * 1000:.1f} ms")
        print(f"a write each, {FEW} answers: {await measured(written, FEW)}")
        other = asyncio.create_task(busy(database))
        print(f"a write each beside another writer: {await measured(written, FEW)}")
        print(f"in memory beside another writer: {await measured(heard, MANY)}")
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
        await database.close()


async def busy(database: Database) -> None:
    """Another writer."""
    while True:
        async with database.begin() as connection:
            await connection.execute(text("SELECT 1"))
            await asyncio.sleep(BUSY_SECONDS)
        await asyncio.sleep(REST_SECONDS)


async def measured(work: Callable[[int], Awaitable[None]], count: int) -> str:
    """The middle and the slowest of many."""
    took = []
    for number in range(count):
        start = time.perf_counter()
        await work(number)
        took.append(time.perf_counter() - start)
        if number % 200 == 0:
            await asyncio.sleep(0)
    took.sort()
    return f"middle {took[len(took) // 2] * 1e6:.0f} µs, slowest {took[-1] * 1e3:.1f} ms"


if __name__ == "__main__":
    asyncio.run(main())
