"""Checks of one calendar event: its time, length, rule, span and reminders, in plain Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.text.timing import (
    NO_REMINDERS,
    clock_time,
    exact_day,
    lead,
    length,
    rule_needs_start,
    rule_ok,
)

_SHORT_MONTHS = re.compile(r"^每一?个?月(?:份)?的?\s*(29|30|31)\s*[日号]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong under one key of an event."""

    key: str
    what: str
    hint: str
    warning: bool = False


def event_faults(item: Any) -> Iterator[Fault]:
    """Everything wrong with the plain values of an event, beside its ``when``."""
    if not isinstance(item, dict):
        return
    yield from _clock(item)
    yield from _repeated(item)
    yield from _reminders(item)
    short = _SHORT_MONTHS.match(_text(item, "when"))
    if short and not _text(item, "rrule"):
        what = f"每月{short[1]}日：没有 {short[1]} 日的月份，这件事当月就不会出现"
        yield Fault("when", what, "想说月底就写 每月最后一天", warning=True)


def _clock(item: dict[str, Any]) -> Iterator[Fault]:
    time, duration = _text(item, "time"), _text(item, "duration")
    if time and clock_time(time) is None:
        yield Fault(
            "time", f"看不懂时间“{time}”", "写成 15:00 或 下午三点半；多长时间写在 duration"
        )
    if duration and length(duration) is None:
        yield Fault("duration", f"看不懂时长“{duration}”", "写成 2小时 或 90分钟，最长 7 天")


def _repeated(item: dict[str, Any]) -> Iterator[Fault]:
    rule, since = _text(item, "rrule"), _text(item, "since")
    if rule and not rule_ok(rule):
        hint = "照 RFC 5545 写，如 FREQ=MONTHLY;BYDAY=-1FR；到哪天为止写在 until"
        yield Fault("rrule", f"重复规则“{rule}”读不懂", hint)
    elif rule and rule_needs_start(rule) and not since:
        yield Fault("rrule", "这条重复规则不知道从哪天数起", "加上 since，如 since: 2026年3月1日")
    for key in ("since", "until"):
        day = _text(item, key)
        if day and exact_day(day) is None:
            yield Fault(key, f"看不懂日期“{day}”", "写到年月日，如 2026年3月1日")
    skip = item.get("skip")
    for day in skip if isinstance(skip, list) else ():
        if isinstance(day, str) and exact_day(day) is None:
            yield Fault("skip", f"看不懂日期“{day}”", "写到年月日，如 2026年10月1日")


def _reminders(item: dict[str, Any]) -> Iterator[Fault]:
    remind = item.get("remind")
    for words in remind if isinstance(remind, list) else ():
        if not isinstance(words, str) or words.strip() == NO_REMINDERS:
            continue
        rule = lead(words)
        if rule is None:
            hint = "写成 提前1天17:00、当天8:00、提前1小时 或 不提醒"
            yield Fault("remind", f"看不懂提醒“{words}”", hint)
        elif rule.at is None and not _has_time(item):
            what = f"没写几点开始，“{words}”不知道从什么时候算"
            yield Fault("remind", what, "加上 time，或改成 提前1天17:00")


def _has_time(item: dict[str, Any]) -> bool:
    return bool(_text(item, "time")) or bool(re.search(r"[点:：]", _text(item, "when")))


def _text(item: dict[str, Any], key: str) -> str:
    found = item.get(key)
    return found.strip() if isinstance(found, str) else ""
