"""A running server and two independent clients for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import HTTPXRequest

from tests.bot_api import BotApiServer, Chat, User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(autouse=True)
def spans_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it python-telegram-bot 22 warns on every 429, and warnings are errors here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(username="desk_bot") as running:
        yield running


def ptb_bot(server: BotApiServer, *, read_timeout: float = 60.0) -> telegram.Bot:
    def request() -> HTTPXRequest:
        return HTTPXRequest(read_timeout=read_timeout, httpx_kwargs={"trust_env": False})

    return telegram.Bot(
        server.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=request(),
        get_updates_request=request(),
    )


@pytest.fixture
async def ptb(server: BotApiServer) -> AsyncIterator[telegram.Bot]:
    async with ptb_bot(server) as bot:
        yield bot


@pytest.fixture
async def gram(server: BotApiServer) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.root_url))
    async with aiogram.Bot(server.token, session=session) as bot:
        yield bot


@pytest.fixture
def wang(server: BotApiServer) -> User:
    return server.user("王芳", "wangfang")


@pytest.fixture
def group(server: BotApiServer, wang: User) -> Chat:
    return server.group("第一支部", wang)


@pytest.fixture
def basic(server: BotApiServer, wang: User) -> Chat:
    return server.group("党小组", wang, kind="group")


@pytest.fixture
def forum(server: BotApiServer, wang: User) -> Chat:
    return server.group("总支", wang, forum=True)


@pytest.fixture
def private(server: BotApiServer, wang: User) -> Chat:
    return server.private(wang)
