"""Whole-process time of ``dangbot check`` on a grown knowledge, by the clock and by the processor.

    python -m benchmarks.checking [--phrasings 10000] [--runs 3]

Cold: nothing is kept from an earlier run. Cached: the index is. The least of all runs counts, and
the processor's time (user and system) beside the clock's: other work on the machine lengthens both,
the first less.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import machine, markdown, shipped
from benchmarks.synthetic import grow, phrasings, write_folder


def check(folder: Path, cache: Path) -> tuple[float, float]:
    """Seconds of one process by the clock and by the processor.

    Raises:
        RuntimeError: it found errors, or did not come to an end.
    """
    started, before = time.perf_counter(), os.times()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", "check", str(folder)],
        check=False,
        capture_output=True,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )
    elapsed, after = time.perf_counter() - started, os.times()
    if done.returncode != 0:
        raise RuntimeError("dangbot check did not accept the grown knowledge")
    used = after.children_user + after.children_system
    return elapsed, used - before.children_user - before.children_system


def table(wanted: int, runs: int) -> str:
    """Cold and cached, the least of all runs."""
    library = grow(shipped(), wanted)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        write_folder(library, base / "knowledge")
        check(base / "knowledge", base / "kept")
        for label in ("cold", "cached"):
            taken = [
                check(base / "knowledge", base / ("kept" if label == "cached" else f"{number}"))
                for number in range(runs)
            ]
            clock, used = map(min, zip(*taken, strict=True))
            rows.append([f"{len(phrasings(library)):,}", label, f"{clock:.1f}", f"{used:.1f}"])
    return markdown(["phrasings", "index", "seconds", "processor seconds"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--phrasings", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print(table(given.phrasings, given.runs))
    print(f"\n{machine()}, least of {given.runs}.")


if __name__ == "__main__":
    main()
