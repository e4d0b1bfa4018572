"""Which questions are for the calendar, and for which days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.dialogue.schedule import RANGE_DAYS_MAX, asks_for_agenda, span_of
from bot.text.dates import cut_times, find_times
from bot.text.normalise import normalise

NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "question",
    [
        "下周有什么活动",
        "这个月有哪些安排",
        "今天有活动吗",
        "请问七一前后我们支部有什么活动",
        "明天干啥",
        "7月",
        "后天呢",
        "本月党员要参加什么活动",
    ],
)
def test_questions_for_the_calendar(question: str) -> None:
    plain = normalise(question)
    slots = find_times(plain, NOW)
    assert asks_for_agenda(cut_times(plain, slots), slots)


@pytest.mark.parametrize(
    "question",
    [
        "7月1日谁讲的党课",
        "今天几点上班",
        "下周的志愿服务在哪报名",
        "红色代办在哪办",
        "你好",
        "植树",
    ],
)
def test_questions_for_the_matcher(question: str) -> None:
    plain = normalise(question)
    slots = find_times(plain, NOW)
    assert not asks_for_agenda(cut_times(plain, slots), slots)


def test_the_span_of_time_words() -> None:
    assert span_of((), NOW) == (date(2020, 7, 1), date(2020, 7, 31))
    slots = find_times("6月30日至7月2日", NOW)
    assert span_of(slots, NOW) == (date(2020, 6, 30), date(2020, 7, 2))
    slots = find_times("今天 明天", NOW)
    assert span_of(slots, NOW) == (date(2020, 7, 10), date(2020, 7, 11))
    slots = find_times("1999年 2020年", NOW)
    first, last = span_of(slots, NOW)
    assert (last - first).days <= RANGE_DAYS_MAX
