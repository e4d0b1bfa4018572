"""What a draft of a change holds, and what the desk makes of a question."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

NAME = "edit"


class Act(StrEnum):
    """What is to be done; the first four are the deeds of ``teaching.Deed``."""

    PHRASING = "ask"
    SECTION = "new"
    NOT_COVERED = "none"
    AMBIGUOUS = "many"
    ANSWER = "answer"
    TITLE = "title"
    UNTIL = "until"
    UNASK = "drop"
    """One phrasing less."""
    REMOVE = "cut"
    """One section less."""
    FIND = "find"
    """Another entry is looked for, to be changed then."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What a version of the desk makes of a question."""

    status: str
    """``answer``, ``choices`` or ``unknown``."""
    ref: str = ""
    """The entry that it answers with."""
    near: tuple[str, ...] = ()
    """The nearest entries, best first; at most 5."""
    text: str = ""
    """What a member would read."""


Consider = Callable[[Any, str], Considered]
"""Asks what an edition holds (``Edition.value``) a question; handed in by the composition root."""


@dataclass(frozen=True, slots=True)
class Body:
    """All that was said so far; a step fills its field, an empty one is still to be filled."""

    act: str = ""
    step: str = "card"
    question: str = ""
    question_id: str = ""
    """Of the inbox; empty if it comes from none."""
    near: tuple[str, ...] = ()
    ref: str = ""
    """The entry that the card is about."""
    target: str = ""
    """The entry that gets the phrasing."""
    wording: str = ""
    topic: str = ""
    """Of a new section; ``+`` for a new topic."""
    kind: str = ""
    title: str = ""
    answer: str = ""
    place: str = ""
    """As text; ``-`` for none."""
    source: str = ""
    """Its id; ``+`` for a new one."""
    source_title: str = ""
    dated: str = ""
    words: tuple[str, ...] = ()
    say: str = ""
    where: str = ""
    """The topic that a guard stands in; ``+`` for the one that holds for all."""
    choices: tuple[str, ...] = ()
    chosen: str = ""
    """``y`` once the choices are complete."""
    until: str = ""
    """A day; ``-`` for none."""
    phrase: str = ""
    seek: str = ""
    """What is searched for at a step that chooses."""
    page: int = 0
    bases: tuple[str, ...] = ()
    """``digest file``: the contents that the preview was made from."""

    def put(self, name: str, value: str | tuple[str, ...]) -> Body:
        """The same with another value of one field."""
        changes: dict[str, Any] = {name: value}
        return replace(self, **changes)

    def packed(self) -> str:
        """As JSON, without what is empty."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> Body | None:
        """From JSON; None for what another version of the program wrote."""
        try:
            given = json.loads(text)
            known = {one.name for one in fields(cls)}
            if not known.issuperset(given):
                return None
            values: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value
                for key, value in given.items()
            }
            return cls(**values)
        except (ValueError, TypeError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that somebody works on; each member has one at most."""

    channel: str
    member: str
    at: datetime
    revision: int
    """Counts steps, from a random number on: an old button is known by it, also of an old draft."""
    body: Body = field(default_factory=Body)

    @property
    def who(self) -> tuple[str, str]:
        """Channel and member."""
        return self.channel, self.member
