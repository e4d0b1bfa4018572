"""One question under decision, and what is decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.knowledge.library import Entry
from bot.matching.evidence import Additions, Context
from bot.matching.guards import Guarded
from bot.matching.match import Candidate
from bot.matching.mentions import Mentions
from bot.matching.terms import Unit

if TYPE_CHECKING:
    from bot.matching.decide import Matcher

ANSWER_MIN = 0.37
"""A score from here on is answered; a short question needs more, see ``match.doubt``."""
CHOICES_MAX = 5
SURE_PHRASING = 0.72
"""A phrasing this near is what its author meant; no missing facet overrules it."""
NEAR_PHRASING = 0.5
"""From here on the best entry's own words show what a question is about."""
Status = Literal["answer", "choices", "unknown"]


@dataclass(slots=True)
class Decision:
    """What to do with a question, and why."""

    status: Status
    entry: Entry | None = None
    score: float = 0.0
    say: str = ""
    """Authored words to say when there is no entry."""
    choices: list[Entry] = field(default_factory=list)
    choice_scores: list[float] = field(default_factory=list)
    reason: str = ""
    rule: str = ""
    """Short name of the rule that decided, for tests and statistics."""
    guard: Guarded | None = None
    question: str = ""
    mentions: Mentions = field(default_factory=Mentions)
    candidates: list[Candidate] = field(default_factory=list)
    additions: Additions | None = field(default=None, compare=False)
    """What the bonus of each candidate is made of."""

    def bonus(self, candidate: Candidate) -> dict[str, float]:
        """The bonus of a candidate, by name."""
        return self.additions.named(candidate.number) if self.additions else {}


@dataclass(slots=True)
class Case:
    """One question with everything that the rules look at."""

    matcher: Matcher
    question: str
    text: str
    """The question without spaces."""
    steps: Sequence[Unit]
    mentions: Mentions
    context: Context
    candidates: list[Candidate]

    @property
    def best(self) -> Candidate:
        """The candidate with the highest score."""
        return self.candidates[0]

    @property
    def entry(self) -> Entry:
        """The best candidate's entry."""
        return self.matcher.entries[self.best.number]

    @property
    def phrasing(self) -> float:
        """How near the best candidate's nearest phrasing is."""
        return self.best.parts["phrasing"]

    @property
    def is_about_something(self) -> bool:
        """A topic, place or person is named, carried over, or nearly asked for in its words."""
        return (
            self.mentions.any or self.context.carried is not None or self.phrasing >= NEAR_PHRASING
        )

    def topics(self, count: int) -> list[str]:
        """The first different topics among the candidates."""
        entries = self.matcher.entries
        found = dict.fromkeys(entries[c.number].topic.id for c in self.candidates)
        return list(found)[:count]
