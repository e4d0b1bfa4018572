"""Phone numbers are found however they are written, and masked without moving anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.phones import is_masked, masked, phones

MASKED = {
    "打 13812345678 找她": "打 138****5678 找她",
    "手机138-1234-5678。": "手机138-****-5678。",
    "手机 138 1234 5678": "手机 138 **** 5678",
    "+86 13812345678": "+86 138****5678",
    "１３８１２３４５６７８": "１３８****５６７８",
    "电话 0537-6211234": "电话 0537-621****",
    "电话（0537）6211234转801": "电话（0537）621****转801",
    "电话 010 62112345": "电话 010 6211****",
    "+86-537-6211234": "+86-537-621****",
    "座机 6211234、6215678": "座机 621****、621****",
    "13812345678/0537-6211234": "138****5678/0537-621****",
    "Tel.13812345678": "Tel.138****5678",
    "Tel.6211234": "Tel.621****",
    "1.13812345678": "1.138****5678",
    "10.13812345678": "10.138****5678",
    "3.0537-6212345": "3.0537-621****",
    "8613812345678": "86138****5678",
    "138  1234 5678": "138  **** 5678",
    "138 - 1234 - 5678": "138 - **** - 5678",
    "138/1234/5678": "138/****/5678",
    "138_1234_5678": "138_****_5678",
    "138\u20101234\u20105678": "138\u2010****\u20105678",
    "138\t1234\t5678": "138\t****\t5678",
    "1 3 8  1 2 3 4  5 6 7 8": "1 3 8  * * * *  5 6 7 8",
    "0537\u20106212345": "0537\u2010621****",
    "０５３７-6212345": "０５３７-621****",
    "0537-6212345/6212346、6212347": "0537-621****/621****、621****",
}
OPEN = (
    "打 12345 或 12371，急事打 110、119、120",
    "银行 95588，客服 400-123-4567，800 820 8820",
    "拨 0537-12345",
    "2020年7月1日至2020年8月31日，共 5000 棵",
    "编号 20200701123456789",
    "投资 12345678 元",
    "面积 6211234 平方米",
    "0.13812345678",
    "7月13日 - 15日，2020/07/13 8:30，13/15/17 号楼",
    "3.6211234",
)


@pytest.mark.parametrize(("text", "wanted"), MASKED.items())
def test_four_digits_are_hidden(text: str, wanted: str) -> None:
    assert masked(text) == wanted
    assert is_masked(wanted)
    assert masked(wanted) == wanted


@pytest.mark.parametrize("text", OPEN)
def test_hotlines_dates_and_amounts_stay(text: str) -> None:
    assert masked(text) == text
    assert phones(text) == []
    assert not is_masked(text)


def test_two_ways_to_write_a_number_are_one() -> None:
    assert set(
        phones("138 1234 5678，+86 13812345678，86-138-1234-5678，8613812345678，138 / 1234 / 5678")
    ) == {"13812345678"}
    assert set(phones("（0537）6211234，+86-537-6211234")) == {"05376211234"}


def test_a_number_may_be_shown() -> None:
    shown = phones("0537-6211234")
    assert masked("电话0537-6211234，手机 13812345678", shown).startswith("电话0537-6211234，")
    assert "138****5678" in masked("电话0537-6211234，手机 13812345678", shown)


@given(st.text(alphabet="0123456789-— （）+电话号12345678*。", max_size=60))
def test_nothing_moves_and_nothing_stays_to_be_masked(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text)
    assert all(new in {old, "*"} for old, new in zip(text, once, strict=True))


@given(
    st.text("好的，打号：找 她。", max_size=8),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text("好的，打号：找 她。", max_size=8),
)
def test_no_mobile_gets_through(before: str, number: str, after: str) -> None:
    assert number not in masked(before + number + after)
    assert phones(before + number + after) == [number]
