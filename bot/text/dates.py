"""Chinese time words to dates: finds them in a question and cuts them out before matching.

How the words count (all in the zone of `now`; the system's zone never matters):

- Weeks run Monday to Sunday. 周三 alone is the coming one, today included; 下周三 is in next week.
- 7月, 七一, 7月1日 without a year are in this year, with `exact_year` False: compare month and
  day. Festivals that move, and 元旦, are the nearest from this January on; 5号 alone is the nearer
  one of this month and the next.
- 未来7天 is today and the six days after it. 一个月内 starts today as well.
- 前后 and 左右 widen by seven days each way (七一前后: 24 June to 8 July); 七一期间 does the same,
  国庆期间 is the public holiday.
- 之前 ends with the day named (a deadline) and starts today, or a year earlier if that day is
  past; 之后 starts on the morrow and, like 起 (which starts on the day), runs a year.
  以来 ends today.
- 月初 上旬 1-10, 月中 中旬 11-20, 月底 月末 下旬 21-end; months of 年初 1-2, 年中 6-7,
  年底 11-12.
- 三点 without 上午 or 下午 is in the afternoon up to 五点; 晚上12点 is midnight, 0:00 of the
  next day.

A day that does not exist (2月30日) or lies outside the calendar's tables gives no slot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.text import dates_clock as clock
from bot.text import dates_month as month
from bot.text import dates_recurring as recurring
from bot.text import dates_relative as relative
from bot.text import dates_spans as spans
from bot.text import dates_year as year
from bot.text.dates_core import DAY, LINK, NUMERALS, Found, Frame, S, days, fold, pattern
from bot.text.dates_festivals import FIRST_CHARS, festival, festival_end, lunar_date, lunar_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, time

    from bot.text.dates_core import Reader


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """Time words of a question and the days they name."""

    start: int
    """Span in the text, in characters."""
    end: int
    text: str
    """The words themselves."""
    first: date
    last: date
    """The range of days, both included."""
    grain: str
    """"day", "days", "week", "weekend", "month", "part" (上旬, 年底), "quarter" or "year"."""
    at: time | None
    """下午三点 is 15:00."""
    lunar: bool
    """Said in the lunar calendar, or a festival of it: month and day do not repeat."""
    exact_year: bool
    """The text fixed the year, or a word relative to today did; False: resolved from `now`."""
    recurring: str | None
    """An RFC 5545 RRULE body ("FREQ=MONTHLY;BYDAY=1FR"); the days are the next occurrence."""
    month_only: bool
    """A whole month without a year: 7月, 这个月."""


def find_times(text: str, now: datetime) -> list[TimeSlot]:
    """The time words of a text in order, not overlapping. ValueError if `now` has no zone."""
    if now.tzinfo is None:
        raise ValueError("now must carry its time zone")
    folded = fold(text)
    frame = Frame(folded, now.date())
    slots: list[TimeSlot] = []
    done = 0
    hit = _START.search(folded)
    while hit:
        pos = hit.start()
        follow = pos + 1
        if pos == done or not _inside_number(folded, pos):
            try:
                found = _read(_listed(frame, pos, slots), pos) or _clock_alone(frame, pos, slots)
            except (ValueError, OverflowError):
                # 2月30日: do not read 30日 out of a day that does not exist.
                skipped = _SKIP.match(folded, pos + 1)
                follow = festival_end(folded, skipped.end() if skipped else follow)
            else:
                if found:
                    slots.append(_slot(text, folded, pos, done, found))
                    follow = done = slots[-1].end
        hit = _START.search(folded, follow)
    return slots


def cut_times(text: str, slots: Sequence[TimeSlot]) -> str:
    """The text without the slots' words, nor the 的 that tied one to the next word."""
    parts: list[str] = []
    pos = 0
    for slot in slots:
        parts.append(text[pos : slot.start])
        pos = slot.end + text.startswith("的", slot.end)
    parts.append(text[pos:])
    return "".join(parts)


_NUMBER: Final[tuple[Reader, ...]] = (
    recurring.rate,
    year.explicit,
    festival,
    lunar_date,
    year.bare_month,
    spans.counted,
    month.bare_day,
    year.bare_quarter,
    year.dotted,
)


