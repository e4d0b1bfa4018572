"""Small changes to one knowledge file, made in its text with comments and order kept.

Every change is read back: a file that would say anything but what was meant is not handed out.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.tokens import CommentToken

from bot.knowledge.problems import Problem
from bot.knowledge.reader import Document, read_bytes
from bot.knowledge.yamlfile import YamlFile

_AFTER_SECTIONS = ("events", "not_covered", "ambiguous", "tests")
"""Keys of a topic that stand behind its sections."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One change, ready to be looked at and then written."""

    file: str
    """Name within the folder."""
    base: str
    """Digest of the file it was made from; "" for a file that is new."""
    raw: bytes | None
    """The whole file as it would be; None: the file goes."""
    what: str
    """In one Chinese line, for the log and for whoever confirms."""
    diff: str
    """The lines that change, as ``-`` and ``+``."""


def digest(raw: bytes | None) -> str:
    """Names the contents of a file; "" for a file that is not there."""
    return "" if raw is None else hashlib.blake2b(raw, digest_size=16).hexdigest()


def add_phrasing(file: str, raw: bytes, section: str, ask: str) -> Patch:
    """One more way to ask for a section; ``overview`` for the topic's overview.

    Raises:
        ValueError: the file cannot be read, or the change cannot be written safely.
        KeyError: no such section.
    """
    document = readable(file, raw)
    yaml = YamlFile(raw)

    def meant(value: Any) -> None:
        holder = value["overview"] if section == "overview" else by_id(value, section)
        holder["ask"].append(_flat(ask))

    part = yaml.value["overview"] if section == "overview" else by_id(yaml.value, section)
    append(part["ask"], written_as(ask))
    # An overview has no title of its own.
    title = part.get("title") or yaml.value.get("title", section)
    new = checked(document, yaml.raw(), meant)
    return patch_of(file, raw, new, f"给“{title}”加问法“{ask}”")


def add_section(file: str, raw: bytes, fields: Mapping[str, str | Sequence[str]]) -> Patch:
    """A new section at the end; ``fields`` as in the files: id, title, ask, answer, ….

    Raises:
        ValueError: the file cannot be read, or the change cannot be written safely.
    """
    document = readable(file, raw)
    yaml = YamlFile(raw)
    section = CommentedMap()
    for key, value in fields.items():
        section[key] = written_as(value) if isinstance(value, str) else listed(value)
    under(yaml.value, "sections", _AFTER_SECTIONS).append(section)
    made = {k: _flat(v) if isinstance(v, str) else [*map(_flat, v)] for k, v in fields.items()}
    new = checked(document, yaml.raw(), _one_more("sections", made))
    return patch_of(file, raw, new, f"加一节“{fields.get('title', '')}”")


def add_not_covered(file: str, raw: bytes | None, words: Sequence[str], say: str) -> Patch:
    """Words about which the files say nothing; ``raw`` None: the file is not there yet.

    Raises:
        ValueError: the file cannot be read, or the change cannot be written safely.
    """
    before = raw if raw is not None else b"{}\n"
    document, yaml = readable(file, before), YamlFile(before)
    rule = CommentedMap(words=listed(words, flow=True), say=written_as(say))
    under(yaml.value, "not_covered", ("ambiguous", "tests")).append(rule)
    row = {"words": [*map(_flat, words)], "say": _flat(say)}
    new = checked(document, yaml.raw(), _one_more("not_covered", row))
    return patch_of(file, raw, new, f"写明资料未载：{'、'.join(words)}")


