"""Who hears what is for members only: the whole way from the gate, with roles that change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import membership
from bot.dialogue.engine import Desk
from bot.dialogue.located import Located
from bot.features.access.gate import Gate
from bot.features.routing import Router
from bot.messages import Incoming
from bot.organisation import Role
from bot.organisation.roster import Person as Line
from bot.storage.database import Database
from tests.dialogue.closed import closed_library
from tests.fakes import START
from tests.features.stage import BOSS, GROUP, PLENTY, Person, Stage, build_stage

QUESTION = "支部委员的手机号是多少"
SECRETARY, HELPER, MEMBER, STRANGER = map(Person, ("20002", "30003", "40004", "50005"))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    stage = await build_stage(database)
    located = Located(
        Desk(closed_library(tmp_path / "files")), stage.org.home_of, membership(stage.org)
    )
    router = Router(stage.features.all(), located)
    features = stage.features
    stage.gate = Gate(router, features.access, features.flood, PLENTY, stage.clock)
    boss = Incoming("telegram", BOSS.id, BOSS.id, "1", "", START, admin=True)
    await stage.org.grant(boss, SECRETARY.id, Role.SECRETARY, "sq")
    await stage.org.grant(boss, HELPER.id, Role.HELPER, "qyc")
    await stage.org.import_roster(None, [Line("王芳", "qyc")])
    [(_, code)] = await stage.org.roster_codes(await stage.org.roster(), 30)
    await stage.say(MEMBER, code)
    yield stage
    await database.close()


async def hears_it(stage: Stage, who: Person, group: str = "") -> bool:
    return "13812345678" in await stage.text(who, QUESTION, group)


async def test_only_members_in_private(stage: Stage) -> None:
    for who, wanted in (
        (BOSS, True),
        (SECRETARY, True),
        (MEMBER, True),
        (HELPER, False),
        (STRANGER, False),
    ):
        assert await hears_it(stage, who) is wanted, who
        assert not await hears_it(stage, who, GROUP), who
    assert not await hears_it(stage, Person(GROUP), GROUP), "an anonymous admin of the group"


async def test_a_role_that_ends_ends_it_at_once(stage: Stage) -> None:
    await stage.say(MEMBER, "/leave")
    await stage.press(MEMBER, "确定退出")
    assert not await hears_it(stage, MEMBER)
    [grant] = [one for one in await stage.org.grants() if one.member_id == SECRETARY.id]
    boss = Incoming("telegram", BOSS.id, BOSS.id, "1", "", START, admin=True)
    await stage.org.withdraw(boss, grant)
    assert not await hears_it(stage, SECRETARY)


async def test_an_old_button_pressed_elsewhere_tells_nothing_more(stage: Stage) -> None:
    reply = await stage.say(MEMBER, "/topics")
    assert reply is not None
    await stage.press(MEMBER, "找谁")
    reply = await stage.press(MEMBER, "困难党员帮扶")
    assert reply is not None
    assert "暗二" in reply.text
    stage.last[GROUP] = stage.last[STRANGER.id] = stage.last[MEMBER.id]
    pressed = next(
        button.data
        for row in (await stage.say(STRANGER, "介绍一下各位", pressed="k:contacts")).buttons  # type: ignore[union-attr]
        for button in row
        if "困难" in button.label
    )
    for who, chat in ((MEMBER, GROUP), (STRANGER, ""), (STRANGER, GROUP)):
        told = await stage.say(who, "", chat, pressed=pressed)
        assert told is not None
        assert "暗" not in told.text


async def test_without_the_database_what_is_closed_stays_closed(stage: Stage) -> None:
    assert await hears_it(stage, MEMBER)
    await stage.org._database.close()  # the machine's disk is gone
    is_member = membership(stage.org)
    said = Incoming("telegram", MEMBER.id, MEMBER.id, "1", QUESTION, START)
    assert await is_member(said) is False
