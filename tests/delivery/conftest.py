from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.delivery.books import WorkerOptions
from bot.delivery.outbox import Kind, Order, Outbox
from bot.delivery.worker import Worker
from bot.messages import Reply
from bot.storage.database import Database
from tests.fakes import FakeClock, FakeListener, FakeOnce


@dataclass
class Office:
    """An outbox with a worker on a stand-in for the platform."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    once: FakeOnce = field(default_factory=FakeOnce)
    listener: FakeListener = field(default_factory=FakeListener)
    options: WorkerOptions = field(default_factory=WorkerOptions)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.database, self.clock)
        self.worker = self.hire()

    def hire(self) -> Worker:
        return Worker(self.outbox, self.once, self.listener, self.options)

    def order(self, chat: str, job: str = "notice:1", **more: object) -> Order:
        values: dict[str, object] = {
            "key": f"{job}:telegram:{chat}",
            "job": job,
            "channel": "telegram",
            "chat_id": chat,
            "thread_id": None,
            "reply": Reply("开会"),
            "silent": False,
            "not_before": self.clock(),
        }
        return Order(**(values | more))  # type: ignore[arg-type]

    async def put(self, *chats: str, job: str = "notice:1", **more: object) -> int:
        return await self.outbox.put([self.order(chat, job, **more) for chat in chats])

    async def change(self, kind: Kind, chat: str, reply: Reply | None = None) -> None:
        key = f"{kind}:1:telegram:{chat}"
        of = f"notice:1:telegram:{chat}"
        await self.put(chat, job=f"{kind}:1", key=key, kind=kind, of=of, reply=reply)

    async def round(self, worker: Worker | None = None) -> None:
        """One step, its sends, and the step that records them."""
        worker = worker or self.worker
        await worker.step()
        await landed(worker)
        await worker.step()

    async def work(self, seconds: int = 60, worker: Worker | None = None) -> None:
        """Rounds for so many seconds of the clock."""
        for _ in range(seconds):
            await self.round(worker)
            self.clock.forward(1.0)

    async def states(self, job: str = "notice:1") -> dict[str, str]:
        report = await self.outbox.report(job)
        return {line.chat_id: line.state.value for line in report.targets}

    async def reasons(self, job: str = "notice:1") -> dict[str, str]:
        report = await self.outbox.report(job)
        return {line.chat_id: line.reason for line in report.targets}


async def landed(worker: Worker) -> None:
    """Wait for all that is on its way."""
    await worker.idle()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(f"sqlite:///{tmp_path / 'desk.db'}") as database:
        yield database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
