"""Is what was asked among what the sources give, or among what they are known not to give?

Editors write down for each topic what people ask and no source answers. Its words refuse letter by
letter (``guards``). Here the same rules are taken as meanings: a question may come nearer to one of
them than to anything that is answered, whatever its letters. A few readable numbers say how far it
leans that way; what each counts was fitted offline, see ``unsaid.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.library import Library
from bot.knowledge.room import large_arrays_apart
from bot.knowledge.schema import NotGiven, Topic
from bot.matching.evidence import Evidence
from bot.matching.frozen import Store, kept_arrays
from bot.matching.guards import GAP
from bot.matching.index import Document, word_table
from bot.matching.match import WEIGHTS, Candidate
from bot.matching.meanings import Floats
from bot.matching.odds import Odds
from bot.matching.reading import look_up, read
from bot.matching.sparse import Rows
from bot.matching.speech import plainly
from bot.matching.terms import Unit, gram_list, length_code, sorted_once
from bot.matching.vocabulary import Vocabulary
from bot.text.normalise import normalise

FILE = Path(__file__).with_name("unsaid.json")
OWN_TOPIC = 0.1
"""A rule of the best entry's own topic counts so much more than its neighbours'."""
PARTS: Mapping[str, str] = {
    "odds": "用词像问没有的，不像问有的",
    "nearer": "比起最近的一节，离它更近",
    "named": "说到的主题、地名、人名把最近的一节推上来",
}
"""What a lean is made of, for people."""
_WHAT = re.compile(r"没有(?:单独|专门)?(?:写|列出|解释|说明?)([^。；]*?)(?:，只|，写到|[。；]|$)")
"""What a rule's reply says that the sources do not give."""


@dataclass(frozen=True, slots=True)
class Lean:
    """How far a question leans to what is not given."""

    value: float
    """Above 0: rather not given."""
    parts: Mapping[str, float]
    """What the value is made of, before it is weighted."""
    rule: NotGiven
    """The nearest of the rules."""
    topic: str
    """The topic that owns it."""

    @property
    def what(self) -> str:
        """A short name of what is not given, for explanations."""
        return (*self.rule.words, *self.rule.ask)[0]


@dataclass(frozen=True, slots=True)
class _Place:
    """What the topics of one place are known not to give."""

    rules: Sequence[tuple[str, NotGiven]]
    """Each with the topic that owns it."""
    own: Mapping[str, Floats]
    """By topic: what the place's rules get for being its own."""
    vocabulary: Vocabulary
    postings: Rows
    """Terms by rules."""
    odds: Odds
    """For the words of rules, against those of phrasings."""


