"""Which phrasings surely lead to their own section, so that asking them one by one shows nothing.

Asking a phrasing takes about a millisecond, and nearly all lead where they should. What a question
scores before single phrasings are compared is a sum over postings and can be had for thousands at
once. A phrasing is as near to itself as any can be: if its own entry is ahead of all others in that
first score, it is first in the end. And a rule that could still stand in the way shows in the
words. Whatever is not sure is asked in full: only a new rule in ``RULES`` can make this wrong, and
a test compares both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.ambiguous import leads_to
from bot.matching.case import ANSWER_MIN, Case
from bot.matching.decide import Context, Matcher
from bot.matching.facets import ASKING, asks_name
from bot.matching.guards import Guarded
from bot.matching.many import Texts
from bot.matching.match import WEIGHTS, doubt
from bot.matching.meanings import Floats, meanings, unit
from bot.matching.mentions import Mentions
from bot.matching.reading import PAIR_WEIGHT, POSTINGS_MAX, common_from
from bot.matching.several import BARE_CHARS_MAX, could_be_several
from bot.matching.sparse import Numbers, ranges
from bot.matching.terms import LENGTH, Unit, families, units
from bot.text.normalise import normalise

Mask = NDArray[np.bool_]

POSTINGS_BLOCK = 1_000_000
"""Postings that are added up at a time."""
AHEAD = 2e-3
"""What the own entry must be ahead by: sums in another order differ in their last digits."""
_TITLES = re.compile("[冠亚季]军")
"""Ranks that a contradiction knows under another name."""


def surely_own(matcher: Matcher, part: range | None = None) -> Mask:
    """Of each phrasing of some entries, in their order: is it answered with its own for sure?

    Args:
        matcher: what answers.
        part: the numbers of the entries, side by side; all by default.
    """
    asked = _Asked.of(matcher, range(len(matcher.entries)) if part is None else part)
    return _unhindered(asked) & _ahead(asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The phrasings that are looked at, one after the other."""

    matcher: Matcher
    part: range
    """The entries they belong to."""
    asks: Sequence[str]
    """Normalised."""
    cut: Sequence[Sequence[Unit]]
    named: Sequence[Mentions]
    owners: Numbers
    """The number of each one's entry."""

    @classmethod
    def of(cls, matcher: Matcher, part: range) -> _Asked:
        owners = [number for number in part for _ in matcher.entries[number].asks]
        asks = [normalise(ask) for number in part for ask in matcher.entries[number].asks]
        cut = [units(text) for text in asks]
        named = matcher.names.named_each(cut)
        return cls(matcher, part, asks, cut, named, np.array(owners, np.int64))


# --- rules ---------------------------------------------------------------------------------------


def _unhindered(asked: _Asked) -> Mask:
    """Can no rule but the score speak, if the own entry is first?"""
    matcher, alone = asked.matcher, Context()
    written = ["".join([step.written for step in steps]) for steps in asked.cut]
    found = [
        shown == ask.replace(" ", "")
        and _is_free(Case(matcher, ask, shown, steps, mentions, alone, []), owner, guards)
        for ask, shown, steps, mentions, owner, guards in zip(
            asked.asks,
            written,
            asked.cut,
            asked.named,
            asked.owners.tolist(),
            matcher.guards.double_in_each(written),
            strict=True,
        )
    ]
    return np.array(found, bool)


def _is_free(case: Case, owner: int, guards: Sequence[Guarded]) -> bool:
    """Can no rule keep a phrasing from its entry, whose number is ``owner``?

    What a phrasing names of places, years and offices stands in the files, for the phrasing does;
    a guard word that stands in the nearest phrasing, this one itself, is beside the point. One that
    fits several places shows the first entry among them, if that has a place.
    """
    text, mentions, matcher = case.text, case.mentions, case.matcher
    if not text or _TITLES.search(text):
        return False
    if asks_name(text) and not matcher.evidence.names_one[owner]:
        return False
    topic = matcher.entries[owner].topic.id
    if mentions.places and not _at_home(matcher, mentions, topic):
        return False
    if not matcher.evidence.place(topic):
        if len(case.question) <= BARE_CHARS_MAX and not ASKING.search(case.question):
            return False
        if could_be_several(case, topic):
            return False
    return all(leads_to(case, guard, topic) for guard in guards)


def _at_home(matcher: Matcher, mentions: Mentions, topic: str) -> bool:
    """Is the topic's place named, and no other county?"""
    counties = matcher.names.counties(mentions.places)
    own = matcher.evidence.place(topic)
    named = mentions.places & set(matcher.names.topic_places[topic])
    return bool(named) and counties == {own}


# --- ranking -------------------------------------------------------------------------------------


