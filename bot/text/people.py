"""Where a text names somebody: known names, and what stands beside 我叫, 党员, 大爷 and the like.

Nobody can find every name in free words; what is found is found by a surname beside a word that
goes with a name. In doubt a word too many is hidden: the question is understood without it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

NAME = "〔姓名〕"

FILE = Path(__file__).with_name("people.txt")
"""A kind of word, then words of it, a line.

``surname`` hardly begins another word; ``titled`` does, so it counts only beside a title;
``double`` has two characters. ``title`` is said after a name. ``word`` begins like a name and is
none; ``never`` are characters that no given name has; ``ending`` are words whose last character is
no surname; ``public`` are people of the textbooks, whom a question may name.
"""


def _lists() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        kind, *words = line.split()
        found.setdefault(kind, []).extend(words)
    return found


_LISTS = _lists()
_CLEAR, _OTHER, _NEVER = ("".join(_LISTS[kind]) for kind in ("surname", "titled", "never"))
_DOUBLE, _TITLES, _NOT_BEGUN = ("|".join(_LISTS[kind]) for kind in ("double", "title", "word"))
PUBLIC = frozenset(_LISTS["public"])
_PLACE_AFTER = r"(?![区县市省镇乡村街路社校院厂局庄湾屯沟桥店镇])"

_GIVEN = f"(?:(?![{_NEVER}])[\u4e00-\u9fff])"
_CLEAR_NAME = rf"(?!{_NOT_BEGUN})(?:(?:{_DOUBLE})|[{_CLEAR}])"
_FULL = rf"{_CLEAR_NAME}(?!{_TITLES})(?:{_GIVEN}(?:·?{_GIVEN})?){_PLACE_AFTER}"
_ANY_SURNAME = rf"(?!{_NOT_BEGUN})(?:(?:{_DOUBLE})|[{_CLEAR}{_OTHER}])"

_TOLD = re.compile(
    r"(?:(?:[我他她俺]|本人|[爸妈]|孩子|儿子|女儿|[亲伴婆公])叫(?:做)?|名叫|名字(?:是|叫|[:：])|姓名\s?(?:是|为|[:：])\s?|"
    r"(?:联系人|收件人|户主|监护人|申请人|经办人)\s?(?:是|为|[:：])\s?|本人姓名)\s?"
    rf"(?P<is>[小老阿]?{_GIVEN}(?:{_GIVEN}{{1,3}}·{_GIVEN}{{1,6}}|{_GIVEN}{{1,2}}|(?=[\s，。,.]|$)))"
)
_SURNAMED = re.compile(rf"[我他她]姓(?P<is>(?:{_DOUBLE})|{_GIVEN})")
_CALLED = re.compile(
    r"(?:我是|本人|[爸妈]|父亲|母亲|爷爷|奶奶|姥姥|姥爷|外公|外婆|老公|老婆|爱人|儿子|女儿|丈夫|妻子|老伴|孩子|"
    r"弟弟|哥哥|姐姐|妹妹|孙子|孙女|媳妇|女婿|公公|婆婆|同事|邻居|同学|朋友|战友|党员|同志|村民|居民|群众|书记|主任|老人|"
    r"老师|户主|组长|楼长|干部|师傅|主席|代表|联系|通知|转告|告诉|问问|问下|找|替|帮|和|跟|给)\s?"
    rf"(?P<is>{_FULL})"
)
_OWNING = re.compile(
    rf"(?:^|(?<=[\s，。,.!？、：:；{_NEVER}]))(?P<is>{_FULL}?)(?=的?(?:电话|手机|联系方式|微信|住址|身份证|党费|组织关系|"
    r"党籍|党龄|档案|病|家里|住哪|住在|入党|去世|退休|转正|是不是|是哪|在哪|在不在|今年|同志|他|她))"
)
_TITLED = re.compile(
    rf"(?P<is>[小老]?{_ANY_SURNAME}(?:{_GIVEN}{{1,2}}?)??)(?=(?:{_TITLES})(?![人年板乡作程会资厂农]))"
)
# 公安局长, 地方书记, 本周书记: no surname.
_ENDS_A_WORD = re.compile(f"(?:{'|'.join(_LISTS['ending'])})$")
_FAMILIAR = re.compile(
    rf"(?P<is>[老小阿](?!{_NOT_BEGUN})[{_CLEAR}])(?![区县市村镇乡庄湾屯沟桥店路校])"
)
_DOUBLED = re.compile(rf"(?P<is>(?:{_DOUBLE}){_GIVEN}{{1,2}})")
_ALONE = re.compile(rf"\s*(?P<is>{_CLEAR_NAME}{_GIVEN}{{1,2}})[\s。？?]*")
_CUES = (_TOLD, _SURNAMED, _CALLED, _OWNING, _FAMILIAR, _DOUBLED)
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Words:
    """Listed words, found wherever they stand; blanks between their characters do not hide them."""

    def __init__(self, words: Collection[str]) -> None:
        """Words of one character are left out: they are everywhere."""
        self._words = frozenset(word for word in words if len(word) > 1)
        self._lengths = sorted({len(word) for word in self._words}, reverse=True)

    def __len__(self) -> int:
        return len(self._words)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each, the longest at a place; they may overlap."""
        places = [number for number, char in enumerate(text) if not char.isspace()]
        packed = "".join(text[place] for place in places)
        for start in range(len(packed)):
            for length in self._lengths:
                if start + length <= len(packed) and packed[start : start + length] in self._words:
                    yield places[start], places[start + length - 1] + 1
                    break


def names(text: str, listed: Words) -> Iterator[tuple[int, int]]:
    """Start and end of what looks like a name; in no order, and they may overlap.

    Args:
        text: any.
        listed: names that are known to be of people, such as those of the roster.
    """
    yield from listed.find(text)
    for pattern in _CUES:
        yield from (found.span("is") for found in pattern.finditer(text))
    for found in _TITLED.finditer(text):
        start, end = found.span("is")
        if not _ENDS_A_WORD.search(text[: start + 1]):
            yield start, end
    alone = _ALONE.fullmatch(text)
    if alone is not None:
        yield alone.span("is")
