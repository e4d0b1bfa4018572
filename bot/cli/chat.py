"""``dangbot chat``: the desk in the terminal, or over a pipe, a line a message."""

from __future__ import annotations

import asyncio
import signal
import sys
from types import FrameType

from bot.channels.console import converse
from bot.cli.common import KnowledgeOption, NowOption, PlaceOption, open_desk, read_now


def chat(
    now: NowOption = None, place: PlaceOption = None, knowledge: KnowledgeOption = None
) -> None:
    """在终端里和答疑台对话，不用令牌，不用设置。也可以从管道逐行读问题。

    输入 /help 看能问什么，空行跳过，Ctrl-D 或“/quit”退出。
    """
    desk = open_desk(knowledge, place)
    moment = read_now(now) if now else None
    # With Python's own handler asyncio would only cancel, and a waiting readline never sees that.
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        asyncio.run(converse(desk, sys.stdin, sys.stdout, moment=moment))
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
