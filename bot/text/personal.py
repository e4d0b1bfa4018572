"""A question without what leads to one person: pure, and the only way into the inbox."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.text.numbers import ACCOUNT, HOME, LINK, MAIL, NUMBER, PLATE, Mark, numbers
from bot.text.people import NAME, PUBLIC, Words, names

MARKS = (NAME, NUMBER, ACCOUNT, MAIL, LINK, PLATE, HOME)
TEXT_CHARS_MAX = 200
INPUT_CHARS_MAX = 1000
_ROUNDS_MAX = 5
_MARK = re.compile("|".join(map(re.escape, MARKS)))
_TOLD = re.compile(
    r"(?:(?:我是|我叫|本人|名叫|姓名|(?:我的?|家里|座机)?(?:电话|手机|手机号|号码|身份证|身份证号|微信|微信号|QQ|QQ号|"
    r"邮箱|卡号|账号|车牌|住址))\s?(?:是|为|[:：])?\s?)?(?:" + _MARK.pattern + ")"
)
"""A mark with the words that lead to it: 我叫〔姓名〕 asks nothing."""
_LOOSE = re.compile(r"(?:^|(?<=[，,。；;\s]))[，,。；;、\s]+")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufe00-\ufe0f]")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_PUBLIC = Words(PUBLIC)
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_WIDE |= {ord("＠"): "@", ord("．"): ".", ord("／"): "/", ord("－"): "-", ord("＿"): "_"}
NOBODY = Words(())


def stripped(text: str, people: Words = NOBODY, known: Words = NOBODY) -> str:
    """The text with neutral marks where names, numbers, accounts and addresses stood.

    Args:
        text: of a member; more than ``INPUT_CHARS_MAX`` characters are not looked at, nor kept.
        people: names that are always hidden.
        known: words of the approved knowledge (people, places, titles): no name within one is
            hidden, nor is the word.

    Returns:
        One line of at most ``TEXT_CHARS_MAX`` characters. Stripping it again changes nothing.
    """
    text = _plainly_written(text)
    for _ in range(_ROUNDS_MAX):
        before = text
        # A name may show only once what stood beside it is a mark, or is cut off.
        text = _cut(_once(text, people, known))
        if text == before:
            break
    return text


def without_marks(text: str) -> str:
    """What is left to understand: the marks are gone, and 我叫 or 电话 before them."""
    if not _MARK.search(text):
        return text
    return _LOOSE.sub("", _TOLD.sub(" ", text)).strip()


def _plainly_written(text: str) -> str:
    """One line, digits and letters as ASCII, nothing invisible."""
    text = text[:INPUT_CHARS_MAX].encode("utf-8", "ignore").decode("utf-8")
    text = _HIDDEN.sub("", text).translate(_WIDE)
    if not text.isascii():
        text = "".join(_ascii_digit(char) for char in text)
    return _BLANKS.sub(" ", text).strip()


def _ascii_digit(char: str) -> str:
    if char.isascii() or not char.isdigit():
        return char
    return str(unicodedata.digit(char))


def _once(text: str, people: Words, known: Words) -> str:
    parts: list[str] = []
    at = 0
    for mark in _MARK.finditer(text):
        parts += (_masked(text[at : mark.start()], people, known), mark.group())
        at = mark.end()
    parts.append(_masked(text[at:], people, known))
    return "".join(parts)


def _masked(text: str, people: Words, known: Words) -> str:
    kept = [*known.find(text), *_PUBLIC.find(text)]
    marks: list[Mark] = list(numbers(text))
    for start, end in names(text, people):
        if not any(first <= start and end <= last for first, last in kept):
            marks.append((start, end, NAME))
    return _replaced(text, marks)


def _replaced(text: str, marks: Iterable[Mark]) -> str:
    """Marks that overlap become one, that of the first."""
    out: list[str] = []
    at = 0
    for start, end, mark in sorted(marks, key=lambda one: (one[0], -one[1])):
        if start >= at:
            out += (text[at:start], mark)
        at = max(at, end)
    out.append(text[at:])
    return "".join(out)


def _cut(text: str) -> str:
    if len(text) <= TEXT_CHARS_MAX:
        return text.strip()
    text = text[:TEXT_CHARS_MAX]
    opened = text.rfind("〔")
    return text[:opened].rstrip() if opened > text.rfind("〕") else text.rstrip()
