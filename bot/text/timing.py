"""The small words beside a date in the calendar files: 15:00, 90分钟, 提前1天17:00, RRULE.

Time words themselves are read by `bot.text.dates`; these are the forms that no question has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.text.dates import find_times

_ANY_DAY: Final = datetime(2020, 1, 1, 12, tzinfo=UTC)
_LENGTH: Final = re.compile(r"(?:(\d{1,3}) ?(?:个)?小时)?(?: ?(\d{1,4}) ?分钟?)?")
_CLOCK: Final = re.compile(r"(\d{1,2})[:：](\d{2})")
_LINKED: Final = re.compile(r"[到至~～—-]")
_HALF: Final = re.compile(r"(?:(\d{1,3})个)?半小时|(\d{1,3})个半小时")
MINUTES_MAX: Final = 7 * 24 * 60

_LIST: Final = r"(?:{0})(?:,(?:{0}))*"
_DAY: Final = _LIST.format(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
_DATE: Final = _LIST.format(r"-?(?:3[01]|[12][0-9]|[1-9])")
_MONTH: Final = _LIST.format(r"1[0-2]|[1-9]")
_NTH: Final = _LIST.format(r"-?[1-9][0-9]?")
_PART: Final = (
    rf"BYDAY={_DAY}|BYMONTHDAY={_DATE}|BYMONTH={_MONTH}|BYSETPOS={_NTH}"
    r"|INTERVAL=[1-9][0-9]?|WKST=(?:MO|SU)"
)
_RULE: Final = re.compile(rf"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;(?:{_PART})){{0,6}}")
_ANCHORED: Final = re.compile(r"INTERVAL=(?!1(?:;|$))")

NO_REMINDERS: Final = "不提醒"
DAYS_AHEAD_MAX: Final = 60
_REMIND_DAYS: Final = re.compile(
    r"(?:提前|前) ?(\d{1,2}|一|两|二|三) ?(天|周)(.{2,12})|当[天日](.{2,12})"
)
_REMIND_MINUTES: Final = re.compile(
    r"(?:提前|前) ?(?:(\d{1,2}|半|一|两|二|三) ?个?小时|(\d{1,3}) ?分钟)"
)
_COUNTS: Final = {"一": 1, "两": 2, "二": 2, "三": 3}


_WEEKLY: Final = re.compile(r"每?(?:周|星期|礼拜)([一二三四五六日天])([^周星礼]{2,12})")
_WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Weekly:
    """A moment of every week."""

    weekday: int
    """0 is Monday."""
    at: time

    def last(self, now: datetime) -> datetime:
        """The newest such moment that is not after ``now``, in its zone."""
        day = now.date() - timedelta(days=(now.weekday() - self.weekday) % 7)
        found = datetime.combine(day, self.at, now.tzinfo)
        return found if found <= now else found - timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Lead:
    """When a reminder comes: days before at a time of day, or minutes before the start."""

    days: int = 0
    at: time | None = None
    minutes: int = 0
    """Before the start; only where ``at`` is None."""

    def __str__(self) -> str:
        if self.at is not None:
            day = f"提前{self.days}天" if self.days else "当天"
            return f"{day}{self.at:%H:%M}"
        hours, minutes = divmod(self.minutes, 60)
        return f"提前{self.minutes}分钟" if minutes else f"提前{hours}小时"


def clock_time(text: str) -> time | None:
    """A time of day: 15:00, 下午三点半; None if it is anything else.

    Written with a colon it is of 24 hours: nobody asks here, so 3:30 is not meant as 三点半.
    """
    plain = _CLOCK.fullmatch(text.strip())
    if plain:
        hour, minute = int(plain[1]), int(plain[2])
        return time(hour, minute) if hour < 24 and minute < 60 else None
    slots = find_times(text.strip(), _ANY_DAY)
    whole = len(slots) == 1 and slots[0].start == 0 and slots[0].end == len(text.strip())
    # 9点到11点 would lose its end: that belongs into the length.
    return slots[0].at if whole and not _LINKED.search(text) else None


def weekly(text: str) -> Weekly | None:
    """Read 周一 9:00, 每周五下午五点; None if it is anything else."""
    found = _WEEKLY.fullmatch(text.replace(" ", ""))
    at = clock_time(found[2]) if found else None
    if found is None or at is None:
        return None
    return Weekly(_WEEKDAYS.index(found[1].replace("天", "日")), at)


def length(text: str) -> int | None:
    """Minutes of 2小时, 90分钟, 1小时30分, 半小时, 1个半小时; None if it is anything else."""
    plain = text.replace(" ", "")
    half = _HALF.fullmatch(plain)
    if half:
        minutes = 60 * int(half[1] or half[2] or 0) + 30
    else:
        found = _LENGTH.fullmatch(plain)
        minutes = 60 * int(found[1] or 0) + int(found[2] or 0) if found else 0
    return minutes if 0 < minutes <= MINUTES_MAX else None


def exact_day(text: str) -> date | None:
    """A day with its year: 2026年10月1日, 2026-10-01; None if it is anything else."""
    slots = find_times(text.strip(), _ANY_DAY)
    if len(slots) != 1 or slots[0].first != slots[0].last or not re.match(r"\d{4}", text.strip()):
        return None
    return slots[0].first if slots[0].exact_year and not slots[0].recurring else None


def rule_ok(text: str) -> bool:
    """Is this the body of an RRULE (RFC 5545) that the calendar can follow?"""
    parts = [part.partition("=")[0] for part in text.split(";")]
    return bool(_RULE.fullmatch(text)) and len(parts) == len(set(parts))


def rule_needs_start(text: str) -> bool:
    """Every second week, or a bare FREQ=MONTHLY: from when on must be said."""
    return bool(_ANCHORED.search(text)) or "BY" not in text


def lead(text: str) -> Lead | None:
    """Read 提前1天17:00, 当天8:00, 提前1小时, 提前30分钟; None if it is anything else."""
    plain = text.replace(" ", "")
    found = _REMIND_MINUTES.fullmatch(plain)
    if found:
        if found[1] == "半":
            return Lead(minutes=30)
        hours = _COUNTS.get(found[1] or "") or int(found[1] or 0)
        minutes = hours * 60 + int(found[2] or 0)
        return Lead(minutes=minutes) if minutes else None
    found = _REMIND_DAYS.fullmatch(plain)
    at = clock_time(found[3] or found[4]) if found else None
    if found is None or at is None:
        return None
    days = (_COUNTS.get(found[1] or "") or int(found[1] or 0)) * (7 if found[2] == "周" else 1)
    return Lead(days, at) if days <= DAYS_AHEAD_MAX else None


def before(start: datetime, rule: Lead) -> datetime:
    """The moment of a reminder for a start, in the start's own zone."""
    if rule.at is None:
        # By the clock that never jumps, in a zone with summer time too.
        return (start.astimezone(UTC) - timedelta(minutes=rule.minutes)).astimezone(start.tzinfo)
    day = start.date() - timedelta(days=rule.days)
    return datetime.combine(day, rule.at, start.tzinfo)