def _table() -> dict[str, tuple[Reader, ...]]:
    """Readers by the first character of their words, in the order they are tried."""
    rows: tuple[tuple[str, tuple[Reader, ...]], ...] = (
        ("0123456789" + NUMERALS, _NUMBER),
        ("元", (year.bare_month,)),
        ("今明昨前后大", (relative.day_word,)),
        ("这本上下", (relative.week_word, relative.month_word, relative.quarter_word)),
        ("当", (relative.month_word, relative.quarter_word)),
        ("今明去后前大本上下", (relative.year_word,)),
        ("周星礼", (relative.weekday_word,)),
        ("上下年", (year.bare_part,)),
        ("第", (year.bare_quarter, month.bare_part)),
        ("年", (spans.rest_of_year,)),
        ("月上中下最", (month.bare_part,)),
        ("未今接往此随后", (spans.ahead,)),
        ("这最近过", (spans.around,)),
        ("前", (spans.past,)),
        ("过", (spans.passing,)),
        ("半", (spans.counted,)),
        ("每逢隔天", (recurring.every,)),
        (FIRST_CHARS, (festival,)),
        ("农阴旧闰正腊冬大", (lunar_date,)),
    )
    table: dict[str, tuple[Reader, ...]] = {}
    for chars, readers in rows:
        for ch in chars:
            held = table.get(ch, ())
            table[ch] = held + tuple(one for one in readers if one not in held)
    return table


_READERS: Final = _table()
_CLOCK_HEADS: Final = "凌清早上中正午下傍晚夜半深大一0123456789" + NUMERALS
_START: Final = re.compile(f"[{re.escape(''.join(sorted({*_READERS, *_CLOCK_HEADS})))}]")
_SKIP: Final = pattern(rf"[0-9{NUMERALS}年月日号初\-/.的个下上这本农历阴闰 ]{{0,24}}")
_LINK: Final = pattern(LINK)
_AND: Final = frozenset(("、", "和", "及", "与", ",", "，"))
_DAY_ONLY: Final = pattern(rf"{DAY}{S}[日号]")
_SAME: Final = pattern(
    rf"{S}(?:的?(?:当天|当日|那一?天|这一?天|全天|整天)|期间|那几天|这几天|一整天|(?P<wide>前后|左右))"
)
_WITHIN: Final = pattern(rf"{S}(?:之内|以内|内(?![容部心蒙外]))")
_OPEN: Final = pattern(
    rf"{S}(?:(?P<before>之前|以前|前(?![后往来台提沿景面几天年夕线途任言进辈0-9{NUMERALS}]))"
    rf"|(?P<after>之后|以后|过后|后(?![天年面勤续台备果期来者辈几0-9{NUMERALS}]))"
    r"|(?P<since>以来|至今(?![年天日晚早])|到(?:现在|目前))|(?P<on>起(?![床来点]|初)|开始))"
)
_CLOCK_TAIL: Final = pattern(rf"{S}(?:左右|前后|之前|以前|之后|以后|(?:前|后|起|开始)(?![一-鿿]))")
_QUOTES: Final = {"“": "”", '"': '"', "「": "」", "『": "』", "‘": "’", "'": "'", "”": "“"}
# A Chinese numeral behind one of these words is not the tail of a longer number.
_WORD_ENDS: Final = frozenset(("统一", "唯一", "之一", "专一", "单一"))
_YEAR_AT_MOST: Final = timedelta(days=364)


def _inside_number(text: str, pos: int) -> bool:
    """Does the character at pos stand within a number, a code or an ordinal begun before it."""
    if pos == 0:
        return False
    ch, before = text[pos], text[pos - 1]
    if ch.isdigit() and ch.isascii():
        return (before.isascii() and before.isalnum()) or before in "./:-+第"
    if ch in NUMERALS:
        return (before in _BEFORE_NUMERAL) and text[max(0, pos - 2) : pos] not in _WORD_ENDS
    return False


_BEFORE_NUMERAL: Final = frozenset("第几数百千万亿.+0123456789" + NUMERALS)


def _read(frame: Frame, pos: int) -> Found | None:
    """The dated words that start at pos, with their time of day, far end and tail."""
    found = _atom(frame, pos)
    if found is None:
        return None
    if found.recurring is None:
        found = _range(frame, found) or found
    return _tail(frame, found)


def _listed(frame: Frame, pos: int, slots: Sequence[TimeSlot]) -> Frame:
    """7月1日、2日: a day listed behind a day of a named month belongs to that month."""
    if not slots or slots[-1].recurring or not any("月" in slot.text for slot in slots[-6:]):
        return frame
    if frame.text[slots[-1].end : pos].strip() in _AND and _DAY_ONLY.match(frame.text, pos):
        return replace(frame, after=slots[-1].last, after_exact=slots[-1].exact_year)
    return frame


