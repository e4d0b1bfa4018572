"""Many groups on our Bot API server, real programs that serve them, and the count at the end."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import system_clock
from bot.delivery.outbox import Order, Outbox, Report, State
from bot.messages import Reply
from bot.storage.database import Database
from tests.bot_api import BotApiServer
from tests.bot_api.faults import LoseAnswer, Refuse, flood, refused, server_error
from tests.bot_api.limits import Limits
from tests.bot_api.model import Chat
from tests.e2e.process import Program
from tests.knowledge.folder import build

JOB = "notice:1"
LEASE_SECONDS = 4


@dataclass
class Town:
    """One notice to many groups.

    Args:
        server: the platform.
        outbox: on the database that the programs use.
        url: that database.
        folder: where the programs run.
    """

    server: BotApiServer
    outbox: Outbox
    url: str
    folder: Path
    chats: list[Chat] = field(default_factory=list)
    in_flight: set[int] = field(default_factory=set)
    """Rows that a killed program was sending."""

    def program(self) -> Program:
        program = Program(self.server, self.folder)
        program.settings = {
            "DANGBOT_DATABASE__URL": self.url,
            "DANGBOT_KNOWLEDGE": str(self.folder / "knowledge"),
            "DANGBOT_DELIVERY__LEASE_SECONDS": str(LEASE_SECONDS),
        }
        return program

    @asynccontextmanager
    async def served(self, programs: int = 1) -> AsyncIterator[list[Program]]:
        """Programs that deliver; none outlives the test."""
        running = [self.program() for _ in range(programs)]
        try:
            for program in running:
                await program.start(wait=False)
            yield running
        finally:
            for program in running:
                if program.process is not None:
                    program.process.kill()
                    await program.ended()

    async def publish(self, groups: int) -> None:
        """Queue one notice for so many new groups."""
        self.chats = [
            self.server.world.add_chat(f"第 {number} 群", kind="supergroup")
            for number in range(groups)
        ]
        now = self.outbox.clock()
        await self.outbox.put(
            Order(
                f"{JOB}:telegram:{chat.id}",
                JOB,
                "telegram",
                str(chat.id),
                None,
                Reply("【会议通知】七月一日九时在会议室召开党员大会。"),
                silent=False,
                not_before=now,
            )
            for chat in self.chats
        )

    async def done(self, seconds: float) -> Report:
        """The report, when nothing changes any more."""
        async with asyncio.timeout(seconds):
            while True:
                report = await self.outbox.report(JOB)
                if report.done:
                    return report
                await asyncio.sleep(0.5)

    async def kill(self, program: Program) -> None:
        """kill -9, and note what the books say was on its way."""
        assert program.process is not None
        program.process.kill()
        await program.ended()
        for line in (await self.outbox.report(JOB)).targets:
            if line.state is State.SENDING:
                self.in_flight.add(line.row_id)

    async def kill_often(self, programs: list[Program], kills: int, seed: int) -> None:
        """Kill one of the programs at random moments of the run, and start it again."""
        chance = random.Random(seed)  # noqa: S311
        for begun in sorted(chance.randrange(1, len(self.chats)) for _ in range(kills)):
            await self._has_begun(begun)
            await asyncio.sleep(chance.random() * 0.2)
            victim = chance.choice(programs)
            await self.kill(victim)
            await victim.start(wait=False)

    async def _has_begun(self, orders: int) -> None:
        """Wait until so many orders do not wait any more."""
        async with asyncio.timeout(240):
            while True:
                counts = (await self.outbox.report(JOB)).counts
                if counts[State.QUEUED] <= len(self.chats) - orders:
                    return
                await asyncio.sleep(0.1)


@dataclass(frozen=True)
class Count:
    """What the platform's ledger says about the report."""

    groups: int
    arrived: int
    lost: int
    """Groups whose order is said to be sent, or ended without a reason, and got nothing."""
    doubled: int
    uncertain: int
    uncertain_arrived: int
    in_flight: int
    floods: int
    seconds: float
    """Between the first and the last message."""
    wrong: tuple[str, ...]
    """Lines of the report that differ from the ledger."""


def count(town: Town, report: Report) -> Count:
    """Compare the report with the ledger, line by line."""
    calls = town.server.ledger.sent()
    got = Counter(str(call.chat_id) for call in calls)
    ids = {(str(call.chat_id), str(call.message_id)) for call in calls}
    lost, wrong = 0, []
    for line in report.targets:
        here = got[line.chat_id]
        match line.state:
            case State.SENT:
                lost += here == 0
                right = here == 1 and (line.chat_id, *line.message_ids) in ids
            case State.UNCERTAIN:
                right = here <= 1 and bool(line.reason)
            case State.FAILED:
                right = here == 0 and bool(line.reason)
            case _:
                lost += here == 0
                right = False
        if not right:
            wrong.append(f"{line.chat_id} {line.state} {line.reason}: {here} arrived")
    uncertain = [line for line in report.targets if line.state is State.UNCERTAIN]
    return Count(
        groups=len(report.targets),
        arrived=len(got),
        lost=lost,
        doubled=sum(number > 1 for number in got.values()),
        uncertain=len(uncertain),
        uncertain_arrived=sum(got[line.chat_id] > 0 for line in uncertain),
        in_flight=len(town.in_flight),
        floods=town.server.ledger.floods,
        seconds=calls[-1].time - calls[0].time if calls else 0.0,
        wrong=tuple(wrong),
    )


def mix_faults(town: Town, seed: int, *, hang: bool = True) -> dict[str, str]:
    """10 % 429, 5 % 5xx, 2 % timeouts after delivery, 3 % gone, 1 % migrated.

    Args:
        town: with its chats.
        seed: makes it repeatable.
        hang: a lost answer is silence until the program gives up, not a broken connection.

    Returns:
        What is to become of the chats that are gone or moved, by chat id.
    """
    chance = random.Random(seed)  # noqa: S311
    server, chats = town.server, list(town.chats)
    chance.shuffle(chats)
    gone = chats[: max(1, len(chats) * 3 // 100)]
    moved = chats[len(gone) : len(gone) + max(1, len(chats) // 100)]
    expected = {str(chat.id): "failed" for chat in gone}
    for chat in gone:
        server.faults.always(refused("bot was kicked from the supergroup chat"), chat_id=chat.id)
    for chat in moved:
        new = server.world.upgrade(chat)
        expected[str(new.id)] = "sent or uncertain"
    server.faults.randomly(flood(1), 0.10, seed)
    server.faults.randomly(server_error(502, html=True), 0.05, seed + 1)
    server.faults.randomly(LoseAnswer(hang=hang), 0.02, seed + 2)
    return expected


def injected(town: Town) -> Counter[str]:
    """How often each fault struck."""
    found: Counter[str] = Counter()
    for rule in town.server.faults.rules:
        fault = rule.fault
        name = str(fault.error.code) if isinstance(fault, Refuse) else type(fault).__name__
        found[name] += rule.hits
    return found


@asynccontextmanager
async def open_town(url: str, folder: Path) -> AsyncIterator[Town]:
    """A platform with its limits, and a database."""
    database = Database(url)
    await database.open()
    build(folder / "knowledge")  # nobody asks anything: a program is to start quickly
    try:
        async with BotApiServer(limits=Limits()) as server:
            clock = system_clock(ZoneInfo("Asia/Shanghai"))
            yield Town(server, Outbox(database, clock), url, folder)
    finally:
        await database.close()
