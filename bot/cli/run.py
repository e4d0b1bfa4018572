"""``dangbot run``: the desk on Telegram, until it is told to stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="文件", help="配置文件，默认是当前目录的 config.yaml；没有也行"
    ),
]


def run(config: ConfigOption = None) -> None:
    """在 Telegram 上答疑，直到被停下（Ctrl-C 或 SIGTERM，退出码 0）。

    只要有令牌就能启动：设环境变量 DANGBOT_TELEGRAM__TOKEN。日志写到标准错误，不含消息内容。
    """
    # Imported here: these libraries would cost every `dangbot ask` half a second.
    from bot.app import log_to_stderr, serve
    from bot.config import load_settings
    from bot.logs import catch_the_rest

    settings = load_settings(config)
    settings.require_token()
    log_to_stderr(settings)
    catch_the_rest()
    asyncio.run(serve(settings))
