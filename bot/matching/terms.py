"""The terms that texts are compared by: characters and sounds, alone and in pairs, and concepts.

A term is one 64-bit number: its family in the highest bits, then two tokens of 24 bits each. The
families are below. Pairs of neighbours include the ends of the text: how a question begins and ends
tells much about what it asks. Numbers instead of strings because an index of 100,000 phrasings has
millions of terms.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.text.pinyin import near, near_syllable, split_latin

Codes: TypeAlias = NDArray[np.uint64]
"""Terms, sorted, each once."""

CHAR, NEIGHBOURS, SOUND, SOUNDS, PAIR, CONCEPT, LENGTH = range(1, 8)
"""One character; two neighbours; one near sound; two near sounds; two characters in no order; a
concept of the thesaurus; how long the text is."""
PAIR_CHARS_MAX = 20
"""A long story has too many pairs for any of them to tell something."""
LENGTH_STEPS = 2
LENGTH_MAX = 10

FAMILY_BITS = 48
TOKEN_BITS = 24
_LONG_TOKEN = 0x800000
"""Tokens of several letters, by their checksum; single characters are their own code point."""
_NONE, BEGIN, END = 0, 1, 2
_TOKEN = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?%?|[\u3400-\u9fff\U00020000-\U0002fa1f]")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f ]*")
"""Text of which every character is a step of its own, as most is."""
_NUMERALS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"10": "十"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One step of a text: how it is written and how it sounds; either may be empty."""

    written: str
    sound: str


@lru_cache(maxsize=20_000)
def _char_unit(char: str) -> Unit:
    return Unit(char, near_syllable(char) or char)


@lru_cache(maxsize=64)
def units(text: str) -> tuple[Unit, ...]:
    """Cut normalised text into steps; typed pinyin becomes sounds without characters.

    One question is cut in several places, one after the other.
    """
    if _CHINESE.fullmatch(text):
        return tuple(map(_char_unit, text.replace(" ", "")))
    found: list[Unit] = []
    for token in _TOKEN.findall(text):
        if "a" <= token[0] <= "z":
            syllables = split_latin(token)
            if syllables:
                found.extend(Unit("", near(sound)) for sound in syllables)
            else:
                found.append(Unit(token, token))
        elif len(token) == 1 or token in _NUMERALS:
            found.append(_char_unit(_NUMERALS.get(token, token)))
        else:
            found.append(Unit(token, token))
    return tuple(found)


@lru_cache(maxsize=50_000)
def token_number(token: str) -> int:
    """A token as 24 bits; 0 for none."""
    if len(token) == 1:
        return ord(token)
    return _LONG_TOKEN | (zlib.crc32(token.encode()) & (_LONG_TOKEN - 1)) if token else _NONE


def code(family: int, one: int, two: int = _NONE) -> int:
    """One term as a number."""
    return family << FAMILY_BITS | one << TOKEN_BITS | two


def concept_code(meaning: str) -> int:
    """The term of a concept of the thesaurus."""
    return code(CONCEPT, token_number(meaning))


def families(codes: Codes) -> NDArray[np.int64]:
    """The family of each term."""
    return (codes >> np.uint64(FAMILY_BITS)).astype(np.int64)


def gram_list(steps: Sequence[Unit]) -> list[int]:
    """Terms of characters, sounds and their neighbours, as they come; some may come twice."""
    found: list[int] = []
    before, sound_before = BEGIN, BEGIN
    for step in steps:
        written, sound = token_number(step.written), token_number(step.sound)
        if written:
            found.append(CHAR << FAMILY_BITS | written << TOKEN_BITS)
            if before:
                found.append(NEIGHBOURS << FAMILY_BITS | before << TOKEN_BITS | written)
        if sound:
            found.append(SOUND << FAMILY_BITS | sound << TOKEN_BITS)
            found.append(SOUNDS << FAMILY_BITS | sound_before << TOKEN_BITS | sound)
        before, sound_before = written, sound
    if steps:
        if before:
            found.append(code(NEIGHBOURS, before, END))
        found.append(code(SOUNDS, sound_before, END))
    return found


def sorted_once(terms: Sequence[int]) -> Codes:
    """Terms sorted, each once."""
    codes: Codes = np.array(sorted(set(terms)), np.uint64)
    return codes


def pair_codes(steps: Sequence[Unit]) -> Codes:
    """Any two characters of a text, whatever stands between them."""
    chars = sorted({token_number(step.written) for step in steps if step.written})
    if not 2 <= len(chars) <= PAIR_CHARS_MAX:
        return np.empty(0, np.uint64)
    numbers = np.array(chars, np.uint64)
    one, two = triangle(len(chars))
    shifted = numbers << np.uint64(TOKEN_BITS)
    codes: Codes = shifted[one] | numbers[two] | np.uint64(PAIR << FAMILY_BITS)
    return codes


def length_code(steps: Sequence[Unit]) -> int:
    """The term of a text's length, in steps of two."""
    return code(LENGTH, 1 + min(LENGTH_MAX, len(steps) // LENGTH_STEPS))


@lru_cache(maxsize=PAIR_CHARS_MAX)
def triangle(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every two different numbers below ``size``, as two rows."""
    return np.triu_indices(size, 1)


def neighbour_codes(one: Unit, two: Unit) -> tuple[int, int]:
    """How two neighbouring steps are written and how they sound, as two terms."""
    return (
        code(NEIGHBOURS, token_number(one.written), token_number(two.written)),
        code(SOUNDS, token_number(one.sound), token_number(two.sound)),
    )


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
        written, sounds = _rows(steps)
        if not (self._exact.any_in(written) or self._heard.any_in(sounds)):
            return []
        hits: list[Hit] = []
        covered = 0
        begun = zip(self._exact.at(written), self._heard.at(sounds), strict=True)
        for start, (shown, sound) in enumerate(begun):
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
        rows = _Row.of(list(map(_shown, steps))), _Row.of([step.sound for step in steps])
        _looked = (steps, rows)
    return rows


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
