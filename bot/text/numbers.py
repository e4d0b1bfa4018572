"""Where a text holds what leads to one person: numbers, addresses, accounts. Pure.

Numbers that carry meaning (第3期, 7月1日, 14条, 12371) are short, or dates, or amounts: they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

NUMBER, ACCOUNT, MAIL, LINK, PLATE, HOME = (
    "〔号码〕",
    "〔账号〕",
    "〔邮箱〕",
    "〔网址〕",
    "〔车牌〕",
    "〔住址〕",
)
Mark = tuple[int, int, str]
"""Start, end, and what stands there instead."""

_SIX, _SEVEN, _TEN, _FIFTEEN = 6, 7, 10, 15
"""Digits of a house's short number, a telephone, one that is spelt digit by digit, an identity."""

_LINK = re.compile(
    r"(?:[a-z]{2,8}[:：]//|www\.)[^\s\u3000-\u9fff，。]+"
    r"|(?<![A-Za-z0-9_.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|gov|edu|io|me|top|vip|info|cc|club|xyz|app)"
    r"(?![a-z0-9])(?:[/?#:][^\s\u3000-\u9fff，。]*)?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)
_HANDLE = re.compile(
    r"@\s?(?:[A-Za-z0-9_.-]{2,64}|[^\s@，。！？、：；,.!?:;]{1,20}(?=[\s，。！？])|[^\s@]{1,4})"
)
_ACCOUNT = re.compile(
    r"(?:(?<=微信)|(?<=微信号)|(?<=QQ)|(?<=qq)|(?<=QQ号)|(?<=vx)|(?<=VX)|(?<=wx)|(?<=账号)|(?<=帐号)"
    r"|(?<=用户名)|(?<=学号)|(?<=工号)|(?<=编号))\s{0,3}(?:号)?(?:是|为|[:：])?\s{0,3}"
    r"(?P<is>[A-Za-z0-9_-]{4,40})"
)
_SECRET = re.compile(
    r"(?:验证码|密码|口令|校验码|尾号|[末后][四六]位)(?:数)?(?:是|为|[:：])?\s{0,3}(?P<is>[A-Za-z0-9]{3,20})"
)
_MIXED = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9_-]{7,64}(?![A-Za-z0-9_-])"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Za-z]\s?[·•.\-]?\s?"
    r"[A-Za-z0-9]{4,6}[学警港澳挂]?(?![A-Za-z0-9])"
)
_HOME = re.compile(
    r"(?:[\d一二三四五六七八九十甲乙]{1,4}\s?(?:号楼|号院|栋|幢|座|楼|号)\s?)?[\d一二三四五六七八九十]{1,3}\s?单元"
    r"(?:\s?\d{1,4}\s?(?:室|号|户)?)?"
    r"|[\d一二三四五六七八九十]{1,4}\s?(?:号楼|栋|幢|座)\s?\d{2,4}\s?(?:室|号|户)?"
    r"|[\d一二三四五六七八九十百]{1,5}\s?号\s?\d{3,4}\s?室"
)
_DIGITS = re.compile(r"[+(（]?\d(?:[\s\-–—.·•()（）/,_*#]{0,3}\d)*")
_SPELT = re.compile(
    r"(?=[0-9\s-]*[〇零○一二三四五六七八九幺])[0-9〇零○一二三四五六七八九幺]"
    r"(?:[\s\-]?[0-9〇零○一二三四五六七八九幺]){6,}"
)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx]")
_AMOUNT = re.compile(r"\s?(?:元|块|万|亿|亩|吨|公里|千米|平方|平米|人次|斤)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_DATE = re.compile(r"((?:19|20)\d{2})([-./])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})?")
_YEARS = re.compile(r"(?:19|20)\d{2}\s?[-–—]\s?(?:19|20)\d{2}")
_SMALL = re.compile(r"([0-2]?\d|3[01])[.\-/]([0-5]?\d)")
_BORN = re.compile(r"出生|生于|生日|生辰")
_BIRTHDAY = re.compile(
    r"(?:(?:19|20)\d{2}|\d{2})\s?[年.\-/]\s?\d{1,2}\s?[月.\-/]?(?:\s?\d{1,2}\s?[日号]?)?"
)


def numbers(text: str) -> Iterator[Mark]:
    """Everything but names: telephone, identity and card numbers, links, addresses, plates.

    Args:
        text: whose digits are ASCII.

    Yields:
        In no order; they may overlap.
    """
    for pattern, mark in (
        (_LINK, LINK),
        (_MAIL, MAIL),
        (_HANDLE, ACCOUNT),
        (_PLATE, PLATE),
        (_HOME, HOME),
        (_IDENTITY, NUMBER),
        (_MIXED, ACCOUNT),
        (_SPELT, NUMBER),
    ):
        yield from ((*found.span(), mark) for found in pattern.finditer(text))
    yield from ((*found.span("is"), ACCOUNT) for found in _ACCOUNT.finditer(text))
    yield from ((*found.span("is"), NUMBER) for found in _SECRET.finditer(text))
    if _BORN.search(text):
        yield from ((*found.span(), NUMBER) for found in _BIRTHDAY.finditer(text))
    for found in _DIGITS.finditer(text):
        if _leads_to_a_person(found.group(), text[found.end() :]):
            start, end = found.span()
            count = sum(char.isdigit() for char in found.group())
            identity = count >= _FIFTEEN and text[end : end + 1] in {"x", "X"}
            yield start, end + identity, NUMBER


def _leads_to_a_person(run: str, after: str) -> bool:
    """Whether a run of digits is longer than a number of meaning is."""
    digits = "".join(char for char in run if char.isdigit())
    groups = re.findall(r"\d+", run)
    if len(digits) < _SIX or _is_of_a_calendar(run.strip()):
        return False
    if _THOUSANDS.fullmatch(run) or (
        len(groups) == 1 and len(digits) <= 8 and _AMOUNT.match(after)
    ):
        return False
    if len(groups) == 1:
        return True
    long = max(map(len, groups)) >= 3
    return len(digits) >= (_SEVEN if long else _TEN)


def _is_of_a_calendar(run: str) -> bool:
    """2026-07-01, 20260701, 2020-2026, or one or two of 7.1 and 14.30."""
    if _YEARS.fullmatch(run) or _is_day(run):
        return True
    parts = run.split()
    return len(parts) <= 2 and all(_is_day(part) or _SMALL.fullmatch(part) for part in parts)


def _is_day(text: str) -> bool:
    found = _DATE.fullmatch(text)
    numbers = (found[1], found[3], found[4]) if found else ()
    if not numbers:
        found = _COMPACT.fullmatch(text)
        numbers = (found[1], found[2], found[3] or "1") if found else ()
    if not numbers:
        return False
    try:
        date(*map(int, numbers))
    except ValueError:
        return False
    return True
