"""Whole-process time of ``dangbot ask``, from start to answer, and the memory it took.

    python -m benchmarks.startup [--sizes 0,10000] [--runs 5]

Size 0 is the shipped knowledge; for others a folder is grown (see ``synthetic.py``) and written to
a temporary place. Cold: every run has a cache directory of its own that is still empty. Cached: the
runs share one, filled by a run before them. Medians; memory is the largest resident size.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
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
PROBE = """
import atexit, pathlib, re, sys
def tell():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        print(*re.findall(r"VmHWM:\\s+(\\d+)", status.read_text()), file=sys.stderr)
atexit.register(tell)
from bot.__main__ import main
main()
"""
"""Runs the program and tells at the end how large it became; a parent cannot see it rightly."""


def ask(folder: Path, home: Path) -> float:
    """Seconds of one process from start to answer, its caches under ``home``.

    Raises:
        RuntimeError: it did not answer.
    """
    started = time.perf_counter()
    done = _run(["-m", "bot"], folder, home)
    elapsed = time.perf_counter() - started
    if done.returncode != 0 or "出处" not in done.stdout:
        raise RuntimeError("dangbot ask gave no answer")
    return elapsed


def peak_mb(folder: Path, home: Path) -> float:
    """Largest resident size of one such process in MB; 0 where the system does not tell."""
    said = _run(["-c", PROBE], folder, home).stderr.split()
    return int(said[-1]) / 1024 if said and said[-1].isdigit() else 0.0


def _run(start: Sequence[str], folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *start, "ask", QUESTION, "--knowledge", str(folder)]
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return subprocess.run(  # noqa: S603 - our own program
        command, check=False, capture_output=True, text=True, encoding="utf-8", env=environment
    )


def measure(folder: Path, runs: int, *, cached: bool) -> tuple[float, float]:
    """Median seconds of ``runs`` runs, and the megabytes of one more."""
    with tempfile.TemporaryDirectory() as base:
        shared = Path(base) / "shared"
        shared.mkdir()
        if cached:
            ask(folder, shared)
        homes = [shared] * (runs + 1)
        if not cached:
            homes = [Path(base) / str(number) for number in range(runs + 1)]
        for home in homes:
            home.mkdir(exist_ok=True)
        seconds = [ask(folder, home) for home in homes[1:]]
        return statistics.median(seconds), peak_mb(folder, homes[0])


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
