"""What the desk made of one question, and what follows from it: remembering, telling features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.dialogue.memory import Remembered
from bot.knowledge.library import Entry
from bot.matching.decide import SURE_PHRASING, Decision
from bot.matching.facets import ASKING
from bot.matching.guards import EVERYWHERE
from bot.messages import About, Asked
from bot.text.dates import TimeSlot

if TYPE_CHECKING:
    from bot.calendar.pages import Page

NEAR_MAX = 5
_SLIPS = frozenset({"empty", "no list", "ordinal"})
_UNSURE = frozenset({"score", "nothing", "several places", "rivals", "bare word"})
WEAK_SCORE = 0.5
"""An answer below this score, about nothing that was named, may be none."""
TOLD_PHRASING = 0.4
"""The same for a message that asks nothing and is this far from every phrasing."""


LOST_SCORE = 0.36
"""No fact is nearer to the message than this: it may be something else altogether."""


@dataclass(slots=True)
class Outcome:
    """What the desk made of one question, in full; a Reply is made from it."""

    status: str
    """``answer``, ``choices`` or ``unknown``."""
    text: str
    score: float = 0.0
    entry: Entry | None = None
    choices: list[Entry] = field(default_factory=list)
    choice_scores: list[float] = field(default_factory=list)
    source: str = ""
    rule: str = ""
    decision: Decision | None = None
    slots: Sequence[TimeSlot] = ()
    page: Page | None = None
    day: date | None = None
    """The day on which it was asked, in the desk's time zone."""
    withheld: bool = False
    """Found, but not for who asks: the text says so and nothing of the answer."""


def is_weak(decision: Decision) -> bool:
    """Have the facts so little to say that the message may be a mere courtesy?

    Less is needed of one that asks nothing: it may well be about how somebody feels.
    """
    named = decision.mentions.any
    told = ASKING.search(decision.question) is None
    if decision.rule == "not_covered" and told and not named:
        # What holds everywhere is about people's safety, too; a topic's own may miss the point.
        return decision.guard is not None and decision.guard.topic != EVERYWHERE
    weak = decision.status != "answer" or (decision.score < WEAK_SCORE and not named)
    if told and not named and decision.candidates:
        weak = weak or decision.candidates[0].parts["phrasing"] < TOLD_PHRASING
    return weak and (decision.rule in _UNSURE or (decision.rule == "unsaid" and is_lost(decision)))


def is_lost(decision: Decision) -> bool:
    """Does no fact come near the message at all?"""
    near, named = decision.candidates, decision.mentions.any
    return decision.status != "answer" and not named and (not near or near[0].score < LOST_SCORE)


def is_certain(outcome: Outcome) -> bool:
    """Sure enough to speak up unasked: the words are nearly those of a phrasing."""
    decision = outcome.decision
    if outcome.withheld or decision is None:
        return False
    if outcome.status != "answer" or decision.rule != "score":
        return False
    return decision.candidates[0].parts["phrasing"] >= SURE_PHRASING


def remembered(
    outcome: Outcome, text: str, now: datetime, before: Remembered | None
) -> Remembered | None:
    """What to keep of an exchange; None for a courtesy, which ends no subject."""
    if outcome.rule.startswith("smalltalk"):
        return None
    topics: tuple[str, ...] = ()
    if outcome.entry is not None:
        topics = (outcome.entry.topic.id,)
    elif outcome.decision is not None:
        found = [t for t, sure in outcome.decision.mentions.topics.items() if sure >= 0.4]
        topics = tuple(found) or tuple(e.topic.id for e in outcome.choices[:1])
    if not topics and before is not None:
        topics = before.topics
    shown: tuple[str, ...] = ()
    if outcome.choices:
        shown = tuple(entry.ref for entry in outcome.choices)
    if outcome.rule == "ordinal" and before is not None:
        shown = before.choices  # after the second one may still want the third
    return Remembered(
        now,
        text[:200],
        topics,
        outcome.entry.ref if outcome.entry else "",
        shown,
        outcome.page is not None,
    )


def about(outcome: Outcome, question: str, ranked: Sequence[str]) -> About:
    """What features are told of an answer; ``ranked`` are the references of the nearest entries."""
    entry = outcome.entry
    shown = tuple(each.ref for each in outcome.choices)
    near = tuple(dict.fromkeys((*shown, *ranked)))[:NEAR_MAX]
    decision = outcome.decision
    doubtful = decision is not None and decision.status == "answer" and is_weak(decision)
    ref = entry.ref if entry is not None else ""
    return About(question, _asked(outcome), ref, near, doubtful)


def _asked(outcome: Outcome) -> Asked:
    if outcome.rule.startswith("smalltalk"):
        return "courtesy"
    if outcome.rule in _SLIPS:
        return "slip"
    if outcome.page is not None:
        return "calendar"
    if outcome.status == "answer":
        return "withheld" if outcome.withheld else "answered"
    if outcome.status == "choices":
        return "asked back"
    # A word that an editor wrote down was meant; a refusal by meaning may want mending.
    told = outcome.decision is not None and outcome.decision.rule == "not_covered"
    return "told missing" if told else "unknown"
