"""What the benchmarks share: one core, medians and percentiles, memory, Markdown tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from bot.calendar.agenda import when_ok
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise


def shipped() -> Library:
    """The knowledge that comes with the program."""
    return load_or_raise(shipped_folder(), when_ok)


def one_core() -> str:
    """Stay on one core, child processes too; says so in words."""
    if not hasattr(os, "sched_setaffinity"):
        return "not bound to one core (this system cannot)"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return "bound to one core"


def machine() -> str:
    """Python, processor and date, for the line under a table."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    return f"Python {platform.python_version()}, {model}, {date.today():%Y-%m-%d}"  # noqa: DTZ011


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of all values do not exceed."""
    rows = sorted(values)
    return rows[min(len(rows) - 1, int(share * len(rows)))]


def resident_mb() -> float:
    """Resident memory of this process in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    for line in status.read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are right-aligned."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))
