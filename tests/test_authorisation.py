"""Every command and button, for each role and kind of chat, as authorisation.yaml says."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.features.editing.shelf import token as topic_token
from bot.features.feedback.rules import token
from bot.knowledge.edit import Editor
from bot.knowledge.live import Live
from bot.knowledge.patches import add_phrasing
from bot.messages import Incoming, Reply
from bot.organisation import Role
from bot.organisation.roster import Person as Line
from bot.storage.database import Database
from tests.fakes import START, FakeClock
from tests.features.stage import BOSS, DESK, GROUP, Person, Stage, build_stage
from tests.knowledge.folder import build

TABLE: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "authorisation.yaml").read_text(encoding="utf-8")
)
ROLES = {
    "admin": BOSS,
    "secretary": Person("20002"),
    "helper": Person("30003"),
    "member": Person("40004"),
    "stranger": Person("50005"),
    "anonymous": Person("-group-"),
}
CHATS = {"private": "", "group": GROUP, "unapproved": "-777"}
REFUSALS = ("管理员", "没有权限", "匿名")


def cases() -> Iterator[Any]:
    for row in TABLE:
        what = row.get("say") or row.get("press")
        for place, outcomes in row.items():
            if place not in CHATS:
                continue
            for role in ROLES:
                if role == "anonymous" and place == "private":
                    continue
                wanted = outcomes.get(role) or outcomes["else"]
                yield pytest.param(row, place, role, wanted, id=f"{what}|{place}|{role}")


@dataclass(frozen=True)
class Before:
    """What the desk was told before anybody tries something: files, to be copied."""

    files: Path
    """The knowledge as it was read."""
    changed: Path
    """The knowledge with a change that waits to be read."""
    database: Path

    async def told(self) -> None:
        async with opened(self.database) as database:
            live = Live(build(self.files), lambda _: (None, ()), FakeClock())
            live.open()
            stage = await build_stage(database, live)
            boss = Incoming("telegram", BOSS.id, BOSS.id, "1", "", START, admin=True)
            await stage.org.grant(boss, ROLES["secretary"].id, Role.SECRETARY, "sq")
            await stage.org.grant(boss, ROLES["helper"].id, Role.HELPER, "qyc")
            await stage.org.import_roster(None, [Line("王芳", "qyc")])
            [(_, code)] = await stage.org.roster_codes(await stage.org.roster(), 30)
            await stage.say(ROLES["member"], code)
            # Notice 1 of the admin is out, notice 2 is a draft of the secretary.
            await stage.say(BOSS, "/notice 会议通知 回执 开会")
            await stage.press(BOSS, "确认发送")
            await stage.say(BOSS, "/bind qyc", GROUP)
            await stage.say(ROLES["secretary"], "/notice 会议通知 发给:沁园春 学习")
            await stage.say(BOSS, "/edit 甲是什么")
        shutil.copytree(self.files, self.changed)
        editor = Editor(self.changed, FakeClock())
        raw = editor.raw("services/t1.yaml") or b""
        editor.apply(add_phrasing("services/t1.yaml", raw, "jia", "甲有哪些"), "telegram:1")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Told once: each case begins with copies, and so sees nothing of the others."""
    folder = tmp_path_factory.mktemp("before")
    before = Before(folder / "files", folder / "changed", folder / "desk.db")
    asyncio.run(before.told())
    return before


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{file}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def stage(before: Before, tmp_path: Path) -> AsyncIterator[Stage]:
    folder = shutil.copytree(before.files, tmp_path / "files")
    live = Live(folder, lambda _: (None, ()), FakeClock())
    live.open()
    shutil.copytree(before.changed, folder, dirs_exist_ok=True)
    async with opened(Path(shutil.copy(before.database, tmp_path / "desk.db"))) as database:
        yield await build_stage(database, live)


def outcome(stage: Stage, reply: Reply | None, logged: list[str]) -> str:
    """What a reply amounts to."""
    if reply is None:
        return "silent"
    if stage.desk.heard:
        assert reply == DESK
        return "desk"
    if reply.text == "这个命令请私聊我发。":
        return "private"
    if logged:
        assert any(word in reply.text for word in REFUSALS), reply.text
        return "refused"
    return "done"


@pytest.mark.parametrize(("row", "place", "role", "wanted"), list(cases()))
async def test_who_may_do_what(
    stage: Stage,
    caplog: pytest.LogCaptureFixture,
    row: dict[str, Any],
    place: str,
    role: str,
    wanted: str,
) -> None:
    chat = CHATS[place]
    who = Person(chat) if role == "anonymous" else ROLES[role]
    ids: dict[str, object] = {str(grant.role): grant.id for grant in await stage.org.grants()}
    editing = stage.features.editing
    assert editing is not None
    draft = await editing._store.find("telegram", BOSS.id)
    ids |= {"draft": draft.revision if draft is not None else 0, "topic": topic_token("t1")}
    ids["entry"] = token("t1/jia")
    caplog.clear()
    caplog.set_level(logging.INFO)
    if "press" in row:
        reply = await stage.say(who, "", chat, pressed=row["press"].format(**ids))
    else:
        reply = await stage.say(who, row["say"], chat)
    logged = [r.getMessage() for r in caplog.records if r.getMessage().startswith("拒绝")]
    assert outcome(stage, reply, logged) == wanted
    assert all("王芳" not in line for line in logged)


BUTTONLESS = {"knowledge"}
"""Features that only have commands."""


async def test_no_command_and_no_feature_with_buttons_is_missing(stage: Stage) -> None:
    said = {row["say"].split()[0].removeprefix("/") for row in TABLE if "say" in row}
    pressed = {row["press"].split(":")[0] for row in TABLE if "press" in row}
    for feature in stage.features.all():
        assert set(feature.commands) <= said, feature.name
        assert (feature.name in pressed) is (feature.name not in BUTTONLESS), feature.name


def test_the_table_is_not_empty() -> None:
    assert len(list(cases())) > 200
