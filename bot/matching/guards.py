"""Authored limits: words that no source covers, and words that mean more than one thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, NotCovered
from bot.matching.terms import Finder, Unit
from bot.text.normalise import normalise

NEVER = 1_000


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


class _Rules:
    """Rules of one owner: a word -> the rule, with the words that switch it off."""

    def __init__(self, owner: str, rules: Sequence[NotCovered | Ambiguous]) -> None:
        self.owner = owner
        self.rules = rules
        words = [
            (normalise(word), f"{number} {normalise(word)}")
            for number, rule in enumerate(rules)
            for word in rule.words
        ]
        # By characters only: by sound 冷不冷 would be heard in 能不能, 哪些观摩点 in 那些观摩点.
        pairs = [(word, meaning) for word, meaning in words if word]
        self.finder = Finder(pairs, sound_chars_min=NEVER)
        self.unless = [tuple(normalise(word) for word in rule.unless) for rule in rules]

    def fired(self, steps: Sequence[Unit], text: str) -> Iterable[Guarded]:
        """Guards whose word stands in the text and whose ``unless`` does not."""
        hits = sorted(self.finder.find(steps), key=lambda hit: hit.start - hit.end)
        for hit in hits:
            number, _, word = hit.meaning.partition(" ")
            rule = self.rules[int(number)]
            if any(other and other in text for other in self.unless[int(number)]):
                continue
            if isinstance(rule, NotCovered):
                yield Guarded(word, say=rule.say, topic=self.owner)
            else:
                yield Guarded(word, choices=tuple(rule.choices), topic=self.owner)


class Guards:
    """All guards of a library."""

    def __init__(self, library: Library) -> None:
        self._missing = _Rules("", library.not_covered)
        self._double = _Rules("", library.ambiguous)
        topics = library.topics.values()
        self._missing_in = {t.id: _Rules(t.id, t.not_covered) for t in topics if t.not_covered}
        self._double_in = {t.id: _Rules(t.id, t.ambiguous) for t in topics if t.ambiguous}

    def missing(self, steps: Sequence[Unit], text: str, topics: Iterable[str]) -> list[Guarded]:
        """``not_covered`` guards: those of the given topics, then those that hold everywhere."""
        found: list[Guarded] = []
        for topic in topics:
            if topic in self._missing_in:
                found.extend(self._missing_in[topic].fired(steps, text))
        found.extend(self._missing.fired(steps, text))
        return found

    def double(self, steps: Sequence[Unit], text: str, topics: Iterable[str]) -> list[Guarded]:
        """``ambiguous`` guards, in the same order."""
        found: list[Guarded] = []
        for topic in topics:
            if topic in self._double_in:
                found.extend(self._double_in[topic].fired(steps, text))
        found.extend(self._double.fired(steps, text))
        return found
