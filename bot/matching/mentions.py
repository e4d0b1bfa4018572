"""What a question names: topics by alias, places, people; and places that the files do not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge.library import Library
from bot.knowledge.places import SUFFIX
from bot.matching.finder import Finder, Hit, Joined
from bot.matching.frozen import Store, kept
from bot.matching.terms import Codes, Unit, units
from bot.text.normalise import normalise
from bot.text.pinyin import near_syllable, syllable

_POINT_BITS = 21
_VILLAGE = re.compile(
    r"(?:^|[ 在去到问是])([\u4e00-\u9fff]{2,3}?)(街道|镇|乡|村|县|区|市|省)(?![里上头中内])"
)
_NAMED = re.compile(r"([\u4e00-\u9fff]{2,3})(街道|镇|乡|村|社区|县|区|市|省)")
_NOT_NAMES = re.compile(
    r"[我你咱他她这那哪本各每某全别几两该多个的在到去来是有和跟与从由把被对给让叫问说想要能会可请找为"
    r"小老新旧穷富大整外邻同当主城郊贫困行政周边农乡市县区镇村社街片景校园厂辖管开发试验示范优秀先进"
    r"什么怎样谁啥咋第一二三四五六七八九十百千万0-9俺阿侬阮你回进下出搬嫁里了着过得很都也还就又再"
    r"]"
)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What was found in a question."""

    topics: Mapping[str, float] = field(default_factory=dict)
    """Topic id -> how surely it is meant, 0 to 1."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Topic id -> the word that named it, for the explanation."""
    places: frozenset[str] = frozenset()
    """Known place names, in full."""
    people: frozenset[str] = frozenset()
    foreign: str = ""
    """The name of a place that no file speaks of."""
    spans: tuple[tuple[int, int], ...] = ()
    """Steps taken by places and people, to tell what is left."""

    @property
    def any(self) -> bool:
        """Is anything named that the files know?"""
        return bool(self.topics or self.places or self.people)


