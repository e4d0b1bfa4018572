"""What is for members only and can be read elsewhere all the same: each a warning."""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.check import Files
from bot.knowledge.closed import closed_refs
from bot.knowledge.findings import Finding, texts, warning
from bot.knowledge.library import OVERVIEW, Library
from bot.knowledge.problems import Path
from bot.text.phones import masked, phones

_CODE = "members_only"


def leaks(files: Files, library: Library) -> Iterator[Finding]:
    """Numbers of closed sections that stand in open words; closed events that nobody is told of."""
    closed = closed_refs(library)
    if not closed:
        return
    yield from _numbers(files, library, closed)
    for topic in library.topics.values():
        if topic.members_only and topic.events:
            file, line = library.places.get(topic.id, ("", 1))
            what = f"主题“{topic.title}”写了 members_only，它的日历事项不进群里的日历，也不提醒"
            hint = "要在群里提醒的事项，写到没有 members_only 的主题里"
            yield Finding(warning(file, line, what, hint, _CODE))


def _numbers(files: Files, library: Library, closed: frozenset[str]) -> Iterator[Finding]:
    owners = {
        number: entry
        for entry in library.entries()
        if entry.ref in closed
        for number in phones(entry.answer)
    }
    kept = {id(document): topic for topic, document in _documents(files)}
    for document, path, text in texts(files):
        for number in dict.fromkeys(phones(text)):
            owner = owners.get(number)
            if owner is None or _is_closed(document.value, kept.get(id(document)), path, closed):
                continue
            file, line = library.places.get(owner.ref, ("", 1))
            where = f"{file}:{line}“{owner.title}”"
            what = f"电话 {masked(number)} 只给党员看（{where}），这里却谁都看得到"
            hint = (
                "从这里删掉，或这一节也写 members_only: 是；能公开的，就从那一节删掉 members_only"
            )
            problem = warning(document.file, document.line(path), what, hint, _CODE)
            yield Finding(problem)


def _documents(files: Files) -> Iterator[tuple[str, object]]:
    for _, document in files.topics:
        value = document.value
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            yield value["id"].strip(), document


def _is_closed(value: object, topic: str | None, path: Path, closed: frozenset[str]) -> bool:
    """Whether a text is the answer of something closed; titles and phrasings are open."""
    if topic is None or path[-1:] != ("answer",) or not isinstance(value, dict):
        return False
    if path[0] == OVERVIEW:
        return f"{topic}/{OVERVIEW}" in closed
    section = value[path[0]][path[1]] if path[0] == "sections" and len(path) > 2 else {}
    return f"{topic}/{str(section.get('id', '')).strip()}" in closed