def _bonuses(asked: _Asked) -> tuple[Numbers, Floats]:
    """What places, topics and the like add: the kind of each phrasing, and the sums by kind.

    Most phrasings name nothing, and those that do name the same few things.
    """
    evidence, alone = asked.matcher.evidence, Context()
    numbers: dict[object, int] = {}
    totals: list[Floats] = []
    kinds: list[int] = []
    for ask, mentions in zip(asked.asks, asked.named, strict=True):
        key = evidence.depends_on(mentions, ask)
        number = numbers.setdefault(key, len(totals))
        if number == len(totals):
            totals.append(evidence.additions(mentions, alone, ask).total())
        kinds.append(number)
    return np.array(kinds, np.int64), np.array(totals, np.float32)


def _ahead(asked: _Asked) -> Mask:
    """Is the own entry ahead of all others before single phrasings are compared?"""
    index, asks, owner = asked.matcher.index, asked.asks, asked.owners
    kinds, totals = _bonuses(asked)
    sums = _Sums(asked)
    vague = meanings().of_many(asks)
    vague[np.flatnonzero((vague * vague).sum(axis=1))] -= index.middle
    vague = unit(vague)
    needed = np.array([ANSWER_MIN + AHEAD + doubt(ask.replace(" ", "")) for ask in asks])
    found = np.zeros(len(asks), bool)
    for first, last in sums.blocks():
        here, rows = slice(first, last), np.arange(last - first)
        rough = sums.of(first, last)
        rough += WEIGHTS["meaning"] * (vague[here] @ index.meaning.T)
        rough += totals[kinds[here]]
        own = rough[rows, owner[here]].copy()
        rough[rows, owner[here]] = -np.inf
        enough = own + WEIGHTS["phrasing"] > needed[here]
        found[here] = enough & (own > rough.max(axis=1) + AHEAD)
    return found & sums.whole


class _Sums:
    """Profile and coverage of every phrasing with every entry; see ``match.rank``."""

    def __init__(self, asked: _Asked) -> None:
        index, part = asked.matcher.index, asked.part
        self._postings, self._documents = index.postings, len(index.documents)
        first, last = index.phrasings.starts[[part.start, part.stop]].tolist()
        terms, vocabulary = index.phrasings.terms.part(first, last), index.vocabulary
        count, spread = terms.count, np.diff(index.postings.starts)
        telling = (spread <= common_from(self._documents))[terms.columns]
        told = np.bincount(terms.row_of[telling], minlength=count) > 0
        telling |= ~told[terms.row_of]  # terms that stand everywhere, unless there are no others
        own, rows = terms.columns[telling].astype(np.int64), terms.row_of[telling]
        weights = vocabulary.weights[own]
        covers = weights * (families(vocabulary.codes)[own] != LENGTH)
        pairs = Texts(asked.cut).pairs()
        at = vocabulary.find(pairs.codes)[0]
        pair_weights = vocabulary.weights[at] * np.float32(PAIR_WEIGHT)
        size = np.sqrt(
            np.bincount(rows, weights**2, count) + np.bincount(pairs.rows, pair_weights**2, count)
        )
        mass = np.bincount(rows, covers, count)
        size[size == 0], mass[mass == 0] = 1, 1
        row = np.concatenate([rows, pairs.rows])
        order = row.argsort(kind="stable")
        self._rows, self._terms = row[order], np.concatenate([own, at])[order]
        profile = np.concatenate([weights / size[rows], pair_weights / size[pairs.rows]])[order]
        covered = np.concatenate([covers / mass[rows], np.zeros(len(at))])[order]
        self._profile = (WEIGHTS["profile"] * profile).astype(np.float32)
        self._covered = (WEIGHTS["coverage"] * covered).astype(np.float32)
        self._starts = np.searchsorted(self._rows, np.arange(count + 1))
        read = np.bincount(self._rows, spread[self._terms], count)
        self._read = read.astype(np.int64)
        self.whole: Mask = read <= POSTINGS_MAX
        """Of each phrasing: are all its postings read?"""

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Phrasings from one to another, few enough to be added up together."""
        ends = self._read.cumsum()
        first = 0
        while first < len(ends):
            read = POSTINGS_BLOCK + (int(ends[first - 1]) if first else 0)
            room = max(1, POSTINGS_BLOCK // max(1, self._documents))
            last = min(int(ends.searchsorted(read)), first + room)
            last = max(last, first + 1)
            yield first, last
            first = last

    def of(self, first: int, last: int) -> Floats:
        """The weighted sums of these phrasings, by entry."""
        mine = slice(int(self._starts[first]), int(self._starts[last]))
        terms, postings = self._terms[mine], self._postings
        begin = postings.starts[terms]
        lengths = postings.starts[terms + 1] - begin
        at = ranges(begin, lengths)
        values = postings.values[at] * self._profile[mine].repeat(lengths)
        values += self._covered[mine].repeat(lengths)
        base = (self._rows[mine].astype(np.int64) - first) * self._documents
        keys = base.repeat(lengths) + postings.columns[at]
        found = np.bincount(keys, values, (last - first) * self._documents)
        return found.astype(np.float32).reshape(last - first, self._documents)
