"""Coverage is measured where it tells something: tracing doubles what a test costs.

Rows of one table run the same lines of the bot, so the first few are measured; tests of our own
tools, and those that throw thousands of inputs at lines that others reach, are not measured.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

ROWS_MEASURED = 10
MARK = "unmeasured"
FOLDERS = ("tests/benchmarks/", "tests/e2e/", "tests/test_bot_api/")
"""Tests of the tools, and of programs in processes of their own, which no tracer sees."""


def mark_unmeasured(items: list[pytest.Item]) -> None:
    """Mark what need not be measured."""
    rows: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        rows[test] += 1
        if rows[test] > ROWS_MEASURED or test.startswith(FOLDERS):
            item.add_marker(MARK)


@contextmanager
def paused(item: pytest.Item) -> Iterator[None]:
    """Nothing is traced while a marked test is set up, runs and is cleared away.

    Not by stopping the measurement: below it a worker of pytest-xdist has another, which goes on.
    """
    if item.get_closest_marker(MARK) is None:
        yield
        return
    here, threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        threading.settrace(threads)
        sys.settrace(here)
