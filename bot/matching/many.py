"""The terms of many texts at once: what building an index and checking phrasings are made of.

Text by text the same work takes several times as long; here all steps of all texts lie one after
the other and each kind of term is one operation on them. What comes out is what ``terms`` says of
each text alone; a test holds that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.finder import Finder, Joined
from bot.matching.sparse import Numbers, Rows, distinct
from bot.matching.terms import (
    BEGIN,
    CHAR,
    END,
    FAMILY_BITS,
    NEIGHBOURS,
    PAIR,
    PAIR_CHARS_MAX,
    SOUND,
    SOUNDS,
    TOKEN_BITS,
    Codes,
    Unit,
    concept_code,
    length_code,
    token_number,
    triangle,
)

BLOCK_TEXTS = 1_000
"""Texts whose terms are looked for at a time."""
_NO_CODES: Codes = np.empty(0, np.uint64)

Owners = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Found:
    """Terms, and the text that each stands in; not sorted, some may come twice."""

    codes: Codes
    rows: Owners

    @classmethod
    def joined(cls, parts: Iterable[Found]) -> Found:
        """The terms of all parts."""
        every = list(parts)
        return cls(
            np.concatenate([part.codes for part in every]),
            np.concatenate([part.rows for part in every]),
        )


class Texts:
    """Many texts, cut."""

    def __init__(self, texts: Sequence[Sequence[Unit]]) -> None:
        self._texts = texts
        counts = np.fromiter(map(len, texts), np.int64, len(texts))
        self._rows = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
        self._first = np.ones(len(self._rows), bool)
        self._first[1:] = self._rows[1:] != self._rows[:-1]
        steps = [step for text in texts for step in text]
        self._written = _numbered([step.written for step in steps])
        self._sounds = _numbered([step.sound for step in steps])

    def grams(self) -> Found:
        """Characters, sounds and their neighbours; see ``terms.gram_list``."""
        written, sounds, rows = self._written, self._sounds, self._rows
        last = np.ones(len(rows), bool)
        last[:-1] = self._first[1:]
        before, sound_before = _moved(written, self._first), _moved(sounds, self._first)
        shown, heard = written != 0, sounds != 0
        pairs = shown & (before != 0)
        closed = last & shown
        return Found(
            np.concatenate(
                [
                    _coded(CHAR, written[shown]),
                    _coded(NEIGHBOURS, before[pairs], written[pairs]),
                    _coded(SOUND, sounds[heard]),
                    _coded(SOUNDS, sound_before[heard], sounds[heard]),
                    _coded(NEIGHBOURS, written[closed], np.uint64(END)),
                    _coded(SOUNDS, sounds[last], np.uint64(END)),
                ]
            ),
            np.concatenate(
                [rows[shown], rows[pairs], rows[heard], rows[heard], rows[closed], rows[last]]
            ),
        )

    def lengths(self) -> Found:
        """How long each text is; nothing of one without steps."""
        rows = [number for number, text in enumerate(self._texts) if text]
        codes = [length_code(self._texts[number]) for number in rows]
        return Found(np.array(codes, np.uint64), np.array(rows, np.int32))

    def concepts(self, finder: Finder | None) -> Found:
        """Concepts of the thesaurus."""
        if finder is None:
            return Found(np.empty(0, np.uint64), np.empty(0, np.int32))
        hits = [
            (hit.meaning, number)
            for number, found in enumerate(finder.find_each(Joined(self._texts)))
            for hit in found
        ]
        code = {meaning: concept_code(meaning) for meaning, _ in hits}
        return Found(
            np.array([code[meaning] for meaning, _ in hits], np.uint64),
            np.array([number for _, number in hits], np.int32),
        )

    def pairs(self) -> Found:
        """Any two characters of a text; see ``terms.pair_codes``."""
        shown = self._written != 0
        keys = self._rows[shown].astype(np.int64) << TOKEN_BITS
        keys = distinct(keys | self._written[shown].astype(np.int64))
        rows, chars = (keys >> TOKEN_BITS).astype(np.int32), keys.astype(np.uint64)
        chars &= np.uint64((1 << TOKEN_BITS) - 1)
        counts = np.bincount(rows, minlength=len(self._texts))
        starts = counts.cumsum() - counts
        codes: list[Codes] = [np.empty(0, np.uint64)]
        owners: list[Owners] = [np.empty(0, np.int32)]
        for size in range(2, PAIR_CHARS_MAX + 1):
            mine = np.flatnonzero(counts == size)
            if not len(mine):
                continue
            held = chars[starts[mine, None] + np.arange(size)]
            one, two = triangle(size)
            codes.append(_coded(PAIR, held[:, one].ravel(), held[:, two].ravel()))
            owners.append(np.repeat(mine.astype(np.int32), len(one)))
        return Found(np.concatenate(codes), np.concatenate(owners))


def _numbered(tokens: Sequence[str]) -> Codes:
    number = {token: token_number(token) for token in set(tokens)}
    return np.fromiter(map(number.__getitem__, tokens), np.uint64, len(tokens))


def _moved(tokens: Codes, first: NDArray[np.bool_]) -> Codes:
    """The token before each; the mark of the beginning at the first of a text."""
    found = np.empty_like(tokens)
    found[1:] = tokens[:-1]
    found[first] = BEGIN
    return found


def _coded(family: int, one: Codes, two: Codes | np.uint64 | None = None) -> Codes:
    codes: Codes = (one << np.uint64(TOKEN_BITS)) | np.uint64(family << FAMILY_BITS)
    if two is not None:
        codes |= two
    return codes


def numbered(codes: Codes) -> tuple[Codes, Numbers]:
    """All different terms in order, and the number of each given one among them."""
    known = distinct(codes)
    return known, known.searchsorted(codes)


def all_terms(found: Iterable[Found], count: int) -> tuple[Codes, Rows]:
    """All different terms in order, and which of them each text holds.

    Args:
        found: the terms of some texts after the other; a text has all its terms in one of them.
        count: how many texts there are.

    Returns:
        the terms; texts by terms, and the values say nothing.
    """
    kept: list[tuple[Codes, NDArray[np.int32]]] = []
    counts = np.zeros(count + 1, np.int64)
    for block in found:
        codes, at = numbered(block.codes)
        mine, rows = each_once(at, block.rows, len(codes))
        kept.append((codes, mine.astype(np.int32)))
        counts[1:] += np.bincount(rows, minlength=count)
    known = distinct(np.concatenate([_NO_CODES, *(codes for codes, _ in kept)]))
    columns = np.empty(int(counts.sum()), np.int32)
    end = 0
    for codes, own in kept:
        start, end = end, end + len(own)
        columns[start:end] = known.searchsorted(codes)[own]
    values = np.zeros(len(columns), np.float32)
    return known, Rows(counts.cumsum(), columns, values, len(known))


def each_once(columns: Numbers, rows: Owners, width: int) -> tuple[Numbers, Owners]:
    """Pairs of a row and a column, sorted by both, each once."""
    keys = distinct(rows.astype(np.int64) * width + columns)
    return keys % max(width, 1), (keys // max(width, 1)).astype(np.int32)
