"""How words sound: syllables of characters, near sounds, and pinyin typed in Latin letters."""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("syllables.txt")
"""A line a syllable: the syllable without tone, a space, the characters whose first reading it is;
made from pypinyin's table by ``tests/text/make_syllables.py``."""
_FIRST, _LAST = 0x3400, 0x9FFF
"""Code points of the characters in it, but for one."""
_NOUGHT = "〇"
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_H_AS_F = {"hu": "fu", "hui": "fei", "hun": "fen"}
"""Where the spelling hides a vowel: 灰 is heard as 飞. The other hu- sounds just swap letters."""
_LATIN_SYLLABLES_MAX = 12


@lru_cache(maxsize=1)
def _syllables() -> tuple[list[str], array[int]]:
    """All sounds, and the number of each character's by its code point; 0 is none.

    As a dictionary of characters it would take three megabytes.
    """
    sounds, numbers = [""], array("H", bytes(2 * (_LAST - _FIRST + 1)))
    for line in FILE.read_text(encoding="utf-8").splitlines():
        sound, _, chars = line.partition(" ")
        for char in chars:
            if _FIRST <= ord(char) <= _LAST:
                numbers[ord(char) - _FIRST] = len(sounds)
        sounds.append(sound)
    return sounds, numbers


def syllable(char: str) -> str:
    """The first reading of one character without tone, or ``""`` if it has none."""
    if char == _NOUGHT:
        return "ling"
    at = ord(char) - _FIRST if len(char) == 1 else -1
    sounds, numbers = _syllables()
    return sounds[numbers[at]] if 0 <= at < len(numbers) else ""


@lru_cache(maxsize=5_000)
def near(sound: str) -> str:
    """Fold sounds that dialects and voice input mix up: zh/z ch/c sh/s, n/l, ng/n, h/f."""
    for flat, short in _INITIALS:
        if sound.startswith(flat):
            sound = short + sound[2:]
            break
    if sound[:1] == "n" and len(sound) > 1:
        sound = "l" + sound[1:]
    elif sound.startswith("hu"):
        sound = _H_AS_F.get(sound, "f" + sound[2:])
    if sound.endswith(("ang", "eng", "ing")):
        sound = sound[:-1]
    return sound


def near_syllable(char: str) -> str:
    """The folded sound of one character, or ``""``."""
    return near(syllable(char))


@lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    found = {syllable(chr(point)) for point in range(0x4E00, 0x9FA6)} - {""}
    # Single letters and interjections would turn every Latin word into "pinyin".
    return frozenset(s for s in found if s.isascii() and re.fullmatch(r"[a-z]{1,6}", s)) - {
        "m", "n", "ng", "hm", "hng", "r", "ê", "o",
    }  # fmt: skip


@lru_cache(maxsize=4_000)
def split_latin(word: str) -> tuple[str, ...]:
    """Cut typed pinyin into syllables: ``hongsedaiban`` -> ``hong se dai ban``.

    Returns an empty tuple when the word is not pinyin from end to end. The split with the fewest
    syllables wins (``xian`` is one syllable, not ``xi an``).
    """
    if not 2 <= len(word) <= 6 * _LATIN_SYLLABLES_MAX or not word.isascii():
        return ()
    known = _known_syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is None or word[start:end] not in known:
                continue
            candidate = (*before, word[start:end])
            here = best[end]
            if here is None or len(candidate) < len(here):
                best[end] = candidate
    found = best[len(word)]
    if not found or len(found) > _LATIN_SYLLABLES_MAX or len(found) == len(word):
        return ()  # "aa" and "ee" are noise, not two syllables
    return found
