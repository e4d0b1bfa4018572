"""``dangbot calendar``: a month as text, poster or calendar file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.calendar.agenda import Agenda, when_ok
from bot.calendar.month import YEARS, Month, month_of
from bot.calendar.pages import month_end, page
from bot.calendar.poster import missing_glyphs, poster
from bot.cli.common import ZONE, KnowledgeOption, NowOption, read_now
from bot.errors import ConfigError
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from bot.knowledge.written import written_in
from bot.pictures.drawing import Kind


def calendar(
    month: Annotated[
        str | None, typer.Option("--month", metavar="年-月", help="哪个月，如 2026-07；默认本月")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="地名", help="只看一个地方的，如：中泰街道")
    ] = None,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="文件", help="画成海报图片，1080×1350")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="文件", help="画成可以打印的海报")
    ] = None,
    ics_file: Annotated[
        Path | None, typer.Option("--ics", metavar="文件", help="写成手机日历能打开的文件")
    ] = None,
    knowledge: KnowledgeOption = None,
    now: NowOption = None,
) -> None:
    """看某个月的安排；也可以画成海报，或写成日历文件。

    日期没定的、没写年份的，会照实写明，不编日子。画海报要先装 dangbot[poster]。
    """
    folder = knowledge or shipped_folder()
    first = _first(month) if month else read_now(now).date().replace(day=1)
    library = load_or_raise(folder, when_ok)
    agenda = Agenda(library)
    places = (_known(library, place),) if place else ()
    found = month_of(agenda, first, places)
    drawings: tuple[tuple[Path | None, Kind], ...] = ((png, "png"), (pdf, "pdf"))
    for file, kind in drawings:
        if file is not None:
            _draw(found, library, file, kind)
    if ics_file is not None:
        from bot.calendar.ics import ics

        _write(ics_file, ics(found, library, ZONE, written_in(folder, library)))
        missing = found.yearless_count()
        if missing:
            typer.echo(f"有 {missing} 项资料没有写年份，没有放进日历文件。", err=True)
    if png is None and pdf is None and ics_file is None:
        typer.echo(page(agenda, library, (first, month_end(first)), places).text)


def _first(text: str) -> date:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) not in YEARS:
        raise ConfigError(
            f"看不懂月份“{text}”", f"写成 2026-07，年份在 {YEARS[0]} 到 {YEARS[-1]} 之间"
        )
    return date(int(found[1]), int(found[2]), 1)


def _known(library: Library, place: str) -> str:
    """The full name of a place of the files: 中泰街道 for 中泰."""
    levels = {
        level
        for topic in library.topics.values()
        for level in (topic.place.levels() if topic.place else ())
    }
    fitting = sorted(level for level in levels if place in {level, level[:-1], level[:-2]})
    if not fitting:
        raise ConfigError(f"资料里没有“{place}”这个地方", "写资料里的地名，如：中泰街道、鱼台县")
    return place if place in fitting else fitting[0]


def _draw(found: Month, library: Library, file: Path, kind: Kind) -> None:
    missing = missing_glyphs(found, library, ZONE)
    if missing:
        typer.echo(f"字体里没有这些字，海报上会是空框：{missing}", err=True)
    _write(file, poster(found, library, ZONE, kind))


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise ConfigError(
            f"写不了 {file}（{error.strerror}）", "换一个可以写的位置，文件夹要先有"
        ) from None
    typer.echo(f"已写好 {file}（{len(data) / 1000:.0f} KB）")
