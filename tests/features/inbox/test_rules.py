"""Groups: order, kind, what was put aside; what an answer means for a question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.features.inbox.model import DayCount, Kind, Question
from bot.features.inbox.rules import (
    AGAIN,
    Group,
    group_with,
    groups_of,
    is_certain,
    is_settled,
    key_of,
    kind_of,
)
from bot.messages import About

DAY = date(2026, 7, 1)
UNKNOWN = About("问", "unknown")
SURE = About("问", "answered", "t/s")
DOUBTFUL = About("问", "answered", "t/s", doubtful=True)
GUARDED = About("问", "told missing")


def question(id_: str, text: str, asked: int = 1, day: date = DAY, **more: object) -> Question:
    return Question(id_, text, (DayCount(day, asked),), **more)  # type: ignore[arg-type]


def test_the_most_asked_group_comes_first_and_speaks_for_itself() -> None:
    groups = groups_of(
        [
            question("a", "怎么交党费", 2),
            question("b", "党费咋交", 3, DAY + timedelta(days=2), waiting=1),
            question("c", "党课几点上", 4),
            question("d", "食堂在哪", 5),
        ]
    )
    assert [[one.id for one in group.questions] for group in groups] == [["b", "a"], ["d"], ["c"]]
    first = groups[0]
    assert (first.id, first.text, first.asked, first.waiting) == ("b", "党费咋交", 5, 1)
    assert (first.first, first.last) == (DAY, DAY + timedelta(days=2))
    assert group_with(groups, "a") == first
    assert group_with(groups, "z") is None


def test_marks_do_not_tell_questions_apart() -> None:
    texts = ["〔姓名〕的党费怎么交", "党费怎么交", "我是〔姓名〕，党费怎么交〔号码〕"]
    groups = groups_of([question(str(number), text) for number, text in enumerate(texts)])
    assert len(groups) <= 2
    assert key_of(texts[0]) == key_of("的党费怎么交")
    assert key_of("〔姓名〕〔号码〕") == ""
    assert key_of("〔姓名〕吗") == ""


def test_unanswered_counts_more_than_of_no_use_and_that_more_than_doubtful() -> None:
    doubted = Question("a", "甲", (DayCount(DAY, doubted=3),))
    complained = Question("b", "甲", (DayCount(DAY, complained=1),))
    missed = Question("c", "甲", (DayCount(DAY, missed=1),))
    assert Group((doubted,)).kind is Kind.DOUBTED
    assert Group((doubted, complained)).kind is Kind.COMPLAINED
    assert Group((doubted, complained, missed)).kind is Kind.MISSED


def test_an_ignored_group_comes_back_when_it_is_asked_many_times() -> None:
    later = DAY + timedelta(days=1)
    old = question("a", "党费怎么交", 30, ignored_on=DAY)
    few = question("b", "党费咋交", AGAIN - 1, later)
    assert Group((old,)).ignored
    assert Group((old, few)).ignored
    assert not Group((old, question("c", "党费咋交", AGAIN, later))).ignored
    same_day = question("d", "党费咋交", AGAIN, DAY)
    assert Group((old, same_day)).ignored
    assert not Group((few,)).ignored


@pytest.mark.parametrize(
    ("about", "kind"),
    [(UNKNOWN, Kind.MISSED), (DOUBTFUL, Kind.DOUBTED), (SURE, None), (GUARDED, None)],
)
def test_what_goes_in(about: About, kind: Kind | None) -> None:
    assert kind_of(about) is kind
    assert is_certain(about) is (about is SURE)


def test_what_would_not_come_in_today() -> None:
    asked = question("a", "问")
    assert is_settled(asked, SURE)
    assert is_settled(asked, GUARDED)
    assert not any(is_settled(asked, about) for about in (UNKNOWN, DOUBTFUL, None))
    assert not is_settled(question("a", "问", wrong_ref="t/s"), SURE)
    assert is_settled(question("a", "问", wrong_ref="t/other"), SURE)
    assert not is_settled(asked, About("问", "slip"))
