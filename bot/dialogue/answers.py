"""Entries -> the words of a reply: what was asked, what is related, where it comes from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from bot.dialogue.validity import held
from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.knowledge.places import short_place
from bot.knowledge.schema import UNKNOWN, Source

REPLY_CHARS_MAX = 600
RELATED_MAX = 3
RELATED_CHARS_MIN = 24
"""A related section is left out rather than cut below this."""

_SENTENCE = re.compile(r"[^。；]*[。；]?")


class Wording:
    """Says the entries of one library; what the files alone decide is put together once.

    Args:
        library: where the topics' sections and sources are.
        hidden: references whose answer is not for who asks: the words in its place are said alone.
    """

    def __init__(self, library: Library, hidden: Collection[str] = ()) -> None:
        self._library = library
        self._hidden = hidden
        self._sources: dict[str, str] = {}
        self._sections: dict[str, Mapping[str, Entry]] = {}

    def source(self, entry: Entry) -> str:
        """The line about an entry's sources."""
        topic = entry.topic.id
        if topic not in self._sources:
            self._sources[topic] = source_line(self._library, entry)
        return self._sources[topic]

    def reply(
        self,
        entry: Entry,
        ranked: Sequence[str] | None,
        home: tuple[str, ...] = (),
        day: date | None = None,
    ) -> str:
        """The reply for an entry: its answer, related sections of its topic, its source.

        Args:
            entry: what was asked for.
            ranked: references in the order of their fit, to choose the related ones; None:
                leave them out.
            home: the chat's own place; an answer about another place says whose it is.
            day: today; what does not hold today is said with its date. None: all holds.
        """
        if entry.ref in self._hidden:
            return entry.answer
        parts = [held(entry, day) + _whose(entry, home)]
        source = self.source(entry)
        room = REPLY_CHARS_MAX - len(parts[0]) - len(source) - 8
        related: list[str] = []
        for other in () if ranked is None else self._related(entry, ranked):
            # "鱼台代办：到哪里办" under an answer about 鱼台代办 need not say the place again.
            title = other.title.partition("：")[2] or other.title
            line = _clip(f"· {title}：{held(other, day, short=True)}", room)
            if not line:
                continue
            related.append(line)
            room -= len(line) + 1
            if len(related) == RELATED_MAX:
                break
        if related:
            parts.append("相关：\n" + "\n".join(related))
        parts.append(source)
        return "\n\n".join(parts)[:REPLY_CHARS_MAX]

    def _related(self, entry: Entry, ranked: Sequence[str]) -> Iterable[Entry]:
        topic = entry.topic
        if topic.id not in self._sections:
            self._sections[topic.id] = {
                each.ref: each
                for each in self._library.entries_of(topic)
                if each.id != OVERVIEW and each.ref not in self._hidden
            }
        own = self._sections[topic.id]
        asked = entry.ref
        for ref in dict.fromkeys((*(ref for ref in ranked if ref in own), *own)):
            if ref != asked:
                yield own[ref]


def source_line(library: Library, entry: Entry) -> str:
    """出处：《…》（2020年7月）；several sources are joined."""
    sources = library.sources_of(entry.topic)
    titles = [_source_words(source, short=len(sources) > 2) for source in sources]
    place = short_place(entry.topic)
    return "出处：" + "".join(titles) + (f" · {place}" if place else "")


def _source_words(source: Source, *, short: bool) -> str:
    title = source.title
    if short:
        return f"《{source.place or title[:12]}》"
    dated = "时间未载" if source.dated == UNKNOWN else _flat(source.dated)
    return f"《{title}》（{dated}）"


def _flat(dated: str) -> str:
    """No brackets within brackets: 6月30日（未载年份） -> 6月30日，未载年份."""
    return dated.replace("（", "，").replace("）", "")


def _whose(entry: Entry, home: tuple[str, ...]) -> str:
    place = entry.topic.place
    if not home or place is None or set(home) & set(place.levels()[-2:]):
        return ""
    return f"（这是{place}的资料，不是本地的。）"


def _clip(line: str, room: int) -> str:
    """As many whole sentences as fit; an empty text if not even a short one does."""
    if len(line) <= room:
        return line
    kept = ""
    for sentence in _SENTENCE.findall(line):
        if len(kept) + len(sentence) > room:
            break
        kept += sentence
    return kept if len(kept) >= RELATED_CHARS_MIN else ""
