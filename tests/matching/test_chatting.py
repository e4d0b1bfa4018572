"""One spelling for the many ways of chatting."""

from __future__ import annotations

import pytest

from bot.matching.chatting import cores, one_way


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("有没得人哦", "有人吗"),
        ("有人没得", "有人吗"),
        ("在不在嘞", "在吗"),
        ("听得到我港话不", "听得到我说话吗"),
        ("听不听得到", "听得到吗"),
        ("能不能说人话", "能说人话吗"),
        ("睡了没有", "睡了没得"),
        ("咋恁慢", "怎么这么慢"),
        ("弄啥嘞", "干什么"),
        ("中不中", "行不行"),
        ("俺晓得了", "我知道了"),
        ("各位好", "大家好"),
    ],
)
def test_the_same_said_otherwise(one: str, other: str) -> None:
    assert one_way(one) == one_way(other)


@pytest.mark.parametrize("text", ["不", "没", "要不", "什么", "怎么走", "啊"])
def test_short_words_stay_what_they_are(text: str) -> None:
    assert one_way(text) == text


@pytest.mark.parametrize(
    ("text", "core"),
    [("今天好冷", "冷"), ("困得很", "困"), ("怎么这么慢", "慢"), ("快点快点", "快点")],
)
def test_what_leads_in_or_strengthens_is_left_out(text: str, core: str) -> None:
    assert core in set(cores(text))


def test_how_to_go_is_not_going() -> None:
    assert "走" not in set(cores("怎么走"))
    assert list(cores("真好吗")) == []
