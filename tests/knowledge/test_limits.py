"""Lengths come from the models; places are cut into their levels."""

from __future__ import annotations

import pytest

from bot.knowledge.limits import plain, read_place, room, slip


def test_lengths_are_those_of_the_models() -> None:
    assert (room("answer"), room("phrase"), room("word")) == ((4, 320), (2, 80), (1, 40))
    assert slip("answer", "短") == "太短了，至少要 4 个字。"
    assert slip("phrase", "长" * 81) == "太长了，有 81 个字，最多 80 个字。"
    assert slip("line", "正好") == ""


def test_what_cannot_be_seen_goes() -> None:
    assert plain(" 甲\u200b\n乙\x00\ufeff 丙 ") == "甲 乙 丙"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("山东省济宁市鱼台县", ("山东省", "济宁市", "鱼台县")),
        ("四川省泸州市江阳区北城街道学士山社区",
         ("四川省", "泸州市", "江阳区", "北城街道", "学士山社区")),
        ("湖北省英山县杨柳湾镇锣鼓坳村", ("湖北省", "英山县", "杨柳湾镇", "锣鼓坳村")),
        ("鱼台县", ("鱼台县",)),
        ("上海市浦东新区", ("上海市", "浦东新区")),
    ],
)  # fmt: skip
def test_a_place_is_cut_into_levels(text: str, levels: tuple[str, ...]) -> None:
    found = read_place(text)
    assert found is not None
    assert found.levels() == levels


@pytest.mark.parametrize("text", ["那边", "县", "../../etc", "鱼台县的东边", ""])
def test_what_is_no_place(text: str) -> None:
    assert read_place(text) is None