def add_ambiguous(
    file: str, raw: bytes | None, words: Sequence[str], choices: Sequence[str]
) -> Patch:
    """Words that mean several things, with what to choose from.

    Raises:
        ValueError: the file cannot be read, or the change cannot be written safely.
    """
    before = raw if raw is not None else b"{}\n"
    document, yaml = readable(file, before), YamlFile(before)
    rule = CommentedMap(words=listed(words, flow=True), choices=listed(choices, flow=True))
    under(yaml.value, "ambiguous", ("tests",)).append(rule)
    row = {"words": [*map(_flat, words)], "choices": [*map(_flat, choices)]}
    new = checked(document, yaml.raw(), _one_more("ambiguous", row))
    return patch_of(file, raw, new, f"写明有歧义：{'、'.join(words)}")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _one_more(key: str, row: Mapping[str, Any]) -> Callable[[Any], None]:
    """What is meant by one more row in the list under a key."""

    def meant(value: Any) -> None:
        value[key] = [*(value.get(key) or ()), row]

    return meant


def append(rows: CommentedSeq, item: object) -> None:
    """Put an item at the end of a list, before blank lines and comments that follow the list."""
    last = len(rows) - 1
    rows.append(item)
    tokens = rows.ca.items.get(last)
    token = tokens[0] if tokens else None
    if token is None:
        return
    same_line, _, below = token.value.partition("\n")
    if below:
        # Blank lines and comments below hang on the last item, though they belong to what follows.
        rows.ca.items[last + 1] = [_comment("\n" + below), None, None, None]
        if same_line.strip():
            token.value = same_line + "\n"
        else:
            del rows.ca.items[last]


def _comment(text: str) -> CommentToken:
    return CommentToken(text, CommentMark(0), None)


def by_id(topic: Any, section: str) -> Any:
    """A section of a topic; ``KeyError`` if there is none."""
    for part in topic.get("sections") or ():
        if part.get("id") == section:
            return part
    raise KeyError(section)


def under(parent: Any, key: str, behind: Sequence[str]) -> CommentedSeq:
    """The list under a key, made where it has its place if there is none."""
    found = parent.get(key)
    if isinstance(found, CommentedSeq) and (found or not found.fa.flow_style()):
        return found
    made = CommentedSeq()
    if key in parent:
        parent[key] = made
        return made
    keys = list(parent)
    parent.fa.set_block_style()
    parent.insert(min((keys.index(k) for k in behind if k in keys), default=len(keys)), key, made)
    return made


def listed(values: Sequence[str], *, flow: bool = False) -> CommentedSeq:
    """Texts as a list of a file; ``flow``: in brackets."""
    made = CommentedSeq([written_as(value, flow=flow) for value in values])
    if flow:
        made.fa.set_flow_style()
    return made


def written_as(text: str, *, flow: bool = False) -> str:
    """A text as it may stand in a file: quoted where the reader would take it for another."""
    plain = _flat(text)
    wrapped = f"[{plain}]\n" if flow else f"- {plain}\n"
    read = read_bytes(wrapped.encode(), "")
    same = getattr(read, "value", None) == [plain] and not getattr(read, "warnings", True)
    return plain if same else DoubleQuotedScalarString(plain)


def readable(file: str, raw: bytes) -> Document:
    """A file as the desk reads it; ``ValueError`` if it cannot."""
    document = read_bytes(raw, file)
    if isinstance(document, Problem) or not isinstance(document.value, dict):
        raise ValueError("cannot be read")  # noqa: TRY004 - it is the file's value that is wrong
    return document


def after(document: Document, meant: Callable[[Any], None]) -> Any:
    """The values of a file as they are meant to be."""
    wanted = deepcopy(document.value)
    meant(wanted)
    return wanted


def checked(document: Document, new: bytes, meant: Callable[[Any], None]) -> bytes:
    """The new contents, if they read as they are meant to; ``ValueError`` if not."""
    read = read_bytes(new, document.file)
    if isinstance(read, Problem) or read.value != after(document, meant):
        raise ValueError("cannot be written safely")
    return new


def patch_of(file: str, raw: bytes | None, new: bytes, what: str) -> Patch:
    """The patch from what a file holds (None: it is not there) to what it would hold."""
    before = (raw or b"").decode("utf-8-sig").splitlines()
    lines = list(difflib.unified_diff(before, new.decode().splitlines(), n=0, lineterm=""))
    diff = "\n".join(line for line in lines[2:] if not line.startswith("@@"))
    return Patch(file, digest(raw), new, what, diff)
