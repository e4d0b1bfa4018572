"""The same questions to two versions of the knowledge: what would be answered differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.dialogue.trials import led_to
from bot.knowledge.schema import REFUSE

if TYPE_CHECKING:
    from bot.dialogue.engine import Desk
    from bot.dialogue.outcome import Outcome

KINDS = ("答到别处", "从有答变成不答", "从不答变成有答", "字句变了", "一样")
"""What may have become of a question, the most serious first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked."""

    text: str
    now: datetime
    history: tuple[str, ...] = ()
    """What the member had asked before it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one version answers."""

    led_to: str
    """``topic/section``, or what else a test would expect."""
    text: str
    place: str
    """Where the section stands, as ``file:line``; empty without one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One question to both versions."""

    asked: Asked
    before: Heard
    after: Heard

    @property
    def kind(self) -> str:
        """One of :data:`KINDS`."""
        if self.before.led_to == self.after.led_to:
            return "一样" if self.before.text == self.after.text else "字句变了"
        if self.after.led_to == REFUSE:
            return "从有答变成不答"
        return "从不答变成有答" if self.before.led_to == REFUSE else "答到别处"


def replay(questions: Iterable[Asked], before: Desk, after: Desk) -> list[Compared]:
    """Ask every question of both; each is a conversation of its own."""
    return [
        Compared(asked, _heard(before, asked, number), _heard(after, asked, number))
        for number, asked in enumerate(questions)
    ]


def counted(rows: Sequence[Compared]) -> dict[str, int]:
    """How many questions of each kind, in the order of :data:`KINDS`."""
    found = Counter(row.kind for row in rows)
    return {kind: found[kind] for kind in KINDS}


def _heard(desk: Desk, asked: Asked, number: int) -> Heard:
    chat = f"replay {number}"
    for earlier in asked.history:
        desk.ask(earlier, asked.now, chat, "member")
    outcome = desk.ask(asked.text, asked.now, chat, "member")
    return Heard(led_to(outcome), _words(desk, outcome), _place(desk, outcome))


def _words(desk: Desk, outcome: Outcome) -> str:
    labels = "；".join(desk.title_of(choice) for choice in outcome.choices)
    return f"{outcome.text}\n{labels}" if outcome.status == "choices" else outcome.text


def _place(desk: Desk, outcome: Outcome) -> str:
    if outcome.entry is None:
        return ""
    file, line = desk.library.places.get(outcome.entry.ref, ("", 0))
    return f"{file}:{line}" if file else ""
