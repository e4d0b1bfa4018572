"""Where coverage is not measured, nothing is traced: such tests run at full speed."""

from __future__ import annotations

import sys
import threading

import pytest


@pytest.mark.unmeasured
def test_this_one_is_not() -> None:
    assert sys.gettrace() is None
    assert threading.gettrace() is None


@pytest.mark.parametrize("row", range(30))
def test_of_a_table_only_the_first_rows_are(row: int, request: pytest.FixtureRequest) -> None:
    marked = request.node.get_closest_marker("unmeasured") is not None
    assert marked == (row >= 10)
    assert marked <= (sys.gettrace() is None)
