"""Lengths of time counted from today: 未来7天, 接下来一周, 最近几天, 三天前, 两周后, 一个月内.

A length starts today and today counts: 未来7天 is today and the six days after it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.text.dates_core import NUM, OF, Found, Frame, S, add_months, days, number, pattern

_UNIT: Final = (
    r"(?P<unit>天(?![堂空然])|日|周(?![年岁边围末转期一二三四五六])|个?(?:星期|礼拜)(?![一二三四五六日天])"
    r"|个月|个?季度|年(?![级龄轻代度]))"
)
_AHEAD: Final = pattern(
    rf"(?:未来|今后|接下来|往后|此后|随后|后续)(?:{OF}(?:的|这)?{S}"
    rf"(?:(?P<n>{NUM})|(?P<half>半)|(?P<few>[几数]|两三|三五)){S}个?{_UNIT}(?:之内|以内|内|里)?"
    r"|(?P<long>一段时间|一段日子|一阵子?|一个时期)|(?P<half2>半年)"
    r"|(?<=接下来)(?P<next>(?=还?有|的活动|有什么|要|会)))"
)
_SOFT: Final = pattern(
    r"(?P<two>[这近]两天|最近两天)|(?P<few>(?:这|近|最近)(?:几天|些天|几日|些日子|些日|三两天)|近日|这两三天)"
    r"|(?P<wide>近期|这阵子?|这一阵子?|这段时间|这段日子|最近一段时间|最近这?段时间|近来|最近这阵子|最近)"
)
_PAST: Final = pattern(
    r"(?P<days>前(?:几天|两天|些天|些日子))|(?P<weeks>前(?:阵子|一阵子|段时间|一段时间|段日子))"
)
_LATELY: Final = pattern(
    rf"(?:(?P<past>过去)|最近|近)(?:的|这)?{S}(?:(?P<n>{NUM})|(?P<half>半)){S}个?{_UNIT}"
    r"(?:之内|以内|内|里|来|以来)?"
)
_PASSING: Final = pattern(r"过(?:(?P<few>几|些)|(?P<two>两))天")
_COUNTED: Final = pattern(
    rf"(?:(?P<n>{NUM})|(?P<half>半)){S}个?{_UNIT}{S}"
    r"(?:(?P<within>之内|以内|内(?![容部心蒙外])|里(?![面程]))"
    r"|(?P<after>之后|以后|过后|后(?![天面勤续台备果期来者辈]))"
    r"|(?P<before>之前|以前|前(?![后往来台提沿景])))"
)
_YEAR_REST: Final = pattern(r"年内(?![容部外])")
# A length behind one of these belongs to another event: 满一年后, 受理后30日内, 第三天后.
_OTHER: Final = "满每期第后前起隔超足近约在"


def ahead(frame: Frame, pos: int) -> Found | None:
    """未来7天, 今后三个月, 接下来一周, 未来几天 (a week), 接下来有… (two weeks)."""
    hit = _AHEAD.match(frame.text, pos)
    if hit is None:
        return None
    today = frame.today
    if hit["half2"]:
        return Found(hit.end(), today, _until(today, 6), "days")
    if hit["long"]:
        return Found(hit.end(), today, today + days(29), "days")
    if hit["next"] is not None:
        return Found(hit.end(), today, today + days(13), "days")
    if hit["few"]:
        week = hit["unit"] in {"天", "日"}
        return Found(hit.end(), today, today + days(6) if week else _until(today, 3), "days")
    last = _last(today, hit["n"], hit["unit"])
    return Found(hit.end(), today, last, "days") if last else None


def around(frame: Frame, pos: int) -> Found | None:
    """Soft words: 这两天 ±1 day, 这几天/近日 ±3, 最近/近期/这阵子 a week back to two weeks ahead.

    最近三天 and 近一周 run both ways; 过去…, and 近 with months or years, run back from today.
    """
    text, today = frame.text, frame.today
    hit = _LATELY.match(text, pos)
    if hit and _apart(frame, pos):
        end = _last(today, hit["n"], hit["unit"])
        if end is not None:
            if not hit["past"] and "月" not in hit["unit"] and hit["unit"][-1] in "天日周期拜":
                return Found(hit.end(), today - (end - today), end, "days")
            return Found(hit.end(), _back(today, hit["n"], hit["unit"]), today, "days")
    hit = _SOFT.match(text, pos)
    if hit is None or not _soft_here(frame, pos, hit.end(), hit[0]):
        return None
    back, on = (1, 1) if hit["two"] else (3, 3) if hit["few"] else (7, 14)
    return Found(hit.end(), today - days(back), today + days(on), "days")


def past(frame: Frame, pos: int) -> Found | None:
    """前几天, 前两天: the week before today; 前阵子: the month before. Not 提前几天, 会前两天."""
    hit = _PAST.match(frame.text, pos)
    if hit is None or (pos and frame.text[pos - 1] not in " ,，。.?？!！我你他咱们是在的就"):
        return None
    back = 7 if hit["days"] else 30
    return Found(hit.end(), frame.today - days(back), frame.today - days(1), "days")


def passing(frame: Frame, pos: int) -> Found | None:
    """过几天: from tomorrow for a week; 过两天: the next three days. Not 超过几天."""
    hit = _PASSING.match(frame.text, pos)
    if hit is None or (pos and frame.text[pos - 1] in "通超不经"):
        return None
    on = 3 if hit["two"] else 7
    return Found(hit.end(), frame.today + days(1), frame.today + days(on), "days")


def counted(frame: Frame, pos: int) -> Found | None:
    """7天后 and 三天前: one day; 三年前: that year; 一个月内: from today on, today counted."""
    hit = _COUNTED.match(frame.text, pos)
    if hit is None or (pos and frame.text[pos - 1] in _OTHER):
        return None
    unit, today = hit["unit"], frame.today
    if hit["within"]:
        last = _last(today, hit["n"], unit)
        return Found(hit.end(), today, last, "days") if last else None
    if unit == "日":
        return None
    day = _moved(today, hit["n"], unit, 1 if hit["after"] else -1)
    if day is None:
        return None
    if unit == "年" and hit["n"]:
        return Found(hit.end(), date(day.year, 1, 1), date(day.year, 12, 31), "year")
    return Found(hit.end(), day, day, "day")


def rest_of_year(frame: Frame, pos: int) -> Found | None:
    """年内: from today to the end of the year."""
    if not _YEAR_REST.match(frame.text, pos) or (pos and frame.text[pos - 1] in _OTHER + "几多当"):
        return None
    return Found(pos + 2, frame.today, date(frame.today.year, 12, 31), "days")


def _length(amount: str | None, unit: str) -> tuple[int, int] | None:
    """(days, months) of a length, one of them 0; no amount means half. None: a rough number."""
    count = number(amount) if amount else None
    if amount and not count:
        return None
    if count is None:
        return {"年": (0, 6), "个月": (15, 0), "天": (1, 0)}.get(unit)
    if unit in {"天", "日"}:
        return count, 0
    if unit[-1] in "周期拜":
        return count * 7, 0
    return 0, count * {"月": 1, "度": 3, "年": 12}[unit[-1]]


def _moved(today: date, amount: str | None, unit: str, sign: int) -> date | None:
    length = _length(amount, unit)
    if length is None:
        return None
    return add_months(today, sign * length[1]) + days(sign * length[0])


def _last(today: date, amount: str | None, unit: str) -> date | None:
    """The last day of a length that starts today."""
    length = _length(amount, unit)
    if length is None:
        return None
    return _until(today, length[1]) if length[1] else today + days(length[0] - 1)


def _back(today: date, amount: str | None, unit: str) -> date:
    """The first day of a length that ends today."""
    length = _length(amount, unit) or (1, 0)
    return add_months(today, -length[1]) + days(1) if length[1] else today - days(length[0] - 1)


def _until(today: date, months: int) -> date:
    """The eve of the same day some months on; 31 January and a month run to the end of February."""
    end = add_months(today, months)
    return end - days(1) if end.day == today.day else end


def _apart(frame: Frame, pos: int) -> bool:
    """附近三天, 通过去年: the first character ends another word."""
    return not (pos and frame.text[pos - 1] in "附就临接靠通经超远")


def _soft_here(frame: Frame, pos: int, end: int, word: str) -> bool:
    """最近 of place (离我最近, 最近的服务站) is no time; 附近 and 就近 neither."""
    if not _apart(frame, pos):
        return False
    if word != "最近":
        return True
    near = frame.text[max(0, pos - 8) : pos]
    if "离" in near or "距" in near or ("哪" in near and end == len(frame.text.rstrip(" ?？。"))):
        return False
    return not _NEAREST.match(frame.text, end)


_NEAREST: Final = pattern(
    r"的(?!一次|一场|活动|党课|会|课|安排|通知|事|学习|工作|时间|主题|消息|新闻|培训)|处|点"
)
