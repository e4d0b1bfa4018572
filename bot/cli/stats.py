"""``dangbot stats``: what was asked, what became of it, what helped."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import ConfigOption
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.features.feedback.figures import Span
    from bot.features.feedback.store import Counts
    from bot.knowledge.library import Library

DAYS = 30
_HEAD = ("day", "section", "what", "where", "count")


def stats(
    days: Annotated[
        int, typer.Option("--days", metavar="天数", min=1, max=3650, help="到今天为止多少天")
    ] = DAYS,
    as_json: Annotated[bool, typer.Option("--json", help="输出一行 JSON，给程序用")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出每天每条的次数，给表格软件用")] = False,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="文件", help="画出近四周的提问，1080×1080")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """看问了多少、答上多少、哪些有用、哪些没用；只有次数，没有是谁问的。

    正在运行的 dangbot run 每 5 秒记一次数。画图要先装 dangbot[poster]。
    """
    if as_json and as_csv:
        raise ConfigError("--json 和 --csv 只能选一个。", "去掉其中一个，再运行一次。")
    asyncio.run(_stats(days, config, png, form="json" if as_json else "csv" if as_csv else ""))


async def _stats(days: int, config: Path | None, png: Path | None, *, form: str) -> None:
    # Imported here: these libraries would cost every `dangbot ask` half a second.
    from bot.clock import system_clock
    from bot.config import load_settings
    from bot.features.feedback import chart
    from bot.features.feedback.figures import Span
    from bot.features.feedback.store import CountStore
    from bot.storage.database import Database

    settings = load_settings(config)
    today = system_clock(settings.zone)().date()
    span, four_weeks = Span.upto(today, days), Span.upto(today, chart.DAYS)
    database = Database(settings.database.url)
    await database.open()
    try:
        counts = await CountStore(database).between(min(span.first, four_weeks.first), today)
    finally:
        await database.close()
    if png is not None:
        _draw(counts, four_weeks, png)
    elif form:
        _for_programs(counts, span, form)
    else:
        _table(counts, span, settings.knowledge)


def _table(counts: Counts, span: Span, knowledge: Path | None) -> None:
    from bot.features.feedback.figures import figures
    from bot.features.feedback.stats_words import Known, table

    library = _library(knowledge)
    known = Known(None if library is None else lambda: library)
    typer.echo(table(figures(counts, span), known))


def _for_programs(counts: Counts, span: Span, form: str) -> None:
    from bot.features.feedback.figures import as_json, as_rows, by_day, figures

    if form == "json":
        told = as_json(figures(counts, span), by_day(counts, span))
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_HEAD)
    writer.writerows(as_rows({key: n for key, n in counts.items() if key.day >= span.first}))


def _draw(counts: Counts, span: Span, file: Path) -> None:
    from bot.features.feedback.chart import chart
    from bot.features.feedback.figures import by_day

    data = chart(by_day(counts, span))
    try:
        file.write_bytes(data)
    except OSError as error:
        raise ConfigError(
            f"写不了 {file}（{error.strerror}）", "换一个可以写的位置，文件夹要先有"
        ) from None
    typer.echo(f"已写好 {file}（{len(data) / 1000:.0f} KB）")


def _library(knowledge: Path | None) -> Library | None:
    """The knowledge, for titles and files; figures are shown without it too."""
    from bot.calendar.agenda import when_ok
    from bot.errors import KnowledgeError
    from bot.knowledge.folder import shipped_folder
    from bot.knowledge.load import load_or_raise

    try:
        return load_or_raise(knowledge or shipped_folder(), when_ok)
    except KnowledgeError:
        return None
