"""Festivals and lunar days by name: 七一, 国庆假期, 春节, 除夕, 农历五月初五, 腊月二十三."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from bot.text.dates_core import (
    NUMERALS,
    OF,
    YEAR,
    Found,
    Frame,
    S,
    days,
    exact_number,
    pattern,
    year_number,
)
from bot.text.dates_lunar import lunar_day, month_around, nearest, new_year_eve, solar_term

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class _Festival:
    """One festival."""

    words: str
    """A pattern of its names."""
    day_of: Callable[[int], date]
    """Its date in a year; ValueError outside the tables."""
    rule: str = ""
    """How it repeats; empty for one that follows the moon or the sun."""
    lunar: bool = False
    before: int = 0
    """Days off before it."""
    off: int = 0
    """Days off from it on, itself counted; 0: no public holiday, 期间 is the week around it."""


def _solar(words: str, month: int, day: int, off: int = 0) -> _Festival:
    rule = f"BYMONTH={month};BYMONTHDAY={day}"
    return _Festival(words, lambda year: date(year, month, day), rule, off=off)


def _moon(words: str, month: int, day: int, off: int = 0) -> _Festival:
    return _Festival(words, lambda year: lunar_day(year, month, day), lunar=True, off=off)


def _term(words: str, name: str, off: int = 0) -> _Festival:
    return _Festival(words, lambda year: solar_term(year, name), off=off)


# Two characters that are also the head of a road, a school, a medal, a count or a speech.
_NAMED: Final = (
    rf"(?![路街村镇乡厂桥式奖个处条次种类批间张页周岁块元斤吨米年月号级层楼0-9{NUMERALS}]"
    r"|线(?![上下])|队(?![伍员])|项(?!目)|家(?![里访庭])|名(?![单额])|回(?![家来去村乡老])|座(?!谈)"
    r"|届(?!时)|分(?![会别享])|里(?!面)|日(?![程常])|点(?![名评])"
    r"|广场|大道|社区|小区|公园|学校|中学|小学|大学|医院|商场|大厦|剧[场院]|影院|电影|勋章|劳动奖"
    r"|红旗|运动|精神|口号|讲话|重要讲话|书记|同志)"
)
# 十一 is a number first: it is a festival only before one of these.
_NATIONAL: Final = (
    r"十一(?=[ ]?(?:期间|假期|长假|黄金周|小长假|国庆|放假|前后|当天|那天|之前|以前|之后|以后"
    r"|过后|前|后|有什么|有啥|有没有|有活动|值班|怎么|放|去哪|加班|活动|安排|[,，。?？!！]|$))"
)
_FESTIVALS: Final = (
    _solar(r"元旦节?(?!书记|同志)", 1, 1, 3),
    _solar(rf"三八(?:国际)?(?:劳动)?(?:妇女|女神)节|妇女节|三八节|三八{_NAMED}", 3, 8),
    _solar(r"学雷锋(?:纪念)?日|雷锋(?:纪念)?日", 3, 5),
    _solar(r"植树节", 3, 12),
    _solar(rf"(?:五一)?(?:国际)?劳动节|五一节?{_NAMED}", 5, 1, 5),
    _solar(rf"(?:五四)?青年节|五四{_NAMED}", 5, 4),
    _solar(rf"(?:六一)?(?:国际)?儿童节|六一节?{_NAMED}", 6, 1),
    _solar(rf"(?:七一)?(?:建党(?:节|日|纪念日)|(?:党的|我党)(?:生日|诞辰))|七一节?{_NAMED}", 7, 1),
    _solar(rf"(?:八一)?建军节|八一节?{_NAMED}", 8, 1),
    _solar(r"教师节", 9, 10),
    _solar(r"烈士纪念日", 9, 30),
    _solar(rf"(?:十一)?国庆节?(?!书记|同志|主任)|{_NATIONAL}", 10, 1, 7),
    _solar(r"(?:国家)?宪法日", 12, 4),
    _solar(r"(?:国家)?公祭日", 12, 13),
    _Festival(
        r"春节|(?:农历|阴历)新年|大?年初一|过(?:大|新)?年(?![度龄限份月终纪检审中薪底初末轻级代])",
        lambda year: lunar_day(year, 1, 1),
        lunar=True,
        before=1,
        off=7,
    ),
    _moon(r"元宵节?|正月十五(?![日号])", 1, 15),
    _moon(r"端午节?", 5, 5, 3),
    _moon(r"七夕节?", 7, 7),
    _moon(r"中秋节?|(?:农历|阴历)?八月十五(?![日号])", 8, 15, 3),
    _moon(r"重阳节?", 9, 9),
    _moon(r"腊八节?", 12, 8),
    _Festival(r"除夕夜?|大年三十|年三十|大年夜", new_year_eve, lunar=True),
    _term(r"清明节?(?!上河|廉|政|风|如)", "清明", 3),
    _term(r"冬至节?", "冬至"),
    _term(r"夏至", "夏至"),
)
_ANY: Final = pattern("|".join(f"(?P<f{i}>{one.words})" for i, one in enumerate(_FESTIVALS)))
_OFF: Final = pattern(rf"{OF}(?:放假)?(?:期间|假期|小?长假|黄金周|假日)(?:期间)?")
FIRST_CHARS: Final = "元三妇学雷植五国劳六儿青七建党我八教烈十宪公春农阴年大过正端中重腊除清冬夏"

_MOON_MONTH: Final = (
    r"(?P<leap>闰)?(?P<m>[正腊冬]|十[一二]?|[一二三四五六七八九]|1[0-2]|0?[1-9])月(?!份)"
)
_MOON_DAY: Final = (
    r"(?:初(?P<first>[一二三四五六七八九十])|(?P<d>三十|(?:二?十|廿)[一二三四五六七八九]?"
    r"|[一二三四五六七八九]|[0-3]?[0-9])[日号]?)"
)
# 农历 may stand before or after the year; without it, only words that no sun month has.
_MOON: Final = pattern(
    rf"(?:农历|阴历|旧历){OF}(?:(?P<y>{YEAR})年|(?:今年|本年)的?)?{OF}{_MOON_MONTH}(?:{S}{_MOON_DAY})?"
)
_PLAIN: Final = pattern(
    rf"(?P<leap>闰)?(?P<m>[正腊冬]|十[一二]?|[一二三四五六七八九])月(?!份){_MOON_DAY}?"
)
_YEAR_DAY: Final = pattern(r"大年初(?P<d>[二三四五六七八九十])")
_UNTIL: Final = pattern(r"初(?P<d>[一二三四五六七八九十])|(?P<e>十[一二三四五])(?![日号个月])")
_MOON_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}


def festival(frame: Frame, pos: int, year: int | None = None) -> Found | None:
    """A festival, of that year, or of this one; those that move, the nearest from January on.

    期间/假期/长假 widens to the public holiday, or a week each way where there is none.
    """
    hit = _ANY.match(frame.text, pos)
    if hit is None or hit.lastgroup is None or _inside_a_word(frame.text, hit.start(), hit[0]):
        return None
    one = _FESTIVALS[int(hit.lastgroup[1:])]
    day = _day(one, frame, year)
    rest = _OFF.match(frame.text, hit.end())
    exact = year is not None
    if rest is None:
        return Found(hit.end(), day, day, "day", exact, lunar=one.lunar, rule=one.rule)
    back, ahead = (one.before, one.off - 1) if one.off else (7, 7)
    return Found(
        rest.end(),
        day - days(back),
        day + days(ahead),
        "days",
        exact,
        lunar=one.lunar,
        rule=one.rule,
    )


def lunar_date(frame: Frame, pos: int, year: int | None = None) -> Found | None:
    """A lunar day or month in words that say so; `year` is the lunar year."""
    text = frame.text
    hit = _YEAR_DAY.match(text, pos)
    if hit:
        return _lunar(frame, hit.end(), year, (1, exact_number(hit["d"]), False))
    marked = _MOON.match(text, pos)
    hit = marked or _PLAIN.match(text, pos)
    if hit is None:
        return None
    leap = hit["leap"] is not None
    month = _MOON_MONTHS.get(hit["m"]) or exact_number(hit["m"])
    word = hit["first"] or hit["d"]
    if marked is None and not leap and hit["first"] is None and hit["m"] not in _MOON_MONTHS:
        return None
    if marked is not None and marked["y"]:
        year = year_number(marked["y"])
    return _lunar(frame, hit.end(), year, (month, exact_number(word) if word else None, leap))


def festival_end(text: str, pos: int) -> int:
    """Where a festival's name that starts at pos ends; pos if there is none."""
    hit = _ANY.match(text, pos)
    return hit.end() if hit else pos