class Names:
    """All names of a library, ready to be found in questions."""

    def __init__(self, library: Library, known_text: str, store: Store | None = None) -> None:
        """Take the names in.

        Args:
            library: has them.
            known_text: all authored words, normalised; a name in it is not foreign.
            store: may keep what is made to find them.
        """
        aliases: list[tuple[str, str]] = []
        places: dict[str, set[str]] = {}
        people: set[str] = set()
        self.topic_places: dict[str, tuple[str, ...]] = {}
        self.topic_people: dict[str, frozenset[str]] = {}
        owners: dict[str, int] = {}
        for topic in library.topics.values():
            words = {normalise(word) for word in (*topic.aliases, topic.title)}
            aliases.extend((word, f"{topic.id} {word}") for word in sorted(words) if word)
            for word in words:
                owners[word] = owners.get(word, 0) + 1
            self.topic_places[topic.id] = topic.place.levels() if topic.place else ()
            for name in self.topic_places[topic.id]:
                places.setdefault(name, set()).update(_spellings(name))
            names = {person.name for person in topic.people if person.name != "未载"}
            self.topic_people[topic.id] = frozenset(names)
            people |= names
        self._counties: dict[str, set[tuple[str, ...]]] = {}
        for levels in self.topic_places.values():
            for name in levels:
                self._counties.setdefault(name, set()).add(levels[:3])
        self._owners = owners
        spelt = [(s, name) for name, spelled in places.items() for s in sorted(spelled)]
        named = [list(chain(*aliases)), list(chain(*spelt)), sorted(people)]
        tries = kept(store, "names", named, _tries)
        self.aliases, self.places, self.people = (Finder.of_tries(*each) for each in tries)
        self.all_people = frozenset(people)
        self._known = {s for spelled in places.values() for s in spelled}
        self._looked: tuple[Sequence[Unit], list[Hit]] = ((), [])
        self._known_text = known_text

    @cached_property
    def _known_pairs(self) -> Codes:
        """Every two neighbouring characters of the files; most questions never need them."""
        return np.unique(_pairs(self._known_text))

    @cached_property
    def _stems(self) -> set[tuple[str, ...]]:
        """How the names before 村, 镇 … in the files sound: a misspelt one is not foreign."""
        return {
            tuple(map(near_syllable, stem[at:]))
            for stem, _ in _NAMED.findall(self._known_text)
            for at in range(len(stem) - 1)
        }

    def prepare(self) -> None:
        """Look up now what tells whether a name is a stranger's: the first question waits long."""
        self._stems, self._known_pairs  # noqa: B018 - they are kept

    def find(self, steps: Sequence[Unit], text: str) -> Mentions:
        """Everything that ``text`` (normalised; ``steps`` is its cut) names."""
        found = self.named(steps)
        foreign = self._foreign(text, bool(found.places))
        return replace(found, foreign=foreign) if foreign else found

    def named(self, steps: Sequence[Unit]) -> Mentions:
        """The same but for places that no file knows."""
        aliases, people = self.aliases.find(steps), self.people.find(steps)
        return self._mentions(aliases, self._found_places(steps), people)

    def named_each(self, texts: Sequence[Sequence[Unit]]) -> list[Mentions]:
        """The same of many texts."""
        joined = Joined(texts)
        every = (finder.find_each(joined) for finder in (self.aliases, self.places, self.people))
        return [
            self._mentions(aliases, [hit for hit in places if self._believed(hit, steps)], people)
            for steps, aliases, places, people in zip(texts, *every, strict=True)
        ]

    def _mentions(self, aliases: list[Hit], places: list[Hit], people: list[Hit]) -> Mentions:
        """What was found, put together."""
        if not (aliases or places or people):
            return Mentions()
        topics: dict[str, float] = {}
        words: dict[str, str] = {}
        for hit in aliases:
            topic, _, word = hit.meaning.partition(" ")
            length = hit.end - hit.start
            sure = min(1.0, 0.3 + 0.15 * length) / self._owners[word] ** 0.5
            sure *= 1.0 if hit.exact else 0.8
            if sure > topics.get(topic, 0.0):
                topics[topic], words[topic] = sure, word
        return Mentions(
            topics,
            words,
            frozenset(hit.meaning for hit in places),
            frozenset(hit.meaning for hit in people),
            "",
            tuple((hit.start, hit.end) for hit in (*places, *people)),
        )

    def counties(self, places: Iterable[str]) -> set[tuple[str, ...]]:
        """The places, to the county or its like, in which topics of these places lie."""
        return {levels for name in places for levels in self._counties.get(name, ())}

    def levels(self, place: str) -> tuple[str, ...]:
        """The levels of a place written in words ("山东鱼台"), by the topics that lie there.

        A place that no topic knows becomes a level of its own, so that every answer is then
        marked as being about another place.
        """
        if not place.strip():
            return ()
        named = self.find(units(normalise(place)), normalise(place)).places
        chains = [levels for levels in self.topic_places.values() if named & set(levels)]
        if not chains:
            return (place.strip(),)
        deepest = max(chains, key=lambda levels: sum(level in named for level in levels))
        last = max(at for at, level in enumerate(deepest) if level in named)
        return deepest[: last + 1]

    def without_places(self, text: str) -> tuple[str, frozenset[str]]:
        """A text with a space in place of each known place, and those places in full.

        Time words are looked for in what is left: 这个月中泰街道 is not 这个月中.
        """
        steps = units(text)
        hits = self._found_places(steps)
        rest = text
        for hit in hits:
            written = "".join(step.written for step in steps[hit.start : hit.end])
            rest = rest.replace(written, " ") if written else rest
        return " ".join(rest.split()), frozenset(hit.meaning for hit in hits)

    def _found_places(self, steps: Sequence[Unit]) -> list[Hit]:
        """The places in a text; one question is looked through several times."""
        seen, hits = self._looked
        if steps is not seen:
            hits = [hit for hit in self.places.find(steps) if self._believed(hit, steps)]
            self._looked = (steps, hits)
        return hits

    def _believed(self, hit: Hit, steps: Sequence[Unit]) -> bool:
        """Is a place that was found by its sound really meant?

        Not when the word as written is one that the files use (打分 is not 大丰), and for two
        characters only if the sounds are the same without folding (讲演 is not 江阳).
        """
        if hit.exact:
            return True
        written = "".join(step.written for step in steps[hit.start : hit.end])
        if written and self._is_known(written):
            return False
        if hit.end - hit.start > 2 or not written:
            return True
        wanted = [tuple(map(syllable, spelled)) for spelled in _spellings(hit.meaning)]
        return tuple(map(syllable, written)) in wanted

    def _is_known(self, word: str) -> bool:
        """Does a word stand in the files? Its pairs are asked first: the files may be long."""
        pairs, known = _pairs(word), self._known_pairs
        at = known.searchsorted(pairs)
        at[at == len(known)] = 0
        if len(pairs) and not (len(known) and (known[at] == pairs).all()):
            return False
        return len(word) == 2 or word in self._known_text

    def _foreign(self, text: str, known_place: bool) -> str:
        """A place name that no file holds: by the list of divisions, else by its ending."""
        for name in divisions_in(text):
            if not self._is_known(name) and not any(
                name in known or known in name for known in self._known
            ):
                return name
        if known_place:
            return ""
        for match in _VILLAGE.finditer(text):
            stem, ending = match.groups()
            if _NOT_NAMES.search(stem) or self._is_known(stem):
                continue
            if tuple(map(near_syllable, stem)) not in self._stems:
                return stem + ending
        return ""


def _tries(names: Sequence[Sequence[str]]) -> list[tuple[Any, Any]]:
    """What finds aliases and places, of names and meanings by turns, and people, of their names."""
    aliases, places, people = names
    return [
        Finder(zip(aliases[::2], aliases[1::2], strict=True)).tries,
        Finder(zip(places[::2], places[1::2], strict=True), sound_chars_min=2).tries,
        Finder(sorted((normalise(name), name) for name in people)).tries,
    ]


def _pairs(text: str) -> Codes:
    """Every two neighbouring characters of a text as one number each, as they come."""
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    codes: Codes = points[:-1] << np.uint64(_POINT_BITS) | points[1:]
    return codes


def _spellings(name: str) -> set[str]:
    """A place's full name and its short one, normalised: 镇平县, 镇平."""
    full = normalise(name)
    short = SUFFIX.sub("", full)
    economic = full.replace("经济开发区", "经开区")
    return {full, economic} | ({short} if len(short) >= 2 else set())


@lru_cache(maxsize=1)
def _divisions() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    text = Path(__file__).with_name("divisions.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            table.setdefault(line[:2], []).append(line)
    return {key: tuple(sorted(names, key=len, reverse=True)) for key, names in table.items()}


def divisions_in(text: str) -> list[str]:
    """Names of Chinese administrative divisions in a text, the longest at each position."""
    table = _divisions()
    found: list[str] = []
    at = 0
    while at < len(text) - 1:
        name = next((n for n in table.get(text[at : at + 2], ()) if text.startswith(n, at)), "")
        if name:
            found.append(name)
        at += len(name) or 1
    return found
