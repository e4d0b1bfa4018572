"""Fetch updates by long polling: through network cuts, other pollers and malformed updates."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeVar

from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.telegram.errors import wait_seconds
from bot.channels.telegram.incoming import ALLOWED_UPDATES
from bot.errors import ConfigError

POLL_SECONDS = 25
_READ_SECONDS = 10.0
_LAST_WORD_SECONDS = 2.0
_PAUSE_SECONDS_FIRST = 0.5
_PAUSE_SECONDS_MAX = 30.0
_CONFLICT_SECONDS = 5.0
_NOTHING = b'{"ok":true,"result":[]}'

MALFORMED = (
    TypeError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    OSError,
    RecursionError,
)
"""What the library, and reading what it made, raises on an update of a wrong shape."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class RawUpdates(HTTPXRequest):
    """Keeps updates as they came, so that one malformed update does not take its batch along."""

    raw: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__(connection_pool_size=1, read_timeout=_READ_SECONDS)
        self.raw = []

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Tell the library that there were no updates."""
        return self.put_aside(*await super().do_request(*args, **kwargs))

    def put_aside(self, code: int, payload: bytes) -> tuple[int, bytes]:
        """Keep the updates of an answer; gives the answer without them."""
        if code != HTTPStatus.OK:
            return code, payload
        try:
            answer = json.loads(payload)
        except ValueError:
            return code, payload
        result = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(result, list):
            return code, payload
        self.raw += [item for item in result if isinstance(item, dict)]
        return code, _NOTHING


class Stopper:
    """Ends waiting early when the program is to stop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._event.set()

    @property
    def stopped(self) -> bool:
        """Whether the program is to stop."""
        return self._event.is_set()

    async def pause(self, seconds: float) -> None:
        """Wait, but not beyond the stop."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return

    async def unless_stopped(self, work: Awaitable[T]) -> T | None:
        """The result of ``work``, or None when the stop came first; then it is cancelled."""
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            return None
        finally:
            for each in (task, stop):
                each.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)


class Patience:
    """How long to wait after the n-th failure, and what to say about it."""

    def __init__(self) -> None:
        self._failures = 0
        self._said = ""

    def well(self) -> None:
        """It works again."""
        if self._said:
            _log.warning("已重新连上 Telegram")
        self._failures, self._said = 0, ""

    def failed(self, error: TelegramError) -> float:
        """Say what is wrong, once a kind, and how many seconds to wait.

        Raises:
            ConfigError: waiting cannot help.
        """
        if isinstance(error, InvalidToken):
            raise ConfigError(
                "Telegram 不认这个机器人令牌（telegram.token）。",
                "核对令牌有没有抄全；在 @BotFather 那里用 /token 可以再看一次。"
                "自建 Bot API 服务器还要核对 telegram.base_url。",
            ) from None
        pause = min(_PAUSE_SECONDS_FIRST * float(2**self._failures), _PAUSE_SECONDS_MAX)
        self._failures = min(self._failures + 1, 10)
        if isinstance(error, RetryAfter):
            said, pause = "Telegram 要求歇一会儿", wait_seconds(error)
        elif isinstance(error, Conflict):
            said = "另有一个程序正用同一个令牌收消息（或设了 webhook）；请停掉其中一个"
            pause = max(pause, _CONFLICT_SECONDS)
        elif isinstance(error, BadRequest):
            said = f"Telegram 不接受请求：{error.message}"
        elif isinstance(error, NetworkError):
            said = "连不上 Telegram，请检查网络；会一直重试"
        else:
            said = f"Telegram 报错：{error.message}"
        if said != self._said:
            _log.warning("%s（%.0f 秒后再试）", said, pause)
            self._said = said
        return pause


async def persist(
    action: Callable[[], Awaitable[T]], stopper: Stopper, patience: Patience
) -> T | None:
    """Do an action until it works; None when the stop came first.

    Raises:
        ConfigError: the token is refused.
    """
    while not stopper.stopped:
        try:
            result = await stopper.unless_stopped(action())
        except TelegramError as error:
            await stopper.pause(patience.failed(error))
        else:
            if not stopper.stopped:
                patience.well()
            return result
    return None


class Poller:
    """Fetches updates in order and hands each over, parsed."""

    def __init__(self, bot: Bot, request: RawUpdates, stopper: Stopper) -> None:
        self._bot = bot
        self._request = request
        self._stopper = stopper
        self._offset: int | None = None

    async def run(self, take: Callable[[Update], Awaitable[None]]) -> None:
        """Fetch until the stop; ``take`` may wait, which slows the fetching down.

        Raises:
            ConfigError: the token is refused.
        """
        patience = Patience()
        while not self._stopper.stopped:
            await persist(self._fetch, self._stopper, patience)
            for raw in self._taken():
                update = parsed(raw, self._bot)
                if update is not None:
                    await take(update)
        await self._confirm()

    async def _fetch(self) -> bool:
        await self._bot.get_updates(
            offset=self._offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
        )
        return True

    def _taken(self) -> list[dict[str, Any]]:
        raw, self._request.raw = self._request.raw, []
        for item in raw:
            number = item.get("update_id")
            if isinstance(number, int):
                self._offset = max(self._offset or 0, number + 1)
        return raw

    async def _confirm(self) -> None:
        """Tell the server what was taken, or the next start would answer it again."""
        if self._offset is None:
            return
        try:
            await asyncio.wait_for(
                self._bot.get_updates(offset=self._offset, timeout=0, limit=1),
                _LAST_WORD_SECONDS,
            )
        except (TelegramError, TimeoutError):
            _log.warning("停止时没能告诉 Telegram 收到了哪里，下次启动可能重复答最后一两条")


def parsed(raw: dict[str, Any], bot: Bot | None) -> Update | None:
    """An update as the library's object; None, and a line in the log, when it is malformed."""
    try:
        return Update.de_json(raw, bot)
    except MALFORMED as error:
        say_malformed(error)
        return None


def say_malformed(error: BaseException) -> None:
    """One line in the log about an update that is passed over."""
    _log.warning("收到一条格式不对的更新，略过（%s）", type(error).__name__)
