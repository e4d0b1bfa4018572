"""A library without what only members may read, and without phone numbers: what others are told.

The words of a library are changed, never its shape: every topic, section and reference stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.knowledge.schema import Topic
from bot.text.phones import masked, phones

Say = Callable[[Entry], str]


def closed_refs(library: Library) -> frozenset[str]:
    """The references of all that only members may read."""
    return frozenset(entry.ref for entry in library.entries() if entry.members_only)


def without_closed(library: Library, say: Say = lambda _: "") -> Library:
    """The library with other words in the place of what only members may read.

    Of a topic that is closed as a whole, its people and its events are left out too.

    Args:
        library: all of it.
        say: the words in the place of an answer.
    """
    closed = [topic for topic in library.topics.values() if _has_closed(library, topic)]
    if not closed:
        return library
    topics = {topic.id: _closed_topic(library, topic, say) for topic in closed}
    return replace(library, topics={**library.topics, **topics})


def _has_closed(library: Library, topic: Topic) -> bool:
    return topic.members_only or any(e.members_only for e in library.entries_of(topic))


def _closed_topic(library: Library, topic: Topic, say: Say) -> Topic:
    changes: dict[str, Any] = {"sections": []}
    for entry in library.entries_of(topic):
        parts = topic.sections if entry.id != OVERVIEW else []
        part = next((one for one in parts if one.id == entry.id), topic.overview)
        if entry.members_only:
            part = part.model_copy(update={"answer": say(entry)})
        if entry.id == OVERVIEW:
            changes["overview"] = part
        else:
            changes["sections"].append(part)
    if topic.members_only:
        changes |= {"people": [], "events": []}
    return topic.model_copy(update=changes)


def shown_phones(library: Library) -> frozenset[str]:
    """The numbers of entries that allow them to be said in groups."""
    return frozenset(
        number
        for entry in library.entries()
        if entry.phone_in_groups and not entry.members_only
        for number in phones(entry.answer)
    ) | frozenset(
        number
        for topic in library.topics.values()
        if topic.phone_in_groups and not topic.members_only
        for event in topic.events
        for words in (event.title, event.note, event.where)
        for number in phones(words or "")
    )


def without_phones(library: Library) -> Library:
    """The library with its phone numbers masked, but for those that may be shown in groups."""
    shown = shown_phones(library)

    def plain(value: str | None) -> str | None:
        return masked(value, shown) if value else value

    topics = {
        topic.id: _masked_topic(topic, plain)
        for topic in library.topics.values()
        if any(plain(words) != words for words in _spoken(topic))
    }
    return replace(library, topics={**library.topics, **topics}) if topics else library


def _spoken(topic: Topic) -> Iterator[str]:
    """Every text of a topic that may be said."""
    yield from (topic.title, topic.overview.answer)
    for section in topic.sections:
        yield from (section.title, section.answer)
    for person in topic.people:
        yield from (person.name, person.role, person.area or "")
    for event in topic.events:
        yield from (event.title, event.note or "", event.where or "")


def _masked_topic(topic: Topic, plain: Callable[[str | None], str | None]) -> Topic:
    def copied(model: Any, *keys: str) -> Any:
        return model.model_copy(update={key: plain(getattr(model, key)) for key in keys})

    return topic.model_copy(
        update={
            "title": plain(topic.title),
            "people": [copied(person, "name", "role", "area") for person in topic.people],
            "overview": copied(topic.overview, "answer"),
            "sections": [copied(section, "title", "answer") for section in topic.sections],
            "events": [copied(event, "title", "note", "where") for event in topic.events],
        }
    )
