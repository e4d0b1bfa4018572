"""The composition root: builds all parts from the settings, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.background import Job, Runner
from bot.calendar.agenda import when_ok
from bot.calendar.reminders import Rules
from bot.channels.base import Chat
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.clock import system_clock
from bot.config.terms import terms
from bot.delivery.books import WorkerOptions
from bot.delivery.health import Health
from bot.delivery.lanes.limits import Limits as SendLimits
from bot.delivery.outbox import Outbox
from bot.delivery.worker import Worker
from bot.dialogue.editions import CurrentDesk, in_private, live_desk
from bot.dialogue.located import Located
from bot.dialogue.views import OPERATOR
from bot.errors import KnowledgeError
from bot.features import Features, Ground, build_features, no_agenda
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Brief, Gate
from bot.features.access.rules import Limits
from bot.features.editing.model import Consider, Considered
from bot.features.feedback.tally import StatsOptions
from bot.features.notices.office import NoticeOptions
from bot.features.privacy.backups import BackupOptions
from bot.features.privacy.feature import PrivacyOptions
from bot.features.reminders.reminding import ReminderSettings
from bot.features.routing import Router
from bot.knowledge.folder import shipped_folder
from bot.logs import PlainFormatter, to_stderr
from bot.organisation import Organisation, Plan
from bot.storage.chats import ChatStore
from bot.storage.database import Database, StorageError
from bot.text.timing import clock_time, lead, weekly
from bot.turn import Feature

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.config import Settings
    from bot.dialogue.engine import Desk
    from bot.knowledge.live import Live
    from bot.messages import Incoming

_log = logging.getLogger(__name__)

_SEND_SHARE = 0.7
"""A send is given up well before its lease ends."""
_LAST_SENDS_SECONDS = 8.0
"""How long a stop waits for messages on their way."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
        health = Health(outbox, channel.name, [*map(str, settings.telegram.admins)], settings.zone)
        chats = Chats(outbox, features, health)
        worker = Worker(outbox, channel.once, chats, worker_options(settings))
        jobs = [Job(name, job) for name, job in features.background().items()]
        gc.collect()  # now, or one of the first answers waits for it
        async with (
            counted(features.close),
            running(clock, worker, health, jobs),
            beside(features.watch),
        ):
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


@contextlib.asynccontextmanager
async def counted(close: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """At the end the last counts are written; without them the desk ends all the same."""
    try:
        yield
    finally:
        try:
            await close()
        except StorageError as error:
            _log.warning("停止时没能记下最后几秒的提问：%s", error)


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
    live: Live[Desk] | None,
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
        (lambda: live.edition.value.agenda) if live is not None else no_agenda,
        reminder_settings(settings),
        live,
        stats=stats_options(settings),
        question_days=settings.privacy.question_days,
        privacy=privacy_options(settings, outbox.database, live),
        consider=considering(outbox.clock),
        in_private=in_private,
        date_ok=when_ok,
        commits=settings.knowledge_commits,
        fade=live.edition.value.memory.fade if live is not None else None,
    )


def considering(clock: Clock) -> Consider:
    """How a feature asks an edition a question: aside, remembered by nobody."""

    def consider(desk: Desk, text: str) -> Considered:
        desk = desk.seen_by(OPERATOR)  # asked for admins, in private
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


def privacy_options(
    settings: Settings, database: Database, live: Live[Desk] | None
) -> PrivacyOptions:
    """What is kept for how long, where backups are, and what the desk remembers."""

    def unremember(member_id: str) -> None:
        if live is not None:
            live.edition.value.memory.forget(member_id)

    return PrivacyOptions(terms(settings), backup_options(settings, database), unremember)


def features_for(settings: Settings) -> Callable[[Database], Awaitable[Sequence[Feature]]]:
    """Builds every feature on any database, without a platform: to forget somebody there."""
    clock = system_clock(settings.zone)

    async def build(database: Database) -> Sequence[Feature]:
        org = await open_organisation(settings, database, clock)
        outbox = Outbox(database, clock)
        # Never started, so it needs no token that works.
        channel = TelegramChannel(TelegramOptions("1:unused"), clock)
        live = None
        with contextlib.suppress(KnowledgeError):
            live = open_knowledge(settings, clock)
        return (await build_features(ground(settings, channel, org, outbox, live))).all()

    return build


def backup_options(settings: Settings, database: Database) -> BackupOptions:
    """Where backups are, when they are made, and how long they live."""
    given, file = settings.backup, database.file
    folder = given.folder or (file.parent / "backups" if file is not None else None)
    # A backup must not keep what the database had to delete.
    days = min(
        given.keep_days,
        settings.notices.receipt_days,
        settings.organisation.roster_days,
        settings.privacy.question_days,
    )
    at = clock_time(given.every) if given.every else None
    return BackupOptions(folder, at, days, settings.knowledge or shipped_folder())


def reminder_settings(settings: Settings) -> ReminderSettings:
    """When to remind of what."""
    given = settings.reminders
    rules = Rules(
        clock_time(given.overview) if given.overview else None,
        tuple(rule for words in given.rules if (rule := lead(words)) is not None),
        timedelta(hours=given.grace_hours),
    )
    return ReminderSettings(rules, settings.zone, settings.place or "")


def stats_options(settings: Settings) -> StatsOptions:
    """What is counted, and when admins hear of it."""
    given = settings.stats
    return StatsOptions(weekly(given.digest), given.keep_days, settings.zone)


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
    located = Located(desk, org.home_of, membership(org))
    brief = Brief(located, settings.limits.input_chars_max)
    router = Router(features.all(), brief, desk.commands)
    return Gate(router, features.access, features.flood, limits(settings), org.now)


def membership(org: Organisation) -> Callable[[Incoming], Awaitable[bool]]:
    """Who may read what is for members alone."""

    async def is_member(incoming: Incoming) -> bool:
        try:
            return (await org.roles_in(incoming)).registered
        except StorageError as error:
            # The answers go on without the database, and what is closed stays closed.
            _log.warning("查不了身份，按没有登记的答：%s", error)
            return False

    return is_member


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
    """Send the log to stderr: times of the desk's zone; no token, no words of members."""
    token = settings.telegram.token
    to_stderr(PlainFormatter(token.get_secret_value() if token else "", settings.zone), level)
