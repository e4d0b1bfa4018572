"""Parses the HTML parse mode into plain text and entities, refusing what the platform refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .entities import in_order, units
from .errors import ApiError, Json, bad_request

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_USER_LINK = re.compile(r"tg://user\?id=([0-9]+)")


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str]


@dataclass
class _Parser:
    source: str
    position: int = 0
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def run(self) -> tuple[str, list[Json]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "&":
                self._character()
            elif character != "<":
                self.text += character
                self.position += 1
            elif self.source.startswith("</", self.position):
                self._end_tag()
            else:
                self._start_tag()
        if self.stack:
            raise _cannot(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return self.text, in_order(_without_nested_in_code(self.entities))

    def _character(self) -> None:
        match = _CHARACTER.match(self.source, self.position)
        decoded = _decode(match) if match else None
        if match is None or decoded is None:
            self.text += "&"
            self.position += 1
            return
        self.text += decoded
        self.position = match.end()

    def _start_tag(self) -> None:
        begin = self.position
        match = _NAME.match(self.source, begin + 1)
        name = match.group().lower() if match else ""
        end = begin + 1 + len(name)
        if end >= len(self.source):
            raise _cannot(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if name not in _TYPES:
            raise _cannot(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')
        attributes, end = self._attributes(name, end)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self.stack.append(_Open(name, units(self.text), attributes))
        self.position = end

    def _attributes(self, tag: str, position: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            while position < len(self.source) and self.source[position].isspace():
                position += 1
            if ">" not in self.source[position:]:
                raise _cannot(f"Unclosed start tag at byte offset {self._byte(position)}")
            if self.source[position] == ">":
                return found, position + 1
            match = _ATTRIBUTE.match(self.source, position)
            if match is None:
                raise _cannot(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(position)}'
                )
            value = next((g for g in match.groups()[1:] if g is not None), "")
            found[match.group(1).lower()] = _CHARACTER.sub(lambda m: _decode(m) or m.group(), value)
            position = match.end()

    def _end_tag(self) -> None:
        begin = self.position
        if not self.stack:
            raise _cannot(f"Unexpected end tag at byte offset {self._byte(begin)}")
        end = self.source.find(">", begin)
        if end < 0:
            raise _cannot(f"Unclosed end tag at byte offset {self._byte(begin)}")
        name = self.source[begin + 2 : end].strip().lower()
        opened = self.stack.pop()
        if name and name != opened.tag:
            raise _cannot(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        self.position = end + 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = units(self.text) - opened.offset
        if length == 0:
            return
        entity: Json = {"type": _TYPES[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            covered = self.text.encode("utf-16-le")[opened.offset * 2 :].decode("utf-16-le")
            url = opened.attributes.get("href") or covered
            user = _USER_LINK.fullmatch(url)
            if user:
                entity |= {"type": "text_mention", "user": {"id": int(user.group(1))}}
            elif "." in url or "://" in url:
                entity["url"] = url if "://" in url else f"http://{url}/"
            else:
                return
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        language = opened.attributes.get("class", "")
        if opened.tag == "code" and language.startswith("language-") and self._inside_pre():
            entity |= {"language": language.removeprefix("language-")}
        self.entities.append(entity)

    def _inside_pre(self) -> bool:
        return bool(self.stack) and self.stack[-1].tag == "pre"

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and its entities, offsets in UTF-16 units.

    Raises:
        ApiError: 400 "can't parse entities: …" for an unknown, crossed or unclosed tag.
    """
    return _Parser(source).run()


def _cannot(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _decode(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def _without_nested_in_code(entities: list[Json]) -> list[Json]:
    """Code holds no other style; a language named on the code inside a pre belongs to the pre."""
    blocks = [e for e in entities if e["type"] in {"code", "pre"}]
    for block in blocks:
        if block["type"] == "pre":
            for inner in blocks:
                same = (inner["offset"], inner["length"]) == (block["offset"], block["length"])
                if same and "language" in inner:
                    block["language"] = inner["language"]
    kept = []
    for entity in entities:
        outer = [b for b in blocks if b is not entity and _holds(b, entity)]
        if not outer or entity["type"] == "pre" or _is_quote(entity):
            entity.pop("language", None) if entity["type"] == "code" else None
            kept.append(entity)
    return kept


def _holds(outer: Json, inner: Json) -> bool:
    starts = outer["offset"] <= inner["offset"]
    return bool(starts and inner["offset"] + inner["length"] <= outer["offset"] + outer["length"])


def _is_quote(entity: Json) -> bool:
    return bool(entity["type"].endswith("blockquote"))
