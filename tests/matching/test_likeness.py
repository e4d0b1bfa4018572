"""Questions that ask the same fall together, others do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.likeness import alike

SAME = [
    ("党费怎么交", "党费咋交"),
    ("党费怎么交", "怎么交党费"),
    ("党费怎么交", "党废怎么交"),
    ("党费怎么交", "dangfei zenme jiao"),
    ("党费怎么交", "请问一下，党费要如何交呢？"),
    ("在哪里交党费", "党费在哪儿交啊"),
    ("黨費怎麼交", "党费怎么交"),
    ("困难党员慰问金怎么申请", "困难党员慰问金的申请怎么弄"),
]
OTHER = [
    ("党费怎么交", "党课怎么上"),
    ("入党要多久", "入团要多久"),
    ("第1期培训班几点", "第2期培训班几点"),
    ("党费怎么交", "党费在哪交"),
    ("食堂在哪", "驿站在哪"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_likes_fall_together(one: str, other: str) -> None:
    assert len(alike([one, other], [1, 1])) == 1


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_others_do_not(one: str, other: str) -> None:
    assert len(alike([one, other], [1, 1])) == 2


def test_the_heaviest_leads() -> None:
    texts = ["党费怎么交", "党课几点上", "党费咋交", "怎么交党费"]
    groups = alike(texts, [1, 9, 5, 2])
    assert sorted(groups) == [[1], [2, 3, 0]]


def test_nothing_is_in_no_group_and_empty_words_are_words() -> None:
    assert alike([], []) == []
    assert len(alike(["吗", "呢", ""], [1, 1, 1])) >= 1


@given(st.lists(st.text(max_size=12), max_size=20))
def test_each_question_is_in_one_group(texts: list[str]) -> None:
    groups = alike(texts, [1] * len(texts))
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))


def test_more_than_a_chunk() -> None:
    texts = [f"问题{chr(0x4E00 + number * 7)}{chr(0x5E00 + number * 3)}" for number in range(600)]
    groups = alike([*texts, *texts], [1] * 1200)
    assert sorted(place for group in groups for place in group) == list(range(1200))
    assert all(len(group) % 2 == 0 for group in groups)
