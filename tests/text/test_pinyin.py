"""Sounds: syllables, near sounds, and pinyin typed in Latin letters."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.pinyin import FILE, near, near_syllable, split_latin, syllable
from tests.text import make_syllables


@pytest.mark.parametrize(
    ("char", "sound"),
    [
        ("红", "hong"),
        ("党", "dang"),
        ("绿", "lv"),
        ("女", "nv"),
        ("略", "lve"),
        ("安", "an"),
        ("a", ""),
        ("1", ""),
        ("，", ""),
        ("🚩", ""),
    ],
)
def test_syllable(char: str, sound: str) -> None:
    assert syllable(char) == sound


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("zhi", "zi"),
        ("chang", "can"),
        ("shi", "si"),
        ("nan", "lan"),
        ("niu", "liu"),
        ("ang", "an"),
        ("deng", "den"),
        ("jing", "jin"),
        ("hui", "fei"),
        ("hun", "fen"),
        ("huan", "fan"),
        ("hu", "fu"),
        ("zhuang", "zuan"),
    ],
)
def test_sounds_that_are_mixed_up_are_folded(one: str, two: str) -> None:
    assert near(one) == near(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [("ban", "bao"), ("hong", "hen"), ("dong", "don"), ("ke", "ge"), ("n", "l"), ("zi", "ci")],
)
def test_other_sounds_stay_apart(one: str, two: str) -> None:
    assert near(one) != near(two)


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=8))
def test_folding_twice_is_folding_once(sound: str) -> None:
    assert near(near(sound)) == near(sound)


def test_near_syllable_of_a_character() -> None:
    assert near_syllable("镇") == near_syllable("正") == "zen"
    assert near_syllable("x") == ""


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("hongsedaiban", ("hong", "se", "dai", "ban")),
        ("xian", ("xian",)),
        ("lihuacun", ("li", "hua", "cun")),
        ("zhenping", ("zhen", "ping")),
        ("de", ("de",)),
        ("lv", ("lv",)),
        ("ppt", ()),
        ("aa", ()),
        ("aoe", ("ao", "e")),
        ("qq", ()),
        ("hello", ()),
        ("dangbot", ()),
        ("a", ()),
        ("", ()),
        ("ｈｏｎｇ", ()),
        ("hongx", ()),
        ("ma" * 12, ("ma",) * 12),
        ("ma" * 13, ()),
        ("ma" * 400, ()),
    ],
)
def test_split_latin(word: str, syllables: tuple[str, ...]) -> None:
    assert split_latin(word) == syllables


@given(st.text("aeiouhnglzcs", max_size=90))
def test_split_latin_cuts_and_drops_nothing(word: str) -> None:
    found = split_latin(word)
    assert not found or "".join(found) == word


def test_split_latin_takes_bounded_time() -> None:
    words = [f"{'xianga' * 12}{tail}"[-72:] for tail in ("a", "n", "q", "xi", "angq")]
    split_latin("xi")
    started = time.process_time()
    for word in words * 20:
        split_latin.__wrapped__(word)
    assert time.process_time() - started < 1.0


def test_the_table_of_syllables_is_what_pypinyin_says() -> None:
    assert make_syllables.FILE.read_text(encoding="utf-8") == make_syllables.table()


def test_every_character_of_the_table_has_its_sound() -> None:
    for line in FILE.read_text(encoding="utf-8").splitlines():
        sound, _, chars = line.partition(" ")
        assert {syllable(char) for char in chars} == {sound}
    assert syllable("a") == syllable("") == syllable("好的") == ""
