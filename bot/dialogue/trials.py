"""The tests that stand beside the topics: each question is asked, and must lead where it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from bot.knowledge.library import Library, Placed
from bot.knowledge.problems import Problem
from bot.knowledge.schema import AGENDA, CLARIFY, REFUSE

if TYPE_CHECKING:
    from bot.dialogue.engine import Desk
    from bot.dialogue.outcome import Outcome

_NOON = time(12)


def failures(desk: Desk, today: date) -> list[Problem]:
    """An error for every test that the desk does not pass.

    Args:
        desk: its own place (``home``) does not matter: the same files pass everywhere.
        today: in the desk's time zone; a test may name another day.
    """
    return list(_failures(desk, today))


def _failures(desk: Desk, today: date) -> Iterator[Problem]:
    nowhere = desk.at("")
    for test in desk.library.tests:
        now = datetime.combine(test.now or today, _NOON, desk.zone)
        outcome = nowhere.consider(test.ask, now)
        if led_to(outcome) != test.expect:
            yield _problem(desk.library, test, outcome)


def led_to(outcome: Outcome) -> str:
    """What a test would have had to expect to be passed."""
    if outcome.rule == "calendar":
        return AGENDA
    if outcome.status == "answer":
        return outcome.entry.ref if outcome.entry is not None else "寒暄"
    return CLARIFY if outcome.status == "choices" else REFUSE


def _problem(library: Library, test: Placed, outcome: Outcome) -> Problem:
    wanted = _named(library, test.expect)
    got = _named(library, led_to(outcome))
    hint = f"给{wanted}加一句相近的问法；要是资料变了，就改这条试问"
    if test.expect in {REFUSE, CLARIFY, AGENDA}:
        hint = "不该答的写进 not_covered，该让人选的写进 ambiguous；要是资料变了，就改这条试问"
    why = f"（{outcome.decision.reason}）" if outcome.decision and outcome.decision.reason else ""
    what = f"试问“{test.ask}”应是{wanted}，现在是{got}{why}"
    return Problem(test.file, test.line, what, hint, code="test")


def _named(library: Library, ref: str) -> str:
    """A reference as editors find it: “节名”（file:line）."""
    words = {REFUSE: "不答", CLARIFY: "让人选", AGENDA: "日历", "寒暄": "寒暄"}
    if ref in words:
        return words[ref]
    file, line = library.places.get(ref, ("", 0))
    return f"“{ref}”（{file}:{line}）"
