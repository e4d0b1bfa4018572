"""An entry as a button that asks the desk for it: whoever offers entries, the press is the desk's.

So the answer has all that the desk minds when it answers: what still holds, whose it is, who may
see it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.knowledge.library import OVERVIEW, Entry
from bot.knowledge.places import short_place
from bot.messages import Button

CHOICE_CHARS_MAX = 40


def entry_token(ref: str) -> str:
    """A short button id that stays the same over restarts: 14 bytes."""
    return "e:" + hashlib.blake2b(ref.encode(), digest_size=6).hexdigest()


def choice_buttons(entries: Iterable[Entry]) -> tuple[tuple[Button, ...], ...]:
    """One row a choice."""
    return tuple((Button(choice_title(e), entry_token(e.ref)),) for e in entries)


def choice_title(entry: Entry) -> str:
    """What a button says: short, and understandable by itself."""
    title = entry.title if entry.id != OVERVIEW else entry.topic.title
    place = short_place(entry.topic)
    tail = place[-2:]
    if place and not any(name[:2] in title for name in _place_names(entry)) and tail not in title:
        title = f"{place}：{title}"
    return title if len(title) <= CHOICE_CHARS_MAX else title[: CHOICE_CHARS_MAX - 1] + "…"


def _place_names(entry: Entry) -> tuple[str, ...]:
    return entry.topic.place.levels() if entry.topic.place else ()
