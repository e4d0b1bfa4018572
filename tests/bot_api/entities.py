"""Measures text in UTF-16 units and finds mentions, commands, tags and links by itself."""

from __future__ import annotations

import re
from itertools import pairwise

from .errors import Json

# A letter of any script, Chinese too, right before or after keeps the platform from
# seeing a mention or a command: "请问@desk_bot" and "/help帮助" hold no entity.
_FINDERS = (
    ("url", re.compile(r"(?<!\w)https?://[^\s<>\"'，。；、！？）】》]+", re.ASCII)),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#\w{1,256}")),
)
_OPAQUE = {"code", "pre", "text_link", "text_mention", "url"}


def units(text: str) -> int:
    """Length of the text in UTF-16 code units, the platform's only measure."""
    return len(text.encode("utf-16-le")) // 2


def piece(text: str, entity: Json) -> str:
    """The part of the text that an entity covers."""
    raw = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return raw[start : start + entity["length"] * 2].decode("utf-16-le")


def find(text: str, known: list[Json] | None = None) -> list[Json]:
    """Entities found in plain text, added to the known ones; none inside code or a link."""
    entities = list(known or [])
    closed = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _OPAQUE]
    for kind, finder in _FINDERS:
        for match in finder.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match.group())
            if any(start < stop and begin < end for begin, stop in closed):
                continue
            closed.append((start, end))
            entities.append({"type": kind, "offset": start, "length": end - start})
    return in_order(entities)


def in_order(entities: list[Json]) -> list[Json]:
    """By place, the outer one first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], e["type"]))


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """White space at both ends goes, as the platform does; entities are moved and clipped."""
    right = text.rstrip()
    kept = right.lstrip()
    lost = units(right) - units(kept)
    size = units(kept)
    clipped = []
    for entity in entities:
        start = max(entity["offset"] - lost, 0)
        end = min(entity["offset"] + entity["length"] - lost, size)
        if start < end:
            clipped.append({**entity, "offset": start, "length": end - start})
    return kept, clipped


def well_formed(text: str, entities: list[Json]) -> bool:
    """Whether every entity lies inside the text and none crosses another."""
    size = units(text)
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] <= 0:
            return False
        if entity["offset"] + entity["length"] > size:
            return False
    spans = [(e["offset"], e["offset"] + e["length"]) for e in in_order(entities)]
    return all(b[0] >= a[1] or b[1] <= a[1] for a, b in pairwise(spans))
