"""The seam between the inbox, which knows what was asked in vain, and who mends the knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.messages import Reply
from bot.turn import Turn


class Deed(StrEnum):
    """What an admin wants to make of a question."""

    PHRASING = "ask"
    """One more phrasing of an entry that is there."""
    SECTION = "new"
    """A new entry."""
    NOT_COVERED = "none"
    """An approved “the files do not say”."""
    AMBIGUOUS = "many"
    """It means several things: the desk asks back."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that the knowledge does not answer well."""

    id: str
    """Its number in the inbox; ``""`` when it comes from no inbox."""
    text: str
    """Without names, numbers and handles; at most 200 characters."""
    near: tuple[str, ...]
    """References of the entries that came near, best first; at most 5."""


class Teacher(Protocol):
    """Who changes the knowledge, step by step, in a dialogue of its own."""

    async def begin(self, turn: Turn, deed: Deed, question: OpenQuestion) -> Reply:
        """Start the dialogue; ``turn`` is the press of an admin, whose role the caller asked."""
        ...


class Pupil(Protocol):
    """Who wants to know that a question was taught."""

    async def taught(self, question_id: str, ref: str) -> str:
        """Close the question, once the knowledge is changed and in use; tell who waits for it.

        Args:
            question_id: the ``OpenQuestion.id``; ``""`` and unknown ones are no error.
            ref: the entry that answers it now; ``""`` where none does (not covered, ambiguous).

        Returns:
            A Chinese line to add for the admin (已告诉 2 位等答案的人。), or ``""``.
        """
        ...