def _atom(frame: Frame, pos: int) -> Found | None:
    """One day or period, with the 当天 and the time of day that belong to it."""
    for read in _READERS.get(frame.text[pos], ()):
        found = read(frame, pos)
        if found:
            break
    else:
        return None
    same = _SAME.match(frame.text, found.end)
    if same and found.recurring is None:
        found = _same(found, same)
    timed = found.grain in {"day", "weekend", "days"} or found.recurring is not None
    said = clock.after_date(frame.text, found.end, night=found.night) if timed else None
    return _timed(found, said) if said else found


def _same(found: Found, same: re.Match[str]) -> Found:
    """当天 changes nothing; 前后 and, for a day, 期间 widen by a week each way."""
    wide = same["wide"] or (same[0].strip() == "期间" and found.grain == "day")
    if not wide:
        return replace(found, end=same.end())
    return replace(
        found,
        end=same.end(),
        first=found.first - days(7),
        last=found.last + days(7),
        grain="days",
        month_only=False,
    )


def _timed(found: Found, said: clock.Clock) -> Found:
    step = (
        days(1) if said.next_day and found.first == found.last and not found.recurring else days(0)
    )
    return replace(
        found,
        end=said.end,
        first=found.first + step,
        last=found.last + step,
        at=said.at,
        night=False,
    )


def _clock_alone(frame: Frame, pos: int, before: Sequence[TimeSlot]) -> Found | None:
    """下午三点半, 20:30 with no date: of the day named before it (周五的党课下午三点) or today."""
    if frame.text[pos] not in _CLOCK_HEADS:
        return None
    said = clock.alone(frame.text, pos)
    if said is None:
        return None
    found = Found(pos, frame.today, frame.today, "day")
    if before and before[-1].grain == "day" and before[-1].at is None:
        day = before[-1]
        found = Found(pos, day.first, day.last, "day", day.exact_year, lunar=day.lunar)
    found = _timed(found, said)
    tail = _CLOCK_TAIL.match(frame.text, found.end)
    return replace(found, end=tail.end()) if tail else found


def _range(frame: Frame, near: Found) -> Found | None:
    """6月30日至7月2日, 下周三到周五, 正月初一到初七; None if no later day follows."""
    link = _LINK.match(frame.text, near.end)
    if link is None or link.end() >= len(frame.text):
        return None
    far = lunar_until(frame, link.end(), near) if near.lunar else None
    if far is None:
        closing = Frame(frame.text, frame.today, near.first, near.exact_year)
        try:
            far = _atom(closing, link.end())
        except (ValueError, OverflowError):
            return None
    if far is None or far.recurring or far.last < near.first:
        return None
    first = near.first
    if near.last < near.first:
        return None
    return replace(
        near,
        end=far.end,
        first=first,
        last=far.last,
        grain="days",
        exact_year=near.exact_year,
        lunar=near.lunar or far.lunar,
        month_only=False,
    )


def _tail(frame: Frame, found: Found) -> Found:
    """之前, 以后, 起, 以来, 内; behind a time of day or a rule they change no day."""
    text, today = frame.text, frame.today
    if found.recurring or found.at:
        tail = _OPEN.match(text, found.end) or _CLOCK_TAIL.match(text, found.end)
        return replace(found, end=tail.end()) if tail else found
    within = _WITHIN.match(text, found.end)
    if within:
        return replace(found, end=within.end())
    tail = _OPEN.match(text, found.end)
    if tail is None:
        return found
    first, last = found.first, found.last
    if tail["before"]:
        first = today if last >= today else last - _YEAR_AT_MOST
    elif tail["after"]:
        first = last + days(1)
        last = first + _YEAR_AT_MOST
    elif tail["since"]:
        if first > today:
            return replace(found, end=tail.end())
        last = today
    else:
        last = first + _YEAR_AT_MOST
    return replace(found, end=tail.end(), first=first, last=last, grain="days", month_only=False)


def _slot(text: str, folded: str, pos: int, done: int, found: Found) -> TimeSlot:
    """The reading as a slot, with the quotes of “七一” and the 从 of a range taken in."""
    start, end = pos, found.end
    if start > done and end < len(text) and _QUOTES.get(text[start - 1]) == text[end]:
        start, end = start - 1, end + 1
    if start > done and found.grain == "days" and folded[start - 1] in "从自":
        start -= 1
    return TimeSlot(
        start=start,
        end=end,
        text=text[start:end],
        first=found.first,
        last=found.last,
        grain=found.grain,
        at=found.at,
        lunar=found.lunar,
        exact_year=found.exact_year,
        recurring=found.recurring,
        month_only=found.month_only,
    )
