"""Whatever happens in whatever order: nothing is lost, nothing doubled, nothing resent unasked."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.channels.base import Sent, Target
from bot.delivery.books import WorkerOptions
from bot.delivery.lanes.limits import Limits
from bot.delivery.orders import FINAL
from bot.delivery.outbox import State
from bot.errors import (
    ChatGone,
    SendError,
    SendFlooded,
    SendLater,
    SendOffline,
    SendRejected,
    SendUncertain,
)
from bot.messages import Reply
from bot.storage.database import Database
from tests.delivery.conftest import Office
from tests.fakes import FakeOnce

T = TypeVar("T")
CHATS = ("-1", "-2", "-3", "7")
FAULTS: dict[str, SendError] = {
    "flood": SendFlooded(3, "flood"),
    "server": SendLater(2, "server error"),
    "offline": SendOffline(2, "not sent"),
    "lost": SendUncertain("timed out before it arrived"),
    "arrived": SendUncertain("timed out after it arrived"),
    "gone": ChatGone("kicked", "被移出了群"),
    "rejected": SendRejected("bad"),
}


class Platform(FakeOnce):
    """Keeps a ledger by order: the text of every order is its key."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: Counter[str] = Counter()
        self.dead = False
        """The process that sends is being killed: nothing comes back any more."""

    async def send(self, target: Target, part: Reply) -> Sent:
        queue = self.faults.get(target.chat_id) or [None]
        fault = queue[0]
        if fault is None or fault is FAULTS["arrived"]:
            self.arrived[part.text] += 1
        if self.dead:
            await asyncio.Event().wait()
        return await super().send(target, part)


class Machine(RuleBasedStateMachine):
    """Orders, faults, crashes, a clock that jumps; a person who decides about what is uncertain."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        # A disk in memory where there is one: hundreds of transactions, each synchronised.
        memory = Path("/dev/shm")  # noqa: S108
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'x.db'}")
        self.run(self.database.open())
        self.platform = Platform()
        options = WorkerOptions(Limits(4, 1, 20), in_flight_max=3, lease_seconds=30)
        self.office = Office(self.database, once=self.platform, options=options)
        self.number = 0
        self.asked: Counter[str] = Counter()
        """How often a person asked for an order to be sent."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            self.run(self.settled())
        finally:
            self.run(self.database.close())
            self.runner.close()
            self.folder.cleanup()

    @rule(chats=st.sets(st.sampled_from(CHATS), min_size=1), again=st.booleans())
    def put(self, chats: set[str], again: bool) -> None:
        self.number += not again
        orders = [
            self.office.order(
                chat,
                job="job",
                key=f"{self.number}:{chat}",
                reply=Reply(f"{self.number}:{chat}"),
                expires_at=None,
            )
            for chat in sorted(chats)
        ]
        for order in orders:
            self.asked[order.key] = max(1, self.asked[order.key])
        self.run(self.office.outbox.put(orders))

    @rule(chat=st.sampled_from(CHATS), fault=st.sampled_from(sorted(FAULTS)))
    def break_chat(self, chat: str, fault: str) -> None:
        self.platform.faults.setdefault(chat, []).append(FAULTS[fault])

    @rule(seconds=st.sampled_from([0.3, 1.0, 10.0, 61.0]))
    def work(self, seconds: float) -> None:
        self.run(self.office.round())
        self.office.clock.forward(seconds)

    @rule(seconds=st.sampled_from([-7200.0, -30.0, 3600.0]))
    def jump(self, seconds: float) -> None:
        self.office.clock.forward(seconds)

    @rule()
    def crash(self) -> None:
        """Kill the worker while its sends are on their way; another one takes over."""

        async def die() -> None:
            self.platform.dead = True
            await self.office.worker.step()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            tasks = list(self.office.worker._flying)
            self.office.worker._landed.clear()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.platform.dead = False
            self.office.worker = self.office.hire()

        self.run(die())

    @rule(yes=st.booleans())
    def decide(self, yes: bool) -> None:
        """A person looks at what is uncertain."""

        async def go() -> None:
            for line in (await self.office.outbox.report("job")).targets:
                if line.state is State.UNCERTAIN:
                    if yes and await self.office.outbox.resend(line.row_id):
                        self.asked[line.key] += 1
                    elif not yes:
                        await self.office.outbox.settle(line.row_id)

        self.run(go())

    @invariant()
    def never_more_than_asked(self) -> None:
        for key, number in self.platform.arrived.items():
            assert number <= self.asked[key], key

    async def settled(self) -> None:
        """When the faults are over and time passes, every order has come to its end."""
        self.platform.faults.clear()
        for _ in range(40):
            await self.office.round()
            self.office.clock.forward(9)
            report = await self.office.outbox.report("job")
            if report.done:
                break
        self.office.clock.forward(3600 * 3)
        for _ in range(40):
            await self.office.round()
            self.office.clock.forward(2)
        report = await self.office.outbox.report("job")
        assert report.total == len(self.asked)
        for line in report.targets:
            assert line.state in FINAL, line
            if line.state is State.SENT and not line.reason:
                assert self.platform.arrived[line.key] >= 1, line
            if line.state in {State.FAILED, State.UNCERTAIN}:
                assert line.reason, line
        self.never_more_than_asked()


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
