"""What may stand beside an event, and how a slip there is told: file, line, what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.calendar.agenda import when_ok
from bot.knowledge.load import Loaded, load
from tests.knowledge.folder import build

HEAD = """\
id: x1
title: 日程
source: s1
overview:
  ask: [日程概况]
  answer: 这是概况。
events:
  - id: a
    title: 党日
    when: {when}
"""


def loaded(tmp_path: Path, *lines: str, when: str = "每月5日") -> Loaded:
    text = HEAD.format(when=when) + "".join(f"    {line}\n" for line in lines)
    return load(build(tmp_path, {"calendar/x1.yaml": text}), when_ok)


def test_everything_that_may_stand_there(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        "time: 下午三点",
        "duration: 1小时30分",
        "where: 二楼",
        "workday: 顺延",
        "since: 2026年3月1日",
        "until: 2026-12-31",
        "skip: [2026年10月5日]",
        "remind: [提前1天17:00, 提前1小时]",
        "category: 会议通知",
    )
    assert found.problems == []
    assert found.library is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("time: 差不多三点", "看不懂时间“差不多三点”（写成 15:00 或 下午三点半"),
        ("time: 9点到11点", "多长时间写在 duration"),
        ("duration: 半天", "看不懂时长“半天”（写成 2小时 或 90分钟"),
        ("rrule: 每隔一周", "重复规则“每隔一周”读不懂（照 RFC 5545 写"),
        ("rrule: FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "不知道从哪天数起（加上 since"),
        ("since: 三月", "看不懂日期“三月”（写到年月日"),
        ("until: 2026年", "看不懂日期“2026年”（写到年月日"),
        ("skip: [国庆]", "看不懂日期“国庆”（写到年月日"),
        ("workday: 挪一挪", "不能写“挪一挪”（只能写 顺延 或 提前"),
        ("remind: [早点叫我]", "看不懂提醒“早点叫我”（写成 提前1天17:00、当天8:00"),
        ("remind: [提前1小时]", "没写几点开始，“提前1小时”不知道从什么时候算（加上 time"),
    ],
)
def test_slips(tmp_path: Path, line: str, said: str) -> None:
    found = loaded(tmp_path, line)
    [problem] = found.problems
    assert said in str(problem)
    assert str(problem).startswith("calendar/x1.yaml:11: 错误：")
    assert found.library is None


def test_a_day_that_some_months_lack_is_a_warning(tmp_path: Path) -> None:
    found = loaded(tmp_path, when="每月31日")
    [problem] = found.problems
    assert problem.warning
    assert "每月最后一天" in problem.hint
    assert found.library is not None


def test_a_rule_may_say_when_in_any_words(tmp_path: Path) -> None:
    rule = "rrule: FREQ=MONTHLY;BYDAY=-1FR"
    assert loaded(tmp_path, rule, when="看月亮的日子").problems == []
    [problem] = loaded(tmp_path, when="看月亮的日子").problems
    assert "看不懂日期“看月亮的日子”" in problem.what


def test_a_misspelt_key_is_told(tmp_path: Path) -> None:
    [problem] = loaded(tmp_path, "reminder: [提前1小时]").problems
    assert "remind" in problem.hint
