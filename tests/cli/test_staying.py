"""What is made at the start is out of the collector's sight, and the collector goes on after it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.cli.staying import staying


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    was_on = gc.isenabled()
    yield
    gc.unfreeze()
    if was_on:
        gc.enable()
    else:
        gc.disable()


def test_the_collector_rests_meanwhile_and_forgets_what_was_made() -> None:
    gc.enable()
    before = gc.get_freeze_count()
    with staying():
        assert not gc.isenabled()
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


def test_it_goes_on_after_a_failure_and_stays_off_where_it_was_off() -> None:
    gc.enable()
    with pytest.raises(RuntimeError), staying():
        raise RuntimeError
    assert gc.isenabled()
    gc.disable()
    with staying():
        pass
    assert not gc.isenabled()
