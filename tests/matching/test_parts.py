"""The smaller parts: guards, facets and the collision check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, NotCovered
from bot.matching.facets import asked_for, asks_name, contradicted, held_by
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
    ],
)
def test_facets(question: str, answer: str, missing: bool) -> None:
    held = held_by(answer)
    assert any(facet not in held for facet in asked_for(question)) == missing


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
