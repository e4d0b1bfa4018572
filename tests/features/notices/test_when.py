from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.features.notices.when import Moment, Unclear, read_when, stamp, zone_name

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 1, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("明天下午三点", "2026-07-02T15:00"),
        ("7月3日 9:00", "2026-07-03T09:00"),
        ("半小时后", "2026-07-01T10:30"),
        ("两小时后", "2026-07-01T12:00"),
        ("一个半小时后", "2026-07-01T11:30"),
        ("下周三上午九点半", "2026-07-08T09:30"),
        ("晚上八点", "2026-07-01T20:00"),
        ("15:30", "2026-07-01T15:30"),
        ("后天晚上7点发", "2026-07-03T19:00"),
        ("7月2日18点前", "2026-07-02T18:00"),
        ("明天中午12点", "2026-07-02T12:00"),
        ("2026-07-02 09:00", "2026-07-02T09:00"),
        ("2026-07-02T01:00:00+00:00", "2026-07-02T09:00"),
        ("12月31日 23:59", "2026-12-31T23:59"),
    ],
)
def test_moments_that_mean_one_thing(text: str, wanted: str) -> None:
    read = read_when(text, NOW)
    assert isinstance(read, Moment)
    assert read.at == datetime.fromisoformat(wanted).replace(tzinfo=ZONE)


@pytest.mark.parametrize("text", ["现在", "马上", "now", "立即发"])
def test_now(text: str) -> None:
    assert read_when(text, NOW) == Moment(None)


@pytest.mark.parametrize(
    ("text", "question", "choices"),
    [
        ("明天八点", "上午还是下午", 2),
        ("今天9点", "是7月1日（周三）21:00吗", 1),
        ("三点", "是7月1日（周三）15:00吗", 1),
        ("明天", "几点", 0),
        ("下周", "不止一天", 0),
        ("每周三上午9点", "只发一次", 0),
        ("明天早上8点到9点", "只写一个时间", 0),
        ("明天上午九点或后天上午九点", "好几个时间", 0),
        ("昨天下午三点", "已经过了", 0),
        ("2026-06-01 09:00", "已经过了", 0),
        ("2028-01-01 09:00", "超过一年", 0),
        ("随便", "没看懂", 0),
        ("明天下午三点开会", "没看懂", 0),
        ("2026-07-02", "", 0),
        ("", "没看懂", 0),
    ],
)
def test_what_is_asked_back(text: str, question: str, choices: int) -> None:
    read = read_when(text, NOW)
    assert isinstance(read, Unclear)
    assert question in read.question
    assert len(read.choices) == choices
    assert all(choice > NOW for choice in read.choices)


def test_moments_and_zones_in_words() -> None:
    assert stamp(NOW) == "7月1日（周三）10:00"
    assert stamp(None) == "确认后马上"
    assert zone_name(NOW) == "北京时间"
    assert zone_name(NOW.astimezone(ZoneInfo("Europe/Berlin"))) == "Europe/Berlin 时间"
