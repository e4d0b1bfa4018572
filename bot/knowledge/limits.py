"""How long each kind of text may be, from the models: said at once to whoever types it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from bot.knowledge.schema import Answer, Line, Phrase, Place, When, Word

_KINDS: dict[str, Any] = {
    "phrase": Phrase,
    "line": Line,
    "answer": Answer,
    "word": Word,
    "when": When,
}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")


def plain(text: str) -> str:
    """A text in one line, without what cannot be seen."""
    return " ".join(_UNSEEN.sub(" ", text).split())


@lru_cache(maxsize=16)
def room(kind: str) -> tuple[int, int]:
    """The fewest and the most characters of a kind of text: a name of the models, in lower case."""
    found = TypeAdapter(_KINDS[kind]).json_schema()
    return int(found["minLength"]), int(found["maxLength"])


def slip(kind: str, text: str) -> str:
    """What is wrong with the length of a text, in Chinese; empty if nothing is."""
    fewest, most = room(kind)
    if len(text) < fewest:
        return f"太短了，至少要 {fewest} 个字。"
    if len(text) > most:
        return f"太长了，有 {len(text)} 个字，最多 {most} 个字。"
    return ""


_LEVELS = re.compile(
    r"(?P<province>\S{1,8}?(?:省|自治区)|(?:北京|上海|天津|重庆)市)?"
    r"(?P<city>\S{1,10}?(?:市|自治州|州(?!市)|盟|地区))?"
    r"(?P<county>\S{1,12}?(?:自治县|县|区|市|旗))?"
    r"(?P<township>\S{1,12}?(?:镇|乡|街道))?"
    r"(?P<village>\S{1,12}?(?:村|社区))?"
)


def read_place(text: str) -> Place | None:
    """山东省济宁市鱼台县 as a place; None if it cannot be cut into levels."""
    found = _LEVELS.fullmatch("".join(text.split()))
    levels = {key: name for key, name in found.groupdict().items() if name} if found else {}
    if levels.keys() == {"city"} and "区" not in text:
        # 义乌市 alone may be either; a county never claims too much.
        levels = {"county": levels["city"]}
    return Place(**levels) if levels else None
