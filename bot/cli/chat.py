"""``dangbot chat``: the desk in the terminal, or over a pipe, a line a message."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from bot.channels.console import converse
from bot.cli.common import KnowledgeOption, NowOption, PlaceOption, open_desk, read_now


def chat(
    now: NowOption = None, place: PlaceOption = None, knowledge: KnowledgeOption = None
) -> None:
    """在终端里和答疑台对话，不用令牌，不用设置。也可以从管道逐行读问题。

    数据放在自己目录下的一个 SQLite 文件里（~/.local/share/dangbot/chat.db）。
    输入 /help 看能问什么，空行跳过，Ctrl-D 或“/quit”退出。
    """
    # Imported here: the database's libraries would cost every `dangbot ask` half a second.
    from bot.storage.database import Database  # noqa: PLC0415

    desk = open_desk(knowledge, place)
    moment = read_now(now) if now else None
    database = Database(f"sqlite:///{_own_file()}")

    async def talk() -> None:
        await database.open()
        try:
            await converse(desk, sys.stdin, sys.stdout, moment=moment)
        finally:
            await database.close()

    # With Python's own handler asyncio would only cancel, and a waiting readline never sees that.
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        asyncio.run(talk())
    finally:
        signal.signal(signal.SIGINT, before)


def _own_file() -> Path:
    """Where the terminal's desk keeps its data: the user's own folder, whatever the current one."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "dangbot" / "chat.db"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
