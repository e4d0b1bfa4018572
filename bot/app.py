"""The composition root: builds all parts from the settings, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.background import Job, Runner
from bot.calendar.agenda import when_ok
from bot.calendar.reminders import Rules
from bot.channels.base import Chat
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.clock import system_clock
from bot.delivery.books import WorkerOptions
from bot.delivery.health import Health
from bot.delivery.lanes.limits import Limits as SendLimits
from bot.delivery.outbox import Outbox
from bot.delivery.worker import Worker
from bot.dialogue.editions import CurrentDesk, live_desk
from bot.dialogue.located import Located
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Brief, Gate
from bot.features.access.rules import Limits
from bot.features.editing.model import Consider, Considered
from bot.features.notices.office import NoticeOptions
from bot.features.reminders.reminding import ReminderSettings
from bot.features.routing import Router
from bot.knowledge.load import shipped_folder
from bot.organisation import Organisation, Plan
from bot.storage.chats import ChatStore
from bot.storage.database import Database, StorageError
from bot.text.timing import clock_time, lead

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.config import Settings
    from bot.dialogue.engine import Desk
    from bot.knowledge.live import Live

_log = logging.getLogger(__name__)

_TOKEN_LIKE = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_SEND_SHARE = 0.7
"""A send is given up well before its lease ends."""
_LAST_SENDS_SECONDS = 8.0
"""How long a stop waits for messages on their way."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_CHATTY = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "alembic": logging.WARNING}


async def serve(settings: Settings) -> None:
    """Run the desk on Telegram until SIGINT or SIGTERM.

    Raises:
        ConfigError: the settings, the database or the token cannot be used.
        KnowledgeError: the knowledge has errors.
    """
    clock = system_clock(settings.zone)
    channel = TelegramChannel(telegram_options(settings), clock)
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
            loop.add_signal_handler(number, channel.stop)
    live = open_knowledge(settings, clock)
    desk = CurrentDesk(live)
    database = Database(settings.database.url)
    await database.open()
    outbox = Outbox(database, clock)
    try:
        org = await open_organisation(settings, database, clock)
        features = await build_features(ground(settings, channel, org, outbox, live))
        gate = build_gate(settings, features, desk, org)
        if not settings.telegram.admins:
            _log.warning("没有设置管理员（telegram.admins）：只答私聊和 approved_chats 里的群")
        admins = [str(admin) for admin in settings.telegram.admins]
        health = Health(outbox, channel.name, admins, settings.zone)
        chats = Chats(outbox, features, health)
        worker = Worker(outbox, channel.once, chats, worker_options(settings))
        jobs = [Job(name, job) for name, job in features.background().items()]
        async with running(clock, worker, health, jobs), beside(features.watch):
            await channel.run(gate.handle, chats, menu(features, desk))
    finally:
        await channel.close()
        await database.close()
        for number in _STOP_SIGNALS:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
    _log.info("已停止")


@contextlib.asynccontextmanager
async def running(
    clock: Clock, worker: Worker, health: Health, jobs: Sequence[Job]
) -> AsyncIterator[None]:
    """Deliveries and the features' own work go on in the background."""
    runner = Runner(clock, health.recovered)
    runner.start([Job("发送", worker, worker.wake), *jobs])
    try:
        yield
    finally:
        await runner.stop()
        try:
            await worker.close(_LAST_SENDS_SECONDS)
        except StorageError as error:
            _log.warning("停止时没能记下最后几条的结果，它们会显示为不确定：%s", error)


class Chats:
    """Hands on what happens to chats, heard by the channel or learnt by sending."""

    def __init__(self, outbox: Outbox, features: Features, health: Health) -> None:
        self._outbox = outbox
        self._features = features
        self._health = health

    async def added(self, chat: Chat) -> None:
        """The bot was added to a group."""
        await self._features.added(chat)

    async def removed(self, chat: Chat, reason: str) -> None:
        """The bot was removed, or left."""
        await self._features.removed(chat, reason)

    async def gone(self, channel: str, chat_id: str, reason: str) -> None:
        """A group cannot be reached any more."""
        await self._features.removed(Chat(channel, chat_id), reason)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Everything that knows the chat follows."""
        await self._outbox.moved(channel, old_chat, new_chat)
        await self._features.moved(channel, old_chat, new_chat)

    async def recovered(self, channel: str, seconds: float, waiting: int) -> None:
        """The platform is back: the admins hear of it."""
        await self._health.back(channel, seconds, waiting)


def open_knowledge(settings: Settings, clock: Clock) -> Live[Desk]:
    """The knowledge of the settings with the desk on it; the last good version if need be.

    Raises:
        KnowledgeError: the knowledge has errors, and no good version is kept.
    """
    folder = settings.knowledge or shipped_folder()
    live = live_desk(folder, settings.place or "", settings.zone, clock)
    live.open()
    return live


@contextlib.asynccontextmanager
async def beside(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Work beside the channel; a fault in it is logged and ends nothing else."""

    async def guarded() -> None:
        try:
            await work()
        except Exception:  # noqa: BLE001 - the answers go on
            _log.exception("后台工作出错，已停下")

    task = asyncio.create_task(guarded())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def telegram_options(settings: Settings) -> TelegramOptions:
    """What the channel must know.

    Raises:
        ConfigError: there is no token.
    """
    telegram = settings.telegram
    return TelegramOptions(
        token=settings.require_token(),
        base_url=telegram.base_url,
        admins=frozenset(telegram.admins),
        call_names=telegram.call_names,
        overheard=dict(telegram.overheard),
    )


