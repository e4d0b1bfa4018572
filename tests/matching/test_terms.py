"""Terms, and words of a list found in a text."""

from __future__ import annotations

import pytest

from bot.matching.terms import Finder, Hit, Unit, gram_terms, units


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


def test_gram_terms_hold_both_ends() -> None:
    assert gram_terms(units("红办")) == {
        "c红", "c办", "d^红", "d红办", "d办$",
        "shong", "sban", "t^ hong", "thong ban", "tban $",
    }  # fmt: skip
    assert gram_terms([]) == set()


def test_typed_pinyin_has_sounds_alone() -> None:
    terms = gram_terms(units("hong"))
    assert terms == {"shong", "t^ hong", "thong $"}
    assert gram_terms([Unit("x", "")]) == {"cx", "d^x", "dx$", "t $"}


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
