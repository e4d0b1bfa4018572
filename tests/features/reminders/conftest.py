"""A town with groups, a calendar, an outbox and a worker, on a clock that is told the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.calendar.agenda import Agenda
from bot.calendar.reminders import Rules
from bot.delivery.outbox import Outbox
from bot.delivery.worker import Worker
from bot.features.reminders.feature import Reminders
from bot.features.reminders.reminding import ReminderSettings, Reminding
from bot.features.reminders.store import ReminderStore
from bot.knowledge.library import Library
from bot.messages import Incoming, Reply
from bot.organisation import Organisation
from bot.organisation.groups import Binding
from bot.storage.database import Database
from bot.turn import Turn
from tests.calendar.small import event, small_calendar
from tests.fakes import FakeClock, FakeListener, FakeOnce
from tests.organisation.small import ADMIN, small_organisation, small_plan

ZONE = ZoneInfo("Asia/Shanghai")
GROUPS = ("-1", "-2", "-3")
EVENTS = (
    event("dangke", "专题党课", "2026年9月18日") | {"time": "15:00", "where": "二楼会议室"},
    event("dangri", "主题党日", "每月5日") | {"time": "9:00", "workday": "顺延"},
)
"""The party day of September is shifted from Saturday the 5th to Monday the 7th."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@dataclass
class Town:
    """Everything that a reminder needs, and what came of it."""

    database: Database
    clock: FakeClock
    org: Organisation
    rules: Rules = field(default_factory=lambda: Rules(overview=None))
    events: list[dict[str, Any]] = field(default_factory=lambda: list(EVENTS))
    library: Library | None = None
    """In place of the events."""

    def __post_init__(self) -> None:
        self.once = FakeOnce()
        self.outbox = Outbox(self.database, self.clock)
        self.worker = Worker(self.outbox, self.once, FakeListener())
        self.reminding = self.hire()
        self.feature = Reminders(self.reminding, self.org)

    def hire(self, home: str = "") -> Reminding:
        """Another process, or the same one after a restart."""
        agenda = Agenda(self.library or small_calendar(*self.events))
        store = ReminderStore(self.database)
        settings = ReminderSettings(self.rules, ZONE, home)
        return Reminding(store, self.outbox, self.org, lambda: agenda, settings)

    async def at(self, text: str, reminding: Reminding | None = None) -> float:
        """The clock shows a time of 2026; one step is done, and what is due goes out."""
        self.clock.now = moment(text)
        pause = await (reminding or self.reminding).step()
        await self.deliver()
        return pause

    async def deliver(self) -> None:
        """All that may go out now goes out."""
        for _ in range(4):
            await self.worker.step()
            await self.worker.idle()
        await self.worker.step()

    def sent(self) -> list[tuple[str, str]]:
        """(chat, first line) of what arrived."""
        return [(target.chat_id, part.text.partition("\n")[0]) for target, part in self.once.sent]

    def texts(self, chat: str) -> list[str]:
        return [part.text for target, part in self.once.sent if target.chat_id == chat]

    async def say(self, who: str, text: str = "/reminders", pressed: str | None = None) -> Reply:
        said = Incoming(
            "telegram", who, who, "5", text, self.clock(), pressed=pressed, admin=who == ADMIN
        )
        command = "" if pressed else text.removeprefix("/")
        reply = await self.feature.handle(Turn(said, command))
        assert reply is not None
        return reply

    async def press(self, who: str, reply: Reply, label: str) -> Reply:
        data = next(b.data for row in reply.buttons for b in row if b.label == label)
        return await self.say(who, "", pressed=data)

    async def bind(self, chat: str, unit: str, **more: Any) -> None:
        by = Incoming("telegram", ADMIN, ADMIN, "1", "", self.clock(), admin=True)
        await self.org.bind(by, Binding("telegram", chat, unit, self.clock(), **more))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Each test runs on SQLite and on PostgreSQL."""
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def town(database: Database) -> Town:
    """Three approved groups; the first look was on 16 September at noon."""
    clock = FakeClock(moment("09-16 12:00"))
    org = await small_organisation(database, clock, small_plan(approved=GROUPS))
    town = Town(database, clock, org)
    await town.at("09-16 12:00")
    clock.now += timedelta(seconds=1)
    return town
