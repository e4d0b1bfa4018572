"""Authored limits: words that no source covers, and words that mean more than one thing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import add
from typing import TypeAlias

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, NotCovered
from bot.matching.speech import as_written, plain_key, plainly
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


GAP = "…"
"""Stands in a word for a few characters or none: 书记…姓什么."""
GAP_CHARS_MAX = 5
_START_CHARS = 3
_Rule: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...], NotCovered | Ambiguous]"
"""One word of a guard in its pieces, the words that switch it off, and the guard as written."""


class _Table:
    """All guards of a kind, by how they begin: one pass over a question finds them.

    Words are found by their characters only: by sound 冷不冷 would be heard in 能不能.
    """

    def __init__(
        self,
        owned: Iterable[tuple[str, Sequence[NotCovered | Ambiguous]]],
        *,
        heard: Callable[[str], tuple[str, ...]],
        key: Callable[[str], str],
    ) -> None:
        """Take the words in.

        Args:
            owned: guards with their owner.
            heard: a question in the ways of asking in which words are looked for.
            key: a word in the way in which it is looked for.
        """
        self._heard = heard
        self._by_start: dict[str, dict[str, list[_Rule]]] = {}
        """By the first three characters (a shorter word: by itself), for 多少 and 什么 begin a
        great many; then by owner."""
        self._single = False
        """Is there a word of one character at all?"""
        for owner, rules in owned:
            for rule in rules:
                unless = tuple(map(_written, rule.unless))
                for word in rule.words:
                    pieces = tuple(map(key, filter(None, map(_written, word.split(GAP)))))
                    if not pieces:
                        continue
                    owners = self._by_start.setdefault(pieces[0][:_START_CHARS], {})
                    owners.setdefault(owner, []).append((pieces, unless, rule))
                    self._single |= len(pieces[0]) == 1

    def fired(self, text: str, owners: Sequence[str]) -> list[Guarded]:
        """Guards of the owners, in their order, the longest word first within an owner."""
        texts = list(dict.fromkeys(self._heard(text)))
        wanted = list(enumerate(dict.fromkeys(owners)))
        found: list[tuple[int, int, int, Guarded]] = []
        by_start = self._by_start
        for said in texts:
            pairs = list(map(add, said, said[1:]))
            begins = [pairs, map(add, pairs, said[2:])]
            if self._single:
                begins.append(said)
            # Most steps begin no word at all.
            hits = [
                (at, rows)
                for each in begins
                for at, rows in enumerate(map(by_start.get, each))
                if rows is not None
            ]
            found.extend(
                (order, -len(word), at, _guarded(word, rule, owner))
                for at, rows in hits
                for order, owner in wanted
                for pieces, unless, rule in rows.get(owner, ())
                if (word := _standing(said, pieces, at))
                and not any(one and one in each for one in unless for each in texts)
            )
        found.sort(key=lambda row: row[:3])
        return list(dict.fromkeys(row[3] for row in found))

    def in_each(self, texts: Sequence[str]) -> list[list[Guarded]]:
        """Of each text, the guards of all owners that fire in it, in no order.

        Each word (of one with gaps: its first piece) is looked for in all texts at once: there are
        few words and many texts.
        """
        by_word: dict[str, list[tuple[str, _Rule]]] = {}
        for owners in self._by_start.values():
            for owner, rows in owners.items():
                for row in rows:
                    by_word.setdefault(row[0][0], []).append((owner, row))
        heard = [self._heard(text) for text in texts]
        ways = [(number, said) for number, each in enumerate(heard) for said in dict.fromkeys(each)]
        joined = "\n".join([said for _, said in ways])
        ends = list(accumulate(len(said) + 1 for _, said in ways))
        found: list[list[Guarded]] = [[] for _ in texts]
        for word, rules in by_word.items():
            at = joined.find(word)
            while at >= 0:
                way = bisect_right(ends, at)
                number, said = ways[way]
                within = at - ends[way] + len(said) + 1
                found[number] += [
                    _guarded(stands, rule, owner)
                    for owner, (pieces, unless, rule) in rules
                    if (stands := _standing(said, pieces, within))
                    and not any(one and one in each for one in unless for each in heard[number])
                ]
                at = joined.find(word, at + 1)
        return found


def _standing(text: str, pieces: Sequence[str], at: int) -> str:
    """What stands in the text from ``at`` on for a word in pieces; empty if it does not."""
    if not text.startswith(pieces[0], at):
        return ""
    end = at + len(pieces[0])
    for piece in pieces[1:]:
        found = text.find(piece, end, end + GAP_CHARS_MAX + len(piece))
        if found < 0:
            return ""
        end = found + len(piece)
    return text[at:end]


def _guarded(word: str, rule: NotCovered | Ambiguous, owner: str) -> Guarded:
    if isinstance(rule, NotCovered):
        return Guarded(word, say=rule.say, topic=owner)
    return Guarded(word, choices=tuple(rule.choices), topic=owner)


@lru_cache(maxsize=4_096)
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
        self._rivals: dict[str, set[str]] = {}
        """Per topic: those that some ``ambiguous`` guard lets people choose instead of it."""
        for rule in (*library.ambiguous, *(each for t in topics for each in t.ambiguous)):
            meant = {ref.partition("/")[0] for ref in rule.choices}
            for topic in meant:
                self._rivals.setdefault(topic, set()).update(meant)
        self._missing = _Table(
            [*((t.id, t.not_covered) for t in topics), (EVERYWHERE, library.not_covered)],
            heard=lambda text: (text, as_written(text)),
            key=as_written,
        )
        self._double = _Table(
            [*((t.id, t.ambiguous) for t in topics), (EVERYWHERE, library.ambiguous)],
            heard=lambda text: (text, plainly(text)),
            key=plain_key,
        )

    def are_rivals(self, one: str, two: str) -> bool:
        """Does some ``ambiguous`` guard let people choose between two topics?"""
        return two in self._rivals.get(one, ())

    def missing(self, steps: Sequence[Unit], topics: Sequence[str]) -> list[Guarded]:
        """``not_covered`` guards: those of the given topics, then those that hold everywhere."""
        text = "".join(step.written for step in steps)
        return self._missing.fired(text, [*topics, EVERYWHERE])

    def double_in_each(self, texts: Sequence[str]) -> list[list[Guarded]]:
        """Of each text as its steps are written: the ``ambiguous`` guards of all owners in it."""
        return self._double.in_each(texts)

    def double(self, steps: Sequence[Unit], topics: Sequence[str]) -> list[Guarded]:
        """``ambiguous`` guards, in the same order."""
        text = "".join(step.written for step in steps)
        return self._double.fired(text, [*topics, EVERYWHERE])
