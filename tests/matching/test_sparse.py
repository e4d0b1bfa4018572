"""Rows do what the full tables they stand for do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from bot.matching import sparse
from bot.matching.meanings import Floats
from bot.matching.sparse import Rows, Stack, distinct, merged, ranges

NUMBERS = st.floats(-4, 4, width=16).filter(lambda number: number == 0 or abs(number) > 0.01)


@st.composite
def tables(draw: st.DrawFn, width: int | None = None, count: int | None = None) -> Rows:
    """Rows of any size, empty ones too; columns of a row ascend, each once."""
    wide = draw(st.integers(0, 7)) if width is None else width
    rows = draw(st.integers(0, 6)) if count is None else count
    places = st.sets(st.integers(0, max(wide - 1, 0)), max_size=wide)
    columns = [sorted(draw(places)) if wide else [] for _ in range(rows)]
    values = [draw(NUMBERS) for row in columns for _ in row]
    starts = np.cumsum([0, *map(len, columns)]).astype(np.int64)
    flat = np.array([at for row in columns for at in row], np.int32)
    return Rows(starts, flat, np.array(values, np.float32), wide)


def full(rows: Rows) -> NDArray[np.float64]:
    """The table with all its zeros."""
    found = np.zeros((rows.count, rows.width))
    for row in range(rows.count):
        for at in range(rows.starts[row], rows.starts[row + 1]):
            found[row, rows.columns[at]] += rows.values[at]
    return found


def close(got: Rows | Floats, wanted: NDArray[np.float64]) -> None:
    plain = full(got) if isinstance(got, Rows) else got
    assert plain.shape == wanted.shape
    assert_allclose(plain, wanted, rtol=1e-4, atol=1e-4)


def sound(rows: Rows) -> None:
    """Columns ascend in each row; the kinds of numbers are the promised ones."""
    kinds = [array.dtype.name for array in (rows.starts, rows.columns, rows.values)]
    assert kinds == ["int64", "int32", "float32"]
    assert len(rows.columns) == len(rows.values) == rows.starts[-1]
    for row in range(rows.count):
        own = rows.columns[rows.starts[row] : rows.starts[row + 1]].tolist()
        assert own == sorted(set(own))


@pytest.fixture(autouse=True, params=[1, 3, sparse.BLOCK_VALUES])
def _blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever is done block by block is done in many, in few and in one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sparse, "BLOCK_VALUES", request.param)
        yield


@settings(max_examples=40)
@given(tables())
def test_squares(rows: Rows) -> None:
    close(rows.squares(), (full(rows) ** 2).sum(axis=1))


@settings(max_examples=40)
@given(tables(), st.data())
def test_scaled(rows: Rows, data: st.DataObject) -> None:
    factors = np.array([data.draw(NUMBERS) for _ in range(rows.count)], np.float32)
    got = rows.scaled(factors)
    close(got, full(rows) * factors[:, None])
    sound(got)


@settings(max_examples=40)
@given(tables(), st.integers(1, 5), st.data())
def test_grouped(rows: Rows, count: int, data: st.DataObject) -> None:
    owner = sorted(data.draw(st.integers(0, count - 1)) for _ in range(rows.count))
    got = rows.grouped(np.array(owner, np.int32), count)
    wanted = np.zeros((count, rows.width))
    for row, mine in enumerate(owner):
        wanted[mine] += full(rows)[row]
    close(got, wanted)
    sound(got)


@settings(max_examples=40)
@given(tables(), st.integers(1, 4), st.data())
def test_combined(rows: Rows, results: int, data: st.DataObject) -> None:
    numbers = [[data.draw(NUMBERS) for _ in range(results)] for _ in range(rows.count)]
    weights = np.array(numbers, np.float32).reshape(rows.count, results)
    wanted = weights.T.astype(float) @ full(rows)
    got = rows.combined(weights)
    assert_allclose(
        full(got), wanted, rtol=1e-3, atol=1e-3 + 2 * sparse.FAINT * np.abs(wanted).max(initial=0)
    )
    sound(got)


def test_faint_values_are_left_out() -> None:
    ones = np.ones(2, np.float32)
    rows = Rows(np.arange(3), np.arange(2, dtype=np.int32), ones, 2)
    weights = np.array([[1.0], [sparse.FAINT / 2]], np.float32)
    assert rows.combined(weights).columns.tolist() == [0]


@settings(max_examples=40)
@given(tables(), st.integers(1, 3))
def test_gram(rows: Rows, block: int) -> None:
    before = sparse.BLOCK_COLUMNS
    try:
        sparse.BLOCK_COLUMNS = block
        got = rows.gram()
    finally:
        sparse.BLOCK_COLUMNS = before
    close(got, full(rows) @ full(rows).T)


@settings(max_examples=40)
@given(tables())
def test_transposed(rows: Rows) -> None:
    got = rows.transposed()
    close(got, full(rows).T)
    sound(got)
    close(got.transposed(), full(rows))


@settings(max_examples=40)
@given(st.integers(0, 6), st.integers(0, 5), st.data())
def test_merged(width: int, count: int, data: st.DataObject) -> None:
    one, two = (data.draw(tables(width, count)) for _ in range(2))
    got = merged(one, two)
    close(got, full(one) + full(two))
    sound(got)
    kept = {(row, at) for rows in (one, two) for row, at in _places(rows)}
    assert set(_places(got)) == kept


def _places(rows: Rows) -> list[tuple[int, int]]:
    return list(zip(rows.row_of.tolist(), rows.columns.tolist(), strict=True))


@settings(max_examples=40)
@given(tables())
def test_one_value_a_column(rows: Rows) -> None:
    values = np.arange(1, rows.width + 1, dtype=np.float32)
    got = rows.with_values(values)
    sound(got)
    assert got.values.tolist() == [column + 1 for column in rows.columns.tolist()]


@settings(max_examples=40)
@given(tables(), st.data())
def test_only_some_columns(rows: Rows, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=rows.width, max_size=rows.width))
    got = rows.only(np.array(kept, bool))
    sound(got)
    close(got, full(rows) * np.array(kept, bool))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5))))
def test_ranges_one_after_the_other(spans: list[tuple[int, int]]) -> None:
    first = np.array([one for one, _ in spans], np.int64)
    lengths = np.array([two for _, two in spans], np.int64)
    wanted = [number for one, two in spans for number in range(one, one + two)]
    assert ranges(first, lengths).tolist() == wanted


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_distinct_keys_in_order(keys: list[int]) -> None:
    assert distinct(np.array(keys, np.uint64)).tolist() == sorted(set(keys))


@settings(max_examples=40)
@given(tables(), st.integers(1, 9))
def test_blocks_hold_every_row_once(rows: Rows, values: int) -> None:
    ends = [0]
    for first, last in rows.blocks(values):
        assert (first, first < last) == (ends[-1], True)
        part = rows.part(first, last)
        close(part, full(rows)[first:last])
        sound(part)
        assert len(part.columns) <= max(values, int(np.diff(rows.starts[first : last + 1])[0]))
        ends.append(last)
    assert ends[-1] == rows.count


@settings(max_examples=40)
@given(st.lists(tables(3), max_size=4))
def test_tables_one_below_the_other(parts: list[Rows]) -> None:
    stack = Stack(100, 3)
    for part in parts:
        stack.add(part)
    got = stack.rows()
    close(got, np.concatenate([np.zeros((0, 3)), *map(full, parts)]))
    sound(got)


@settings(max_examples=40)
@given(tables())
def test_in_how_many_rows_a_column_stands(rows: Rows) -> None:
    stands = np.zeros(rows.width, np.int64)
    for at in rows.columns:
        stands[at] += 1
    assert rows.seen().tolist() == stands.tolist()


@settings(max_examples=40)
@given(tables(), st.integers(1, 3))
def test_rows_are_weighed_before_they_are_added_up(rows: Rows, count: int) -> None:
    owner = np.arange(rows.count, dtype=np.int32) * count // max(rows.count, 1)
    doubled = rows.scaled(np.full(rows.count, 2, np.float32))
    got = rows.grouped(owner, count, lambda some: some.scaled(np.full(some.count, 2, np.float32)))
    close(got, full(doubled.grouped(owner, count)))


@settings(max_examples=40)
@given(tables())
def test_scaled_in_its_place(rows: Rows) -> None:
    wanted, values = full(rows) * 3, rows.values
    rows.scale(np.full(rows.count, 3, np.float32))
    assert rows.values is values
    close(rows, wanted)


def test_no_rows_at_all() -> None:
    nothing = np.zeros(0, np.int32)
    empty = Rows(np.zeros(1, np.int64), nothing, nothing.astype(np.float32), 0)
    assert (empty.count, len(empty.row_of)) == (0, 0)
    assert empty.gram().shape == (0, 0)
    assert empty.transposed().count == 0
    assert merged(empty, empty).count == 0
