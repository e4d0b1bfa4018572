"""Terms are numbers."""

from __future__ import annotations

import pytest

from bot.matching import terms
from bot.matching.terms import (
    CHAR,
    CONCEPT,
    LENGTH,
    LENGTH_MAX,
    NEIGHBOURS,
    PAIR,
    PAIR_CHARS_MAX,
    SOUND,
    SOUNDS,
    Unit,
    code,
    concept_code,
    families,
    gram_list,
    length_code,
    neighbour_codes,
    pair_codes,
    sorted_once,
    token_number,
    units,
)

BEGIN, END = 1, 2


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("红办", [("红", "hong"), ("办", "ban")]),
        ("hongban", [("", "hong"), ("", "ban")]),
        ("ppt", [("ppt", "ppt")]),
        ("3处", [("三", "san"), ("处", "cu")]),
        ("10处", [("十", "si"), ("处", "cu")]),
        ("12.16万", [("12.16", "12.16"), ("万", "wan")]),
        ("90%", [("90%", "90%")]),
        ("", []),
        (" + ", []),
    ],
)
def test_units(text: str, steps: list[tuple[str, str]]) -> None:
    assert [(step.written, step.sound) for step in units(text)] == steps


def one(family: int, first: str, second: str = "") -> int:
    """A term from its tokens, by another way than the program's."""
    return family * 2**48 + token_number(first) * 2**24 + token_number(second)


def test_terms_hold_characters_sounds_and_both_ends() -> None:
    assert set(gram_list(units("红办"))) == {
        one(CHAR, "红"), one(CHAR, "办"), one(SOUND, "hong"), one(SOUND, "ban"),
        code(NEIGHBOURS, BEGIN, ord("红")), code(NEIGHBOURS, ord("办"), END),
        one(NEIGHBOURS, "红", "办"),
        code(SOUNDS, BEGIN, token_number("hong")), one(SOUNDS, "hong", "ban"),
        code(SOUNDS, token_number("ban"), END),
    }  # fmt: skip
    assert gram_list([]) == []


def test_typed_pinyin_has_sounds_alone() -> None:
    found = sorted_once(gram_list(units("hong")))
    assert set(families(found).tolist()) == {SOUND, SOUNDS}
    typed, written = set(gram_list(units("hongban"))), set(gram_list(units("红办")))
    assert {term for term in written if term >> 48 in {SOUND, SOUNDS}} == typed
    assert one(CHAR, "x") in gram_list([Unit("x", "")])


def test_a_step_without_writing_breaks_neighbours() -> None:
    pairs = [term for term in gram_list(units("红ban站")) if term >> 48 == NEIGHBOURS]
    assert pairs == [code(NEIGHBOURS, BEGIN, ord("红")), code(NEIGHBOURS, ord("站"), END)]


def test_neighbours_of_two_steps_are_terms_of_the_text() -> None:
    assert set(neighbour_codes(*units("红办"))) <= set(gram_list(units("红办")))


def test_tokens_of_several_letters_are_no_characters() -> None:
    numbers = [token_number(token) for token in ("", "a", "红", "hong", "12.16", "ppt")]
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= number < 2**24 for number in numbers)
    assert token_number("hong") > ord(chr(0x10FFFF))


def test_a_concept_is_a_term_of_its_own() -> None:
    assert families(sorted_once([concept_code("铁锹")])).tolist() == [CONCEPT]
    assert concept_code("铁锹") != concept_code("水桶")


def test_terms_come_sorted_and_sorted_once() -> None:
    found = sorted_once([5, 3, 5, 1])
    assert found.tolist() == [1, 3, 5]
    assert len(sorted_once([])) == 0


def test_pairs_have_no_order() -> None:
    found = pair_codes(units("甲乙丙"))
    assert found.tolist() == pair_codes(units("丙甲乙")).tolist()
    assert len(found) == 3
    assert set(families(found).tolist()) == {PAIR}
    assert len(pair_codes(units("驿"))) == len(pair_codes(units("hongban"))) == 0


def test_a_long_story_has_no_pairs() -> None:
    story = "".join(chr(0x4E00 + number) for number in range(PAIR_CHARS_MAX + 1))
    assert len(pair_codes(units(story))) == 0
    assert len(pair_codes(units(story[1:]))) == PAIR_CHARS_MAX * (PAIR_CHARS_MAX - 1) // 2


def test_length_counts_in_steps_of_two_up_to_a_bound() -> None:
    found = [length_code(units("站" * count)) for count in (2, 3, 4, 100, 200)]
    assert found[0] == found[1] != found[2]
    assert found[3] == found[4] == code(LENGTH, 1 + LENGTH_MAX)


def test_families_have_numbers_of_their_own() -> None:
    numbers = (CHAR, NEIGHBOURS, SOUND, SOUNDS, PAIR, CONCEPT, LENGTH)
    assert sorted(numbers) == list(range(1, 8))
    assert max(numbers) < 2 ** (64 - terms.FAMILY_BITS)
