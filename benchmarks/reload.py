"""Reloads a large knowledge while questions come in: is any of them late, or lost?

    python -m benchmarks.reload [--phrasings 10000] [--rate 50] [--seconds 20] [--reloads 4]

The desk runs on a folder grown from the shipped files (``synthetic.py``), with its watcher, as in
``dangbot run``; only the platform is left out. Questions are sent at a steady rate, whether earlier
ones were answered or not, and each is timed from the moment it was due: waiting counts. Meanwhile
one file after another is saved; for each the time from the save to the swap is taken. The last save
is spoiled on purpose, so a refusal is measured too. Before it all, the same rate without reloads.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.measuring import machine, markdown, percentile, resident_mb, shipped
from benchmarks.synthetic import grow, noised, phrasings, write_folder
from bot.clock import system_clock
from bot.dialogue.editions import CurrentDesk, live_desk
from bot.dialogue.engine import Desk
from bot.knowledge.live import Live
from bot.knowledge.schema import KINDS
from bot.messages import Incoming

ZONE = ZoneInfo("Asia/Shanghai")
QUIET_SECONDS_MAX = 5.0
SEED = 20200701


@dataclass(slots=True)
class Load:
    """Questions at a steady rate, and how long each took (ms)."""

    desk: CurrentDesk
    questions: Sequence[str]
    rate: float
    times: list[float] = field(default_factory=list)
    unanswered: int = 0

    async def run(self, done: asyncio.Event) -> None:
        """Ask until ``done``; every question that was asked is waited for."""
        asked: list[asyncio.Task[None]] = []
        start = time.perf_counter()
        while not done.is_set():
            due = start + len(asked) / self.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            text = self.questions[len(asked) % len(self.questions)]
            asked.append(asyncio.create_task(self._ask(text, due, len(asked))))
        await asyncio.gather(*asked)

    async def _ask(self, text: str, due: float, number: int) -> None:
        said = Incoming("bench", "c", f"m{number}", str(number), text, datetime.now(UTC))
        reply = await self.desk.handle(said)
        self.times.append((time.perf_counter() - due) * 1000)
        self.unanswered += reply is None or not reply.text


class Saves:
    """Saves one topic file after another and waits for what comes of it."""

    def __init__(self, live: Live[Desk], folder: Path) -> None:
        self.live = live
        self.chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
        self.paths = sorted(path for kind in KINDS for path in (folder / kind).glob("*.yaml"))
        self.rows: list[tuple[str, float]] = []

    async def watch(self) -> None:
        """Follow the files, as the desk does."""
        async for _ in self.live.readings():
            pass

    async def save(self, *, spoiled: bool = False) -> None:
        """Change a file and take the seconds until it was swapped in, or refused."""
        path = self.chance.choice(self.paths)
        text = path.read_text(encoding="utf-8") + f"# {self.chance.random()}\n"
        path.write_text(text + ("odd: 1\n" if spoiled else ""), encoding="utf-8")
        saved = time.perf_counter()
        before = self.live.edition
        while self.live.edition is before:  # noqa: ASYNC110 - the swap itself, not its message
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - saved
        self.rows.append(("refused" if self.live.edition.faults else "swapped", seconds))


async def measure(
    folder: Path, questions: Sequence[str], given: argparse.Namespace
) -> list[list[str]]:
    """A quiet stretch, then one with reloads."""
    live = live_desk(folder, "", ZONE, system_clock(ZONE))
    live.open()
    desk = CurrentDesk(live)
    quiet = Load(desk, questions, given.rate)
    await _timed(quiet, min(QUIET_SECONDS_MAX, given.seconds))
    saves = Saves(live, folder)
    watching = asyncio.create_task(saves.watch())
    busy, done = Load(desk, questions, given.rate), asyncio.Event()
    asking = asyncio.create_task(busy.run(done))
    await asyncio.sleep(1.0)
    for number in range(given.reloads):
        await saves.save(spoiled=number == given.reloads - 1)
        await asyncio.sleep(max(0.5, given.seconds / given.reloads - saves.rows[-1][1]))
    done.set()
    await asking
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    for outcome, seconds in saves.rows:
        print(f"{outcome} {seconds:.2f} s after the save")
    return [_row("without reloads", quiet), _row(f"{given.reloads} reloads", busy)]


async def _timed(load: Load, seconds: float) -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await load.run(done)


def _row(name: str, load: Load) -> list[str]:
    shares = (0.5, 0.99, 1.0)
    times = [f"{percentile(load.times, share):,.1f}" for share in shares]
    return [name, f"{len(load.times):,}", str(load.unanswered), *times]


def table(given: argparse.Namespace) -> str:
    """Grow the folder, measure, lay out."""
    library = grow(shipped(), given.phrasings)
    questions = [text for text, _ in noised(library, 500)]
    with tempfile.TemporaryDirectory() as folder:
        write_folder(library, Path(folder))
        count = len(phrasings(library))
        del library
        gc.collect()
        rows = asyncio.run(measure(Path(folder), questions, given))
    head = ["", "questions", "unanswered", "p50 ms", "p99 ms", "slowest ms"]
    note = f"{count:,} phrasings, {given.rate:g} questions a second, {resident_mb():.0f} MB."
    return f"{markdown(head, rows)}\n\n{note}"


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line's."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--phrasings", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=50.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="of the stretch with reloads")
    parser.add_argument("--reloads", type=int, default=4, help="the last one is spoiled")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    print(table(options()))
    print(f"\n{machine()}.")
