from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.outgoing import (
    PARTS_MAX,
    TEXT_UNITS_MAX,
    clean,
    keyboard,
    split,
    units,
)
from bot.messages import Button, Reply

FAMILY = "👨‍👩‍👧‍👦"


def test_units_are_utf16() -> None:
    assert units("党🚩") == 3


def test_short_and_empty() -> None:
    assert split("一段。") == ["一段。"]
    assert split(" \n\x00 ") == []


def test_splits_at_paragraphs() -> None:
    first, second = "甲" * 3000, "乙" * 3000
    assert split(f"{first}\n\n{second}") == [first, second]


def test_splits_at_sentences_when_a_paragraph_is_too_long() -> None:
    parts = split("一二三四五六七八九。" * 1000)
    assert all(part.endswith("。") for part in parts)
    assert sum(map(len, parts)) == 10_000


def test_never_inside_a_character_made_of_several() -> None:
    text = "a" + FAMILY * 40
    parts = split(text, 100)
    assert all(part.removeprefix("a").replace(FAMILY, "") == "" for part in parts)
    flags = split("🇨🇳" * 50, 30)
    assert all(set(part) == set("🇨🇳") and len(part) % 2 == 0 for part in flags)


def test_too_many_parts_are_cut_with_a_word() -> None:
    parts = split("甲" * TEXT_UNITS_MAX * 20)
    assert len(parts) == PARTS_MAX
    assert parts[-1].endswith("（内容太长，后面的略去）")
    assert all(units(part) <= TEXT_UNITS_MAX for part in parts)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400), st.integers(30, 90))
def test_any_text_is_split_within_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit, parts_max=1000)
    assert all(0 < units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(clean(text).split())
    for part in parts:
        part.encode()


def test_lone_surrogates_and_controls_go() -> None:
    assert clean("a\ud83db\x07c\r\nd") == "a\ufffdbc\nd"


def test_keyboard() -> None:
    assert keyboard(Reply("x")) is None
    rows = tuple((Button("很长的按钮" * 20, f"d{n}"),) for n in range(150))
    made = keyboard(Reply("x", rows))
    assert made is not None
    assert len(made.inline_keyboard) == 100
    assert len(made.inline_keyboard[0][0].text) == 40
