"""Which of two heaps of texts a text is said in the words of."""

from __future__ import annotations

import pytest

from bot.matching.odds import Odds

ODDS = Odds.between(
    ["多少钱一个", "要不要押金", "几块钱一天"], ["去了多少人", "在哪里领铁锹", "谁来打分"]
)


@pytest.mark.parametrize(
    ("text", "leans"), [("押金多少", 1), ("几块钱一个", 1), ("谁来领铁锹", -1), ("在哪里打分", -1)]
)
def test_a_text_leans_to_the_heap_whose_pieces_it_has(text: str, leans: int) -> None:
    assert ODDS.of(text) * leans > 0


def test_a_piece_of_neither_heap_says_nothing_however_large_they_are() -> None:
    assert ODDS.of("嗯") == 0
    assert Odds.between(["春天来了"], ["夏天走了"] * 90).of("嗯") == 0


def test_letters_and_spaces_are_no_pieces() -> None:
    assert ODDS.of("") == ODDS.of("yajin duoshao") == 0
    assert ODDS.of("ya押金jin") == pytest.approx(ODDS.of("押金"))


def test_a_piece_that_comes_twice_counts_once() -> None:
    assert ODDS.of("押金") == pytest.approx(ODDS.of("押金 押金"))


def test_without_any_text_there_is_no_leaning() -> None:
    assert Odds.between([], []).of("押金") == 0
