"""Answers that hold for a time: 截至 when they are old, and the newer one in their stead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.dialogue.engine import Desk
from bot.knowledge.library import Library
from bot.knowledge.offers import entry_token
from bot.messages import Incoming
from tests.matching.small import small_library

ASKS = ["植树的铁锹到哪里领", "铁锹到哪儿领", "工具去哪里领"]


def library(**validity: date) -> Library:
    """The small knowledge, its section about tools valid for a time."""
    whole = small_library()
    topic = whole.topics["zhishu"]
    sections = [
        part.model_copy(update=validity) if part.id == "gongju" else part for part in topic.sections
    ]
    topics = {**whole.topics, "zhishu": topic.model_copy(update={"sections": sections})}
    return replace(whole, topics=topics)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC)


def test_an_answer_that_holds_is_said_as_it_is() -> None:
    desk = Desk(library(valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31)))
    for day in ("2020-01-01", "2020-12-31"):
        assert desk.ask(ASKS[0], at(day)).text.startswith("铁锹和水桶")


def test_the_day_is_that_of_the_desk() -> None:
    desk = Desk(library(valid_to=date(2020, 12, 31)))
    still = datetime(2020, 12, 31, 15, 59, tzinfo=UTC)
    over = datetime(2020, 12, 31, 16, 0, tzinfo=UTC)
    assert desk.ask(ASKS[0], still).text.startswith("铁锹")
    assert desk.ask(ASKS[0], over).text.startswith("截至2020年12月31日：铁锹")


def test_an_old_answer_is_said_with_its_last_day() -> None:
    outcome = Desk(library(valid_to=date(2020, 12, 31))).ask(ASKS[0], at("2021-01-01"))
    assert outcome.status == "answer"
    assert outcome.text.startswith("截至2020年12月31日：铁锹和水桶")
    assert "已经过期" in outcome.text


def test_a_coming_answer_is_said_with_its_first_day() -> None:
    outcome = Desk(library(valid_from=date(2021, 1, 1))).ask(ASKS[0], at("2020-12-31"))
    assert outcome.text.startswith("从2021年1月1日起才有效：铁锹和水桶")


def test_related_sections_say_it_too() -> None:
    outcome = Desk(library(valid_to=date(2020, 12, 31))).ask("植树去了多少人", at("2021-05-01"))
    assert outcome.text.startswith("260 名党员")
    assert "：截至2020年12月31日：铁锹" in outcome.text
    assert "已经过期" not in outcome.text


async def test_a_pressed_choice_says_it_too() -> None:
    desk = Desk(library(valid_to=date(2020, 12, 31)))
    token = entry_token("zhishu/gongju")
    incoming = Incoming("console", "g", "w", "1", "", at("2021-05-01"), pressed=token)
    reply = await desk.handle(incoming)
    assert reply is not None
    assert reply.text.startswith("截至2020年12月31日")


@pytest.mark.parametrize(
    ("day", "answer"), [("2020-12-31", "铁锹和水桶"), ("2021-01-01", "改到村委会领")]
)
@pytest.mark.parametrize("ask", ASKS)
def test_the_section_in_force_answers_in_place_of_its_twin(ask: str, day: str, answer: str) -> None:
    whole = library(valid_to=date(2020, 12, 31))
    topic = whole.topics["zhishu"]
    old = next(s for s in topic.sections if s.id == "gongju")
    new = old.model_copy(
        update={
            "id": "gongju-xin",
            "answer": "改到村委会领，登记名字就行。",
            "valid_from": date(2021, 1, 1),
            "valid_to": None,
        }
    )
    both = topic.model_copy(update={"sections": [*topic.sections, new]})
    desk = Desk(replace(whole, topics={**whole.topics, "zhishu": both}))
    outcome = desk.ask(ask, at(day))
    assert outcome.text.startswith(answer)
