"""Files that members send are fetched, within a limit."""

from __future__ import annotations

import pytest

from bot.channels.telegram.channel import TelegramChannel, TelegramOptions, file_root
from bot.errors import FileTooLarge, SendError
from tests.bot_api import BotApiServer
from tests.fakes import FakeClock


@pytest.mark.parametrize("root", ["http://127.0.0.1:81", "http://127.0.0.1:81/bot/"])
def test_where_files_lie(root: str) -> None:
    assert file_root(root) == "http://127.0.0.1:81/file/bot"
    assert file_root("https://h/bot{token}") == "https://h/file/bot{token}"


async def test_fetched_within_the_limit() -> None:
    async with BotApiServer(username="dang_desk_bot") as server:
        wang = server.user("王芳")
        message = server.say_document(server.private(wang), wang, "表.csv", b"0123456789")
        file_id = message.content["document"]["file_id"]
        channel = TelegramChannel(TelegramOptions(server.token, server.root_url), FakeClock())
        await channel.bot.initialize()
        try:
            assert await channel.fetch(file_id, 10) == b"0123456789"
            with pytest.raises(FileTooLarge):
                await channel.fetch(file_id, 9)
            with pytest.raises(SendError):
                await channel.fetch("gone", 10)
        finally:
            await channel.close()
