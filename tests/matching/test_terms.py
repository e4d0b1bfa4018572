"""Terms are numbers; words of a list are found in a text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Finder,
    Hit,
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


def test_the_longest_word_wins() -> None:
    finder = Finder([("驿站", "short"), ("红色驿站", "long"), ("", "never")])
    assert finder.find(units("红色驿站")) == [Hit(0, 4, "long", exact=True)]
    assert finder.find(units("看驿站")) == [Hit(1, 3, "short", exact=True)]


def test_words_that_mean_two_things_are_both_found() -> None:
    finder = Finder([("红色驿站", "one"), ("红色驿站", "two")])
    assert {hit.meaning for hit in finder.find(units("红色驿站"))} == {"one", "two"}


def test_by_sound_only_from_a_length_on() -> None:
    finder = Finder([("驿站", "yizhan"), ("红驿站", "three")], sound_chars_min=3)
    assert finder.find(units("一站")) == []
    assert finder.find(units("洪一站")) == [Hit(0, 3, "three", exact=False)]


def test_several_hits_come_in_order() -> None:
    finder = Finder([("红色", "a"), ("驿站", "b")])
    assert [hit.meaning for hit in finder.find(units("驿站红色驿站"))] == ["b", "a", "b"]


def test_an_exact_word_wins_over_a_longer_one_by_sound() -> None:
    finder = Finder([("红驿", "exact"), ("红驿站", "heard")])
    assert finder.find(units("红驿战")) == [Hit(0, 2, "exact", exact=True)]


def test_a_word_listed_in_letters_is_no_other_word_in_letters() -> None:
    finder = Finder([("hongban", "hongban")])
    assert finder.find(units("yizhan")) == []
    assert [hit.meaning for hit in finder.find(units("hongban"))] == ["hongban"]


def test_what_hides_in_a_longer_hit_is_left_out() -> None:
    finder = Finder([("红色驿站", "long"), ("色驿站", "inside"), ("驿站", "short")])
    for text in ("红色驿站", "洪色易战"):
        assert [hit.meaning for hit in finder.find(units(text))] == ["long"]


LETTERS = st.text("红洪驿易g", min_size=1, max_size=4)
TEXTS = st.text("红洪驿易g ", max_size=8)


def naive(words: Sequence[tuple[str, str]], steps: Sequence[Unit], least: int) -> list[Hit]:
    """What ``Finder`` promises, word for word, by trying every word at every place."""
    cut = [(units(word), meaning) for word, meaning in words]
    hits: list[Hit] = []
    covered = 0
    for start in range(len(steps)):
        for exact in (True, False):
            found = [
                (len(own), meaning)
                for own, meaning in cut
                if own and (exact or len(own) >= least) and _stands(own, steps[start:], exact)
            ]
            end = start + max((length for length, _ in found), default=0)
            if end <= max(covered, start):
                continue
            hits += [Hit(start, end, name, exact) for size, name in found if start + size == end]
            covered = end
            break
    return hits


def _stands(own: Sequence[Unit], rest: Sequence[Unit], exact: bool) -> bool:
    def shown(step: Unit) -> str:
        return step.written or step.sound if exact else step.sound

    return list(map(shown, own)) == list(map(shown, rest[: len(own)]))


@settings(max_examples=300)
@given(st.lists(LETTERS, max_size=6), TEXTS, st.integers(1, 4))
def test_the_finder_does_what_a_plain_search_does(words: list[str], text: str, least: int) -> None:
    listed = [(word, f"{number} {word}") for number, word in enumerate(words)]
    steps = units(text)
    assert Finder(listed, sound_chars_min=least).find(steps) == naive(listed, steps, least)


@given(st.lists(LETTERS, max_size=6), TEXTS)
def test_hits_come_in_order_and_none_is_hidden(words: list[str], text: str) -> None:
    hits = Finder([(word, word) for word in words]).find(units(text))
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)
    for hit in hits:
        assert not any(other.start < hit.start and hit.end <= other.end for other in hits)


@given(st.lists(LETTERS, max_size=8), st.lists(TEXTS, max_size=6))
def test_many_texts_are_looked_through_as_each_of_them_is(
    words: list[str], texts: list[str]
) -> None:
    finder = Finder([(word, word) for word in words])
    cut = [units(text) for text in texts]
    assert finder.find_each(cut) == [finder.find(text) for text in cut]


def test_families_have_numbers_of_their_own() -> None:
    numbers = (CHAR, NEIGHBOURS, SOUND, SOUNDS, PAIR, CONCEPT, LENGTH)
    assert sorted(numbers) == list(range(1, 8))
    assert max(numbers) < 2 ** (64 - terms.FAMILY_BITS)
