"""``dangbot chat``: the desk in the terminal, or over a pipe, a line a message."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from bot.channels.console import converse
from bot.cli.common import KnowledgeOption, NowOption, PlaceOption, open_live, read_now
from bot.dialogue.views import OPERATOR
from bot.knowledge.problems import report
from bot.messages import Reply

if TYPE_CHECKING:
    from bot.dialogue.engine import Desk
    from bot.knowledge.live import Live
    from bot.messages import Incoming


def chat(
    now: NowOption = None, place: PlaceOption = None, knowledge: KnowledgeOption = None
) -> None:
    """在终端里和答疑台对话，不用令牌，不用设置。也可以从管道逐行读问题。

    数据放在自己目录下的一个 SQLite 文件里（~/.local/share/dangbot/chat.db）。
    资料文件一改好，下一句就用新的；改错了会说明哪里错，仍用上一份。
    输入 /help 看能问什么，空行跳过，Ctrl-D 或“/quit”退出。
    """
    # Imported here: the database's libraries would cost every `dangbot ask` half a second.
    from bot.storage.database import Database

    live = open_live(knowledge, place)
    desk = FollowingDesk(live, sys.stderr)
    moment = read_now(now) if now else None
    if live.edition.faults:
        print(f"资料有错误，暂用上一份好的：\n{report(live.edition.faults)}", file=sys.stderr)  # noqa: T201
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


class FollowingDesk:
    """The desk of the terminal: looks for changed files before each line, as nobody else would."""

    def __init__(self, live: Live[Desk], notes: TextIO) -> None:
        self._live = live
        self._notes = notes

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer with the newest good version; /reload says what came of it."""
        asked = incoming.text.strip() == "/reload"
        if asked or self._live.changed():
            reading = self._live.reload_now()
            if reading.outcome == "refused":
                note = f"资料有错误，没有换上，仍用上一份：\n{report(reading.problems)}"
            else:
                note = "已换上新资料。" if reading.outcome == "new" else "资料没有变过。"
            if asked:
                return Reply(note)
            if reading.outcome != "same":
                print(note, file=self._notes)
        # Who sits at the terminal has the files.
        return await self._live.edition.value.seen_by(OPERATOR).handle(incoming)


def _own_file() -> Path:
    """Where the terminal's desk keeps its data: the user's own folder, whatever the current one."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "dangbot" / "chat.db"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
