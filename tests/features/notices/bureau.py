"""The whole desk in this process against our Bot API server: people write, press, and read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from telegram.request import HTTPXRequest

from bot.app import Chats
from bot.background import Job, Runner
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.clock import system_clock
from bot.delivery.books import WorkerOptions
from bot.delivery.health import Health
from bot.delivery.lanes.limits import Limits as SendLimits
from bot.delivery.outbox import Outbox
from bot.delivery.worker import Worker
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Gate
from bot.features.access.rules import Limits
from bot.features.notices.background import NoticeWork
from bot.features.notices.office import NoticeOptions
from bot.features.routing import Router
from bot.messages import Incoming, Reply
from bot.organisation import Organisation, Plan, Role, Units
from bot.organisation.groups import Binding
from bot.organisation.roster import Person
from bot.storage.chats import ChatStore
from bot.storage.database import Database
from tests.bot_api import BotApiServer, Call, Chat, Ledger, User
from tests.fakes import FakeAnswerer
from tests.organisation.small import UNITS

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 7, 1, 10, 0, tzinfo=ZONE)
PLENTY = Limits(messages=1000)
WAIT_SECONDS = 60.0


class RunningClock:
    """Goes on by itself from a fixed morning, and jumps when it is told to."""

    def __init__(self, start: datetime = START) -> None:
        self._system = system_clock(ZONE)
        self._ahead = start - self._system()

    def __call__(self) -> datetime:
        return self._system() + self._ahead

    def forward(self, **units: float) -> None:
        self._ahead += timedelta(**units)


class QuickWork:
    """The background work, asked more often than in life."""

    def __init__(self, work: NoticeWork) -> None:
        self._work = work

    async def step(self) -> float:
        await self._work.step()
        return 0.05


class Bureau:
    """Server, people and the desk."""

    def __init__(self, server: BotApiServer, database: Database, options: NoticeOptions) -> None:
        self.server = server
        self.database = database
        self.options = options
        self.clock = RunningClock()
        self.boss = server.user("管理员")
        self.wang = server.user("王书记")
        self.li = server.user("李党员")
        self.groups: list[Chat] = []
        self._read: dict[int, int] = {}
        self._stop: list[object] = []
        self.org: Organisation
        self.features: Features
        self.desk = FakeAnswerer(Reply("好的"))

    def private(self, who: User) -> Chat:
        return self.server.private(who)

    def group(self, title: str, *, kind: str = "supergroup") -> Chat:
        made = self.server.group(title, self.wang, self.li, kind=kind)
        self.groups.append(made)
        return made

    async def bind(self, group: Chat, unit: str, **more: object) -> None:
        """An admin bound a group to a unit."""
        values = {"thread_id": None, "place": "", "quiet": "", "refused": frozenset[str]()} | more
        binding = Binding(
            "telegram", str(group.id), unit, title=group.title or "",
            bound_at=self.clock(), **values,  # type: ignore[arg-type]
        )  # fmt: skip
        await self.org._bindings.put(binding)

    async def make_secretary(self, who: User, unit: str) -> None:
        """An admin made somebody secretary."""
        await self.org.grant(self.by_boss(), str(who.id), Role.SECRETARY, unit)

    def by_boss(self) -> Incoming:
        """What the admin does elsewhere."""
        return Incoming("telegram", "1", str(self.boss.id), "1", "", self.clock(), admin=True)

    async def enrol(self, unit: str, *people: tuple[str, User | None]) -> None:
        """Put people on the roster, and bind those who are given."""
        before = [Person(one.name, one.unit) for one in await self.org.roster()]
        now = [*before, *(Person(name, unit) for name, _ in people)]
        await self.org.import_roster(self.by_boss(), now)
        entries = {one.name: one for one in await self.org.roster()}
        async with self.database.begin() as connection:
            for name, who in people:
                if who is not None:
                    number = entries[name].id
                    await self.org._people.bind(number, "telegram", str(who.id), connection)

    # --- what people do and read -----------------------------------------------------------------

    async def say(self, who: User, text: str, wanted: str, **more: object) -> Call:
        """Write to the desk in private, and read on until some words come."""
        self.server.say(self.private(who), who, text, **more)  # type: ignore[arg-type]
        return await self.read(self.private(who), wanted)

    async def press(self, who: User, label: str, wanted: str) -> Call:
        """Press the newest button that begins like this, and read on until some words come."""
        self.press_in(self.private(who), who, label)
        return await self.read(self.private(who), wanted)

    def press_in(self, chat: Chat, who: User, label: str) -> str:
        """Press the newest button of a chat that begins like this; gives the query's id."""
        for message in reversed(list(chat.messages.values())):
            for button in message.buttons:
                if button["text"].startswith(label):
                    return self.server.press_data(message, who, button["callback_data"])
        raise AssertionError(f"no button {label!r} in {chat.title or chat.id}")

    async def toast(self, query_id: str) -> str:
        """What only the one who pressed reads."""
        answer = await self.server.answer_to(query_id, WAIT_SECONDS)
        return str(answer.params.get("text", ""))

    async def read(self, chat: Chat, wanted: str) -> Call:
        """The next message or edit in a chat that holds these words; what comes before is read."""
        done = self._read.get(chat.id, 0)

        def look(_: object) -> Call | None:
            for call in self.server.ledger.all[done:]:
                shows = call.kind in {"send", "edit"} and call.accepted and call.chat_id == chat.id
                if shows and wanted in call.text:
                    return call
            return None

        try:
            call = await self.server.wait_for(look, WAIT_SECONDS)
        except (TimeoutError, AssertionError) as error:
            texts = [each.text for each in self.server.ledger.all[done:] if each.chat_id == chat.id]
            raise AssertionError(f"{wanted!r} never came; there is {texts}") from error
        assert call is not None
        self._read[chat.id] = call.number
        return call

    async def changed(self, chat: Chat, *labels: str, words: str = "") -> Call:
        """The last edit in a chat, when its words and buttons are as wanted."""

        def look(book: Ledger) -> Call | None:
            last = next(iter(reversed(book.edited(chat.id))), None)
            fits = last is not None and words in last.text and labels in {(), last.labels}
            return last if fits else None

        call = await self.server.wait_for(look, WAIT_SECONDS)
        assert call is not None
        return call

    async def gone(self, chat: Chat) -> None:
        """Wait until something was deleted in a chat."""
        await self.server.wait_for(lambda book: book.deleted(chat.id), WAIT_SECONDS)

    # --- the desk --------------------------------------------------------------------------------

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Run the desk; afterwards it may be opened again, as after a restart."""
        request = HTTPXRequest(read_timeout=60, httpx_kwargs={"trust_env": False})
        options = TelegramOptions(
            self.server.token, self.server.root_url, frozenset({self.boss.id})
        )
        channel = TelegramChannel(options, self.clock, request)
        outbox = Outbox(self.database, self.clock)
        await self._build(channel, outbox)
        health = Health(outbox, channel.name, (), ZONE)
        chats = Chats(outbox, self.features, health)
        limits = SendLimits(chat_per_second=50, group_per_minute=1000)
        worker = Worker(outbox, channel.once, chats, WorkerOptions(limits))
        runner = Runner(self.clock)
        router = Router(self.features.all(), self.desk)
        gate = Gate(router, self.features.access, self.features.flood, PLENTY, self.clock)
        runner.start(
            [Job("发送", worker, worker.wake), Job("通知", QuickWork(self.features.notices.work))]
        )
        run = asyncio.create_task(channel.run(gate.handle, chats, {}))
        try:
            yield
        finally:
            channel.stop()
            await run
            await runner.stop()
            await worker.close(3)
            await channel.close()

    async def _build(self, channel: TelegramChannel, outbox: Outbox) -> None:
        approved = frozenset(("telegram", str(group.id)) for group in self.groups)
        plan = Plan(
            Units(UNITS),
            ("会议通知", "活动预告", "党建动态"),
            admins=frozenset({("telegram", str(self.boss.id))}),
            approved=approved,
        )
        self.org = Organisation(self.database, self.clock, plan, ChatStore(self.database))
        await self.org.load()
        access = AccessSettings(
            (str(self.boss.id),), frozenset(str(group.id) for group in self.groups), ("小党",)
        )
        ground = Ground(
            self.database,
            channel,
            self.clock,
            access,
            PLENTY,
            self.org,
            outbox,
            notices=self.options,
        )
        self.features = await build_features(ground)


@asynccontextmanager
async def make_bureau(folder: Path, options: NoticeOptions | None = None) -> AsyncIterator[Bureau]:
    """A bureau on a database of its own; ``open()`` it when its groups are there."""
    async with BotApiServer(username="dang_desk_bot") as server:
        database = Database(f"sqlite:///{folder / 'desk.db'}")
        await database.open()
        try:
            yield Bureau(server, database, options or NoticeOptions(count_seconds=0))
        finally:
            await database.close()


@asynccontextmanager
async def three_groups(folder: Path, options: NoticeOptions | None = None) -> AsyncIterator[Bureau]:
    """Two branches of a community, whose secretary is Wang, and a village; the desk is open."""
    async with make_bureau(folder, options) as made:
        first, second, third = made.group("沁园春群"), made.group("小树林群"), made.group("况场群")
        async with made.open():
            await made.bind(first, "qyc")
            await made.bind(second, "xsl")
            await made.bind(third, "cun")
            await made.make_secretary(made.wang, "sq")
            yield made
