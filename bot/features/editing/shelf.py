"""What an editor looks up in the knowledge in use: entries by their tokens, searches, new ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property

from bot.features.editing.model import Considered
from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.knowledge.places import short_place
from bot.knowledge.schema import Topic
from bot.messages import BUTTON_LABEL_CHARS_MAX
from bot.text.normalise import normalise
from bot.text.pinyin import syllable

FOUND_MAX = 30
_ID_CHARS_MAX = 32
_LATIN = re.compile(r"[0-9a-z]")


def token(key: str) -> str:
    """A short name for buttons; the key itself is only ever found in the library."""
    return hashlib.blake2b(key.encode(), digest_size=5).hexdigest()


def slug(title: str, taken: Collection[str]) -> str:
    """An id from a title by its sounds, unlike those that are taken: 鱼台：代办 -> yutai-daiban."""
    parts: list[str] = []
    for part in re.split(r"[^0-9a-z\u3400-\u9fff]+", normalise(title)):
        sounds = "".join(c if _LATIN.match(c) else syllable(c) for c in part)
        parts += [sounds] if sounds.isascii() and sounds.isalnum() else []
    made = "-".join(parts)[:_ID_CHARS_MAX].strip("-") or "tiao"
    found, number = made, 1
    while found in taken or found == OVERVIEW:
        number += 1
        found = f"{made}-{number}"
    return found


def clipped(text: str, most: int = BUTTON_LABEL_CHARS_MAX) -> str:
    """A text that fits."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


class Shelf:
    """One edition of the knowledge, for an editor.

    Args:
        library: of the edition.
        consider: asks its desk.
    """

    def __init__(self, library: Library, consider: Callable[[str], Considered]) -> None:
        self.library = library
        self.consider = consider

    @cached_property
    def by_ref(self) -> dict[str, Entry]:
        """Every entry."""
        return {entry.ref: entry for entry in self.library.entries()}

    def entries(self, refs: Iterable[str]) -> list[Entry]:
        """Those of the references that are there."""
        found = (self.by_ref.get(ref) for ref in dict.fromkeys(refs))
        return [entry for entry in found if entry is not None]

    def topics(self, refs: Iterable[str]) -> list[Topic]:
        """The topics of references, in their order."""
        names = dict.fromkeys(ref.partition("/")[0] for ref in refs)
        return [self.library.topics[name] for name in names if name in self.library.topics]

    def file(self, ref: str) -> str:
        """The file that a topic or entry stands in; empty if it is not there."""
        return self.library.places.get(ref, ("", 0))[0]

    def where(self, ref: str) -> str:
        """``file:line`` of a topic or entry."""
        file, line = self.library.places.get(ref, ("", 0))
        return f"{file}:{line}"

    def named(self, ref: str) -> str:
        """What a button or a line calls an entry, a topic or nothing at all."""
        entry = self.by_ref.get(ref)
        if entry is None:
            topic = self.library.topics.get(ref)
            return topic.title if topic is not None else ref
        if entry.id == OVERVIEW:
            return f"{entry.title}（概况）"
        place = short_place(entry.topic)
        far = place and place[-2:] not in entry.title and place[:2] not in entry.title
        return f"{place}：{entry.title}" if far else entry.title

    def search(self, text: str) -> list[str]:
        """References of entries for a word: what the desk thinks of, then titles, then the rest."""
        plain = normalise(text).replace(" ", "")
        if not plain:
            return []
        found = dict.fromkeys(self.consider(text).near)
        by_title = [e.ref for e in self.by_ref.values() if plain in _flat(e.title, e.topic.title)]
        by_words = [e.ref for e in self.by_ref.values() if plain in _flat(*e.asks, e.answer)]
        return list(found | dict.fromkeys(by_title) | dict.fromkeys(by_words))[:FOUND_MAX]

    def called(self, text: str) -> list[Topic]:
        """Topics whose id, name or alias is a text."""
        plain = normalise(text).replace(" ", "")
        topics = self.library.topics.values()
        return [t for t in topics if text == t.id or plain in _each(t.title, *t.aliases)]

    def search_topics(self, text: str) -> list[Topic]:
        """Topics whose id, name or alias is like a text; those it is exactly, alone."""
        plain = normalise(text).replace(" ", "")
        topics = self.library.topics.values()
        exact = self.called(text)
        if exact or not plain:
            return exact
        direct = [t for t in topics if plain in _flat(t.title, *t.aliases)]
        return (direct or self.topics(self.search(text)))[:FOUND_MAX]

    def holding(self, ask: str) -> list[Entry]:
        """Entries that have a phrasing already, however it is spelt."""
        plain = normalise(ask)
        return [e for e in self.by_ref.values() if any(normalise(a) == plain for a in e.asks)]

    def caught(self, words: Sequence[str], topic: str) -> list[str]:
        """Phrasings that a guard of these words would stop; ``topic`` as in ``Body.where``."""
        plain = [_flat(word) for word in words]
        return [
            ask
            for entry in self.by_ref.values()
            if topic in {"+", entry.topic.id}
            for ask in entry.asks
            if any(word and word in _flat(ask) for word in plain)
        ]

    def about(self, text: str) -> Topic | None:
        """The topic that a question names, if it names one."""
        plain = _flat(text)
        named = [
            (len(name), topic.id)
            for topic in self.library.topics.values()
            for name in _each(topic.title, *topic.aliases)
            if len(name) > 1 and name in plain
        ]
        return self.library.topics[max(named)[1]] if named else None


def _flat(*texts: str) -> str:
    return "\n".join(_each(*texts))


def _each(*texts: str) -> list[str]:
    return [normalise(text).replace(" ", "") for text in texts]
