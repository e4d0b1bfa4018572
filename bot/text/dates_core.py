"""Shared ground of the time-word grammar: folding, numerals, date arithmetic, readers' types.

Every pattern of the grammar is bounded (no `*` or `+` over text), so a reader costs a constant
at each position and the whole scan is linear in the text.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.text.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import time

# One character becomes one character, so spans in the folded text are spans in the original.
_PAIRS: Final = (
    ("０１２３４５６７８９：．／－", "0123456789:./-"),
    ("〜～", "~~"),
    ("–—―─", "----"),
    ("·・•", "..."),
    (
        "週後個這點號節禮來從過內間裏裡農陰歷曆舊閏臘",
        "周后个这点号节礼来从过内间里里农阴历历旧闰腊",
    ),
    ("兩時慶勞動婦兒黨軍師陽長當", "两时庆劳动妇儿党军师阳长当"),
    ("\u3000\xa0\t\r\n", "     "),
)
_FOLD: Final = {ord(one): other for old, new in _PAIRS for one, other in zip(old, new, strict=True)}

NUMERALS: Final = "〇零○一二两三四五六七八九十廿卅百"
_DIGITS: Final = {ch: i for i, ch in enumerate("〇一二三四五六七八九")} | {"两": 2, "○": 0, "零": 0}
_TENS: Final = {"十": 10, "百": 100}
_ONES: Final = "一二三四五六七八九"

# Pattern pieces. S is the room people leave between digits and words: "7 月 1 日".
S: Final = r"[ ]{0,2}"
OF: Final = r"[ ]{0,2}的?[ ]{0,2}"
LINK: Final = r"[ ]{0,2}(?:一直到|直到|到|至|--?|~)[ ]{0,2}"
NUM: Final = rf"(?:[0-9]{{1,3}}|[{NUMERALS}]{{1,5}})"
YEAR: Final = r"(?:[0-9]{4}|[一二三四五六七八九][〇零○一二三四五六七八九]{3})"
MONTH: Final = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
DAY: Final = rf"(?:[0-3]?[0-9]|(?:[一二三]?十|廿|卅)[{_ONES}]?|[{_ONES}])"
WEEKDAYS: Final = (
    {ch: i for i, ch in enumerate("一二三四五六日")} | {"天": 6} | {str(i + 1): i for i in range(7)}
)
BYDAY: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a reader looks at: the folded text, today, and at a range's far end its near end."""

    text: str
    today: date
    after: date | None = None
    """The first day of the range being closed: "7月1日到5日" reads 5日 from here."""
    after_exact: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One reading: where the words end and which days they name."""

    end: int
    first: date
    last: date
    grain: str
    exact_year: bool = True
    lunar: bool = False
    recurring: str | None = None
    month_only: bool = False
    at: time | None = None
    rule: str = ""
    """The BY... parts that repeat this reading in its month or year; empty if none do."""
    night: bool = False
    """A single character of the day follows (今晚, 明早): the clock must read it."""


if TYPE_CHECKING:
    Reader = Callable[[Frame, int], Found | None]


def fold(text: str) -> str:
    """Same length: full-width digits and signs, dashes, blanks and a few traditional characters."""
    return text.translate(_FOLD)


def number(word: str) -> int | None:
    """Read 12, 十二, 廿三 or 一百零五; None for a rough number such as 两三 or 三五."""
    if word.isascii():
        return int(word)
    total, digit = 0, -1
    for ch in word:
        if ch in "零〇○":
            continue
        if ch in _DIGITS:
            if digit >= 0:
                return None
            digit = _DIGITS[ch]
        elif ch in _TENS:
            total += (1 if digit < 0 else digit) * _TENS[ch]
            digit = -1
        else:
            total += 20 if ch == "廿" else 30
    return total + max(digit, 0)


def exact_number(word: str) -> int:
    """Like `number`; ValueError where that says None."""
    value = number(word)
    if value is None:
        raise ValueError(word)
    return value


def year_number(word: str) -> int:
    """Read 2020 or 二〇二〇, digit by digit."""
    return int(word) if word.isascii() else int("".join(str(_DIGITS[ch]) for ch in word))


def month_number(word: str) -> int:
    """A month's number; 元月 is January. ValueError for a word that is no number."""
    return 1 if word == "元" else exact_number(word)


def month_last(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def shift_month(year: int, month: int, months: int) -> tuple[int, int]:
    """(year, month) moved by some months."""
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def add_months(day: date, months: int) -> date:
    """The same day some months on, or that month's last day where it is shorter."""
    year, month = shift_month(day.year, day.month, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def monday(day: date) -> date:
    """The Monday of the week that holds the day: weeks run Monday to Sunday."""
    return day - timedelta(days=day.weekday())


def days(count: int) -> timedelta:
    """A span of whole days."""
    return timedelta(days=count)


def pattern(source: str) -> Pattern:
    """One place for all rules, so that a flag would reach every one."""
    return Pattern(source)
