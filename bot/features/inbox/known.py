"""Words of the approved knowledge: what a question may say of people and places and keep."""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.library import Library
from bot.knowledge.places import SUFFIX
from bot.text.people import Words

_OFFICES = ("书记", "支书", "主任", "主席", "部长", "局长", "站长", "村长", "会长", "老师", "队长")
_UNNAMED = "未载"


def known_words(library: Library, units: tuple[str, ...] = ()) -> Words:
    """Titles, aliases, places and public people of the files, and the names of the units."""
    return Words({*units, *_words(library)})


def _words(library: Library) -> Iterator[str]:
    for topic in library.topics.values():
        yield topic.title
        yield from topic.aliases
        for level in topic.place.levels() if topic.place else ():
            yield level
            yield SUFFIX.sub("", level)
        for person in topic.people:
            if person.name == _UNNAMED:
                continue
            yield person.name
            # 郭书记, where the files name a secretary Guo.
            yield from (person.name[0] + office for office in _OFFICES if office in person.role)
