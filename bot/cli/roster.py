"""``dangbot roster``: the roster from a file, and the codes with which people bind themselves."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import ConfigOption
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.organisation import Organisation
    from bot.storage.sheets import Row

roster = typer.Typer(
    name="roster",
    help="花名册：从表格导入，生成加入码，看谁绑定了。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_HEAD = ("姓名", "单位", "加入码", "怎么用")


@roster.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV 或 XLSX，只要姓名、单位两列")],
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接导入")] = False,
    config: ConfigOption = None,
) -> None:
    """导入花名册：表里是什么，名册就是什么；还在表里的人，已有的绑定不变。

    有任何一行不对，一行都不导入，并说明第几行、怎么改（退出码 1）。
    """
    from bot.storage.sheets import SheetError, read_sheet

    try:
        rows = read_sheet(file.read_bytes(), file.name)
    except OSError as error:
        raise ConfigError(f"读不了 {file}（{error.strerror}）。", "核对文件名和路径。") from None
    except SheetError as error:
        raise ConfigError(f"{file}：{error}") from None
    asyncio.run(_import(rows, file, yes, config))


@roster.command("codes")
def codes(
    out: Annotated[
        Path, typer.Option("--out", metavar="文件", help="写到哪里，.xlsx 或 .csv，不会覆盖已有的")
    ] = Path("codes.xlsx"),
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="组织", help="只给这个组织和它下面的人，默认全部"),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="天数", help="码几天内有效", min=1, max=365)
    ] = 30,
    config: ConfigOption = None,
) -> None:
    """给名册上还没绑定的人各生成一个加入码，写成表格，按单位发给本人。

    码只显示这一次，库里只存校验值；再生成一次，旧码就不能用了。
    """
    if out.exists():
        raise ConfigError(f"{out} 已经有了，不覆盖。", "换一个 --out，或先把它移走。")
    asyncio.run(_codes(out, unit, days, config))


@roster.command("list")
def list_(config: ConfigOption = None) -> None:
    """每个组织名册上几人、绑定了几人（不列名字）。"""
    asyncio.run(_list(config))


async def _import(rows: Sequence[Row], file: Path, yes: bool, config: Path | None) -> None:
    from bot.organisation.roster import read_roster

    async with _organisation(config) as org:
        reading = read_roster(rows, org.units)
        if reading.slips:
            typer.echo(f"没有导入，{file} 要改：\n{reading.report()}", err=True)
            raise typer.Exit(1)
        change = await org.roster_change(reading.people)
        counts = (
            f"新增 {len(change.added)} 人，保留 {change.kept} 人，去掉 {len(change.removed)} 人"
        )
        if not yes and not typer.confirm(f"{counts}。导入吗？"):
            typer.echo("没有导入。")
            return
        await org.import_roster(None, reading.people)
        typer.echo(f"已导入：{counts}。给新加的人生成加入码：dangbot roster codes")


async def _codes(out: Path, unit: str | None, days: int, config: Path | None) -> None:
    from bot.storage.sheets import write_csv, write_xlsx

    write = {".xlsx": write_xlsx, ".csv": write_csv}.get(out.suffix.lower())
    if write is None:
        raise ConfigError(f"不会写 {out.suffix or '没有后缀的'} 文件。", "--out 用 .xlsx 或 .csv。")
    async with _organisation(config) as org:
        people = await org.roster(_below(org, unit))
        waiting = [entry for entry in people if not entry.bound]
        if not waiting:
            typer.echo(
                "名册上没有还没绑定的人。先用 dangbot roster import 导入，或已经全都绑定了。"
            )
            return
        given = await org.roster_codes(waiting, days)
        await org.audit(None, "roster.codes", str(len(given)))
        rows = [
            (entry.name, org.units.path_name(entry.unit), code, f"私聊机器人发：/join {code}")
            for entry, code in given
        ]
    _write_private(out, write(_HEAD, rows))
    typer.echo(f"{len(rows)} 个加入码写在 {out}，{days} 天内有效。发完请删掉这个文件。")


async def _list(config: Path | None) -> None:
    async with _organisation(config) as org:
        everyone = await org.roster()
        for unit in org.units:
            here = [entry for entry in everyone if entry.unit == unit.id]
            if here:
                bound = sum(entry.bound for entry in here)
                path = org.units.path_name(unit.id)
                typer.echo(f"{path}：{len(here)} 人，已绑定 {bound} 人")
        if not everyone:
            typer.echo("还没有花名册。导入：dangbot roster import 文件")


def _below(org: Organisation, unit: str | None) -> Sequence[str] | None:
    if unit is None:
        return None
    found = org.units.find(unit)
    if len(found) != 1:
        near = org.units.nearest(unit)
        hint = f"是不是“{near}”？" if near and not found else "写编号，或写全名称。"
        raise ConfigError(f"“{unit}”对得上 {len(found)} 个组织。", hint)
    return org.units.subtree(found[0].id)


def _write_private(out: Path, data: bytes) -> None:
    """Codes are for their owners: nobody else on the machine may read the file."""
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as handle:
            handle.write(data)
    except OSError as error:
        hint = "核对 --out 的目录；已生成的码作废了也没关系，再运行一次会换新的。"
        raise ConfigError(f"写不了 {out}（{error.strerror}）。", hint) from None


@asynccontextmanager
async def _organisation(config: Path | None) -> AsyncIterator[Organisation]:
    """The organisation on the database of the desk, which may be running meanwhile."""
    # Imported here for the sake of the other commands' start-up, as in run.py.
    from bot.clock import system_clock
    from bot.config import load_settings
    from bot.organisation import Organisation, Plan
    from bot.storage.chats import ChatStore
    from bot.storage.database import Database, StorageError

    settings = load_settings(config)
    plan = Plan.of(settings)
    database = Database(settings.database.url)
    await database.open()
    try:
        org = Organisation(database, system_clock(settings.zone), plan, ChatStore(database))
        await org.load()
        yield org
    except StorageError as error:
        raise ConfigError(str(error), "核对 database.url；过一会儿再试。") from None
    finally:
        await database.close()
        sys.stdout.flush()