class Unsaid:
    """What the topics of a library are known not to give."""

    def __init__(self, library: Library, evidence: Evidence, store: Store | None = None) -> None:
        """``store`` may keep what is built from one start to the next."""
        self._library = library
        self._evidence = evidence
        self._store = store
        self._places: dict[str, _Place | None] = {}
        """By topic: built when a question first comes near, for one question concerns one place."""

    def prepare(self) -> None:
        """Build all now: many questions are to come, and none is to wait."""
        with large_arrays_apart():
            for topic in self._library.topics:
                self._of(topic)

    def _of(self, topic: str) -> _Place | None:
        if topic not in self._places:
            around = [*self._evidence.neighbours({topic: 1.0})] or [topic]
            made = self._built([self._library.topics[each] for each in around])
            self._places |= dict.fromkeys(around, made)
        return self._places[topic]

    def _built(self, topics: Sequence[Topic]) -> _Place | None:
        rules = [(topic.id, rule) for topic in topics for rule in topic.not_covered]
        if not rules:
            return None
        missing = [way for _, rule in rules for way in (*rule.words, *rule.ask)]
        asks = [ask for topic in topics for ask in _asks(topic)]
        documents = [
            Document(f"{topic.id}!{number}", topic.id, _ways(topic, rule), "", tuple(topic.aliases))
            for topic in topics
            for number, rule in enumerate(topic.not_covered)
        ]
        parts = [part for each in documents for part in ((each.ref,), each.asks, each.names)]
        arrays = kept_arrays(
            self._store, "unsaid", [missing, asks, *parts], lambda: _made(documents, missing, asks)
        )
        return _Place(
            rules,
            {each.id: _own(each.id, rules) for each in topics},
            Vocabulary(arrays["codes"], arrays["weights"], float(arrays["unknown"][0])),
            Rows(arrays["starts"], arrays["columns"], arrays["values"], len(rules)),
            Odds(arrays["pieces"], arrays["odds"]),
        )

    def lean(self, text: str, steps: Sequence[Unit], best: Candidate, topic: str) -> Lean | None:
        """How far a question leans to what the best entry's place is known not to give.

        Args:
            text: the question, normalised, without spaces.
            steps: the same, cut.
            best: the candidate that would be answered.
            topic: of the candidate's entry.

        Returns:
            None when nothing is known about the place, or the question is not written.
        """
        place = self._of(topic)
        if place is None or not all(step.written for step in steps):
            return None  # typed pinyin has too little in common with what is written
        codes = sorted_once([*gram_list(steps), length_code(steps)])
        asked = look_up(place.vocabulary, place.postings, codes, codes[:0])
        if asked is None:
            return None
        found = read(place.postings, asked)
        shares = found.weights * np.float32(WEIGHTS["profile"] / asked.size)
        shares += found.covers * np.float32(WEIGHTS["coverage"] / asked.mass)
        sums = np.bincount(found.documents, shares, place.postings.width)
        at = int((sums + place.own[topic]).argmax())
        words = WEIGHTS["profile"] * best.parts["profile"]
        words += WEIGHTS["coverage"] * best.parts["coverage"]
        parts = {
            "odds": place.odds.of(plainly(text)),
            "nearer": float(sums[at]) - words,
            "named": best.parts["bonus"],
        }
        weights = fitted()
        value = weights["bias"] + sum(weights[name] * part for name, part in parts.items())
        owner, rule = place.rules[at]
        return Lean(value, parts, rule, owner)


def _own(topic: str, rules: Sequence[tuple[str, NotGiven]]) -> Floats:
    return np.array([OWN_TOPIC * (owner == topic) for owner, _ in rules], np.float32)


def _made(
    documents: Sequence[Document], missing: Sequence[str], asks: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """The tables of one place, as arrays by name."""
    vocabulary, postings = word_table(documents)
    odds = Odds.between(_plain(missing), _plain(asks))
    return {
        "codes": vocabulary.codes,
        "weights": vocabulary.weights,
        "unknown": np.array([vocabulary.unknown]),
        # Small kinds of numbers: a large knowledge has many places.
        "starts": postings.starts.astype(np.int32),
        "columns": postings.columns.astype(np.min_scalar_type(len(documents))),
        "values": postings.values.astype(np.float16),
        "pieces": odds.codes,
        "odds": odds.values,
    }


def _asks(topic: Topic) -> list[str]:
    """All ways of asking for what a topic answers."""
    return [*topic.overview.ask, *(ask for section in topic.sections for ask in section.ask)]


def _ways(topic: Topic, rule: NotGiven) -> tuple[str, ...]:
    """All ways of asking for what a rule is about.

    What is said of a topic for members alone must not tell by a refusal what it holds.
    """
    said = () if topic.members_only else filter(None, _WHAT.findall(rule.say))
    return (*(word.replace(GAP, "") for word in rule.words), *rule.ask, *said)


def _plain(texts: Sequence[str]) -> list[str]:
    return [plainly(normalise(text.replace(GAP, "")).replace(" ", "")) for text in texts]


@lru_cache(maxsize=1)
def fitted() -> Mapping[str, float]:
    """What each part of a lean counts."""
    weights: Mapping[str, float] = json.loads(FILE.read_text("utf-8"))["weights"]
    return weights