def lunar_until(frame: Frame, pos: int, found: Found) -> Found | None:
    """正月初一到初七: the far day, in the lunar month of the near one."""
    hit = _UNTIL.match(frame.text, pos)
    if hit is None:
        return None
    start, _ = month_around(found.first)
    day = start + days(exact_number(hit["d"] or hit["e"]) - 1)
    return Found(hit.end(), day, day, "day", found.exact_year, lunar=True)


def _lunar(frame: Frame, end: int, year: int | None, moon: tuple[int, int | None, bool]) -> Found:
    """A lunar (month, day or None for the whole month, leap)."""
    month, day, leap = moon
    if day is None:

        def start(lunar_year: int) -> date:
            return lunar_day(lunar_year, month, 1, leap=leap)

        first = start(year) if year is not None else nearest(frame.today, start)
        return Found(end, *month_around(first), "month", year is not None, lunar=True)

    def one(lunar_year: int) -> date:
        if (month, day) == (12, 30):
            return new_year_eve(lunar_year + 1)
        return lunar_day(lunar_year, month, day, leap=leap)

    found = one(year) if year is not None else nearest(frame.today, one)
    return Found(end, found, found, "day", year is not None, lunar=True)


def _day(one: _Festival, frame: Frame, year: int | None) -> date:
    if year is not None:
        return one.day_of(year)
    if frame.after is not None:
        day = one.day_of(frame.after.year)
        return day if day >= frame.after else one.day_of(frame.after.year + 1)
    if one.lunar or one.rule == "BYMONTH=1;BYMONTHDAY=1":
        # In December 元旦 is the coming one.
        return nearest(frame.today, one.day_of)
    return one.day_of(frame.today.year)


_WORD_BEFORE: Final = {
    "过": "通超不经路难好见",
    "清": "治政澄",
    "元": "公纪美日欧万亿",
    "重": "多双",
    "中": "其集当心",
    "春": "青",
    "除": "解开免清",
    "国": "祖",
}


def _inside_a_word(text: str, start: int, word: str) -> bool:
    """超过年龄, 政治清明: the festival's first character ends another word."""
    return start > 0 and text[start - 1] in _WORD_BEFORE.get(word[0], "")
