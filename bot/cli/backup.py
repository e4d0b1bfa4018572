"""``dangbot backup`` and ``dangbot restore``: everything in one file, and back."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import ConfigOption
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.features.privacy.backups import Backups, Elsewhere
    from bot.features.privacy.store import Wish
    from bot.storage.database import Database

_POSTGRES = (
    "数据库是 PostgreSQL，这里不备份它。",
    (
        "用它自己的工具：pg_dump --format=custom --file=desk.dump 库名，恢复用 pg_restore；"
        "资料目录另外复制一份。pg_dump 的备份里，/forget_me 删不到，请按期删旧的。"
    ),
)


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="文件", help="写到哪里，不会覆盖已有的；默认放进备份目录，到期自动删"
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """把数据库和资料备份成一个文件，答疑台照常运行；不含令牌和设置。

    输出写好的文件名。只有当前用户读得了；拷到别处，请放在只有该看的人看得到的地方。
    """
    if file is not None and file.exists():
        raise ConfigError(f"{file} 已经有了，不覆盖。", "换一个文件名，或先把它移走。")
    typer.echo(str(_problems_told(_backup(file, config))))


def restore(
    file: Annotated[Path, typer.Argument(metavar="文件", help="dangbot backup 做的备份")],
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接恢复")] = False,
    config: ConfigOption = None,
) -> None:
    """用备份换掉现在的数据库和资料。先停下 dangbot run。

    先查校验值和数据库，有一处不对就什么都不动（退出码 1）；现在的状态先另存一份备份。
    要求删除过的人，在恢复出来的数据里再删一次。
    """
    _problems_told(_restore(file, config, yes=yes))


def _problems_told(work: object) -> Path | None:
    from bot.backup import BackupError
    from bot.storage.database import StorageError

    try:
        return asyncio.run(work)  # type: ignore[arg-type]
    except (BackupError, StorageError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@dataclass(frozen=True, slots=True)
class _Desk:
    """The parts that a backup needs."""

    settings: Settings
    database: Database
    file: Path
    backups: Backups
    elsewhere: Elsewhere


def _desk(config: Path | None) -> _Desk:
    # Imported here: these libraries would cost every `dangbot ask` half a second.
    from bot.app import backup_options, features_for
    from bot.clock import system_clock
    from bot.config import load_settings
    from bot.features.privacy.backups import Backups
    from bot.storage.database import Database

    settings = load_settings(config)
    database = Database(settings.database.url)
    if database.file is None:
        raise ConfigError(*_POSTGRES)
    elsewhere = features_for(settings)
    options = backup_options(settings, database)
    backups = Backups(database, system_clock(settings.zone), options, elsewhere)
    return _Desk(settings, database, database.file, backups, elsewhere)


async def _backup(file: Path | None, config: Path | None) -> Path:
    desk = _desk(config)
    if not await asyncio.to_thread(desk.file.exists):
        raise ConfigError(f"没有数据库文件 {desk.file}。", "核对 database.url 和启动时所在的目录。")
    await desk.database.open()
    try:
        return await desk.backups.make("hand", file)
    finally:
        await desk.database.close()


async def _restore(file: Path, config: Path | None, *, yes: bool) -> None:
    from bot.cli.restoring import prepared, swapped

    desk = _desk(config)
    await asyncio.to_thread(_nobody_uses, desk.file)
    wishes = await _wishes(desk)
    staging, manifest = await prepared(file, desk.file, wishes or (), desk.elsewhere)
    try:
        if not yes and not _agreed(f"{manifest.moment:%Y-%m-%d %H:%M}", len(manifest.files)):
            typer.echo("没有恢复，什么都没有动。", err=True)
            raise typer.Exit(1)
        kept = await _aside(desk, readable=wishes is not None)
        await asyncio.to_thread(_nobody_uses, desk.file)
        knowledge = desk.settings.knowledge
        await asyncio.to_thread(swapped, Path(staging.name), desk.file, knowledge)
    finally:
        await asyncio.to_thread(staging.cleanup)
    typer.echo(f"已恢复到 {manifest.moment:%Y-%m-%d %H:%M} 的备份。")
    if kept:
        typer.echo(f"恢复以前的状态另存在 {'、'.join(map(str, kept))}，要退回去就用它。")
    if knowledge is None:
        typer.echo("设置里没有写资料目录（knowledge），用的是自带的资料；备份里的资料没有动。")
    typer.echo("备份以后该发的不会自己补发：通知标成“不确定”，由人决定；提醒略过。")
    typer.echo("现在可以启动 dangbot run。")


def _nobody_uses(file: Path) -> None:
    from bot.backup import BackupError, in_use

    if in_use(file):
        raise BackupError("答疑台（或别的程序）正开着这个数据库。先停下 dangbot run，再恢复。")


async def _wishes(desk: _Desk) -> list[Wish] | None:
    """Who wished to be forgotten; None when the present database cannot be read."""
    from bot.features.privacy.store import ForgottenStore
    from bot.storage.database import StorageError

    if not await asyncio.to_thread(desk.file.exists):
        return []
    try:
        await desk.database.open()
        return await ForgottenStore(desk.database).all()
    except (ConfigError, StorageError):
        typer.echo("现在的数据库打不开，只按备份自己的记录再删一次要求删除过的人。", err=True)
        return None
    finally:
        await desk.database.close()


async def _aside(desk: _Desk, *, readable: bool) -> list[Path]:
    """Keep the present state: as a backup, or as the files are if they cannot be read."""
    from bot.backup import BackupError
    from bot.cli.restoring import kept_as_is
    from bot.storage.database import StorageError

    if readable and await asyncio.to_thread(desk.file.exists):
        try:
            await desk.database.open()
            return [await desk.backups.make("aside")]
        except (BackupError, ConfigError, StorageError):
            # A damaged database is what restores are for.
            typer.echo("现在的数据库做不成备份，照原样另存一份。", err=True)
        finally:
            await desk.database.close()
    now = f"{desk.backups.now():%Y%m%d-%H%M%S}"
    return await asyncio.to_thread(kept_as_is, desk.file, desk.settings.knowledge, now)


def _agreed(moment: str, files: int) -> bool:
    question = f"要恢复到 {moment} 的备份（{files} 个文件）吗？输入 y 再回车就恢复，别的都不动："
    typer.echo(question, err=True, nl=False)
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是"}
