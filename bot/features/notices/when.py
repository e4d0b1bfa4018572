"""A moment said in Chinese words, pure: read, or asked back when it may mean two things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.text.dates import TimeSlot, find_times

_NOW = re.compile(r"(?:现在|马上|立即|立刻|now)(?:就?发)?")
_AHEAD = re.compile(
    r"(?:过)?(半|[0-9]{1,3}|[一二两三四五六七八九十])个?(半)?(分钟|小时|钟头|天)(?:以?后|之后)?(?:就?发)?"
)
_NUMBERS = {sign: place for place, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
_SAID_HOUR = re.compile(r"(?<![0-9:])([0-9]{1,2}|十[一二]?|[一二两三四五六七八九])\s*[点时]")
_BARE_HOUR = re.compile(r"(?:[0-9]{1,2}|十[一二]?|[一二两三四五六七八九])\s*[点时]")
_RANGE = re.compile(r"[到至~-]")
_PART_OF_DAY = re.compile(r"凌晨|清晨|清早|早|上午|中午|正午|午|傍晚|晚|夜|晨")
_ALONE = re.compile(r"[\s，,。.的发在于前]*(?:以前|之前)?[\s，,。.]*")
_WEEKDAYS = "一二三四五六日"
_DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in words that mean one thing; None is now."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """What to ask back, and the moments it may mean."""

    question: str
    choices: tuple[datetime, ...] = ()


def read_when(text: str, now: datetime) -> Moment | Unclear:
    """Read a moment that lies ahead.

    Args:
        text: Chinese words (明天下午三点, 7月3日 9:00, 半小时后, 现在) or ISO 8601.
        now: aware; its zone is the desk's.
    """
    words = text.strip()
    if _NOW.fullmatch(words):
        return Moment(None)
    moment = _iso(words, now) or _ahead(words, now)
    if moment is not None:
        return _judged(moment, now)
    if _BARE_HOUR.match(words):
        words = f"今天{words}"
    slots = find_times(words, now)
    if len(slots) != 1:
        return Unclear(_NOT_READ if not slots else _SEVERAL)
    slot = slots[0]
    rest = words[: slot.start] + words[slot.end :]
    if not _ALONE.fullmatch(rest):
        return Unclear(_NOT_READ)
    return _of_slot(slot, now)


_NOT_READ = "没看懂这个时间。请写成“明天下午三点”“7月3日 9:00”或“半小时后”。"
_SEVERAL = "这里有好几个时间，请只写一个，如“明天下午三点”。"


def _of_slot(slot: TimeSlot, now: datetime) -> Moment | Unclear:
    if slot.recurring is not None:
        return Unclear("通知只发一次，请写一个确定的时间，如“下周三上午九点”。")
    if slot.first != slot.last:
        return Unclear(f"“{slot.text}”不止一天，请写到哪一天几点，如“7月3日 9:00”。")
    if slot.at is None:
        return Unclear(f"{slot.first.month}月{slot.first.day}日几点？请写成“{slot.text}上午九点”。")
    if _RANGE.search(slot.text) and slot.text.count("点") + slot.text.count(":") > 1:
        return Unclear("通知是一个时间发，请只写一个时间，如“明天上午九点”。")
    moment = datetime.combine(slot.first, slot.at, tzinfo=now.tzinfo)
    return _half_of_day(slot, moment, now) or _judged(moment, now)


def _half_of_day(slot: TimeSlot, moment: datetime, now: datetime) -> Unclear | None:
    """Ask back when 八点 may be in the morning or in the evening."""
    said = _SAID_HOUR.search(slot.text)
    if said is None or moment.hour % 12 == 0 or _PART_OF_DAY.search(slot.text):
        return None
    hour = said.group(1)
    if hour.isdigit() and int(hour) > 12:
        return None
    base = moment.replace(hour=moment.hour % 12)
    ahead = tuple(each for each in (base, base + timedelta(hours=12)) if each > now)
    if len(ahead) == 1:
        return Unclear(f"“{slot.text}”上午的已经过了，是{stamp(ahead[0])}吗？", ahead)
    return Unclear(f"“{slot.text}”是上午还是下午（晚上）？", ahead) if ahead else None


def _judged(moment: datetime, now: datetime) -> Moment | Unclear:
    if moment <= now:
        return Unclear(f"{stamp(moment)}已经过了，现在是 {stamp(now)}。请写一个以后的时间。")
    if moment - now > timedelta(days=_DAYS_MAX):
        return Unclear("离现在超过一年，怕是写错了。请再写一次，或到时候再发。")
    return Moment(moment)


def _iso(words: str, now: datetime) -> datetime | None:
    if not re.match(r"\d{4}-\d", words):
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    if len(words) <= len("2026-07-01"):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)
    return aware.astimezone(now.tzinfo)


def _ahead(words: str, now: datetime) -> datetime | None:
    match = _AHEAD.fullmatch(words)
    if match is None or not re.search(r"后|过", words):
        return None
    number, half, unit = match.groups()
    count = 0.5 if number == "半" else float(_NUMBERS.get(number) or number)
    seconds = {"分钟": 60, "小时": 3600, "钟头": 3600, "天": 86400}[unit]
    return now + timedelta(seconds=(count + (0.5 if half else 0)) * seconds)


def stamp(moment: datetime | None) -> str:
    """A moment for people: 7月1日（周三）15:00."""
    if moment is None:
        return "确认后马上"
    day = f"{moment.month}月{moment.day}日（周{_WEEKDAYS[moment.weekday()]}）"
    return f"{day}{moment:%H:%M}"


def zone_name(now: datetime) -> str:
    """What people call the zone of the desk."""
    name = str(now.tzinfo)
    return "北京时间" if name in {"Asia/Shanghai", "PRC"} else f"{name} 时间"
