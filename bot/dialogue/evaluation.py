"""How a reply to a labelled question is judged, and the table of many."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHARP_MAX = 160
TEXT_MAX = 600
BEHIND_MAX = 3
CHOICES_MAX = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what a right answer must hold: all groups, any option of a group."""

    id: str
    q: str
    kind: str
    expect: str
    """``answer``, ``refuse`` or ``clarify``."""
    must: tuple[tuple[str, ...], ...] = ()
    history: tuple[str, ...] = ()
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its verdict."""

    question: Question
    status: str
    text: str
    right: bool
    sharp: bool
    helped: bool
    wrong: bool


def judge(question: Question, status: str, text: str, choices: Sequence[str]) -> Judged:
    """Judge one reply; ``choices`` are title and text of each choice, best first."""
    right, helped, wrong = _verdict(question, status, text, choices)
    strict = question.expect == "answer" and question.kind != "smalltalk"
    sharp = right and (not strict or _holds(text[:SHARP_MAX], question.must))
    return Judged(question, status, text, right, sharp, helped, wrong)


def _verdict(
    question: Question, status: str, text: str, choices: Sequence[str]
) -> tuple[bool, bool, bool]:
    if question.expect == "refuse":
        return status == "unknown", status != "answer", status == "answer"
    if question.kind == "smalltalk":
        fine = status == "answer" and bool(text.strip())
        return fine, fine, False
    answered = status == "answer" and _holds(text[:TEXT_MAX], question.must)
    if question.expect == "clarify":
        shown = status == "choices" and _holds(" ".join(choices[:CHOICES_MAX]), question.must)
        fine = shown or answered
        return fine, fine or status != "unknown", status == "answer" and not fine
    behind = any(_holds(choice, question.must) for choice in choices[:BEHIND_MAX])
    return answered, answered or behind, status == "answer" and not answered


def _holds(text: str, must: Iterable[Iterable[str]]) -> bool:
    folded = _fold(text)
    return all(any(_fold(option) in folded for option in group) for group in must)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def table(judged: Iterable[Judged]) -> dict[str, dict[str, float]]:
    """Shares (0 to 1) by kind and in groups, the groups last."""
    rows: dict[str, list[Judged]] = {}
    for row in judged:
        for name in (row.question.kind, _group(row.question), "ALL"):
            rows.setdefault(name, []).append(row)
    order = sorted(rows, key=lambda name: (name.endswith("-all"), name == "ALL", name))
    return {name: _shares(rows[name]) for name in order}


def _group(question: Question) -> str:
    if question.expect == "refuse":
        return "refuse-all"
    plain = question.expect == "answer" and question.kind != "smalltalk"
    return "answer-all" if plain else "other-all"


def _shares(rows: Sequence[Judged]) -> dict[str, float]:
    count = len(rows)
    return {
        "n": count,
        "right": sum(row.right for row in rows) / count,
        "sharp": sum(row.sharp for row in rows) / count,
        "helped": sum(row.helped for row in rows) / count,
        "wrong": sum(row.wrong for row in rows) / count,
    }
