"""Days, weeks, months and years counted from today: 后天, 下周三, 这周末, 下下个月, 去年."""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.text.dates_core import (
    WEEKDAYS,
    Found,
    Frame,
    S,
    days,
    monday,
    pattern,
    shift_month,
)
from bot.text.dates_month import in_month, whole_month
from bot.text.dates_year import quarter, year_and_more

_DAY_STEPS: Final = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_DAY: Final = pattern(
    r"(?P<d>大后|大前|今|明|昨|后|前)(?:天(?!晴|空|地|使|堂|然)|(?<=[今昨明])日(?!头条|报|之)"
    r"|儿个?(?!童|子|女|科|歌|园|媳)|(?P<night>(?=[晚]|(?<=[今昨明])[早晨夜])))"
)
_DAYS: Final = pattern(
    r"(?:(?P<today>今)?明(?P<after>后)?|(?P<yesterday>昨)今)"
    r"(?:(?:两|二|三|几)?天|两日|三日)"
)
_REL: Final = r"(?P<rel>这一?个?|本|下{1,3}一?个?|上{1,3}一?个?)"
# 周日报名 is a Sunday, 周日报 a paper.
_SUNDAY: Final = r"日(?![常程刊期]|记(?![得录])|报(?![名到告])|志(?!愿))|天(?!天(?!气)|津)"
_WEEKDAY: Final = (
    rf"(?P<wd>六日(?!常)|末两天|{_SUNDAY}|[二三四五六](?![次回遍十百]|个(?!人))|末"
    r"|一(?![次回遍定共样直般些旦律切致]|个(?!人)|起(?!床)|下(?![午班])))"
)
_WEEK: Final = pattern(
    rf"{_REL}{S}(?:周(?![年岁边围转刊期])|星期|礼拜)"
    rf"(?:{S}{_WEEKDAY}|(?P<digit>[1-7])(?![0-9次天年]))?"
)
_BARE_WEEK: Final = pattern(
    rf"(?:周|星期|礼拜)[ ]?(?:(?P<wd>六日(?!常)|末两天|{_SUNDAY}"
    r"|[一二三四五六](?![次回遍十百]|个(?!人))|末)"
    r"|(?P<digit>[1-7])(?![0-9次天年]))"
)
_MONTH: Final = pattern(
    r"(?P<rel>这一?个?|本|当|下{1,3}一?个?|上{1,3}一?个?)月(?:份|度)?(?![嫂饼亮球薪票光台])"
)
_QUARTER: Final = pattern(r"(?P<rel>这一?个?|本|当|下一?个?|上一?个?)季度?(?!节)")
_YEAR: Final = pattern(
    r"(?:(?P<d>大前|今|明|去|后|前|本)年|(?P<one>上一?年|下一年))(?:度(?!假))?(?![级轻龄代糕])"
)
_YEAR_STEPS: Final = {"大前": -3, "前": -2, "去": -1, "今": 0, "本": 0, "明": 1, "后": 2}

# The character before makes another word of the first one: 文明天地, 以后天天, 问一下周五.
_BEFORE: Final = {
    "明": "文光说声证表清查注阐透聪简开发黎三申言鲜英高",
    "后": "以之今然最此往随午雨事会课饭",
    "前": "以之目日当此往提午史空会课饭",
    "今": "如至当",
    "去": "过回出上下",
    "上": "以线网晚早会之路身手街车船世基楼台加",
    "下": "一以线乡之台天地楼如",
    "本": "基样书课版根资剧成",
    "当": "应相适",
}


def _broken(frame: Frame, pos: int) -> bool:
    return pos > 0 and frame.text[pos - 1] in _BEFORE.get(frame.text[pos], "")


def day_word(frame: Frame, pos: int) -> Found | None:
    """今天, 大后天, 明儿个, 今晚 (the clock reads 晚), 今明两天, 明后天."""
    if _broken(frame, pos):
        return None
    hit = _DAYS.match(frame.text, pos)
    if hit and (hit["today"] or hit["after"] or hit["yesterday"]):
        first = -1 if hit["yesterday"] else 0 if hit["today"] else 1
        last = 2 if hit["after"] else 0 if hit["yesterday"] else 1
        return Found(hit.end(), frame.today + days(first), frame.today + days(last), "days")
    hit = _DAY.match(frame.text, pos)
    if hit is None:
        return None
    day = frame.today + days(_DAY_STEPS[hit["d"]])
    return Found(hit.end(), day, day, "day", night=hit["night"] is not None)


def week_word(frame: Frame, pos: int) -> Found | None:
    """本周, 下下周, 下周三, 上个礼拜天, 这个周末: weeks run Monday to Sunday."""
    if _broken(frame, pos):
        return None
    hit = _WEEK.match(frame.text, pos)
    if hit is None:
        return None
    start = monday(frame.today) + days(7 * _steps(hit["rel"]))
    return _of_week(hit.end(), start, hit["wd"] or hit["digit"])


def weekday_word(frame: Frame, pos: int) -> Found | None:
    """周三, 星期日, 周末 alone: the coming one, today included."""
    hit = _BARE_WEEK.match(frame.text, pos)
    if hit is None:
        return None
    base = frame.after or frame.today
    found = _of_week(hit.end(), monday(base), hit["wd"] or hit["digit"])
    if found.last < base:
        found = _of_week(hit.end(), monday(base) + days(7), hit["wd"] or hit["digit"])
    return found


def month_word(frame: Frame, pos: int) -> Found | None:
    """这个月, 下下个月, 上月, and what follows: 下个月五号, 本月底, 下个月第一个星期五."""
    if _broken(frame, pos):
        return None
    hit = _MONTH.match(frame.text, pos)
    if hit is None:
        return None
    year, month = shift_month(frame.today.year, frame.today.month, _steps(hit["rel"]))
    return in_month(frame, hit.end(), year, month, exact=True) or whole_month(
        hit.end(), year, month, exact=True, only=True
    )


def quarter_word(frame: Frame, pos: int) -> Found | None:
    """本季度, 下个季度, 上季度."""
    if _broken(frame, pos):
        return None
    hit = _QUARTER.match(frame.text, pos)
    if hit is None:
        return None
    month = (frame.today.month - 1) // 3 * 3 + 1
    year, month = shift_month(frame.today.year, month, 3 * _steps(hit["rel"]))
    return quarter(hit.end(), year, (month + 2) // 3, exact=True)


def year_word(frame: Frame, pos: int) -> Found | None:
    """今年, 去年, 明年, and what follows: 去年7月, 明年的国庆, 今年底."""
    if _broken(frame, pos):
        return None
    hit = _YEAR.match(frame.text, pos)
    if hit is None:
        return None
    step = _YEAR_STEPS[hit["d"]] if hit["d"] else (-1 if hit["one"][0] == "上" else 1)
    return year_and_more(frame, hit.end(), date(frame.today.year + step, 1, 1).year)


def _steps(word: str) -> int:
    """这/本/当 0, each 下 one ahead, each 上 one back."""
    return word.count("下") - word.count("上")


def _of_week(end: int, start: date, weekday: str | None) -> Found:
    if weekday is None:
        return Found(end, start, start + days(6), "week")
    if weekday in {"末", "末两天", "六日"}:
        return Found(end, start + days(5), start + days(6), "weekend")
    day = start + days(WEEKDAYS[weekday])
    return Found(end, day, day, "day")
