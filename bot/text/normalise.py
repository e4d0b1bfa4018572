"""One spelling for every way of typing: width, case, script, mentions, emoji, repeats.

The result holds only Chinese characters, Latin letters, digits and single spaces; a space stands
where the writer made a pause (punctuation, line end), so that clauses can still be told apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.text.patterns import Pattern

if TYPE_CHECKING:
    import opencc

CALL_NAMES = ("小党", "答疑台")
"""How the desk is called, unless the settings say otherwise."""
_CALL_PAUSE = " \t\u3000,，:：、。!！~～"
INPUT_CHARS_MAX = 1000
"""Longer input is cut: no question that a desk can answer is longer."""

_URL = Pattern(r"(?:https?://|www\.)[^\s\u3400-\u9fff]{1,300}", re.IGNORECASE)
_MENTION = re.compile(r"@[A-Za-z0-9_]{2,32}")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_PAUSE = re.compile(r"[^0-9a-z%.+\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]+")
_LONE_SIGN = re.compile(r"(?<![0-9])[.+%]+|[.+]+(?![0-9])")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_PLAIN = re.compile(r"(?:([\u4e00-\u9fff])(?!\1\1)){1,200}")
"""Chinese characters, none of them three times running."""
_REPEAT = Pattern(rf"([{_HAN}a-z])\1{{2,}}")
_GAP = Pattern(rf"(?<=[{_HAN}]) (?=[0-9a-z])|(?<=[0-9a-z%]) (?=[{_HAN}])")


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    import opencc  # noqa: PLC0415 - few texts hold a traditional character

    return opencc.OpenCC("t2s")


def _is_common(text: str) -> bool:
    """Are all characters in GB 2312, the set that simplified text is written in?"""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def simplified(text: str) -> str:
    """Turn traditional characters into simplified ones.

    The converter is asked only when a character lies outside of GB 2312, the set that simplified
    text is written in: most messages never pay for it.
    """
    return text if _is_common(text) else str(_converter().convert(text))


def normalise(text: str) -> str:
    """Return the one spelling of ``text``; at most ``INPUT_CHARS_MAX`` characters are read.

    Never raises, whatever the text holds; the result may be empty.
    """
    if _PLAIN.fullmatch(text) and _is_common(text):
        return text  # nearly every authored word: nothing to change
    text = text[:INPUT_CHARS_MAX].encode("utf-8", "ignore").decode("utf-8")
    if "/" in text or "." in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _MENTION.sub(" ", text)
    text = unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", text)).casefold()
    text = simplified(text)
    text = _PAUSE.sub(" ", text)
    text = _LONE_SIGN.sub(" ", text)
    if len(text) - len(set(text)) > 1:
        text = _REPEAT.sub(r"\1\1", text)
    text = " ".join(text.split())
    return _GAP.sub("", text) if " " in text else text


def without_call_name(text: str, names: tuple[str, ...]) -> str:
    """Drop a call name and the pause after it ("小党，今天有活动吗" -> "今天有活动吗").

    Without a pause the name may be the beginning of another word: 小党员, 小党组.
    """
    stripped = text.lstrip()
    for name, folded in _longest_first(names):
        # A folded character may be three.
        if stripped[: 3 * len(name)].casefold().startswith(folded):
            after = stripped[len(name) :]
            rest = after.lstrip(_CALL_PAUSE)
            if rest and rest != after:
                return rest
    return text


@lru_cache(maxsize=8)
def _longest_first(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names as they are and folded."""
    ordered = sorted(filter(None, names), key=len, reverse=True)
    return tuple((name, name.casefold()) for name in ordered)
