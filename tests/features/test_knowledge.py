"""What admins hear about the files: each set of errors once, and when they are mended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ChatGone
from bot.features.knowledge.feature import Upkeep
from bot.features.routing import Router
from bot.knowledge.cache import Cache
from bot.knowledge.library import Library
from bot.knowledge.live import Live
from bot.knowledge.problems import Problem
from bot.messages import Incoming
from bot.turn import Feature
from tests.fakes import START, FakeAnswerer, FakeChannel, FakeClock
from tests.knowledge.folder import TOPIC, build

ADMIN, OTHER_ADMIN, MEMBER = "1", "9", "2"
FAULTY = TOPIC.replace("answer: 甲", "anser: 甲")
WORSE = FAULTY.replace("s1", "s9")


class Office:
    """The feature, its files, and a way to speak as an admin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.channel = FakeChannel()
        self.failed: list[Problem] = []
        self.live = Live(
            build(folder / "files"), self.make, FakeClock(), kept=Cache(folder / "kept")
        )

    def make(self, library: Library) -> tuple[str, Sequence[Problem]]:
        return library.topics["t1"].sections[0].answer, self.failed

    def open(self) -> Upkeep:
        self.live.open()
        self.upkeep = Upkeep(self.live, self.channel, (ADMIN, OTHER_ADMIN))
        self.router = Router((self.upkeep,), FakeAnswerer())
        return self.upkeep

    def save(self, text: str) -> None:
        (self.live.folder / "services" / "t1.yaml").write_text(text, encoding="utf-8")

    async def say(self, text: str = "/reload", **more: object) -> str:
        said = Incoming("telegram", ADMIN, ADMIN, "5", text, START, admin=True)
        reply = await self.router.handle(replace(said, **more))  # type: ignore[arg-type]
        assert reply is not None
        return reply.text


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_it_is_a_feature(office: Office) -> None:
    feature: Feature = office.open()
    assert feature.commands["reload"].admin_only


async def test_reload_says_what_came_of_it(office: Office) -> None:
    office.open()
    assert (await office.say()).startswith("资料没有变过")
    office.save(TOPIC.replace("甲是甲", "甲是乙"))
    assert await office.say() == "已换上新资料：1 个主题、2 条。"
    assert office.channel.sent == []


async def test_reload_shows_warnings(office: Office) -> None:
    office.open()
    (office.live.folder / "service").mkdir()
    (office.live.folder / "service" / "t2.yaml").write_text("x", encoding="utf-8")
    text = await office.say()
    assert "提醒 1 个" in text
    assert "service/t2.yaml:1: 提醒" in text


async def test_members_cannot_reload(office: Office) -> None:
    office.open()
    office.save(TOPIC.replace("甲是甲", "甲是乙"))
    assert "管理员" in await office.say(admin=False, member_id=MEMBER)
    assert office.live.edition.value == "甲是甲。"


async def test_a_group_reads_nothing_of_the_files(office: Office) -> None:
    """An error quotes what stands in the file: a closed sentence, somebody's number."""
    office.open()
    office.save(FAULTY)
    text = await office.say(chat_id="-100", private=False)
    assert "私聊" in text
    assert "anser" not in text
    assert office.live.edition.value == "甲是甲。"


async def test_errors_are_told_to_every_admin_once(office: Office) -> None:
    office.open()
    office.save(FAULTY)
    text = await office.say()
    assert "2 个错误" in text
    assert "services/t1.yaml:13: 错误：不认识的名称“anser”（是不是想写“answer”）" in text
    assert office.channel.texts(OTHER_ADMIN) == [text]
    assert office.channel.texts(ADMIN) == [], "who asked reads it in the reply"
    await office.say()
    assert len(office.channel.sent) == 1
    office.save(WORSE)
    await office.say()
    assert len(office.channel.texts(OTHER_ADMIN)) == 2
    office.save(TOPIC)
    assert (await office.say()).startswith("资料没有变过")
    assert office.channel.texts(OTHER_ADMIN)[2].startswith("资料已改好")
    await office.say()
    assert len(office.channel.sent) == 3


async def test_many_errors_are_cut(office: Office) -> None:
    office.open()
    sections = "".join(f"  - id: s{number}\n    title: 题\n" for number in range(20))
    office.save(TOPIC + sections)
    text = await office.say()
    assert "40 个错误" in text
    assert "还有 34 个" in text
    assert len(text) < 2_000


async def test_an_admin_who_cannot_be_reached_does_not_keep_it_from_the_other(
    office: Office,
) -> None:
    office.open()
    office.channel.broken[ADMIN] = ChatGone("blocked")
    office.save(FAULTY)
    await office.say(member_id="3")
    assert len(office.channel.texts(OTHER_ADMIN)) == 1


async def follow(office: Office, *steps: tuple[str, int]) -> None:
    """Watch the files; save each text ("" for none) and wait until so many messages were sent."""
    watching = asyncio.create_task(office.upkeep.watch())
    await asyncio.sleep(0.2)
    async with asyncio.timeout(60):
        for text, sent in steps:
            tries = 0
            while len(office.channel.sent) < sent or not tries:
                if text and tries % 250 == 0:  # again, if the files were not watched yet
                    office.save(text)
                tries += 1
                await asyncio.sleep(0.02)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching


async def test_a_saved_error_is_told_without_being_asked(office: Office) -> None:
    office.open()
    await follow(office, (FAULTY, 2), (TOPIC, 4))
    told, mended = office.channel.texts(ADMIN)
    assert "没有换上" in told
    assert mended == "资料已改好，现在用的是最新的：1 个主题、2 条。"


async def test_a_start_on_the_last_good_files_is_told(office: Office) -> None:
    office.open()
    office.save(FAULTY)
    office.open()
    await follow(office, ("", 2), (TOPIC, 4))
    told, mended = office.channel.texts(ADMIN)
    assert told.startswith("答疑台启动了，但资料有 2 个错误，暂用上一份好的资料")
    assert mended.startswith("资料已改好")


async def test_a_start_with_failing_tests_is_told(office: Office) -> None:
    office.failed = [Problem("services/t1.yaml", 4, "答错了", code="test")]
    office.open()
    await follow(office, ("", 2))
    assert "先照样用着" in office.channel.texts(ADMIN)[0]
