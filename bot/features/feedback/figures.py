"""Counts of some days -> the figures that admins read; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.features.feedback.store import Counts, What

ANSWERED = frozenset({What.ANSWERED, What.CALENDAR})
NOT_KNOWN = frozenset({What.TOLD_MISSING, What.UNKNOWN})
QUESTIONS = ANSWERED | NOT_KNOWN | {What.ASKED_BACK, What.WITHHELD}
"""What is a question; a courtesy, a slip and the taking of an offered entry are none."""
_TAKEN = frozenset({What.ANSWERED, What.CHOSEN})


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, both ends included."""

    first: date
    last: date

    @classmethod
    def upto(cls, last: date, days: int) -> Span:
        """So many days that end with ``last``."""
        return cls(last - timedelta(days=days - 1), last)

    def days(self) -> list[date]:
        """Each of them."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=step) for step in range(count)]


@dataclass(frozen=True, slots=True)
class Voted:
    """What members thought of one entry."""

    ref: str
    useful: int
    useless: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was asked on some days, and what became of it."""

    span: Span
    by_what: Mapping[What, int] = field(default_factory=dict)
    private: int = 0
    """How many of the questions were asked in private chats."""
    topics: tuple[tuple[str, int], ...] = ()
    """Topics by how often one of their entries was answered or chosen, the most first."""
    votes: tuple[Voted, ...] = ()
    """Entries with a vote; the most useless first."""

    def of(self, kinds: Collection[What]) -> int:
        """How many of some kinds."""
        return sum(self.by_what.get(what, 0) for what in kinds)

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return self.of(QUESTIONS)

    @property
    def answered(self) -> int:
        """How many of them were answered from the files or the calendar."""
        return self.of(ANSWERED)

    @property
    def share(self) -> int:
        """The answered ones in per cent of all; 0 if nothing was asked."""
        return round(100 * self.answered / self.questions) if self.questions else 0

    def worst(self) -> tuple[Voted, ...]:
        """Entries that somebody found useless."""
        return tuple(vote for vote in self.votes if vote.useless)


def figures(counts: Counts, span: Span) -> Figures:
    """Sum up the counts of some days; others may be among them."""
    by_what: Counter[What] = Counter()
    topics: Counter[str] = Counter()
    useful: Counter[str] = Counter()
    useless: Counter[str] = Counter()
    private = 0
    for key, number in counts.items():
        if not span.first <= key.day <= span.last:
            continue
        by_what[key.what] += number
        private += number if key.private and key.what in QUESTIONS else 0
        if key.what in _TAKEN:
            topics[key.ref.partition("/")[0]] += number
        elif key.what is What.USEFUL:
            useful[key.ref] += number
        elif key.what is What.USELESS:
            useless[key.ref] += number
    votes = [Voted(ref, useful[ref], useless[ref]) for ref in {*useful, *useless}]
    return Figures(
        span,
        by_what,
        private,
        tuple(sorted(topics.items(), key=lambda item: (-item[1], item[0]))),
        tuple(sorted(votes, key=lambda vote: (-vote.useless, vote.useful, vote.ref))),
    )


@dataclass(frozen=True, slots=True)
class Day:
    """The questions of one day."""

    day: date
    answered: int
    asked_back: int
    not_known: int
    withheld: int = 0

    @property
    def total(self) -> int:
        """All questions."""
        return self.answered + self.asked_back + self.not_known + self.withheld


def by_day(counts: Counts, span: Span) -> list[Day]:
    """The questions of each day, those without any too."""
    found: dict[date, Counter[What]] = {day: Counter() for day in span.days()}
    for key, number in counts.items():
        if key.day in found:
            found[key.day][key.what] += number
    return [
        Day(
            day,
            sum(counter[what] for what in ANSWERED),
            counter[What.ASKED_BACK],
            sum(counter[what] for what in NOT_KNOWN),
            counter[What.WITHHELD],
        )
        for day, counter in found.items()
    ]


def as_json(found: Figures, days: list[Day]) -> dict[str, Any]:
    """The figures for programs."""
    count = found.by_what.get
    return {
        "from": found.span.first.isoformat(),
        "to": found.span.last.isoformat(),
        "questions": found.questions,
        "private": found.private,
        "group": found.questions - found.private,
        "answered": found.answered,
        "asked_back": count(What.ASKED_BACK, 0),
        "chosen": count(What.CHOSEN, 0),
        "told_missing": count(What.TOLD_MISSING, 0),
        "unknown": count(What.UNKNOWN, 0),
        "withheld": count(What.WITHHELD, 0),
        "useful": count(What.USEFUL, 0),
        "useless": count(What.USELESS, 0),
        "topics": [{"topic": topic, "count": number} for topic, number in found.topics],
        "sections": [
            {"section": vote.ref, "useful": vote.useful, "useless": vote.useless}
            for vote in found.votes
        ],
        "days": [
            {
                "day": day.day.isoformat(),
                "answered": day.answered,
                "asked_back": day.asked_back,
                "not_known": day.not_known,
                "withheld": day.withheld,
            }
            for day in days
        ],
    }


def as_rows(counts: Counts) -> list[tuple[str, str, str, str, int]]:
    """The bare counts for spreadsheets: day, section, what, where, how often."""
    return [
        (key.day.isoformat(), key.ref, key.what, "private" if key.private else "group", number)
        for key, number in sorted(counts.items())
    ]
