"""Authored limits: words that no source covers, and words that mean more than one thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add

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


@dataclass(frozen=True, slots=True)
class _Rule:
    """One guard with its owner and the words that switch it off."""

    owner: str
    word: str
    unless: tuple[str, ...]
    guard: Guarded


class _Table:
    """All guards of a kind, by how they begin: one pass over a question finds them.

    Words are found by their characters only: by sound 冷不冷 would be heard in 能不能.
    """

    def __init__(self, owned: Iterable[tuple[str, Sequence[NotCovered | Ambiguous]]]) -> None:
        self._by_start: dict[str, list[_Rule]] = {}
        """By the first two characters."""
        self._single: list[_Rule] = []
        """Words of one character; there are hardly any."""
        for owner, rules in owned:
            for rule in rules:
                unless = tuple(_written(word) for word in rule.unless)
                for word in filter(None, map(_written, rule.words)):
                    if isinstance(rule, NotCovered):
                        guard = Guarded(word, say=rule.say, topic=owner)
                    else:
                        guard = Guarded(word, choices=tuple(rule.choices), topic=owner)
                    made = _Rule(owner, word, unless, guard)
                    if len(word) == 1:
                        self._single.append(made)
                    else:
                        self._by_start.setdefault(word[:2], []).append(made)

    def fired(self, text: str, owners: Sequence[str]) -> list[Guarded]:
        """Guards of the owners, in their order, the longest word first within an owner."""
        order = {owner: at for at, owner in reversed(list(enumerate(owners)))}
        found: list[tuple[int, int, int, Guarded]] = []
        for at, start in enumerate(map(add, text, text[1:] + " ")):
            for rule in self._by_start.get(start, ()):
                if rule.owner not in order or not text.startswith(rule.word, at):
                    continue
                if not any(word and word in text for word in rule.unless):
                    found.append((order[rule.owner], -len(rule.word), at, rule.guard))
        for rule in self._single:
            here = rule.owner in order and rule.word in text
            if here and not any(word and word in text for word in rule.unless):
                found.append((order[rule.owner], -1, text.index(rule.word), rule.guard))
        found.sort(key=lambda row: row[:3])
        return [row[3] for row in found]


def _written(word: str) -> str:
    """A word as its steps are written, so that 第1名 and 第一名 are the same."""
    plain = normalise(word)
    if plain and all("\u4e00" <= char <= "\u9fff" for char in plain):
        return plain  # by far the most of some thousand words: no need to cut them
    return "".join(step.written for step in units(plain))


class Guards:
    """All guards of a library."""

    def __init__(self, library: Library) -> None:
        topics = library.topics.values()
        self._missing = _Table(
            [*((t.id, t.not_covered) for t in topics), (EVERYWHERE, library.not_covered)]
        )
        self._double = _Table(
            [*((t.id, t.ambiguous) for t in topics), (EVERYWHERE, library.ambiguous)]
        )

    def missing(self, steps: Sequence[Unit], topics: Sequence[str]) -> list[Guarded]:
        """``not_covered`` guards: those of the given topics, then those that hold everywhere."""
        text = "".join(step.written for step in steps)
        return self._missing.fired(text, [*topics, EVERYWHERE])

    def double(self, steps: Sequence[Unit], topics: Sequence[str]) -> list[Guarded]:
        """``ambiguous`` guards, in the same order."""
        text = "".join(step.written for step in steps)
        return self._double.fired(text, [*topics, EVERYWHERE])
