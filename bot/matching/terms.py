"""The terms that texts are compared by: characters and sounds, alone and in pairs, and concepts.

A term is a short string whose first letter says its family: ``c`` one character, ``d`` two
neighbours, ``s`` one near sound, ``t`` two near sounds, ``u`` two characters in no order, ``k`` a
concept of the thesaurus. Pairs of neighbours include the ends of the text (``^`` and ``$``): how a
question begins and ends tells much about what it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.text.pinyin import near, near_syllable, split_latin

_TOKEN = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?%?|[\u3400-\u9fff\U00020000-\U0002fa1f]")
PAIR_CHARS_MAX = 20
"""A long story has too many pairs for any of them to tell something."""
_NUMERALS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"10": "十"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One step of a text: how it is written and how it sounds; either may be empty."""

    written: str
    sound: str


def units(text: str) -> list[Unit]:
    """Cut normalised text into steps; typed pinyin becomes sounds without characters."""
    found: list[Unit] = []
    for token in _TOKEN.findall(text):
        if "a" <= token[0] <= "z":
            syllables = split_latin(token)
            if syllables:
                found.extend(Unit("", near(sound)) for sound in syllables)
            else:
                found.append(Unit(token, token))
        elif len(token) == 1 or token in _NUMERALS:
            char = _NUMERALS.get(token, token)
            found.append(Unit(char, near_syllable(char) or char))
        else:
            found.append(Unit(token, token))
    return found


def gram_terms(steps: Sequence[Unit]) -> set[str]:
    """Terms of the families c, d, s and t."""
    found: set[str] = set()
    before, sound_before = "^", "^"
    for step in steps:
        written, sound = step.written, step.sound
        if written:
            found.add("c" + written)
            if before:
                found.add("d" + before + written)
        if sound:
            found.add("s" + sound)
            found.add("t" + sound_before + " " + sound)
        before, sound_before = written, sound
    if steps:
        if before:
            found.add("d" + before + "$")
        found.add("t" + sound_before + " $")
    return found


def pair_terms(steps: Sequence[Unit]) -> set[str]:
    """Terms of the family u: any two characters of a text, whatever stands between them."""
    chars = sorted({step.written for step in steps if step.written})
    if len(chars) > PAIR_CHARS_MAX:
        return set()
    return {"u" + one + two for at, one in enumerate(chars) for two in chars[at + 1 :]}


class Finder:
    """Finds words of a fixed list in a text, by their characters and by their sounds.

    At each position the longest word wins; an exact hit wins over one by sound.
    """

    def __init__(self, words: Iterable[tuple[str, str]], *, sound_chars_min: int = 3) -> None:
        """``words`` are pairs of a normalised word and what it stands for.

        Words shorter than ``sound_chars_min`` are found by their characters alone: too many
        other words sound like them.
        """
        self._exact: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._sound: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for word, meaning in words:
            steps = units(word)
            if not steps:
                continue
            key = tuple(step.written for step in steps)
            self._exact.setdefault(key[0], []).append((key, meaning))
            if len(steps) >= sound_chars_min:
                sounds = tuple(step.sound for step in steps)
                self._sound.setdefault(sounds[0], []).append((sounds, meaning))
        for table in (self._exact, self._sound):
            for rows in table.values():
                rows.sort(key=lambda row: -len(row[0]))

    def find(self, steps: Sequence[Unit]) -> list[Hit]:
        """All hits, in order of position; those hidden inside a longer hit are left out."""
        written = tuple(step.written for step in steps)
        sounds = tuple(step.sound for step in steps)
        hits: list[Hit] = []
        covered = 0
        for start in range(len(steps)):
            for table, row, exact in ((self._exact, written, True), (self._sound, sounds, False)):
                length = 0
                for key, meaning in table.get(row[start], ()):
                    if length and len(key) < length:
                        break
                    end = start + len(key)
                    if row[start:end] == key and (end > covered or not hits):
                        hits.append(Hit(start, end, meaning, exact))
                        length = len(key)
                if length:
                    covered = start + length
                    break
        return hits


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the list found at steps ``start`` to ``end``."""

    start: int
    end: int
    meaning: str
    exact: bool
