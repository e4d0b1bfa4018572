"""Answers that hold for a time: which one holds on a day, and how an old one is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.knowledge.library import Entry
from bot.matching.case import Decision
from bot.matching.match import Candidate
from bot.text.normalise import normalise

NEAR_SCORE = 0.9
"""A section of the same topic that scores this much of the best one is about the same matter."""


def held(entry: Entry, day: date | None, *, short: bool = False) -> str:
    """An entry's answer as it may be said on ``day``; None: as it stands in the file.

    Args:
        entry: whose answer.
        day: in the desk's time zone.
        short: leave out the sentence after an answer that has expired.
    """
    standing = entry.standing(day) if day is not None else "current"
    if standing == "expired" and entry.valid_to is not None:
        tail = "" if short else "（这一条已经过期，现在怎样，资料里没有写。）"
        return f"截至{written(entry.valid_to)}：{entry.answer}{tail}"
    if standing == "early" and entry.valid_from is not None:
        return f"从{written(entry.valid_from)}起才有效：{entry.answer}"
    return entry.answer


def written(day: date) -> str:
    """2026年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def in_force(
    entry: Entry, candidates: Sequence[Candidate], entries: Sequence[Entry], day: date
) -> Entry:
    """The entry itself, or the one of its topic that holds in its stead on ``day``.

    An editor who writes a new section for the time after the old one gives it the same phrasings;
    which of the two the words fit better is chance, so the day decides.
    """
    if entry.standing(day) == "current":
        return entry
    asks = set(map(normalise, entry.asks))
    scores = {candidate.number: candidate.score for candidate in candidates}
    best = max(scores.values(), default=0.0)
    found: list[tuple[float, Entry]] = []
    for number, other in enumerate(entries):
        if other.topic.id != entry.topic.id or other.standing(day) != "current":
            continue
        near = scores.get(number, 0.0)
        twin = (other.valid_from or other.valid_to) and asks & set(map(normalise, other.asks))
        if twin or (best > 0 and near >= NEAR_SCORE * best):
            found.append((near, other))
    return max(found, key=lambda row: row[0])[1] if found else entry


def choices_in_force(
    decision: Decision, entries: Sequence[Entry], day: date
) -> tuple[list[Entry], list[float]]:
    """The choices of a decision and their scores, each in force on ``day`` and shown once."""
    found: dict[str, tuple[Entry, float]] = {}
    for choice, score in zip(decision.choices, decision.choice_scores, strict=True):
        entry = in_force(choice, decision.candidates, entries, day)
        found.setdefault(entry.ref, (entry, score))
    return [entry for entry, _ in found.values()], [score for _, score in found.values()]


def on_day(by_ref: Mapping[str, Entry], day: date) -> Mapping[str, Entry]:
    """The entries by their reference, each with the answer that may be said on ``day``."""
    bounded = {
        ref: replace(entry, answer=held(entry, day))
        for ref, entry in by_ref.items()
        if entry.valid_from or entry.valid_to
    }
    return {**by_ref, **bounded} if bounded else by_ref
