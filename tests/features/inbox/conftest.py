"""A small desk on files that a test edits, its inbox, members who ask and an admin who looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.outbox import Outbox
from bot.delivery.worker import Worker
from bot.dialogue.editions import CurrentDesk, in_private, live_desk
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.rules import Limits
from bot.features.inbox.feature import Inbox
from bot.features.inbox.store import InboxStore
from bot.features.routing import Router
from bot.features.teaching import Deed, OpenQuestion
from bot.messages import Incoming, Reply
from bot.organisation.roster import Person as Line
from bot.storage.database import Database
from bot.turn import Turn
from tests.cli.runner import TALK, TOPIC
from tests.fakes import FakeChannel, FakeClock, FakeListener, FakeOnce
from tests.features.stage import buttons
from tests.knowledge.folder import SOURCES
from tests.organisation.small import ADMIN, small_organisation

GROUP = "-500"
WANG, LI = "20002", "30003"
MISSED = "食堂一顿饭多少钱"
MORE = """\
  - id: shitang
    title: 驿站：食堂
    ask: [食堂一顿饭多少钱, 吃饭怎么收费]
    answer: 一顿饭 8 元，环卫工人免费。
"""


@dataclass
class FakeTeacher:
    """Remembers what it was asked to change."""

    begun: list[tuple[str, Deed, OpenQuestion]] = field(default_factory=list)

    async def begin(self, turn: Turn, deed: Deed, question: OpenQuestion) -> Reply:
        self.begun.append((turn.incoming.member_id, deed, question))
        return Reply("请选一条。")


class Office:
    """The features over a real desk; who says what to whom, and what was delivered."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.clock = FakeClock()
        self.channel = FakeChannel()
        self.once = FakeOnce()
        self.outbox = Outbox(database, self.clock)
        self.worker = Worker(self.outbox, self.once, FakeListener())
        self.store: InboxStore
        self.teacher = FakeTeacher()
        self.last: dict[str, Reply] = {}
        self.save(TOPIC)

    async def open(self) -> None:
        """Build everything, as after a start."""
        self.live = live_desk(self.folder, "", ZoneInfo("Asia/Shanghai"), self.clock)
        self.live.open()
        self.org = await small_organisation(self.database, self.clock)
        ground = Ground(
            self.database,
            self.channel,
            self.clock,
            AccessSettings((ADMIN,), frozenset({GROUP})),
            Limits(messages=1000),
            self.org,
            self.outbox,
            knowledge=self.live,
            in_private=in_private,
        )
        self.features: Features = await build_features(ground)
        assert self.features.inbox is not None
        self.inbox: Inbox = self.features.inbox
        self.store = self.inbox._store
        self.inbox.teacher = self.teacher
        desk = CurrentDesk(self.live)
        self.router = Router(self.features.all(), desk, desk.commands)

    def save(self, topic: str, **more: str) -> None:
        files = {"practices/yizhan.yaml": topic, "sources.yaml": SOURCES, "smalltalk.yaml": TALK}
        for name, text in (files | {f"{name}.yaml": text for name, text in more.items()}).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    async def learn(self, topic: str = TOPIC + MORE, **more: str) -> None:
        """The files are edited and read again; ``more`` are other files by name."""
        self.save(topic, **more)
        assert (await self.live.reload()).outcome == "new"

    async def hire(self, *names: str) -> None:
        await self.org.import_roster(None, [Line(name, "qyc") for name in names])

    async def say(self, who: str, text: str, group: str = "", **more: object) -> Reply | None:
        chat = group or who
        said = Incoming(
            "telegram", chat, who, "5", text, self.clock(), private=not group, admin=who == ADMIN
        )
        reply = await self.router.handle(replace(said, **more))  # type: ignore[arg-type]
        if reply is not None and reply.text:
            self.last[chat] = reply
        return reply

    async def text(self, who: str, text: str, group: str = "") -> str:
        reply = await self.say(who, text, group)
        assert reply is not None
        return reply.text

    async def press(self, who: str, label: str, group: str = "", **more: object) -> Reply:
        button = next(b for b in buttons(self.last[group or who]) if label in b.label)
        reply = await self.say(who, "", group, pressed=button.data, **more)
        assert reply is not None
        return reply

    async def open_first(self) -> Reply:
        """The admin opens the first group of the inbox."""
        await self.say(ADMIN, "/inbox")
        return await self.press(ADMIN, "看 1")

    async def deliver(self) -> list[tuple[str, str]]:
        """A step of the inbox and what then goes out: (chat, text)."""
        while await self.inbox.step() < 1:
            pass
        return await self.delivered()

    async def delivered(self) -> list[tuple[str, str]]:
        before = len(self.once.sent)
        for _ in range(3):
            await self.worker.step()
            await self.worker.idle()
        await self.worker.step()
        return [(target.chat_id, part.text) for target, part in self.once.sent[before:]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    office = Office(tmp_path / "files", database)
    await office.open()
    return office
