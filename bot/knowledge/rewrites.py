"""Changes to what stands in a knowledge file, and new files; comments and order kept.

Every change is read back: a file that would say anything but what was meant is not handed out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

from bot.knowledge.library import OVERVIEW
from bot.knowledge.patches import (
    Patch,
    after,
    append,
    checked,
    listed,
    patch_of,
    readable,
    under,
    written_as,
)
from bot.knowledge.problems import Path
from bot.knowledge.reader import Document, read_bytes
from bot.knowledge.yamlfile import YamlFile

Fields = Mapping[str, "str | Sequence[str] | Mapping[str, str]"]


def change(file: str, raw: bytes, section: str, key: str, text: str) -> Patch:
    """Another ``title``, ``answer``, ``valid_from`` or ``valid_to`` of a section or the overview.

    Args:
        file: name within the folder.
        raw: its contents.
        section: its id; ``overview`` for the overview, whose title is the topic's.
        key: what is changed.
        text: empty: the key goes.

    Raises:
        ValueError: the file cannot be read, or the change cannot be written safely.
        KeyError: no such section.
    """
    document = readable(file, raw)
    path = _path(document, section)
    here = () if key == "title" and section == OVERVIEW else path
    flat = " ".join(text.split())

    def meant(value: Any) -> None:
        part = _at(value, here)
        if flat:
            part[key] = flat
        else:
            part.pop(key, None)

    there = key in _at(document.value, here)
    if flat and there:
        yaml = YamlFile(raw)
        part = yaml.get(here)
        part[key] = _in_quotes_of(part[key], flat)
        new = checked(document, yaml.raw(), meant)
    elif flat:
        new = _with_key(document, raw, here, f"{key}: {flat}", meant)
    else:
        new = _without(document, raw, (*here, key)) if there else raw
    what = f"{_NAMED[key]}“{_title(document, section)}”"
    return patch_of(file, raw, new, what)


_NAMED = {
    "title": "改标题",
    "answer": "改回答",
    "valid_from": "改生效日期",
    "valid_to": "改到期日期",
}


def remove_phrasing(file: str, raw: bytes, section: str, ask: str) -> Patch:
    """One phrasing less; the last one of a section stays.

    Raises:
        ValueError: the file cannot be read, or this is the only phrasing.
        KeyError: no such section or phrasing.
    """
    document = readable(file, raw)
    path = (*_path(document, section), "ask")
    asks = _at(document.value, path)
    found = [index for index, one in enumerate(asks) if one.strip() == ask.strip()]
    if not found:
        raise KeyError(ask)
    if len(asks) == 1:
        raise ValueError("the only phrasing")
    new = _without(document, raw, (*path, found[0]))
    return patch_of(file, raw, new, f"删掉“{_title(document, section)}”的问法“{ask}”")


def remove_section(file: str, raw: bytes, section: str) -> Patch:
    """One section less.

    Raises:
        ValueError: the file cannot be read, or this cannot be done safely.
        KeyError: no such section.
    """
    document = readable(file, raw)
    if section == OVERVIEW:
        raise ValueError("a topic needs its overview")
    new = _without(document, raw, _path(document, section))
    return patch_of(file, raw, new, f"删掉一节“{_title(document, section)}”")


def new_topic(file: str, fields: Fields) -> Patch:
    """A new file; ``fields`` as in it, with the overview's ``ask`` and ``answer``."""
    yaml = YamlFile(b"{}\n")
    topic = yaml.value
    topic.fa.set_block_style()
    for key in ("id", "title"):
        topic[key] = written_as(str(fields[key]))
    place = fields.get("place")
    if isinstance(place, Mapping) and place:
        topic["place"] = CommentedMap({key: written_as(name) for key, name in place.items()})
    topic["source"] = str(fields["source"])
    asks = fields["ask"]
    assert not isinstance(asks, (str, Mapping))
    overview = CommentedMap()
    overview["ask"] = listed(asks)
    overview["answer"] = written_as(str(fields["answer"]))
    topic["overview"] = overview
    return patch_of(file, None, yaml.raw(), f"建主题“{fields['title']}”")


def add_source(file: str, raw: bytes, fields: Mapping[str, str]) -> Patch:
    """One more source at the end of sources.yaml; ``fields`` as in the file."""
    document = readable(file, raw)
    yaml = YamlFile(raw)
    made = CommentedMap({key: written_as(text) for key, text in fields.items()})
    append(under(yaml.value, "sources", ()), made)

    def meant(value: Any) -> None:
        value["sources"].append({key: " ".join(text.split()) for key, text in fields.items()})

    new = checked(document, yaml.raw(), meant)
    return patch_of(file, raw, new, f"登记出处《{fields['title']}》")


def _with_key(
    document: Document, raw: bytes, path: Path, row: str, meant: Callable[[Any], None]
) -> bytes:
    """The file with one more key right behind an answer: comments below it belong to others."""
    lines = raw.splitlines(keepends=True)
    start = document.line((*path, "answer")) - 1
    found = _INDENT.match(lines[start])
    indent = b" " * len(found.group()) if found else b""
    made = indent + row.encode() + (b"\r\n" if lines[start].endswith(b"\r\n") else b"\n")
    wanted = after(document, meant)
    for at in range(start + 1, len(lines) + 1):
        gap = b"" if lines[at - 1].endswith(b"\n") else b"\n"
        new = b"".join((*lines[:at], gap, made, *lines[at:]))
        read = read_bytes(new, document.file)
        if isinstance(read, Document) and read.value == wanted:
            return new
    raise ValueError("cannot be written safely")


_INDENT = re.compile(rb"[ -]*")

# --- removing ------------------------------------------------------------------------------------


def _without(document: Document, raw: bytes, path: Path) -> bytes:
    """The file without an item of a list, or a key.

    Comments below it hang on its last word though they belong to what follows; so its lines
    are cut out, and only where it does not stand in lines of its own the tree is changed.
    """

    def meant(value: Any) -> None:
        del _at(value, path[:-1])[path[-1]]

    lines = raw.splitlines(keepends=True)
    start = document.line(path) - 1
    wanted = after(document, meant)
    for count in range(1, len(lines) - start + 1):
        cut = b"".join((*lines[:start], *lines[start + count :]))
        read = read_bytes(cut, document.file)
        if isinstance(read, Document) and read.value == wanted:
            return cut
    yaml = YamlFile(raw)
    del yaml.get(path[:-1])[path[-1]]
    return checked(document, yaml.raw(), meant)


# --- looking up ----------------------------------------------------------------------------------


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _path(document: Document, section: str) -> Path:
    """Where a section stands; ``KeyError`` if it is not there."""
    if section == OVERVIEW:
        return ("overview",)
    for index, part in enumerate(document.value.get("sections") or ()):
        if part.get("id") == section:
            return ("sections", index)
    raise KeyError(section)


def _title(document: Document, section: str) -> str:
    part = document.value if section == OVERVIEW else _at(document.value, _path(document, section))
    return str(part.get("title", section))


def _in_quotes_of(old: Any, text: str) -> Any:
    if isinstance(old, DoubleQuotedScalarString):
        return DoubleQuotedScalarString(text)
    if isinstance(old, SingleQuotedScalarString):
        return SingleQuotedScalarString(text)
    return written_as(text)
