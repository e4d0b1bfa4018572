"""Kinds of thing that who wants to come, to use a service or to know a person asks for."""

from __future__ import annotations

import pytest

from bot.matching.facets import ASIDE_CHARS, FACETS, asked_for, holds
from bot.matching.kinds import MORE

CASES: tuple[tuple[str, str, str, str], ...] = (
    # kind, question, an answer without it, an answer with it
    ("报名办法", "夜校怎么报名", "每周三开课", "到文化站报名"),
    ("条件", "外地户口能来上课吗", "每周三开课", "不限户口"),
    ("条件", "当志愿者有年龄限制没", "40 名志愿者", "要求身体好"),
    ("截止", "什么时候截止", "每周三开课", "6 月底前报到"),
    ("名额", "一个班能坐多少人", "每周三开课", "一个班有 30 个座位"),
    ("投诉", "没人理我去哪投诉", "每周三开课", "监督电话贴在门口"),
    ("路线", "坐几路车去文化站", "在文化站", "坐 3 路公交"),
    ("路线", "离镇上多远", "在文化站", "离镇 2 公里"),
    ("食宿", "去种树管饭吗", "种 5000 棵树", "中午有一顿饭"),
    ("穿戴", "要带啥去", "种 5000 棵树", "自己带上铁锹"),
    ("式样", "树苗多高的", "种 5000 棵树", "苗高1米"),
    ("图像", "有照片没", "种 5000 棵树", "照片贴在墙上"),
    ("得分", "桥头村多少分", "桥头村第三名", "桥头村 95 分"),
    ("名次", "松岭村得了第几名", "一共 3 队", "松岭村第二名"),
    ("个人情况", "周书记哪个大学毕业的", "周广林，石桥镇书记", "周广林，大学毕业"),
    ("个人情况", "他结婚没有", "周广林，石桥镇书记", "他和妻子都来了"),
    ("比较", "柳溪比松岭多吗", "5000 棵树", "柳溪更多"),
    ("增减", "跟去年比怎么样", "5000 棵树", "从 3000 棵增加到 5000 棵"),
    ("其余的", "另外三个村叫什么", "桥头村第三名", "桥头村、松岭村、柳溪村、石桥村"),
    ("任期", "片长一届干几年", "周广林当片长", "任期三年"),
)


@pytest.mark.parametrize(("kind", "question", "lacking", "holding"), CASES)
def test_a_kind_is_asked_for_and_held(kind: str, question: str, lacking: str, holding: str) -> None:
    (facet,) = [one for one in asked_for(question) if one.name == kind]
    assert not holds(facet, lacking)
    assert holds(facet, holding)


def test_every_kind_is_tried() -> None:
    assert {kind for kind, *_ in CASES} == {name for name, *_ in MORE}
    assert len({facet.name for facet in FACETS}) == len(FACETS)


@pytest.mark.parametrize(
    "question",
    [
        "党的生日那天有什么安排",
        "提了哪些要求",
        "这是第几条",
        "这个月还能参加什么活动",
        "比以前方便吗",
        "每个点安排多少人",
        "比武的奖金发给谁",
        "台上报名次的是谁",
    ],
)
def test_what_only_looks_alike_asks_for_none_of_them(question: str) -> None:
    names = {name for name, *_ in MORE}
    assert not names & {facet.name for facet in asked_for(question)}


def test_a_kind_beside_the_question_is_not_meant() -> None:
    question = "今天空调坏了 领导又来催材料 我一个人忙了一上午 植树那次去了多少人"
    assert len(question.replace(" ", "")) >= ASIDE_CHARS
    assert "食宿" not in {facet.name for facet in asked_for(question)}
    assert "食宿" in {facet.name for facet in asked_for("文化站空调坏了 去了多少人")}
