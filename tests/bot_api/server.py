"""The HTTP side: a Bot API server on 127.0.0.1 that tests start and drive."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self, TypeVar

from aiohttp import web

from .engine import Answer, Engine
from .errors import ApiError
from .faults import Faults
from .ledger import PATIENCE, Call, Ledger
from .limits import Gauge, Limits
from .model import Chat, Message, User
from .params import read
from .people import People
from .updates import Updates
from .world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

T = TypeVar("T")
TOKEN = "700000001:AAtestTokenOfTheDeskBot_0123456789abc"
BODY_BYTES_MAX = 60 * 1024 * 1024


class BotApiServer(People):
    """A Bot API server with a world of its own, for one bot.

    Args:
        token: the only token that is let in.
        username: the bot's name, without "@".
        reads_all: privacy mode is off; the bot hears every line of its groups.
        limits: enforce the platform's sending limits; None enforces none.
        port: 0 takes a free one.
        clock: Unix time in seconds; dates, ledger times and limits come from it.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "dang_desk_bot",
        first_name: str = "答疑台",
        reads_all: bool = False,
        limits: Limits | None = None,
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.ledger = Ledger()
        self.faults = Faults()
        self.bot = User(int(token.partition(":")[0]), first_name, username, is_bot=True)
        world = World(self.bot, clock, reads_all=reads_all)
        updates = Updates(clock, self.ledger.wake)
        super().__init__(world, updates)
        gauge = Gauge(limits) if limits else None
        self.engine = Engine(world, self.ledger, updates, self.faults, gauge, clock)
        updates.answer = self.engine.answer_webhook
        self._port = port
        self._runner: web.AppRunner | None = None
        self._seen: dict[int | None, int] = {}

    @property
    def root_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls `base_url`: the token is put right behind it."""
        return f"{self.root_url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.root_url}/file/bot"

    async def start(self) -> None:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._serve)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Ends long polls, held answers and pushes, then the server."""
        self.engine.stopping.set()
        await self.updates.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def next_sent(self, chat: Chat | int | None = None, timeout: float = PATIENCE) -> Call:  # noqa: ASYNC109
        """The next message of the bot to this chat (or to any) that no call here gave before."""
        chat_id = chat.id if isinstance(chat, Chat) else chat
        index = self._seen.get(chat_id, 0)
        await self.ledger.wait_for(lambda book: len(book.sent(chat_id)) > index, timeout)
        self._seen[chat_id] = index + 1
        return self.ledger.sent(chat_id)[index]

    async def wait_for(self, look: Callable[[Ledger], T], timeout: float = PATIENCE) -> T:  # noqa: ASYNC109
        """The first truthy thing that `look` finds in the ledger."""
        return await self.ledger.wait_for(look, timeout)

    async def answer_to(self, query_id: str, timeout: float = PATIENCE) -> Call:  # noqa: ASYNC109
        """The bot's answer to a button press."""
        return (await self.wait_for(lambda book: book.answers(query_id), timeout))[0]

    async def taken(self, message: Message | None = None, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Waits until the bot has taken this message's update, or everything queued."""
        last = self.updates.last_id if message is None else message.update_id

        def gone(_book: Ledger) -> bool:
            return all(update["update_id"] > (last or 0) for update in self.updates.queue)

        await self.wait_for(gone, timeout)

    async def polling(self, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Waits until a long poll of the bot stands open."""
        await self.wait_for(lambda _book: self.updates.is_polled, timeout)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return web.json_response(ApiError(401, "Unauthorized").to_json(), status=401)
        try:
            params = await read(request)
        except ApiError as error:
            return web.json_response(error.to_json(), status=error.code)

        def alive() -> bool:
            return request.transport is not None and not request.transport.is_closing()

        answer = await self.engine.call(request.match_info["method"], params, alive)
        return await self._respond(request, answer)

    async def _respond(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if answer.html is not None:
            return web.Response(text=answer.html, status=answer.status, content_type="text/html")
        if answer.body is not None:
            return web.json_response(answer.body, status=answer.status, headers=_retry(answer))
        if answer.hang:
            await self.engine.stopping.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _serve_file(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        files = self.world.files.values()
        stored = next((f for f in files if f.path == path), None)
        if request.match_info["token"] != self.token or stored is None:
            return web.json_response(ApiError(404, "Not Found").to_json(), status=404)
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _retry(answer: Answer) -> dict[str, str]:
    seconds = (answer.body or {}).get("parameters", {}).get("retry_after")
    return {} if seconds is None else {"Retry-After": str(seconds)}
