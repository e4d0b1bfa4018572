"""Entries as buttons: told apart, short, and the same over restarts."""

from __future__ import annotations

import pytest

from bot.knowledge.library import Entry
from bot.knowledge.offers import CHOICE_CHARS_MAX, choice_buttons, choice_title, entry_token
from tests.matching.small import small_library

REFS = {entry.ref: entry for entry in small_library().entries()}


def entry_named(ref: str, title: str) -> Entry:
    entry = REFS[ref]
    return Entry(entry.topic, entry.kind, entry.id, title, entry.asks, entry.answer)


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (REFS["zhishu/overview"], "柳溪环湖植树"),
        (REFS["theme-yizhan/overview"], "各地驿站"),
        (entry_named("zhishu/renshu", "石桥镇去了多少人"), "石桥镇去了多少人"),
        (entry_named("zhishu/renshu", "去了多少人"), "南川柳溪石桥：去了多少人"),
        (entry_named("theme-yizhan/overview", "各地驿站"), "各地驿站"),
    ],
)
def test_choices_can_be_told_apart(entry: Entry, title: str) -> None:
    assert choice_title(entry) == title


def test_a_choice_fits_a_button() -> None:
    title = choice_title(entry_named("zhishu/renshu", "很长的题目" * 20))
    assert len(title) == CHOICE_CHARS_MAX
    assert title.endswith("…")


def test_a_button_asks_the_desk_for_its_entry() -> None:
    [[button]] = choice_buttons([REFS["zhishu/overview"]])
    assert (button.label, button.data) == ("柳溪环湖植树", entry_token("zhishu/overview"))
    assert button.data == "e:" + button.data[2:].lower()
    assert len(button.data) == 14
