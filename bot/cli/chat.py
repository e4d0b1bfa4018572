"""``dangbot chat``: the desk in the terminal, or over a pipe, a line a message."""

from __future__ import annotations

import asyncio
import sys

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
    asyncio.run(converse(desk, sys.stdin, sys.stdout, moment=moment))
