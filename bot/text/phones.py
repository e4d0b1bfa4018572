"""Phone numbers in a text: found, compared, and masked without changing the text's length."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.text.patterns import Pattern

_DASH = r"\-\u2010-\u2015\u2212－"
_BLANK = r"[ \t\u00a0\u3000]"
_GAP = rf"[ \t\u00a0{_DASH}·.]?"
_WIDE = rf"(?:{_BLANK}{{0,3}}(?:[{_DASH}/／_＿]{_BLANK}{{0,3}})?|[·.])"
"""Between the digits of a mobile, which are told by their number; others would swallow dates."""
_MOBILE = rf"[1１]{_WIDE}(?=[3-9３-９])\d(?:{_WIDE}\d){{9}}"
_LOCAL = rf"(?!0)\d(?:{_GAP}\d){{6,7}}"
_ABROAD = rf"(?:[+＋]{_GAP}86{_GAP}|86-|0086{_GAP})"
_AREA = (
    rf"(?:[(（]?[0０]\d{{2,3}}[)）]?[ \t\u00a0{_DASH}]{{0,3}}|{_ABROAD}[1-9]\d{{1,2}}[ {_DASH}])"
)
_BEFORE = r"(?<!\d)(?<!(?<!\d)0\.)"
"""A number of a list may stand before (1.138…), a fraction (0.138…) is no phone."""
_NUMBER = Pattern(
    rf"{_BEFORE}(?:(?:{_ABROAD}|[8８][6６])?(?P<mobile>{_MOBILE})|{_AREA}(?P<local>{_LOCAL}))(?!\d)"
)
_BARE = Pattern(
    rf"(?<!\d)(?<!\d\.)[2-8２-８]\d{{2,3}}[ {_DASH}]?\d{{4}}(?!\d|[元人户个名次家万亩件月年日])"
)
_SEVEN = re.compile(r"\d(?:[^\d\u4e00-\u9fff]{0,7}\d){6}")
"""Whatever is a number has so many digits near one another, with no Chinese character between."""
_ALSO = re.compile(r"\s?[/／、,，;；或和]\s?")
"""Between a landline and another of the same place: 0537-6211234/6211235."""
_PHONE_WORD = re.compile(r"电话|手机|座机|热线|联系|拨打|致电|传真|打给|号码|(?i:tel|phone)")
_NEAR_CHARS = 24
"""How far before a number without an area code a word for a phone may stand."""
_MASKED = Pattern(rf"\d{_WIDE}\*(?:{_WIDE}\*){{3}}")
_HIDDEN = 4


def phones(text: str) -> list[str]:
    """The numbers of persons and offices in a text as plain digits, in their order.

    Hotlines (12345, 110, 95588, 400-…) are none: they are for everybody.
    """
    return [_digits(found[0]) for found, _ in _numbers(text)]


def masked(text: str, but: Collection[str] = ()) -> str:
    """The text with four digits of each number hidden: 138****5678, 0537-621****.

    Of a mobile the middle is hidden, as everybody does it; of a landline the end: how it begins
    everybody in the place knows. The text keeps its length, so that positions in it stay right.

    Args:
        text: anything.
        but: numbers that may be shown, as :func:`phones` gives them.
    """
    signs: list[str] | None = None
    for found, mobile in _numbers(text):
        if _digits(found[0]) in but:
            continue
        signs = signs or list(text)
        places = [at for at in range(*found.span()) if text[at].isdigit()]
        hidden = places[-8:-4] if mobile else places[-_HIDDEN:]
        for at in hidden:
            signs[at] = "*"
    return text if signs is None else "".join(signs)


def is_masked(text: str) -> bool:
    """Whether a number in the text was masked."""
    return "*" in text and _MASKED.search(text) is not None


def _numbers(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Each number, and whether it is a mobile's."""
    if _SEVEN.search(text) is None:
        return  # as nearly all texts
    found = [(one, one["mobile"] is not None) for one in _NUMBER.finditer(text)]
    for one in _BARE.finditer(text):
        inside = any(it.start() < one.end() and one.start() < it.end() for it, _ in found)
        near = text[max(0, one.start() - _NEAR_CHARS) : one.start()]
        if not inside and (_PHONE_WORD.search(near) or _follows(text, one, found)):
            found.append((one, False))
    yield from sorted(found, key=lambda pair: pair[0].start())


def _follows(text: str, one: re.Match[str], found: list[tuple[re.Match[str], bool]]) -> bool:
    """Whether a landline stands right before it."""
    ends = (it.end() for it, mobile in found if not mobile and it.end() < one.start())
    end = max(ends, default=None)
    return end is not None and _ALSO.fullmatch(text, end, one.start()) is not None


def _digits(number: str) -> str:
    """Plain digits, without the country's: two ways to write a number are one."""
    plain = "".join(str(int(sign)) for sign in number if sign.isdigit())
    if plain.startswith("0086"):
        plain = plain[2:].removeprefix("0")
    if plain.startswith("86") and (len(plain) in {12, 13} or "+" in number or "＋" in number):
        rest = plain.removeprefix("86")
        return rest if rest.startswith("1") and len(rest) == 11 else f"0{rest.lstrip('0')}"
    return plain
