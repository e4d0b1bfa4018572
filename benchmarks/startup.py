"""Whole-process time of ``dangbot ask``, from start to answer, and the memory it took.

    python -m benchmarks.startup [--sizes 0,10000] [--runs 5]

Size 0 is the shipped knowledge; for others a folder is grown (see ``synthetic.py``) and written to
a temporary place. Cold: every run has a cache directory of its own that is still empty. Cached: the
runs share one, filled by a run before them. Medians; memory is the largest resident size.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import machine, markdown, one_core, shipped
from benchmarks.synthetic import grow, phrasings, write_folder

SIZES = (0, 10_000)
RUNS = 5
QUESTION = "红色代办能办哪些手续"


def ask(folder: Path, home: Path) -> tuple[float, float]:
    """One process from start to answer, its caches under ``home``.

    Returns:
        seconds and megabytes.

    Raises:
        RuntimeError: it did not answer.
    """
    command = [sys.executable, "-m", "bot", "ask", QUESTION, "--knowledge", str(folder)]
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    output = home / "output"
    with output.open("wb") as file:
        started = time.perf_counter()
        child = os.posix_spawn(
            command[0], command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, file.fileno(), 1)]
        )
        _, status, usage = os.wait4(child, 0)
        elapsed = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0 or "出处" not in output.read_text(encoding="utf-8"):
        raise RuntimeError("dangbot ask gave no answer")
    return elapsed, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    """Linux counts in kilobytes, macOS in bytes."""
    return usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def measure(folder: Path, runs: int, *, cached: bool) -> tuple[float, float]:
    """Median seconds and largest megabytes of ``runs`` runs."""
    with tempfile.TemporaryDirectory() as base:
        shared = Path(base) / "shared"
        shared.mkdir()
        if cached:
            ask(folder, shared)
        rows: list[tuple[float, float]] = []
        for number in range(runs):
            own = Path(base) / str(number)
            own.mkdir()
            rows.append(ask(folder, shared if cached else own))
    return statistics.median(row[0] for row in rows), max(row[1] for row in rows)


def table(sizes: Sequence[int], runs: int) -> str:
    """Every size, cold and cached."""
    base = shipped()
    rows: list[list[str]] = []
    for size in sizes:
        library = grow(base, size) if size else base
        with tempfile.TemporaryDirectory() as name:
            write_folder(library, Path(name))
            for cached in (False, True):
                seconds, megabytes = measure(Path(name), runs, cached=cached)
                label = "cached" if cached else "cold"
                count = f"{len(phrasings(library)):,}" + ("" if size else " (shipped)")
                rows.append([count, label, f"{seconds:.2f}", f"{megabytes:.0f}"])
    return markdown(["phrasings", "index", "seconds", "MB"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    core = one_core()
    print(table([int(size) for size in given.sizes.split(",")], given.runs))
    print(f"\n{machine()}, {core}, medians of {given.runs}.")


if __name__ == "__main__":
    main()
