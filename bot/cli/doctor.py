"""``dangbot doctor``: one page on what is wrong and what to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from bot.cli.run import ConfigOption
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.doctor import Finding


def doctor(config: ConfigOption = None) -> None:
    """体检：令牌、隐私模式、群里的权限、时钟、资料、数据库，哪里不对、怎么办。

    ✓ 正常，! 留意，✗ 要改；有 ✗ 时退出码为 1。
    """
    findings = asyncio.run(_findings_of(config))
    for finding in findings:
        typer.echo(str(finding))
    wrong = sum(finding.mark == "✗" for finding in findings)
    typer.echo(f"\n有 {wrong} 处要改。" if wrong else "\n可以正常答疑。")
    if wrong:
        raise typer.Exit(1)


async def _findings_of(config: ConfigOption) -> Sequence[Finding]:
    # Imported here for the sake of the other commands' start-up, as in run.py.
    from bot.app import log_to_stderr, telegram_options
    from bot.clock import system_clock
    from bot.config import load_settings
    from bot.doctor import bad, examine

    try:
        settings = load_settings(config)
    except ConfigError as error:
        return [bad(f"设置：{error.message}", error.hint)]
    log_to_stderr(settings, logging.WARNING)
    options = telegram_options(settings) if settings.telegram.token else None
    return await examine(settings, options, system_clock(settings.zone))
