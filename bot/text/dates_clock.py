"""Times of day: 下午三点半, 晚上8点, 20:30, 早上九点一刻, and the half days around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.text.dates_core import LINK, OF, S, exact_number, pattern

_LONG: Final = (
    r"凌晨|清晨|清早|大清早|一早|早晨|早上|上午|中午|正午|午间|下午|午后|傍晚"
    r"|晚上|晚间|夜里|夜间|夜晚|半夜|深夜"
)
_HOUR: Final = (
    r"(?:2[0-4]|[01]?[0-9]|二十[一二三四]?|十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
)
_MINUTE: Final = (
    r"(?:[0-5][0-9]分?|[0-9]分|[零〇][一二三四五六七八九]分?|[一二三四五六七八九]分"
    r"|[二三四五]?十[一二三四五六七八九]?分?)"
)


def _clock(tag: str) -> str:
    """An hour with its minutes; the groups carry the tag, as a range has two of them."""
    return (
        rf"(?P<h{tag}>{_HOUR}){S}(?:"
        rf"(?P<o{tag}>点|时(?![间候常段机期]))"
        rf"(?:(?P<x{tag}>钟|整)|{S}(?P<q{tag}>半(?!小时)|[一三]刻)|{S}(?P<m{tag}>{_MINUTE}))?"
        rf"|(?P<c{tag}>:)[ ]?(?P<n{tag}>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:]))"
    )


_READ: Final = pattern(
    rf"(?P<part>{_LONG}|[早晚夜晨])?{S}{_clock('1')}(?:{LINK}(?:{_LONG})?{S}{_clock('2')})?"
)
_LEAD: Final = pattern(OF)
_PART: Final = pattern(rf"(?:{_LONG})")
_NIGHT: Final = pattern(r"晚上?|早[上晨]?|晨|夜[里间晚]?")
# 三点要求, 一点建议 are counts of points.
_POINTS: Final = pattern(
    r"[ ]?(?:要求|意见|建议|内容|体会|希望|感想|措施|方面|经验|认识|启示|不足|原因|问题|理由"
    r"|都|也|儿|东西)"
)
_NIGHTS: Final = frozenset(("晚上", "晚间", "夜里", "夜间", "夜晚", "晚", "夜", "深夜", "半夜"))
_AFTERNOON: Final = _NIGHTS | {"下午", "午后", "傍晚"}
# 快一点, 最早一点, 比例1:10: what stands before makes no time of it.
_NO_TIME_AFTER: Final = frozenset("早晚有快慢多少好差大小近远高低.例比按配")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: where its words end, the time if one was said, if it is past midnight."""

    end: int
    at: time | None = None
    next_day: bool = False


def after_date(text: str, pos: int, *, night: bool = False) -> Clock | None:
    """The time of day behind a date; `night`: a single character (今晚) counts as its part."""
    lead = _LEAD.match(text, pos)
    start = lead.end() if lead else pos
    hit = _READ.match(text, start)
    if hit and not _vague(text, hit.end(), hit.groupdict(), anchored=True):
        return _at(hit.end(), hit.groupdict())
    part = (_NIGHT if night else _PART).match(text, start)
    return Clock(part.end()) if part else None


def alone(text: str, pos: int) -> Clock | None:
    """A time of day with no date before it: only where it can be nothing else."""
    hit = _READ.match(text, pos)
    if hit is None or (pos and text[pos - 1] in _NO_TIME_AFTER):
        return None
    groups = hit.groupdict()
    if _vague(text, hit.end(), groups, anchored=False):
        return None
    return _at(hit.end(), groups)


def _vague(text: str, end: int, groups: dict[str, str | None], *, anchored: bool) -> bool:
    """Is 一点 "a bit" and 三点 "three points" here rather than a time."""
    if groups["c1"]:
        return False
    full = groups["x1"] or groups["q1"] or groups["m1"]
    if full or groups["h2"]:
        return False
    if _POINTS.match(text, end):
        return True
    part = groups["part"] or ""
    if not part and not anchored:
        return True
    few = {"一"} if anchored or len(part) > 1 else {"一", "两"}
    return groups["h1"] in few and (len(part) < 2 or part in _NIGHTS)


def _at(end: int, groups: dict[str, str | None]) -> Clock | None:
    hour = exact_number(groups["h1"] or "")
    minute = _minute(groups)
    part = groups["part"] or ""
    next_day = False
    if part in _AFTERNOON:
        if part in _NIGHTS and (hour == 12 or hour <= 4):
            hour, next_day = hour % 12, True
        elif hour < 12:
            hour += 12
    elif part in {"中午", "正午", "午间"}:
        hour += 12 if hour <= 3 else 0
    elif part == "凌晨":
        hour %= 12
    elif not part and 1 <= hour <= 5 and not (groups["h1"] or "").startswith("0"):
        # 三点半 in an office is in the afternoon.
        hour += 12
    if hour == 24:
        hour, next_day = 0, True
    if hour > 23 or minute > 59:
        return None
    return Clock(end, time(hour, minute), next_day)


def _minute(groups: dict[str, str | None]) -> int:
    if quarter := groups["q1"]:
        return {"半": 30, "一刻": 15, "三刻": 45}[quarter]
    word = groups["m1"] or groups["n1"]
    return exact_number(word.removesuffix("分")) if word else 0
