"""The terms that texts are compared by: characters and sounds, alone and in pairs, and concepts.

A term is one 64-bit number: its family in the highest bits, then two tokens of 24 bits each. The
families are below. Pairs of neighbours include the ends of the text: how a question begins and ends
tells much about what it asks. Numbers instead of strings because an index of 100,000 phrasings has
millions of terms.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

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


@lru_cache(maxsize=16)
def units(text: str) -> tuple[Unit, ...]:
    """Cut normalised text into steps; typed pinyin becomes sounds without characters.

    One question is cut in several places, one after the other; few are kept, for what people say is
    not to stay in memory.
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
