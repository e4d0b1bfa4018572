"""A subject that only another place's files know, asked of this place ("中泰有红色代办吗")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.knowledge.library import Entry
from bot.knowledge.places import short_place
from bot.matching.evidence import Evidence, content_pairs
from bot.matching.mentions import Mentions, Names, normalise_all
from bot.matching.terms import Unit, gram_terms, units

_ABOUT = re.compile(r"总结|介绍|概括|汇总|简介|梳理|归纳|讲讲|说说|聊聊")
"""What is wanted of a subject is no subject."""
SHARE_MIN = 0.8
"""Least share of the content pairs beside the place's name that this place does not know."""
PHRASING_MAX = 0.55
"""A phrasing this near speaks of the place that is named."""
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

    def __init__(self, entries: Sequence[Entry], names: Names, evidence: Evidence) -> None:
        self._names = names
        self._evidence = evidence
        self._spoken: dict[tuple[str, ...], set[str]] = {}
        """Per place: the terms of its answers, titles and aliases; phrasings would tell too much,
        for everybody's 多少钱 stands in somebody's."""
        self._called: dict[tuple[str, ...], str] = {}
        for entry in sorted(entries, key=lambda e: len(names.topic_places[e.topic.id])):
            topic = entry.topic
            place = evidence.place(topic.id)
            if not place:
                continue
            words = normalise_all((entry.answer, entry.title, topic.title, *topic.aliases))
            self._spoken.setdefault(place, set()).update(gram_terms(units(words)))
            self._called.setdefault(place, short_place(topic))

    def find(self, question: str, mentions: Mentions, phrasing: float) -> Missing | None:
        """The subject that the one named place does not have, when most of the question is it.

        Args:
            question: normalised, with spaces.
            mentions: what the question names.
            phrasing: how near the best entry's nearest phrasing is, 0 to 1.
        """
        if phrasing >= PHRASING_MAX or not mentions.places:
            return None
        levels = self._names.topic_places
        named = {self._evidence.place(t) for t, own in levels.items() if mentions.places & set(own)}
        if len(named) != 1:
            return None
        here = named.pop()
        known = self._evidence.place_terms[here]
        rest = _ABOUT.sub(" ", self._names.without_places(question)[0])
        pairs = [pair for part in rest.split() for pair in content_pairs(units(part))]
        foreign = [p for p in pairs if not p & known and self._owners([p], here)]
        alias = self._foreign_alias(mentions, here, known)
        if alias:
            owners = self._owners(content_pairs(units(alias)), here)
            return Missing(self._called[here], alias, owners)
        if not pairs or len(foreign) < SHARE_MIN * len(pairs):
            return None
        word = _written(units(rest), foreign)
        return Missing(self._called[here], word, self._owners(foreign, here))

    def _foreign_alias(self, mentions: Mentions, here: tuple[str, ...], known: set[str]) -> str:
        """The name of another place's topic that this place does not know, or ""."""
        for topic, word in mentions.words.items():
            place = self._evidence.place(topic)
            if not place or place == here or mentions.topics[topic] < ALIAS_SURE_MIN:
                continue
            if any(not pair & known for pair in content_pairs(units(word))):
                return word
        return ""

    def _owners(self, pairs: Iterable[set[str]], here: tuple[str, ...]) -> tuple[str, ...]:
        """The other places that speak of all of the pairs; of any, when none speaks of all."""
        wanted = list(pairs)
        others = {place: terms for place, terms in self._spoken.items() if place != here}
        whole = [p for p, terms in others.items() if all(pair & terms for pair in wanted)]
        some = [p for p, terms in others.items() if any(pair & terms for pair in wanted)]
        return tuple(self._called[place] for place in whole or some)


def _written(steps: Sequence[Unit], pairs: Sequence[set[str]]) -> str:
    """The longest run of characters that the pairs cover."""
    best, run = "", ""
    for one, two in pairwise(steps):
        if any(f"d{one.written}{two.written}" in pair for pair in pairs):
            run = (run or one.written) + two.written
            best = max(best, run, key=len)
        else:
            run = ""
    return best
