"""Deliveries by the real program on our Bot API server: pace, kill -9 and mixed faults.

Run from a checkout (it uses the server and the PostgreSQL of ``tests/``), with what
``requirements-dev.lock`` installs::

    python -m benchmarks.delivery            # all, about ten minutes
    python -m benchmarks.delivery pace       # 834 groups, one notice
    python -m benchmarks.delivery kill       # kill -9 at 20 random moments, restarted each time
    python -m benchmarks.delivery faults     # 10 % 429, 5 % 5xx, 2 % timeouts, 3 % gone, 1 % moved

Every number is counted in the server's ledger, not in the program's own books.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import machine, markdown
from tests.delivery.town import LEASE_SECONDS, Count, Town, count, injected, mix_faults, open_town
from tests.postgres import Postgres

GROUPS = 834
"""Organisations of the largest area that the articles name."""
KILLS = 20
PER_SECOND = 30
TIMES_MAX = 1.1
_PATIENCE_SECONDS = 600.0
HEAD = (
    "run",
    "groups",
    "arrived",
    "lost",
    "doubled",
    "uncertain",
    "of these arrived",
    "in flight when killed",
    "429 provoked",
    "lines that differ",
    "seconds",
)


def row(name: str, found: Count) -> list[str]:
    """A line of the table."""
    return [
        name,
        str(found.groups),
        str(found.arrived),
        str(found.lost),
        str(found.doubled),
        str(found.uncertain),
        str(found.uncertain_arrived),
        str(found.in_flight),
        str(found.floods),
        str(len(found.wrong)),
        f"{found.seconds:.1f}",
    ]


async def served(town: Town, programs: int = 1, kills: int = 0, seed: int = 1) -> Count:
    """Let programs deliver what is queued, perhaps killed again and again, and count."""
    async with town.served(programs) as running:
        if kills:
            await town.kill_often(running, kills, seed)
        report = await town.done(_PATIENCE_SECONDS + LEASE_SECONDS)
    return count(town, report)


async def pace(url: str, folder: Path, groups: int) -> Count:
    """One notice to many groups."""
    async with open_town(url, folder) as town:
        await town.publish(groups)
        return await served(town)


async def kill(url: str, folder: Path, groups: int, kills: int, programs: int) -> Count:
    """The same, killed and restarted."""
    async with open_town(url, folder) as town:
        await town.publish(groups)
        return await served(town, programs, kills)


async def faults(url: str, folder: Path, groups: int) -> tuple[Count, str]:
    """The same on a bad day; also says how often each fault struck."""
    async with open_town(url, folder) as town:
        await town.publish(groups)
        mix_faults(town, seed=1)
        found = await served(town)
        struck = ", ".join(f"{name}: {number}" for name, number in injected(town).items())
    return found, struck


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """A new PostgreSQL database."""
    server = Postgres()
    try:
        yield server.database()
    finally:
        server.stop()


def run(what: str, folder: Path, groups: int, kills: int) -> list[list[str]]:
    """Do what is asked; gives the lines of the table and prints what does not fit into it."""
    rows = []
    if what in {"pace", "all"}:
        found = asyncio.run(pace(f"sqlite:///{folder / 'pace.db'}", folder, groups))
        rows.append(row("pace, SQLite", found))
        ideal = groups / PER_SECOND
        print(
            f"pace: {found.seconds:.2f} s, ideal {ideal:.2f} s, {found.seconds / ideal:.3f} times"
        )
        print(f"at most {TIMES_MAX} times is allowed\n")
    if what in {"kill", "all"}:
        name = f"kill -9 {kills} times"
        found = asyncio.run(kill(f"sqlite:///{folder / 'kill.db'}", folder, groups, kills, 1))
        rows.append(row(f"{name}, SQLite", found))
        with postgres_url() as url:
            found = asyncio.run(kill(url, folder, groups, kills, 2))
        rows.append(row(f"{name}, PostgreSQL, one of two programs each time", found))
    if what in {"faults", "all"}:
        found, struck = asyncio.run(faults(f"sqlite:///{folder / 'faults.db'}", folder, groups))
        rows.append(row("mixed faults, SQLite", found))
        print(f"mixed faults struck: {struck}\n")
        for line in found.wrong:
            print(f"differs: {line}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="?", default="all", choices=["all", "pace", "kill", "faults"])
    parser.add_argument("--groups", type=int, default=GROUPS)
    parser.add_argument("--kills", type=int, default=KILLS)
    given = parser.parse_args()
    # The server has much to say about clients that are killed in the middle of a request.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        rows = run(given.what, Path(folder), given.groups, given.kills)
    print(markdown(HEAD, rows))
    print(f"\n{machine()}.")


if __name__ == "__main__":
    main()
