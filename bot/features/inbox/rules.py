"""Groups of questions that ask the same, pure: what is shown, in which order, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.features.inbox.model import Kind, Question
from bot.matching.likeness import alike
from bot.messages import About
from bot.text.normalise import normalise
from bot.text.personal import without_marks

AGAIN = 10
"""So often must a group be asked on the days after it was ignored to be shown again."""
_MEANT_MIN = 2
"""Characters that must be left of a question without its marks."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same, the most asked first."""

    questions: tuple[Question, ...]

    @property
    def id(self) -> str:
        """That of the most asked; any other id of the group finds it too."""
        return self.questions[0].id

    @property
    def text(self) -> str:
        """The most asked wording."""
        return self.questions[0].text

    @property
    def asked(self) -> int:
        """How often, all wordings together."""
        return sum(one.asked for one in self.questions)

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return sum(one.waiting for one in self.questions)

    @property
    def first(self) -> date:
        """The first day of asking that is kept."""
        return min(one.days[0].day for one in self.questions)

    @property
    def last(self) -> date:
        """The last day of asking."""
        return max(one.days[-1].day for one in self.questions)

    @property
    def kind(self) -> Kind:
        """Unanswered counts more than of no use, and that more than doubtful."""
        kinds = (Kind.MISSED, Kind.COMPLAINED)
        found = (kind for kind in kinds if any(one.count(kind) for one in self.questions))
        return next(found, Kind.DOUBTED)

    @property
    def ignored(self) -> bool:
        """Put aside, and not asked many times since."""
        days = [one.ignored_on for one in self.questions if one.ignored_on is not None]
        if not days:
            return False
        return sum(one.asked_after(max(days)) for one in self.questions) < AGAIN


def groups_of(questions: Sequence[Question]) -> list[Group]:
    """All groups, the most asked first, then the latest."""
    # Of wordings that were asked as often the shortest speaks for the group.
    ordered = sorted(questions, key=lambda one: (len(one.text), one.text))
    weights = [one.asked for one in ordered]
    texts = [without_marks(one.text) for one in ordered]
    groups = [Group(tuple(ordered[at] for at in places)) for places in alike(texts, weights)]
    return sorted(groups, key=lambda one: (-one.asked, -one.last.toordinal(), one.id))


def group_with(groups: Sequence[Group], question_id: str) -> Group | None:
    """The group that a question is in."""
    found = (group for group in groups if any(one.id == question_id for one in group.questions))
    return next(found, None)


def key_of(text: str) -> str:
    """What makes two wordings one; empty if too little is left to understand."""
    words = normalise(without_marks(text)).replace(" ", "")
    return words[:200] if len(words) >= _MEANT_MIN else ""


def kind_of(about: About) -> Kind | None:
    """Why an answer goes into the inbox; None if it does not."""
    if about.asked == "unknown":
        return Kind.MISSED
    return Kind.DOUBTED if about.asked == "answered" and about.doubtful else None


def is_certain(about: About | None) -> bool:
    """An answer, and not a doubtful one."""
    return about is not None and about.asked == "answered" and not about.doubtful


def is_settled(question: Question, about: About | None) -> bool:
    """Would the question not come into the inbox today?"""
    if about is None or about.asked == "slip" or kind_of(about) is not None:
        return False
    return not about.ref or about.ref != question.wrong_ref
