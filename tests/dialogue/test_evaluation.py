"""How a reply to a labelled question is judged."""

from __future__ import annotations

import pytest

from bot.dialogue.evaluation import SHARP_MAX, Judged, Question, judge, table


def question(kind: str = "fact", expect: str = "answer", *must: tuple[str, ...]) -> Question:
    return Question("q1", "问什么", kind, expect, must)


def verdict(row: Judged) -> tuple[bool, bool, bool, bool]:
    return row.right, row.sharp, row.helped, row.wrong


FACT = question("fact", "answer", ("21处", "二十一处"), ("鱼台",))
REFUSE = question("refuse-far", "refuse")
CLARIFY = question("clarify", "clarify", ("镇平",), ("澄迈",))
TALK = question("smalltalk", "answer")


@pytest.mark.parametrize(
    ("asked", "status", "text", "choices", "expected"),
    [
        (FACT, "answer", "鱼台全县 21 处", [], (True, True, True, False)),
        (FACT, "answer", "鱼台全县２１处", [], (True, True, True, False)),
        (FACT, "answer", "鱼台二十一处", [], (True, True, True, False)),
        (FACT, "answer", "鱼台" + "，" * SHARP_MAX + "21处", [], (True, False, True, False)),
        (FACT, "answer", "鱼台" + "，" * 600 + "21处", [], (False, False, False, True)),
        (FACT, "answer", "鱼台不少", [], (False, False, False, True)),
        (FACT, "answer", "不知道", ["鱼台 21 处"], (False, False, True, True)),
        (FACT, "choices", "哪一个", ["鱼台 21 处"], (False, False, True, False)),
        (FACT, "choices", "哪一个", ["", "", "", "鱼台 21 处"], (False, False, False, False)),
        (FACT, "unknown", "没有写", [], (False, False, False, False)),
        (REFUSE, "unknown", "没有写", [], (True, True, True, False)),
        (REFUSE, "choices", "哪一个", [], (False, False, True, False)),
        (REFUSE, "answer", "21 处", [], (False, False, False, True)),
        (CLARIFY, "choices", "哪一个", ["镇平", "澄迈"], (True, True, True, False)),
        (CLARIFY, "choices", "哪一个", ["镇平"], (False, False, True, False)),
        (CLARIFY, "answer", "镇平和澄迈", [], (True, True, True, False)),
        (CLARIFY, "answer", "镇平", [], (False, False, True, True)),
        (CLARIFY, "unknown", "没有写", [], (False, False, False, False)),
        (TALK, "answer", "您好", [], (True, True, True, False)),
        (TALK, "answer", "  ", [], (False, False, False, False)),
        (TALK, "unknown", "没有写", [], (False, False, False, False)),
    ],
)
def test_verdicts(
    asked: Question,
    status: str,
    text: str,
    choices: list[str],
    expected: tuple[bool, bool, bool, bool],
) -> None:
    assert verdict(judge(asked, status, text, choices)) == expected


def test_the_table_counts_by_kind_and_group() -> None:
    rows = [
        judge(FACT, "answer", "鱼台 21 处", []),
        judge(FACT, "unknown", "没有写", []),
        judge(REFUSE, "unknown", "没有写", []),
        judge(TALK, "answer", "您好", []),
    ]
    found = table(rows)
    assert found["fact"]["n"] == 2
    assert found["fact"]["right"] == pytest.approx(0.5)
    assert found["answer-all"]["n"] == 2
    assert found["refuse-all"]["right"] == pytest.approx(1.0)
    assert found["other-all"]["n"] == 1
    assert found["ALL"]["n"] == 4
    assert found["ALL"]["wrong"] == pytest.approx(0.0)
    names = list(found)
    assert names.index("ALL") < names.index("answer-all")
    assert names.index("fact") < names.index("ALL")


def test_an_empty_table() -> None:
    assert table([]) == {}
