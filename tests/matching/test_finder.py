"""Words of a list are found in a text, by their characters and by their sounds."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.finder import Finder, Hit, Joined
from bot.matching.terms import Unit, units


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
    assert finder.find_each(Joined(cut)) == [finder.find(text) for text in cut]
