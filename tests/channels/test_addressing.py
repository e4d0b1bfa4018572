from __future__ import annotations

import pytest

from bot.channels.telegram.addressing import (
    Addressed,
    Identity,
    Mention,
    Replied,
    addressed,
    own_words,
)

ME = Identity(7, "dang_desk_bot", ("小党", "答疑台", "Desk"))
NOBODY, US, OTHER = Replied.NOBODY, Replied.US, Replied.OTHER


def marked(text: str) -> tuple[Mention, ...]:
    """The mentions that the platform would mark: Latin names after a space."""
    found = []
    for word in text.split():
        if word.startswith("@") and word[1:].isascii():
            start = text.index(word)
            found.append(Mention(start, start + len(word), us=ME.is_me(word[1:])))
    return tuple(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("小党，党课几点", "党课几点"),
        ("小党 党课几点", "党课几点"),
        ("小党：党课几点", "党课几点"),
        ("  小党, 党课几点", "党课几点"),
        ("小党小党，党课几点", "党课几点"),
        ("小党请问党课几点", "请问党课几点"),
        ("小党", ""),
        ("小党？", ""),
        ("@小党 党课几点", "党课几点"),
        ("@小党，党课几点", "党课几点"),
        ("答疑台，党课几点", "党课几点"),
        ("desk, when", "when"),
        ("@dang_desk_bot 党课几点", "党课几点"),
        ("@Dang_Desk_Bot 党课几点", "党课几点"),
        ("党课几点 @dang_desk_bot", "党课几点"),
        ("党课 @dang_desk_bot 几点", "党课 几点"),
        ("@dang_desk_bot怎么办", "怎么办"),
        ("请问@dang_desk_bot怎么办", "请问 怎么办"),
        ("@dang_desk_bot 小党，党课几点", "党课几点"),
        ("小党，@li_qiang 问的党课几点", "@li_qiang 问的党课几点"),
        ("@li_qiang @dang_desk_bot 党课几点", "@li_qiang 党课几点"),
        ("/help", "/help"),
        ("/help@dang_desk_bot", "/help"),
        ("/calendar@DANG_DESK_BOT 七月", "/calendar 七月"),
        ("/calendar 七月", "/calendar 七月"),
        ("@dang_desk_bot /help", "/help"),
    ],
)
@pytest.mark.parametrize("replied", [NOBODY, US, OTHER])
def test_addressed_by_name(text: str, words: str, replied: Replied) -> None:
    assert addressed(text, marked(text), ME, replied) == Addressed(words)


@pytest.mark.parametrize(
    "text",
    [
        "党课几点",
        "小党员的义务是什么",
        "小党课怎么上",
        "我们的小党，真好",
        "Desktop 怎么装",
        "/help@other_bot",
        "@li_qiang 党课几点",
        "@老王 党课几点",
        "@dang_desk_bot2 党课几点",
        "邮箱 a@dang_desk_bot_x.cn",
        "",
    ],
)
def test_silent_when_not_addressed(text: str) -> None:
    assert addressed(text, marked(text), ME, NOBODY) is None
    assert addressed(text, marked(text), ME, OTHER) is None


def test_a_reply_to_us_is_for_us_but_not_when_somebody_else_is_named() -> None:
    assert addressed("那在哪办", (), ME, US) == Addressed("那在哪办")
    assert addressed("@li_qiang 你看", marked("@li_qiang 你看"), ME, US) is None
    assert addressed("@老王 你看", (), ME, US) is None


def test_overheard_only_where_it_is_allowed_and_nobody_else_is_meant() -> None:
    assert addressed("党课几点", (), ME, NOBODY) is None
    assert addressed("党课几点", (), ME, NOBODY, overheard=True) == Addressed(
        "党课几点", overheard=True
    )
    assert addressed("@老王 党课几点", (), ME, NOBODY, overheard=True) is None
    assert addressed("党课几点", (), ME, OTHER, overheard=True) is None


def test_a_mention_by_name_alone_counts() -> None:
    text = "答疑的 党课几点"
    assert addressed(text, (Mention(0, 3, us=True),), ME, NOBODY) == Addressed("党课几点")


def test_own_words_in_private() -> None:
    assert own_words("小党，党课几点", (), ME) == "党课几点"
    assert own_words("党课几点", (), ME) == "党课几点"
    assert own_words("/start@dang_desk_bot", (), ME) == "/start"
