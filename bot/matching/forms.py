"""Courtesies that an editor wrote down as a form: “（还|怎么还）没（睡|下班）” stands for four.

A form is a phrase with alternatives in brackets, one of which may be empty. It must be the whole
clause, so that nothing that is asked beside it is lost. A clause is held only against the forms
that begin and end as it does: a form may stand for a million phrases, and every message is looked
at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from bot.knowledge.schema import SmallTalk
from bot.matching.chatting import TAILS, spelled
from bot.text.normalise import normalise

_PART = re.compile(r"[（(]([^（）()]*)[）)]|([^（）()]+)")
_BAR = re.compile(r"[|｜]")

_Parts = list[list[str]]


class _Form:
    """One form; its pattern is made when a clause first begins and ends as it does."""

    def __init__(self, parts: _Parts, item: SmallTalk) -> None:
        self._parts = parts
        self.item = item
        self.firsts = _edges(parts, 0)
        self.lasts = _edges(parts[::-1], -1)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("".join(map(_choice, self._parts)))


class Forms:
    """All forms by the character that a clause begins with; laid out when first asked for."""

    def __init__(self, items: Iterable[SmallTalk]) -> None:
        self._items = tuple(items)

    def prepare(self) -> None:
        """Lay them out now, so that no message waits for it."""
        self._by_first  # noqa: B018 - it is kept

    def find(self, key: str) -> SmallTalk | None:
        """The courtesy whose form a clause in the one spelling is, the first of several."""
        for form in self._by_first.get(key[:1], ()):
            if key[-1] in form.lasts and form.pattern.fullmatch(key):
                return form.item
        return None

    @cached_property
    def _by_first(self) -> dict[str, list[_Form]]:
        found: dict[str, list[_Form]] = {}
        for item in self._items:
            for written in item.forms:
                form = _Form(_parts(written), item)
                for first in form.firsts:
                    found.setdefault(first, []).append(form)
        return found


def _parts(form: str) -> _Parts:
    """What may stand one after the other, in the one spelling."""
    parts = [
        [_plain(each) for each in _BAR.split(choice)] if choice or not text else [_plain(text)]
        for choice, text in _PART.findall(form)
    ]
    for at in range(len(parts) - 1, -1, -1):
        # A clause comes without its particles, so the end of a form must do without them, too.
        parts[at] = list(dict.fromkeys(w for word in parts[at] for w in (word, word.rstrip(TAILS))))
        if all(parts[at]):
            break
    return parts


def _edges(parts: _Parts, at: int) -> frozenset[str]:
    """The characters that a form may begin (at 0) or, its parts turned round, end with (-1)."""
    found: set[str] = set()
    for words in parts:
        found.update(word[at] for word in words if word)
        if all(words):
            break
    return frozenset(found)


def _plain(text: str) -> str:
    return spelled(normalise(text).replace(" ", ""))


def _choice(words: Sequence[str]) -> str:
    one = "|".join(re.escape(word) for word in dict.fromkeys(words))
    return one if len(words) == 1 else f"(?:{one})"
