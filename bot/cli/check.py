"""``dangbot check`` and ``dangbot schema``: is the knowledge sound, and what may it hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.calendar.agenda import when_ok
from bot.knowledge.load import load, shipped_folder
from bot.knowledge.schemas import SCHEMAS, json_schema
from bot.matching.collisions import collisions


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="文件夹", help="默认检查随程序带的资料")
    ] = None,
) -> None:
    """检查资料：每个问题一行，写明 文件:行、哪里不对、怎么改。有错误时退出码为 1。"""
    where = folder or shipped_folder()
    loaded = load(where, when_ok)
    problems = list(loaded.problems)
    if loaded.library is not None:
        problems += collisions(loaded.library)
    for problem in sorted(problems):
        typer.echo(str(problem))
    errors = sum(not problem.warning for problem in problems)
    warnings = len(problems) - errors
    if loaded.library is not None:
        entries = list(loaded.library.entries())
        asks = sum(len(entry.asks) for entry in entries)
        typer.echo(
            f"{len(loaded.library.topics)} 个主题，{len(entries)} 条内容，{asks} 句问法，"
            f"{len(loaded.library.sources)} 个出处。",
            err=True,
        )
    typer.echo(f"错误 {errors} 个，提醒 {warnings} 个。", err=True)
    if errors:
        raise typer.Exit(1)


def schema(
    name: Annotated[str, typer.Argument(metavar="名称", help="、".join(SCHEMAS))] = "topic",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="文件夹", help="把全部格式写进这个文件夹")
    ] = None,
) -> None:
    """输出资料文件的 JSON Schema，编辑器靠它补全和检查。"""
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for each in SCHEMAS:
            text = json.dumps(json_schema(each), ensure_ascii=False, indent=2) + "\n"
            (to / f"{each}.json").write_text(text, encoding="utf-8")
        typer.echo(f"已写好 {len(SCHEMAS)} 个格式文件：{to}", err=True)
        return
    if name not in SCHEMAS:
        raise typer.BadParameter(f"没有“{name}”，可用：" + "、".join(SCHEMAS))
    typer.echo(json.dumps(json_schema(name), ensure_ascii=False, indent=2))
