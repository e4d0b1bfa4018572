"""A counter of questions on a clock that is told the time, and members who ask and press."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.features.feedback.feature import Feedback
from bot.features.feedback.store import Counts, CountStore, What
from bot.features.feedback.tally import StatsOptions, Tally
from bot.knowledge.library import Library
from bot.messages import About, Incoming, Reply
from bot.storage.database import Database, StorageError
from bot.turn import Turn
from tests.fakes import FakeClock
from tests.matching.small import small_library

REF = "zhishu/gongju"
ANSWER = Reply("铁锹到文化站领。\n\n出处：《湖边种下五千棵树》")
TODAY = date(2026, 7, 1)


@dataclass
class Complaints:
    """An inbox that remembers what it is told."""

    told: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    error: StorageError | None = None

    async def __call__(self, question: str, ref: str, near: Sequence[str]) -> None:
        if self.error is not None:
            raise self.error
        self.told.append((question, ref, tuple(near)))


class Booth:
    """Answers go in, and what members see comes out."""

    def __init__(self, database: Database, *, inbox: bool = True) -> None:
        self.database = database
        self.clock = FakeClock()
        self.store = CountStore(database)
        self.tally = Tally(self.store, self.clock, StatsOptions())
        self.inbox = Complaints()
        self.library: Library = small_library()
        self.feedback = Feedback(self.tally, lambda: self.library, self.inbox if inbox else None)
        self.messages = 0

    def restart(self) -> None:
        """Everything in memory is gone."""
        self.tally = Tally(self.store, self.clock, StatsOptions())
        self.feedback = Feedback(self.tally, lambda: self.library, self.inbox)

    def said(self, member: str, group: str = "", **more: object) -> Incoming:
        self.messages += 1
        said = Incoming(
            "telegram",
            group or member,
            member,
            str(self.messages),
            "",
            self.clock(),
            private=not group,
        )
        return replace(said, **more)  # type: ignore[arg-type]

    async def answer(
        self,
        member: str = "7",
        group: str = "",
        about: About | None = None,
        reply: Reply = ANSWER,
        **more: object,
    ) -> Reply:
        """What a member sees of an answer."""
        about = about or About("铁锹去哪领", "answered", REF, (REF, "zhishu/renshu"))
        incoming = self.said(member, group, text=about.question, **more)
        return await self.feedback.answered(Turn(incoming), replace(reply, about=about))

    async def press(
        self, reply: Reply, label: str, member: str = "7", group: str = "", message: str = "900"
    ) -> Reply | None:
        """A member presses a button by its label; ``message``: the message that it is under."""
        [data] = [b.data for row in reply.buttons for b in row if b.label == label]
        incoming = self.said(member, group, pressed=data, message_id=message)
        return await self.feedback.handle(Turn(incoming))

    async def counts(self) -> Counts:
        today = self.tally.today()
        return await self.tally.between(today - timedelta(days=500), today)

    async def votes(self) -> dict[What, int]:
        """How many votes of each kind there are."""
        found = dict.fromkeys((What.USEFUL, What.USELESS), 0)
        for key, number in (await self.counts()).items():
            if key.what in found:
                found[key.what] += number
        return found


def rows(reply: Reply | None) -> list[list[str]]:
    """What the buttons say, row by row."""
    assert reply is not None
    return [[button.label for button in row] for row in reply.buttons]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    database = Database(f"sqlite:///{tmp_path / 'booth.db'}")
    await database.open()
    yield Booth(database)
    await database.close()
