"""Pure decisions: what is counted of a turn, where votes are asked for, what else is offered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from bot.features.feedback.store import What
from bot.knowledge.library import OVERVIEW, Library
from bot.messages import About, Incoming

GROUP_DAY_MAX = 5
"""Answers a day under which one group sees the buttons."""
NEAR_MAX = 4


def counted_as(about: About, incoming: Incoming) -> What:
    """What a turn is counted as; taking an offered entry is no new question."""
    if about.ref and (incoming.pressed is not None or about.asked == "slip"):
        return What.CHOSEN
    return What(about.asked)


def counted_ref(about: About) -> str:
    """The entry that a turn is counted for."""
    return about.ref if about.asked in {"answered", "slip", "withheld"} else ""


def is_answer(about: About) -> bool:
    """Was an entry answered, asked for by words, by a button or by “第二个”?"""
    return bool(about.ref) and about.asked in {"answered", "slip"}


def wants_vote(about: About, incoming: Incoming, shown_today: Sequence[str]) -> bool:
    """Whether the buttons stand under an answer.

    In private under every one. In a group only where it tells most: the answer was doubtful, or
    the entry is answered there for the first time today; and not more than a few times a day.

    Args:
        about: what was answered.
        incoming: to whom.
        shown_today: the entry of each answer under which this group saw the buttons today.
    """
    if not is_answer(about) or incoming.overheard:
        return False
    if incoming.private:
        return True
    if len(shown_today) >= GROUP_DAY_MAX:
        return False
    return about.doubtful or about.ref not in shown_today


def token(ref: str) -> str:
    """A short name of an entry for buttons, the same after a restart: 12 characters."""
    return hashlib.blake2b(ref.encode(), digest_size=6).hexdigest()


def nearest(library: Library, ref: str, near: Iterable[str]) -> list[str]:
    """What to look at when an answer did not help: what came near, then the topic's own sections.

    Args:
        library: only its entries are named.
        ref: what was answered; not named again.
        near: references, best first; some may be gone by now.
    """
    topic = library.topics.get(ref.partition("/")[0])
    own = [entry.ref for entry in library.entries_of(topic)] if topic is not None else []
    own.sort(key=lambda each: each.endswith(f"/{OVERVIEW}"))
    known = {entry.ref for entry in library.entries()}
    found = dict.fromkeys(each for each in (*near, *own) if each in known and each != ref)
    return list(found)[:NEAR_MAX]
