"""A thousand spoiled files while running: never down, always the last good version."""

from __future__ import annotations

import asyncio
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.calendar.agenda import when_ok
from bot.dialogue.editions import CurrentDesk, live_desk
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.live import Live
from bot.knowledge.problems import Problem
from bot.knowledge.snapshot import take
from bot.messages import Incoming
from tests.fakes import FakeClock
from tests.knowledge.faults import FAULTS
from tests.knowledge.mutate import mutate

PER_ROUND = 50
ROUNDS = 10
WITH_DESK = 15
NAMES = (
    "sources.yaml",
    "smalltalk.yaml",
    "thesaurus.yaml",
    "services/yutai-daiban.yaml",
    "services/jiangyang-lihua.yaml",
    "contacts/chengmai.yaml",
    "activities/chengmai-shizhiguan.yaml",
    "practices/dazhong-xiangmu.yaml",
)
"""Some of the shipped files, of several kinds: all of them would take minutes."""
TOPICS = NAMES[3:]
NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


def folder(path: Path) -> Path:
    for name in NAMES:
        (path / name).parent.mkdir(exist_ok=True)
        shutil.copy(shipped_folder() / name, path / name)
    return path


def titles(library: Library) -> tuple[dict[str, str], list[Problem]]:
    """In place of a desk: as quick to build as the files are to read."""
    return {entry.ref: entry.answer for entry in library.entries()}, []


@pytest.fixture
def live(tmp_path: Path) -> Live[dict[str, str]]:
    found = Live(folder(tmp_path), titles, FakeClock(), date_ok=when_ok)
    found.open()
    return found


async def answers(desk: CurrentDesk, text: str) -> str:
    said = Incoming("console", "g", "wang", "1", text, NOW)
    reply = await desk.handle(said)
    assert reply is not None
    assert reply.text
    return reply.text


def line_count(raw: bytes) -> int:
    return len(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))


async def spoil(live: Live[Any], dice: random.Random) -> bool:
    """Spoil one file, reload, hold what must hold, put it back; whether it was refused."""
    name = dice.choice(NAMES)
    path = live.folder / name
    original = path.read_bytes()
    path.write_bytes(mutate(dice, original))
    good = live.edition
    reading = await live.reload()
    if reading.outcome == "refused":
        assert live.edition.digest == good.digest
        assert live.edition.value is good.value
        assert live.edition.faults == reading.problems
        for problem in reading.problems:
            assert problem.hint, problem
            assert problem.file in NAMES, problem
            assert "程序出错" not in problem.what, problem
            lines = line_count((live.folder / problem.file).read_bytes())
            assert 1 <= problem.line <= lines, problem
        structural = [p for p in reading.problems if p.code == "structure"]
        assert not structural or any(p.file == name for p in structural), structural
    else:
        assert live.edition.digest == take(live.folder).digest
        assert not live.edition.faults
    path.write_bytes(original)
    return reading.outcome == "refused"


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_any_spoiling_leaves_the_last_good_version(
    live: Live[dict[str, str]], seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same files every time
    refused = sum([await spoil(live, dice) for _ in range(PER_ROUND)])
    assert refused > PER_ROUND / 3
    await live.reload()
    assert live.edition.digest == take(live.folder).digest


async def test_questions_are_answered_all_the_while(tmp_path: Path) -> None:
    live = live_desk(folder(tmp_path), "", ZoneInfo("Asia/Shanghai"), FakeClock())
    live.open()
    assert not live.edition.faults
    desk = CurrentDesk(live)
    dice = random.Random(99)  # noqa: S311
    for _ in range(WITH_DESK):
        spoiling = asyncio.create_task(spoil(live, dice))
        asked = 0
        while not spoiling.done() or not asked:
            assert await answers(desk, ("县委书记是谁", "红色代办能办哪些手续", "您好")[asked % 3])
            asked += 1
            await asyncio.sleep(0)
        await spoiling
    await live.reload()
    assert "营业执照" in await answers(desk, "红色代办能办哪些手续")


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_a_structural_fault_is_told_with_its_very_line(
    live: Live[dict[str, str]], seed: int
) -> None:
    dice = random.Random(1000 + seed)  # noqa: S311
    good = live.edition.digest
    told = 0
    while told < PER_ROUND:
        name, fault = dice.choice(TOPICS), dice.choice(FAULTS)
        path = live.folder / name
        original = path.read_text(encoding="utf-8")
        rows = original.split("\n")[:-1]
        line = fault(dice, rows)
        if line is None:
            continue
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        reading = await live.reload()
        places = [(problem.file, problem.line) for problem in reading.problems]
        assert (name, line) in places, (fault, rows[line - 1], reading.problems)
        assert {file for file, _ in places} == {name}
        assert reading.outcome == "refused"
        assert live.edition.digest == good
        path.write_text(original, encoding="utf-8")
        told += 1
    assert (await live.reload()).outcome == "same"
