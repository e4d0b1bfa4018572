"""Authored limits: words that no source covers, and words that mean more than one thing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from operator import add
from typing import TypeAlias

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, NotCovered
from bot.matching.frozen import Store, kept
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
_Starts: TypeAlias = "dict[str, tuple[tuple[str, int], ...]]"
"""Words and the number of their guard, by the first three characters (a shorter word: by itself):
多少 and 什么 begin a great many."""


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
        store: Store | None,
    ) -> None:
        """Take the words in.

        Args:
            owned: guards with their owner.
            heard: a question in the ways of asking in which words are looked for.
            key: a word in the way in which it is looked for.
            store: may keep those that hold everywhere.
        """
        self._heard = heard
        self._key = key
        self._store = store
        self._owned = dict(owned)
        self._by_owner: dict[str, _Starts] = {}
        """Filled when an owner is first asked for: one question concerns few."""
        self._unless: dict[int, tuple[str, ...]] = {}
        """By the guard's identity: the words that switch it off, since a hit first needed them."""
        self._single = False
        """Is there a word of one character at all?"""

    def _of(self, owner: str) -> _Starts:
        """The words of one owner."""
        starts = self._by_owner.get(owner)
        if starts is None:
            words = [rule.words for rule in self._owned.get(owner, ())]
            store = self._store if owner == EVERYWHERE else None
            starts = kept(store, f"guards {self._key.__name__}", words, self._begun)
            self._by_owner[owner] = starts
            self._single |= any(len(start) == 1 for start in starts)
        return starts

    def prepare(self) -> None:
        """Take in the words of all owners now."""
        for owner in self._owned:
            self._of(owner)

    def _begun(self, words: Sequence[Sequence[str]]) -> _Starts:
        starts: dict[str, list[tuple[str, int]]] = {}
        for number, mine in enumerate(words):
            for word in mine:
                pieces = [*map(self._key, filter(None, map(_written, word.split(GAP))))]
                if pieces:
                    row = GAP.join(pieces), number
                    starts.setdefault(pieces[0][:_START_CHARS], []).append(row)
        return {start: tuple(rows) for start, rows in starts.items()}

    def _is_off(self, rule: NotCovered | Ambiguous, texts: Iterable[str]) -> bool:
        unless = self._unless.get(id(rule))
        if unless is None:
            unless = self._unless[id(rule)] = tuple(filter(None, map(_written, rule.unless)))
        return any(one in each for one in unless for each in texts)

    def fired(self, text: str, owners: Sequence[str]) -> list[Guarded]:
        """Guards of the owners, in their order, the longest word first within an owner."""
        texts = dict.fromkeys(self._heard(text))
        tables = [(owner, self._of(owner)) for owner in dict.fromkeys(owners)]
        found: list[tuple[int, int, int, Guarded]] = []
        for said in texts:
            pairs = list(map(add, said, said[1:]))
            begins = [*pairs, *map(add, pairs, said[2:])]
            positions = [*range(len(pairs)), *range(len(begins) - len(pairs))]
            if self._single:
                begins += said
                positions += range(len(said))
            for order, (owner, starts) in enumerate(tables):
                if starts.keys().isdisjoint(begins):
                    continue  # most questions hold no word of most owners
                hits = [
                    (at, row)
                    for at, start in zip(positions, begins, strict=True)
                    for row in starts.get(start, ())
                ]
                found.extend(
                    (order, -len(word), at, _guarded(word, rule, owner))
                    for at, (meant, number) in hits
                    if (word := _standing(said, meant, at))
                    and not self._is_off(rule := self._owned[owner][number], texts)
                )
        found.sort(key=lambda row: row[:3])
        return list(dict.fromkeys(row[3] for row in found))

    def in_each(self, texts: Sequence[str]) -> list[list[Guarded]]:
        """Of each text, the guards of all owners that fire in it, in no order.

        Each word (of one with gaps: its first piece) is looked for in all texts at once: there are
        few words and many texts.
        """
        by_word: dict[str, list[tuple[str, str, NotCovered | Ambiguous]]] = {}
        for owner, rules in self._owned.items():
            for word, number in chain.from_iterable(self._of(owner).values()):
                first = word.partition(GAP)[0]
                by_word.setdefault(first, []).append((owner, word, rules[number]))
        heard = [self._heard(text) for text in texts]
        ways = [(number, said) for number, each in enumerate(heard) for said in dict.fromkeys(each)]
        joined = "\n".join([said for _, said in ways])
        ends = list(accumulate(len(said) + 1 for _, said in ways))
        found: list[list[Guarded]] = [[] for _ in texts]
        for word, mine in by_word.items():
            at = joined.find(word)
            while at >= 0:
                way = bisect_right(ends, at)
                number, said = ways[way]
                within = at - ends[way] + len(said) + 1
                found[number] += [
                    _guarded(stands, rule, owner)
                    for owner, meant, rule in mine
                    if (stands := _standing(said, meant, within))
                    and not self._is_off(rule, heard[number])
                ]
                at = joined.find(word, at + 1)
        return found


def _standing(text: str, word: str, at: int) -> str:
    """What stands in the text from ``at`` on for a word; empty if it does not."""
    first, *others = word.split(GAP)
    if not text.startswith(first, at):
        return ""
    end = at + len(first)
    for piece in others:
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

    def __init__(self, library: Library, store: Store | None = None) -> None:
        """``store`` may keep what is made of those that hold everywhere."""
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
            store=store,
        )
        self._double = _Table(
            [*((t.id, t.ambiguous) for t in topics), (EVERYWHERE, library.ambiguous)],
            heard=lambda text: (text, plainly(text)),
            key=plain_key,
            store=store,
        )

    def prepare(self) -> None:
        """Take in all words now: many questions are to come, and none is to wait."""
        self._missing.prepare()
        self._double.prepare()

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
