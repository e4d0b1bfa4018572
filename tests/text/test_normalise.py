"""The normaliser: one spelling for every way of typing, whatever comes in."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.normalise import INPUT_CHARS_MAX, normalise, simplified, without_call_name

TABLE = [
    ("", ""),
    ("   ", ""),
    ("红色代办在哪办", "红色代办在哪办"),
    ("紅色代辦在哪裏", "红色代办在哪里"),
    ("鎮平擂臺賽", "镇平擂台赛"),
    ("ＰＰＴ　展示", "ppt展示"),
    ("PPT展示", "ppt展示"),
    ("１２３４", "1234"),
    ("①处", "1处"),
    ("你好，在吗？", "你好 在吗"),
    ("第一行\n第二行\r\n第三行", "第一行 第二行 第三行"),
    ("@dang_bot 红色代办", "红色代办"),
    ("红色代办 @li_qiang 在哪", "红色代办 在哪"),
    ("看这里 https://example.com/a?b=c&d=%20 在哪", "看这里 在哪"),
    ("www.example.com在哪", "在哪"),
    ("HTTP://EXAMPLE.COM 红色", "红色"),
    ("红色🚩🚩代办👀", "红色 代办"),
    ("👨\u200d👩\u200d👧", ""),
    ("红\u200b色\ufeff代\u00ad办", "红色代办"),
    ("\u202e红色代办\u202c", "红色代办"),
    ("哈哈哈哈哈哈", "哈哈"),
    ("好好好的的的的", "好好的的"),
    ("aaaaa", "aa"),
    ("1000万元", "1000万元"),
    ("\ud800红色\udfff", "红色"),
    ("\ud83d", ""),
    ("投入 1000 万元", "投入1000万元"),
    ("有 834 个、24406 名", "有834个24406名"),
    ("行政村12.16万元", "行政村12.16万元"),
    ("超过90%的阵地", "超过90%的阵地"),
    ("90 % 以上", "90以上"),
    ("１+12人才新政", "1+12人才新政"),
    ("1+12", "1+12"),
    ("标准+特色", "标准 特色"),
    ("党建+", "党建"),
    ("......", ""),
    ("%%%", ""),
    ("+1", "1"),
    ("a b  c", "a b c"),
    ("{0} %s ${x} <b>加粗</b>", "0 s x b加粗b"),
    ("'; DROP TABLE members; --", "drop table members"),
    ("𠮷野家", "𠮷野家"),
    ("\x00\x07红色\t代办", "红色 代办"),
]

ALLOWED = re.compile(r"[0-9a-z%.+ \u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]*")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
LIKELY = st.text(
    st.sampled_from("红色代办aAbｂ１2.%+ ，。@_/:hw臺裏⼀½\u200b\ud800🚩\n"), max_size=60
)


@pytest.mark.parametrize(("written", "read"), TABLE)
def test_table(written: str, read: str) -> None:
    assert normalise(written) == read


@settings(max_examples=300)
@given(ANY_TEXT | LIKELY)
@example("\ud800")
@example("ß")
@example("İ")
@example("0.+.%")
@example("0:.⼀")
@example("㍿㋿")
def test_any_text_becomes_clean_and_stays_so(text: str) -> None:
    once = normalise(text)
    assert ALLOWED.fullmatch(once), once
    assert once == once.strip()
    assert "  " not in once
    assert not re.search(r"([\u4e00-\u9fffa-z])\1\1", once)
    assert normalise(once) == once


@given(st.integers(0, 50_000), st.sampled_from(["红", "a1", "好的，", "\u200b", "ﷺ"]))
def test_length_is_bounded(count: int, piece: str) -> None:
    # One character may stand for at most 18 after the compatibility spelling.
    assert len(normalise(piece * count)) <= INPUT_CHARS_MAX * 18


def test_what_lies_behind_the_limit_is_not_read() -> None:
    assert normalise("红色" * INPUT_CHARS_MAX + "尾") == normalise("红色" * INPUT_CHARS_MAX)


def test_simplified_leaves_plain_text_alone() -> None:
    assert simplified("红色代办") == "红色代办"
    assert simplified("紅色代辦") == "红色代办"


@pytest.mark.parametrize(
    ("written", "rest"),
    [
        ("小党，今天有活动吗", "今天有活动吗"),
        ("小党 今天有活动吗", "今天有活动吗"),
        ("小党：今天", "今天"),
        ("  小党　今天", "今天"),
        ("小党员的义务", "小党员的义务"),
        ("小党今天", "小党今天"),
        ("小党同志，今天", "今天"),
        ("小党", "小党"),
        ("小党！", "小党！"),
        ("今天小党在吗", "今天小党在吗"),
        ("DangBot，今天", "今天"),
        ("", ""),
    ],
)
def test_call_name_at_the_start(written: str, rest: str) -> None:
    assert without_call_name(written, ("小党", "小党同志", "dangbot", "")) == rest


@given(ANY_TEXT, st.lists(st.text(max_size=5), max_size=4).map(tuple))
def test_call_name_removal_never_fails_or_empties(text: str, names: tuple[str, ...]) -> None:
    rest = without_call_name(text, names)
    assert bool(rest.strip()) == bool(text.strip())
    assert text.endswith(rest)