async def open_organisation(settings: Settings, database: Database, clock: Clock) -> Organisation:
    """Units, groups, roles and roster, on an open database.

    Raises:
        ConfigError: the tree of units has slips.
        StorageError: the database refuses.
    """
    org = Organisation(database, clock, Plan.of(settings), ChatStore(database))
    await org.load()
    return org


def ground(
    settings: Settings,
    channel: TelegramChannel,
    org: Organisation,
    outbox: Outbox,
    live: Live[Desk],
) -> Ground:
    """What features stand on."""
    telegram = settings.telegram
    return Ground(
        outbox.database,
        channel,
        outbox.clock,
        AccessSettings(
            tuple(str(admin) for admin in telegram.admins),
            frozenset(str(chat) for chat in telegram.approved_chats),
            telegram.call_names,
        ),
        limits(settings),
        org,
        outbox,
        notice_options(settings),
        lambda: live.edition.value.agenda,
        reminder_settings(settings),
        live,
        settings.privacy.question_days,
        considering(outbox.clock),
        when_ok,
        commits=settings.knowledge_commits,
    )


def considering(clock: Clock) -> Consider:
    """How a feature asks an edition a question: aside, remembered by nobody."""

    def consider(desk: Desk, text: str) -> Considered:
        outcome = desk.consider(text, clock().astimezone(desk.zone))
        about = desk.about(outcome, text)
        offered = outcome.choices if outcome.status == "choices" else ()
        text = "\n".join([outcome.text, *(f"· {desk.title_of(entry)}" for entry in offered)])
        return Considered(outcome.status, about.ref, about.near, text)

    return consider


def notice_options(settings: Settings) -> NoticeOptions:
    """How notices are approved, counted and kept."""
    given = settings.notices
    return NoticeOptions(
        given.second_person, given.receipt_days, given.count_seconds, given.nudge_minutes
    )


def reminder_settings(settings: Settings) -> ReminderSettings:
    """When to remind of what."""
    given = settings.reminders
    rules = Rules(
        clock_time(given.overview) if given.overview else None,
        tuple(rule for words in given.rules if (rule := lead(words)) is not None),
        timedelta(hours=given.grace_hours),
    )
    return ReminderSettings(rules, settings.zone, settings.place or "")


def limits(settings: Settings) -> Limits:
    """How much one member may ask."""
    given = settings.limits
    return Limits(given.messages, given.window_seconds, given.mute_seconds, given.input_chars_max)


def worker_options(settings: Settings) -> WorkerOptions:
    """How deliveries work."""
    given = settings.delivery
    return WorkerOptions(
        SendLimits(given.per_second, given.chat_per_second, given.group_per_minute),
        lease_seconds=float(given.lease_seconds),
        send_seconds_max=given.lease_seconds * _SEND_SHARE,
    )


def build_gate(
    settings: Settings, features: Features, desk: CurrentDesk, org: Organisation
) -> Gate:
    """Gate, then features, then the desk at the place of the group, which reads what is short."""
    brief = Brief(Located(desk, org.home_of), settings.limits.input_chars_max)
    router = Router(features.all(), brief, desk.commands)
    return Gate(router, features.access, features.flood, limits(settings), org.now)


def menu(features: Features, desk: CurrentDesk) -> Mapping[str, str]:
    """The platform's command menu: what every member may use."""
    lists = [desk.commands, *(feature.commands for feature in features.all())]
    return {
        command.name: command.summary
        for commands in lists
        for command in commands.values()
        if not command.admin_only
    }


def log_to_stderr(settings: Settings, level: int = logging.INFO) -> None:
    """Send the log to stderr: times of the desk's zone, and the token never."""
    token = settings.telegram.token
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedFormatter(token.get_secret_value() if token else "", settings.zone))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quiet in _CHATTY.items():
        logging.getLogger(name).setLevel(quiet)
    # The library logs what the server sent, words of members included.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)


class _MaskedFormatter(logging.Formatter):
    """Masks the token, and whatever looks like one, in the finished line."""

    def __init__(self, token: str, zone: ZoneInfo) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._token = token
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """The time in the desk's zone, whatever the system's."""
        del datefmt
        return datetime.fromtimestamp(record.created, self._zone).strftime("%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, the traceback included."""
        line = super().format(record)
        if self._token:
            line = line.replace(self._token, "<令牌>")
        return _TOKEN_LIKE.sub("<令牌>", line)
