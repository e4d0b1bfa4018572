"""The real program on a Bot API server with limits: small versions of benchmarks/delivery.py."""

from __future__ import annotations

import signal
from pathlib import Path

from bot.delivery.outbox import State
from tests.delivery.town import count, injected, mix_faults, open_town
from tests.e2e.process import Program
from tests.postgres import Postgres

GROUPS = 64
IN_FLIGHT_MAX = 30


async def end(*programs: Program) -> None:
    for program in programs:
        # A program that was started a moment ago dies of the signal: nobody listens to it yet.
        assert await program.stop() in {0, -signal.SIGTERM}, program.log
        assert "Traceback" not in program.log, program.log
        assert "会议通知" not in program.log


async def test_every_group_once_at_the_platforms_pace(tmp_path: Path) -> None:
    async with open_town(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path) as town:
        await town.publish(GROUPS)
        async with town.served() as programs:
            found = count(town, await town.done(240))
            await end(*programs)
    assert (found.arrived, found.lost, found.doubled, found.uncertain) == (GROUPS, 0, 0, 0)
    assert found.wrong == ()
    assert found.floods == 0


async def killed_twice(url: str, folder: Path, programs: int) -> None:
    async with open_town(url, folder) as town:
        await town.publish(GROUPS)
        async with town.served(programs) as running:
            await town.kill_often(running, kills=2, seed=7)
            found = count(town, await town.done(240))
            await end(*running)
    assert (found.lost, found.doubled, found.wrong) == (0, 0, ())
    assert found.uncertain <= found.in_flight <= 2 * IN_FLIGHT_MAX
    assert found.arrived == GROUPS - found.uncertain + found.uncertain_arrived
    assert found.floods == 0


async def test_kill_9_loses_and_doubles_nothing(tmp_path: Path) -> None:
    await killed_twice(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path, programs=1)


async def test_two_programs_share_a_database_and_one_is_killed(
    postgres: Postgres, tmp_path: Path
) -> None:
    await killed_twice(postgres.database(), tmp_path, programs=2)


async def test_mixed_faults_are_reported_as_they_happened(tmp_path: Path) -> None:
    async with open_town(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path) as town:
        await town.publish(GROUPS)
        expected = mix_faults(town, seed=3, hang=False)
        async with town.served() as programs:
            report = await town.done(240)
            found = count(town, report)
            await end(*programs)
    assert (found.lost, found.doubled, found.wrong) == (0, 0, ())
    states = {line.chat_id: line.state.value for line in report.targets}
    assert all(states[chat] in wanted for chat, wanted in expected.items())
    assert set(injected(town)) == {"429", "502", "403", "LoseAnswer"}
    assert min(injected(town).values()) > 0
    hung = [call for call in town.server.ledger.sent() if not call.answered]
    assert found.uncertain == len(hung)
    assert report.counts[State.FAILED] == list(expected.values()).count("failed")
