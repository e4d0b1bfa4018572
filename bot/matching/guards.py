"""Authored limits: words that no source covers, and words that mean more than one thing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import add
from typing import TypeAlias

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, NotCovered
from bot.matching.terms import Unit, units
from bot.text.normalise import normalise

EVERYWHERE = ""
"""The owner of guards that hold for all topics."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guard that fired."""

    word: str
    say: str = ""
    """For ``not_covered``: what to reply."""
    choices: tuple[str, ...] = ()
    """For ``ambiguous``: references to topics or sections."""
    topic: str = ""
    """The topic that owns the guard, "" for one that holds everywhere."""


_SPOKEN = (
    ("哪儿", "哪里"),
    ("啥", "什么"),
    ("咋", "怎么"),
    ("几多", "多少"),
    ("拢共", "一共"),
    ("总共", "一共"),
)
"""How question words are spoken, and how they are written: nobody need author a limit twice."""

_Rule: TypeAlias = "tuple[str, tuple[str, ...], NotCovered | Ambiguous]"
"""One word of a guard, the words that switch it off, and the guard as it was written."""


def as_written(text: str) -> str:
    """A text with its spoken question words (啥, 咋, 哪儿) as they are written."""
    for spoken, written in _SPOKEN:
        text = text.replace(spoken, written)
    return text


class _Table:
    """All guards of a kind, by how they begin: one pass over a question finds them.

    Words are found by their characters only: by sound 冷不冷 would be heard in 能不能.
    """

    def __init__(
        self, owned: Iterable[tuple[str, Sequence[NotCovered | Ambiguous]]], *, spoken: bool
    ) -> None:
        """``spoken``: may question words be spoken otherwise than they are authored?"""
        self._spoken = spoken
        self._by_owner: dict[str, dict[str, list[_Rule]]] = {}
        """By owner, then by the first two characters (a word of one: by that one)."""
        self._single = False
        """Is there a word of one character at all?"""
        for owner, rules in owned:
            starts = self._by_owner.setdefault(owner, {})
            for rule in rules:
                unless = tuple(map(self._spelled, rule.unless))
                for word in filter(None, dict.fromkeys(map(self._spelled, rule.words))):
                    starts.setdefault(word[:2], []).append((word, unless, rule))
                    self._single |= len(word) == 1

    def fired(self, text: str, owners: Sequence[str]) -> list[Guarded]:
        """Guards of the owners, in their order, the longest word first within an owner."""
        text = as_written(text) if self._spoken else text
        begins = list(enumerate(map(add, text, text[1:])))
        if self._single:
            begins += enumerate(text)
        found: list[tuple[int, int, int, Guarded]] = []
        for order, owner in enumerate(dict.fromkeys(owners)):
            starts = self._by_owner.get(owner, {})
            hits = [(at, row) for at, start in begins for row in starts.get(start, ())]
            found.extend(
                (order, -len(word), at, _guarded(word, rule, owner))
                for at, (word, unless, rule) in hits
                if text.startswith(word, at) and not any(one and one in text for one in unless)
            )
        found.sort(key=lambda row: row[:3])
        return [row[3] for row in found]

    def _spelled(self, word: str) -> str:
        return as_written(_written(word)) if self._spoken else _written(word)

    def stand_in(self, texts: Sequence[str]) -> list[list[tuple[str, NotCovered | Ambiguous]]]:
        """Of each text, the guards (owner and rule) with a word in it, switched off or not.

        Each word is looked for in all texts at once: there are few words and many texts.
        """
        by_word: dict[str, list[tuple[str, NotCovered | Ambiguous]]] = {}
        for owner, starts in self._by_owner.items():
            for word, _, rule in chain.from_iterable(starts.values()):
                by_word.setdefault(word, []).append((owner, rule))
        if self._spoken:
            texts = [as_written(text) for text in texts]
        joined = "\n".join(texts)
        ends = list(accumulate(len(text) + 1 for text in texts))
        found: list[list[tuple[str, NotCovered | Ambiguous]]] = [[] for _ in texts]
        for word, rules in by_word.items():
            at = joined.find(word)
            while at >= 0:
                row = bisect_right(ends, at)
                found[row] += rules
                at = joined.find(word, ends[row])
        return found


def _guarded(word: str, rule: NotCovered | Ambiguous, owner: str) -> Guarded:
    if isinstance(rule, NotCovered):
        return Guarded(word, say=rule.say, topic=owner)
    return Guarded(word, choices=tuple(rule.choices), topic=owner)


def _written(word: str) -> str:
    """A word as its steps are written, so that 第1名 and 第一名 are the same."""
    plain = normalise(word)
    if plain is word:
        return word  # nothing but Chinese characters, as by far the most: no need to cut them
    return "".join([step.written for step in units(plain)])


class Guards:
    """All guards of a library."""

    def __init__(self, library: Library) -> None:
        topics = library.topics.values()
        self._missing = _Table(
            [*((t.id, t.not_covered) for t in topics), (EVERYWHERE, library.not_covered)],
            spoken=True,
        )
        self._double = _Table(
            [*((t.id, t.ambiguous) for t in topics), (EVERYWHERE, library.ambiguous)],
            spoken=False,  # the words beside an ambiguous one are read in the question itself
        )

    def missing(self, steps: Sequence[Unit], topics: Sequence[str]) -> list[Guarded]:
        """``not_covered`` guards: those of the given topics, then those that hold everywhere."""
        text = "".join(step.written for step in steps)
        return self._missing.fired(text, [*topics, EVERYWHERE])

    def wavering(self, texts: Sequence[str]) -> list[list[Guarded]]:
        """Of each text as its steps are written: the ``ambiguous`` guards it may set off."""
        return [
            [_guarded("", rule, owner) for owner, rule in rules]
            for rules in self._double.stand_in(texts)
        ]

    def double(self, steps: Sequence[Unit], topics: Sequence[str]) -> list[Guarded]:
        """``ambiguous`` guards, in the same order."""
        text = "".join(step.written for step in steps)
        return self._double.fired(text, [*topics, EVERYWHERE])
