"""Brings updates to the bot: by long polling, or by pushing them to its webhook."""

from __future__ import annotations

import asyncio
import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from .errors import Json, bad_request, conflict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .params import Params

_OPT_IN = {"chat_member", "message_reaction", "message_reaction_count"}
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_ON = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass
class Webhook:
    """Where updates are pushed, and how the last push went."""

    url: str
    secret: str | None
    max_connections: int
    failures: int = 0
    last_error: tuple[int, str] | None = None


@dataclass
class Updates:
    """The queue of updates of one bot and the two ways out of it."""

    clock: Callable[[], float]
    wake: Callable[[], None]
    """Called when the queue has changed."""
    retry_seconds: float = 0.02
    """Pause before a failed push is tried again."""
    queue: list[Json] = field(default_factory=list)
    webhook: Webhook | None = None
    answer: Callable[[str], Awaitable[None]] | None = None
    """Runs a method that the bot put into its answer to a push."""
    last_id: int = 700_000_000
    allowed: list[str] = field(default_factory=list)
    _poll: asyncio.Future[str] | None = None
    _alive: Callable[[], bool] = bool
    _pushing: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False

    def add(self, kind: str, payload: Json) -> int | None:
        """Queues an update; None when the bot did not ask for this kind."""
        if kind not in self.allowed if self.allowed else kind in _OPT_IN:
            return None
        self.last_id += 1
        # What the world changes later must not change what was already said.
        self.queue.append({"update_id": self.last_id, kind: copy.deepcopy(payload)})
        self._news.set()
        self._release("news")
        return self.last_id

    @property
    def is_polled(self) -> bool:
        """Whether a long poll stands open; that of a killed process does not count."""
        return self._poll is not None and self._alive()

    async def get_updates(self, params: Params, alive: Callable[[], bool]) -> list[Json]:
        """Long polling. The newer of two pollers wins; the older one gets 409.

        `alive` says whether the poller is still there: a dead one has no conflict.
        """
        if self.webhook is not None:
            raise conflict(_WEBHOOK_ON)
        self._release("conflict")
        self._remember_kinds(params)
        self._forget_before(params.integer("offset") or 0)
        limit = min(max(params.integer("limit") or 100, 1), 100)
        timeout = min(params.integer("timeout") or 0, 50)
        if not self.queue and timeout > 0 and not self._closed:
            await self._long_poll(timeout, alive)
        return self.queue[:limit]

    async def set_webhook(self, params: Params) -> tuple[bool, str]:
        url = params.text("url")
        if not url:
            return await self.delete_webhook(params)
        secret = params.text("secret_token") or None
        if secret is not None and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        # The real platform takes HTTPS alone; a test's own server on this machine has none.
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if params.flag("drop_pending_updates"):
            self.queue.clear()
        self._remember_kinds(params)
        self._release("webhook")
        await self._stop_pushing()
        connections = min(max(params.integer("max_connections") or 40, 1), 100)
        self.webhook = Webhook(url, secret, connections)
        self._pushing = asyncio.create_task(self._push_all(self.webhook))
        return True, "Webhook was set"

    async def delete_webhook(self, params: Params) -> tuple[bool, str]:
        if params.flag("drop_pending_updates"):
            self.queue.clear()
        self.wake()
        if self.webhook is None:
            return True, "Webhook is already deleted"
        await self._stop_pushing()
        self.webhook = None
        return True, "Webhook was deleted"

    def webhook_info(self) -> Json:
        hook = self.webhook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue),
        }
        if hook is not None:
            info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
            if hook.last_error is not None:
                date, message = hook.last_error
                info |= {"last_error_date": date, "last_error_message": message}
        if self.allowed:
            info["allowed_updates"] = self.allowed
        return info

    async def close(self) -> None:
        self._closed = True
        self._release("closed")
        await self._stop_pushing()

    def _remember_kinds(self, params: Params) -> None:
        if params.get("allowed_updates") is not None:
            self.allowed = [str(kind) for kind in params.get("allowed_updates")]

    def _forget_before(self, offset: int) -> None:
        if offset < 0:
            self.queue[:] = self.queue[offset:]
        else:
            self.queue[:] = [u for u in self.queue if u["update_id"] >= offset]
        self.wake()

    async def _long_poll(self, timeout: int, alive: Callable[[], bool]) -> None:  # noqa: ASYNC109
        poll: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = poll
        self._alive = alive
        self.wake()
        try:
            end = await asyncio.wait_for(poll, timeout)
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None
        if end == "conflict" and alive():
            raise conflict(_OTHER_POLLER)
        if end == "webhook":
            raise conflict("terminated by setWebhook request")

    def _release(self, reason: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)

    async def _push_all(self, hook: Webhook) -> None:
        timeout = ClientTimeout(total=10)
        async with ClientSession(timeout=timeout, trust_env=False) as session:
            while True:
                if not self.queue:
                    self._news.clear()
                    await self._news.wait()
                if not await self._push(session, hook, self.queue[0]):
                    hook.failures += 1
                    self.wake()
                    await asyncio.sleep(self.retry_seconds)

    async def _push(self, session: ClientSession, hook: Webhook, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update, headers=headers) as response:
                body = await response.text()
                status, reason = response.status, response.reason
        except (ClientError, TimeoutError):
            hook.last_error = (int(self.clock()), "Connection refused")
            return False
        if not 200 <= status < 300:
            error = f"Wrong response from the webhook: {status} {reason}"
            hook.last_error = (int(self.clock()), error)
            return False
        if update in self.queue:
            self.queue.remove(update)
        self.wake()
        if self.answer is not None and body.lstrip().startswith("{"):
            await self.answer(body)
        return True

    async def _stop_pushing(self) -> None:
        task, self._pushing = self._pushing, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
