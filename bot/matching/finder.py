"""Words of a fixed list found in texts, by their characters and by their sounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from typing import Any, TypeAlias

from bot.matching.terms import Unit, units


class Finder:
    """Finds words of a fixed list in a text, by their characters and by their sounds.

    At each position the longest word wins; an exact hit wins over one by sound.
    """

    def __init__(self, words: Iterable[tuple[str, str]], *, sound_chars_min: int = 3) -> None:
        """``words`` are pairs of a normalised word and what it stands for.

        Words shorter than ``sound_chars_min`` are found by their characters alone: too many
        other words sound like them.
        """
        exact: _Node = {}
        sound: _Node = {}
        for word, meaning in words:
            steps = units(word)
            if not steps:
                continue
            _plant(exact, map(_shown, steps), meaning)
            if len(steps) >= sound_chars_min:
                _plant(sound, (step.sound for step in steps), meaning)
        self._exact, self._heard = _Starts(exact), _Starts(sound)

    @property
    def tries(self) -> tuple[_Node, _Node]:
        """The words by their characters and by their sounds: plain values, to be kept."""
        return self._exact.trie, self._heard.trie

    @classmethod
    def of_tries(cls, exact: _Node, sound: _Node) -> Finder:
        """A finder of what ``tries`` told."""
        made = cls(())
        made._exact, made._heard = _Starts(exact), _Starts(sound)
        return made

    def find(self, steps: Sequence[Unit]) -> list[Hit]:
        """All hits, in order of position; those hidden inside a longer hit are left out."""
        return self._in(*_rows(steps))

    def find_each(self, texts: Joined) -> list[list[Hit]]:
        """The same of many texts, looked through as one long text: no word goes on over a gap."""
        found: list[list[Hit]] = [[] for _ in texts.ends]
        number, begin = 0, 0
        for hit in self._in(texts.written, texts.sounds):
            while hit.start >= texts.ends[number]:
                begin = texts.ends[number]
                number += 1
            found[number].append(Hit(hit.start - begin, hit.end - begin, hit.meaning, hit.exact))
        return found

    def _in(self, written: _Row, sounds: _Row) -> list[Hit]:
        if not (self._exact.any_in(written) or self._heard.any_in(sounds)):
            return []
        hits: list[Hit] = []
        covered = 0
        begun = zip(self._exact.at(written), self._heard.at(sounds), strict=True)
        for start, (shown, sound) in enumerate(begun):
            if shown is None and sound is None:
                continue
            end, meanings = _longest(shown, written.tokens, start) if shown else (0, _NOTHING)
            by_letter = bool(meanings) and (end > covered or not hits)
            if not by_letter:
                end, meanings = _longest(sound, sounds.tokens, start) if sound else (0, _NOTHING)
            if meanings and (end > covered or not hits):
                hits.extend(Hit(start, end, meaning, by_letter) for meaning in meanings)
                covered = end
        return hits


def _shown(step: Unit) -> str:
    """How a step stands in a text: typed pinyin by its sound, else any would equal any other."""
    return step.written or step.sound


@dataclass(frozen=True, slots=True)
class _Row:
    """A text as one kind of token."""

    tokens: Sequence[str]
    pairs: Sequence[tuple[str, str]]
    """Each with the next; the last with nothing."""

    @classmethod
    def of(cls, tokens: list[str]) -> _Row:
        return cls(tokens, list(zip_longest(tokens, tokens[1:], fillvalue="")))


_looked: tuple[Sequence[Unit], tuple[_Row, _Row]] = ((), (_Row.of([]), _Row.of([])))


def _rows(steps: Sequence[Unit]) -> tuple[_Row, _Row]:
    """How steps are written and how they sound; one question is looked through several times."""
    global _looked  # noqa: PLW0603 - a memory of one: the same object comes four times running
    seen, rows = _looked  # read once: another thread may look through another text
    if steps is not seen:
        rows = _rows_of(steps)
        _looked = (steps, rows)
    return rows


def _rows_of(steps: Sequence[Unit]) -> tuple[_Row, _Row]:
    return _Row.of(list(map(_shown, steps))), _Row.of([step.sound for step in steps])


_BETWEEN = Unit("\n", "\n")
"""Stands between two texts and in no word."""


class Joined:
    """Many texts as one, to be looked through by several finders."""

    def __init__(self, texts: Sequence[Sequence[Unit]]) -> None:
        self.ends = list(accumulate(len(text) + 1 for text in texts))
        """After the gap that follows each."""
        self.written, self.sounds = _rows_of([step for text in texts for step in (*text, _BETWEEN)])


_Node: TypeAlias = dict[str, Any]
"""Words that begin alike: the next token -> those that go on with it; ``_ENDS`` -> what the word
that ends here stands for."""
_ENDS = "\0"
_NOTHING: list[str] = []


def _plant(node: _Node, tokens: Iterable[str], meaning: str) -> None:
    for token in tokens:
        node = node.setdefault(token, {})
    node.setdefault(_ENDS, []).append(meaning)


class _Starts:
    """Words by their first two tokens: most pairs of steps in a text begin none."""

    def __init__(self, trie: _Node) -> None:
        self.trie = trie
        self._pairs: dict[tuple[str, str], _Node] = {
            (one, two): node for one, node in trie.items() for two in node if two != _ENDS
        }
        """How words go on after their first token."""
        self._alone: dict[str, _Node] = {one: node for one, node in trie.items() if _ENDS in node}
        """First tokens that are words by themselves."""

    def any_in(self, row: _Row) -> bool:
        """Does any word begin in a text? Most hold none: nothing else need be looked at."""
        alone = self._alone.keys()
        return not (self._pairs.keys().isdisjoint(row.pairs) and alone.isdisjoint(row.tokens))

    def at(self, row: _Row) -> Iterable[_Node | None]:
        """At each token, how words go on after it; None where no word begins."""
        found = map(self._pairs.get, row.pairs)
        if not self._alone:
            return found
        alone = map(self._alone.get, row.tokens)
        return [one or two for one, two in zip(alone, found, strict=True)]


def _longest(node: _Node, row: Sequence[str], start: int) -> tuple[int, list[str]]:
    """Where the longest word ends whose first token is at ``start``, and what it stands for.

    ``node`` holds how the words go on after that token.
    """
    end, meanings = start, _NOTHING
    following: _Node | None = node
    at, last = start + 1, len(row)
    while following is not None:
        if _ENDS in following:
            end, meanings = at, following[_ENDS]
        if at == last:
            break
        following = following.get(row[at])
        at += 1
    return end, meanings


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the list found at steps ``start`` to ``end``."""

    start: int
    end: int
    meaning: str
    exact: bool
