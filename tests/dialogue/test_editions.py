"""A desk that follows its files: what members said before a change still counts after it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dialogue.editions import CurrentDesk, live_desk
from bot.messages import Incoming
from tests.cli.runner import TALK, TOPIC
from tests.fakes import FakeClock
from tests.knowledge.folder import SOURCES

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


def files(folder: Path, topic: str = TOPIC) -> Path:
    (folder / "services").mkdir(parents=True, exist_ok=True)
    (folder / "services" / "yizhan.yaml").write_text(topic, encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return folder


def said(text: str) -> Incoming:
    return Incoming("console", "g", "wang", "1", text, NOW)


async def test_a_half_sentence_after_the_swap_is_understood(tmp_path: Path) -> None:
    live = live_desk(files(tmp_path), "", ZONE, FakeClock())
    live.open()
    desk = CurrentDesk(live)
    before = desk.desk
    await desk.handle(said("介绍一下红色驿站"))
    files(tmp_path, TOPIC.replace("早上 7 点", "早上 6 点半"))
    assert (await live.reload()).outcome == "new"
    assert desk.desk is not before
    reply = await desk.handle(said("几点开门"))
    assert reply is not None
    assert reply.text.startswith("早上 6 点半")


def test_no_question_waits_for_an_index(tmp_path: Path) -> None:
    live = live_desk(files(tmp_path), "", ZONE, FakeClock())
    assert "index" not in vars(live.open().value._likely)
    (tmp_path / "smalltalk.yaml").write_text(TALK, encoding="utf-8")
    live = live_desk(tmp_path, "", ZONE, FakeClock())
    assert "index" in vars(live.open().value._likely)


async def test_a_question_in_flight_sees_one_version(tmp_path: Path) -> None:
    live = live_desk(files(tmp_path), "", ZONE, FakeClock())
    live.open()
    desk = CurrentDesk(live)
    versions = {"12 处，都在主街上", "21 处，都在主街上"}

    async def ask() -> str:
        await asyncio.sleep(0)
        reply = await desk.handle(said("红色驿站有几处"))
        assert reply is not None
        return reply.text

    heard: set[str] = set()
    for number in (21, 12, 21, 12):
        changed = TOPIC.replace("answer: 12 处", f"answer: {number} 处")
        files(tmp_path, changed)
        asked = [asyncio.create_task(ask()) for _ in range(5)]
        await live.reload()
        asked += [asyncio.create_task(ask()) for _ in range(5)]
        heard |= {text[: len("12 处，都在主街上")] for text in await asyncio.gather(*asked)}
    assert heard == versions


async def test_a_failing_test_keeps_the_old_version(tmp_path: Path) -> None:
    tests = "tests:\n  - ask: 驿站哪会儿开门\n    expect: shijian\n"
    live = live_desk(files(tmp_path, TOPIC + tests), "", ZONE, FakeClock())
    live.open()
    assert not live.edition.faults
    files(tmp_path, TOPIC + tests.replace("shijian", "shuliang"))
    reading = await live.reload()
    assert reading.outcome == "refused"
    (problem,) = reading.problems
    assert (problem.file, problem.line) == ("services/yizhan.yaml", 20)
    assert "“yizhan/shijian”（services/yizhan.yaml:15）" in problem.what
