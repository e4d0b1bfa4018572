"""Who holds which term."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.matching.holders import Holders

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(0, 2**63), max_size=5)))
FEW = st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(0, 9), max_size=5)))
PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=6)


@given(FEW, PAIRS)
def test_holders_of_pairs(rows: list[tuple[str, list[int]]], pairs: list[tuple[int, int]]) -> None:
    held: dict[str, set[int]] = {}
    for owner, terms in rows:
        held.setdefault(owner, set()).update(terms)
    wanted = [frozenset(o for o, terms in held.items() if terms & set(pair)) for pair in pairs]
    assert Holders.of(rows).of_pairs(pairs) == wanted


@given(ROWS)
def test_terms_are_kept_once_and_sorted(rows: list[tuple[str, list[int]]]) -> None:
    found = Holders.of(rows)
    assert found.codes.tolist() == sorted({term for _, terms in rows for term in terms})
    assert set(found.names) == {owner for owner, _ in rows}


def test_nobody_holds_anything() -> None:
    assert Holders.of([]).of_pairs([(1, 2)]) == [frozenset()]
    assert Holders.of([("a", [1])]).of_pairs([]) == []
