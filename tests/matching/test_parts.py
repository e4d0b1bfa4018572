"""The smaller parts: guards, facets and the collision check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, NotCovered
from bot.matching.facets import another_time, asked_for, asks_name, contradicted, holds
from bot.matching.guards import Guards
from bot.matching.terms import units
from tests.matching.small import small_library


@pytest.mark.parametrize(
    ("question", "answer", "missing"),
    [
        ("夜校的电话多少", "每周三开课", True),
        ("夜校的电话多少", "电话 0538-1234567", False),
        ("花了多少钱", "八门课", True),
        ("花了多少钱", "8 万元", False),
        ("什么时候", "在镇上", True),
        ("什么时候", "7 月 1 日", False),
        ("几点开门", "随时有人", True),
        ("面积多大", "300 平方米", False),
        ("谁去的", "党员们", False),
        ("随便问问", "什么都没有", False),
        ("植树要干几天", "260 名党员去了", True),
        ("植树要干几天", "连续 3 天", False),
        ("过几天有什么活动", "在文化站", False),
        ("夜校一年办几回", "3 月 12 日办了一场", True),
        ("夜校多久来上一次课", "每周三开课", False),
        ("8门课里头女的几个人报", "8 门课", True),
        ("40名志愿者里有几个女的", "40 名志愿者", True),
        ("哪个村种得最好", "桥头村第三名", True),
        ("谁最先到", "最先到的是桥头村", False),
        ("周书记讲了啥话", "名次由周广林公布", True),
        ("周书记讲了啥话", "周广林说，明年再来", False),
        ("当志愿者给不给钱", "40 名志愿者", True),
        ("礼拜天去行吗", "到文化站领", True),
        ("种树这招是跟谁学的", "在湖边种下 5000 棵", True),
        ("这句话谁提的", "周广林提出，年年种树", False),
        ("队长怎么选", "一共 3 队", True),
        ("队长怎么选", "挑懂种树的人", False),
        ("没种活要不要罚款", "5000 棵树", True),
        ("得过奖没有", "5000 棵树", True),
        ("要什么证件", "登记名字就行", True),
        ("每个村种多少", "一共 5000 棵", True),
        ("每个村种多少", "平均 500 棵", False),
        ("周书记怎么没去", "镇长去了", True),
        ("夜校怎么有人去", "村民爱学", False),
        ("办过多少件", "条件很宽", True),
        ("有几户参加", "260 名党员", True),
        ("来了几个村", "桥头村第三名", True),
        ("有多少志愿者", "5000 棵树", True),
        ("有多少志愿者", "40 名志愿者", False),
        ("102名指的是什么", "102 名志愿者", False),
        ("是打电话叫我去吗", "会通知您", False),
    ],
)
def test_facets(question: str, answer: str, missing: bool) -> None:
    assert any(not holds(facet, answer) for facet in asked_for(question)) == missing


def test_names_of_office_holders() -> None:
    assert asks_name("书记叫什么")
    assert asks_name("谁是石桥镇的书记")
    assert not asks_name("书记去了吗")


@pytest.mark.parametrize(
    ("question", "known", "dated", "odd"),
    [
        ("2021年开课吗", "2020年7月", "", "2021 年"),
        ("2021年开课吗", "2020年7月", "2021年", ""),
        ("2020年开课吗", "2020年7月", "", ""),
        ("第一名是谁", "第三名", "", "第一名"),
        ("第3名是谁", "第三名", "", ""),
        ("亚军是谁", "第二名", "", ""),
        ("冠军是谁", "第三名", "", "第一名"),
        ("第二期", "第一期第二期", "", ""),
        ("几处", "三处", "", ""),
    ],
)
def test_contradictions(question: str, known: str, dated: str, odd: str) -> None:
    assert contradicted(question, known, dated) == odd


def test_another_time() -> None:
    assert another_time("去年种了多少", "种了5000棵", "3月12日") == "去年"
    assert another_time("去年种了多少", "去年以来种了5000棵", "") == ""
    assert another_time("种了多少", "种了5000棵", "") == ""


def test_guards_of_a_topic_come_first() -> None:
    guards = Guards(small_library())
    text = "护照浇水"
    assert [g.word for g in guards.missing(units(text), ["zhishu"])] == ["浇水", "护照"]
    assert [g.word for g in guards.missing(units(text), ["yexiao"])] == ["护照"]
    owners = [g.topic for g in guards.missing(units(text), ["zhishu"])]
    assert owners == ["zhishu", ""]
    text = "课时驿站"
    assert [g.word for g in guards.double(units(text), ["yexiao"])] == ["课时", "驿站"]
    text = "各地驿站"
    assert guards.double(units(text), []) == []


def test_ambiguous_words_may_have_gaps_and_any_way_of_asking() -> None:
    key = Ambiguous(words=["站长…叫什么"], choices=["liuxi-zhan", "songling-zhan"])
    guards = Guards(replace(small_library(), ambiguous=(key,)))
    (heard,) = guards.double(units("那个站长现在叫啥子"), [])
    assert heard.word == "站长现在叫什么"
    assert guards.double(units("站长说大家都忙所以想知道叫啥子"), []) == []
    assert guards.are_rivals("liuxi-zhan", "songling-zhan")
    assert not guards.are_rivals("liuxi-zhan", "zhishu")


def test_guard_words_are_not_heard_by_their_sound() -> None:
    guards = Guards(small_library())
    assert guards.missing(units("户照"), []) == []


def test_spoken_question_words_are_heard_in_limits() -> None:
    library = small_library()
    limit = NotCovered(words=["生什么病", "怎么报"], say="资料里没有。", unless=["哪里报"])
    odd = Library(library.topics, library.kinds, library.sources, not_covered=(limit,))
    guards = Guards(odd)
    assert [g.word for g in guards.missing(units("他生啥病"), [])] == ["生什么病"]
    assert [g.word for g in guards.missing(units("夜校咋报"), [])] == ["怎么报"]
    assert guards.missing(units("咋报名在哪儿报"), []) == []


def test_a_guard_without_letters_never_fires() -> None:
    library = small_library()
    odd = Library(
        library.topics,
        library.kinds,
        library.sources,
        not_covered=(NotCovered(words=["？", "护照"], say="资料里没有。", unless=["！"]),),
    )
    text = "护照"
    assert [g.word for g in Guards(odd).missing(units(text), [])] == ["护照"]
