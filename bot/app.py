"""The composition root: builds all parts from the settings, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import sys
from collections.abc import AsyncGenerator, Coroutine, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.clock import system_clock
from bot.dialogue.editions import CurrentDesk, live_desk
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Gate
from bot.features.access.rules import Limits
from bot.features.routing import Router
from bot.knowledge.load import shipped_folder
from bot.storage.database import Database

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.config import Settings
    from bot.dialogue.engine import Desk
    from bot.knowledge.live import Live

_log = logging.getLogger(__name__)

_TOKEN_LIKE = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
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
    try:
        features = await build_features(ground(settings, database, channel, clock, live))
        gate = build_gate(settings, features, desk, clock)
        if not settings.telegram.admins:
            _log.warning("没有设置管理员（telegram.admins）：只答私聊和 approved_chats 里的群")
        async with running(features.watch()):
            await channel.run(gate.handle, features.access, menu(features, desk))
    finally:
        await database.close()
        for number in _STOP_SIGNALS:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
    _log.info("已停止")


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
async def running(work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Work beside the channel; a fault in it is logged and ends nothing else."""

    async def guarded() -> None:
        try:
            await work
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


def ground(
    settings: Settings,
    database: Database,
    channel: TelegramChannel,
    clock: Clock,
    live: Live[Desk],
) -> Ground:
    """What features stand on."""
    telegram = settings.telegram
    return Ground(
        database,
        channel,
        clock,
        AccessSettings(
            tuple(str(admin) for admin in telegram.admins),
            frozenset(str(chat) for chat in telegram.approved_chats),
            telegram.call_names,
        ),
        limits(settings),
        live,
    )


def limits(settings: Settings) -> Limits:
    """How much one member may ask."""
    given = settings.limits
    return Limits(given.messages, given.window_seconds, given.mute_seconds, given.input_chars_max)


def build_gate(settings: Settings, features: Features, desk: CurrentDesk, clock: Clock) -> Gate:
    """Gate, then features, then desk."""
    router = Router(features.all(), desk, desk.commands)
    return Gate(router, features.access, features.flood, limits(settings), clock)


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
