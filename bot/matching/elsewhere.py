"""A subject that only another place's files know, asked of this place ("中泰有红色代办吗")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.knowledge.places import short_place
from bot.knowledge.schema import Topic
from bot.matching.evidence import Evidence, content_pairs
from bot.matching.holders import Holders
from bot.matching.mentions import Mentions, Names
from bot.matching.prepared import place_key
from bot.matching.terms import Unit, neighbour_codes, units

_ABOUT = re.compile(r"总结|介绍|概括|汇总|简介|梳理|归纳|讲讲|说说|聊聊|根据(?!地)|依据")
"""What is wanted of a subject is no subject."""
SHARE_MIN = 0.8
"""Least share of the content pairs beside the place's name that this place does not know."""
PHRASING_MAX = 0.55
"""A phrasing of the named place that is this near is what was asked."""
ALIAS_SURE_MIN = 0.6
"""An alias this sure is a subject by itself."""
PLACES_TOLD_MAX = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """What the place that is asked about does not have, and who has it."""

    here: str
    """Short name of the place."""
    word: str
    """The subject as written in the question; may be empty when it was typed as pinyin."""
    owners: tuple[str, ...]
    """Short names of the places whose files speak of it."""

    @property
    def say(self) -> str:
        """The words for a member."""
        subject = f"“{self.word}”" if self.word else "这件事"
        known = len(self.owners) <= PLACES_TOLD_MAX
        tail = f"，写到它的是{'、'.join(self.owners)}" if known else ""
        return f"{self.here}的资料里没有写{subject}{tail}。"

    @property
    def reason(self) -> str:
        """Why, for ``--explain``."""
        return f"“{self.word}”只有别处的资料写到：{'、'.join(self.owners)}"


class Elsewhere:
    """Knows which place's files speak of what."""

    def __init__(
        self, topics: Iterable[Topic], names: Names, evidence: Evidence, spoken: Holders
    ) -> None:
        """``spoken``: which place speaks of what, phrasings left out."""
        self._names = names
        self._evidence = evidence
        self.spoken = spoken
        self._called: dict[str, str] = {}
        for topic in sorted(topics, key=lambda t: len(names.topic_places[t.id])):
            key = place_key(evidence.place(topic.id))
            if key:
                self._called.setdefault(key, short_place(topic))

    def find(self, question: str, mentions: Mentions, phrasing: float, best: str) -> Missing | None:
        """The subject that the one named place does not have, when most of the question is it.

        Args:
            question: normalised, with spaces.
            mentions: what the question names.
            phrasing: how near the best entry's nearest phrasing is, 0 to 1.
            best: the topic of the best entry.
        """
        if not mentions.places:
            return None
        named = self._names.counties(mentions.places)
        if len(named) != 1:
            return None
        here = place_key(named.pop())
        if phrasing >= PHRASING_MAX and place_key(self._evidence.place(best)) == here:
            return None
        rest = _ABOUT.sub(" ", self._names.without_places(question)[0])
        pairs = [pair for part in rest.split() for pair in content_pairs(units(part))]
        unknown = self._unknown(pairs, here)
        spoken = self.spoken.of_pairs(unknown)
        foreign = [p for p, names in zip(unknown, spoken, strict=True) if self._others(names, here)]
        alias = self._foreign_alias(mentions, here)
        if alias:
            owners = self._owners(content_pairs(units(alias)), here)
            return Missing(self._called[here], alias, owners)
        if not pairs or len(foreign) < SHARE_MIN * len(pairs):
            return None
        word = _written(units(rest), foreign)
        return Missing(self._called[here], word, self._owners(foreign, here))

    def _unknown(self, pairs: Sequence[tuple[int, int]], here: str) -> list[tuple[int, int]]:
        """The pairs that no word of this place's files holds."""
        holders = self._evidence.known.of_pairs(pairs)
        return [pair for pair, names in zip(pairs, holders, strict=True) if here not in names]

    def _foreign_alias(self, mentions: Mentions, here: str) -> str:
        """The name of another place's topic that this place does not know, or ""."""
        for topic, word in mentions.words.items():
            place = self._evidence.place(topic)
            if not place or place_key(place) == here or mentions.topics[topic] < ALIAS_SURE_MIN:
                continue
            if self._unknown(content_pairs(units(word)), here):
                return word
        return ""

    def _owners(self, pairs: Sequence[tuple[int, int]], here: str) -> tuple[str, ...]:
        """The other places that speak of all of the pairs; of any, when none speaks of all."""
        spoken = self.spoken.of_pairs(pairs)
        if not spoken:
            return tuple(said for name, said in self._called.items() if name != here)
        whole = self._others(frozenset.intersection(*spoken), here)
        found = whole or self._others(frozenset().union(*spoken), here)
        return tuple(said for name, said in self._called.items() if name in found)

    def _others(self, names: frozenset[str], here: str) -> frozenset[str]:
        """Those that are places, but for the one that is asked about."""
        return (names & self._called.keys()) - {here}


def _written(steps: Sequence[Unit], pairs: Sequence[tuple[int, int]]) -> str:
    """The longest run of characters that the pairs cover."""
    best, run = "", ""
    wanted = {written for written, _ in pairs}
    for one, two in pairwise(steps):
        if neighbour_codes(one, two)[0] in wanted:
            run = (run or one.written) + two.written
            best = max(best, run, key=len)
        else:
            run = ""
    return best
