"""``dangbot notice``: notices from scripts and other systems, and what became of them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import ConfigOption
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.features.notices.model import Notice, Plan
    from bot.features.notices.office import Office

notice = typer.Typer(help="发通知、看送达情况。", no_args_is_help=True, rich_markup_mode=None)


@notice.command("send")
def send(
    file: Annotated[Path, typer.Argument(metavar="文件", help="写着通知的 YAML 文件")],
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接排进发送队列")] = False,
    config: ConfigOption = None,
) -> None:
    """把一份通知排进发送队列，输出它的编号；由正在运行的 dangbot run 发出去。

    文件里的名称：category 类别，text 正文，targets 发给谁（all、组织编号连同下级、群编号），
    when 时间（现在、明天下午三点、2026-07-01 09:00），receipt 回执（或截止时间），silent 静音。
    """
    asyncio.run(_send(file, config, yes=yes))


@notice.command("report")
def report(
    number: Annotated[int, typer.Argument(metavar="编号", help="通知的编号")],
    as_json: Annotated[bool, typer.Option("--json", help="输出一行 JSON，给程序用")] = False,
    config: ConfigOption = None,
) -> None:
    """一份通知送达了几个群、没送到的为什么。

    JSON 里正在发的算 queued；state 是 queued、sent、failed、uncertain、cancelled 或 skipped。
    """
    asyncio.run(_report(number, config, as_json=as_json))


@asynccontextmanager
async def _office(config: Path | None) -> AsyncIterator[Office]:
    """The office on the database of the settings."""
    # Imported here: these libraries would cost every `dangbot ask` half a second.
    from bot.app import notice_options, open_organisation
    from bot.clock import system_clock
    from bot.config import load_settings
    from bot.delivery.outbox import Outbox
    from bot.features.notices.office import Office
    from bot.storage.database import Database

    settings = load_settings(config)
    clock = system_clock(settings.zone)
    database = Database(settings.database.url)
    await database.open()
    try:
        org = await open_organisation(settings, database, clock)
        yield Office(org, Outbox(database, clock), notice_options(settings))
    finally:
        await database.close()


async def _send(file: Path, config: Path | None, *, yes: bool) -> None:
    from bot.organisation import Roles

    async with _office(config) as office:
        draft = await _read(office, file)
        plan = await office.plan(draft, Roles(admin=True))
        if not plan.go:
            why = "；".join(dict.fromkeys(reason for _, reason in plan.skipped))
            typer.echo(f"没有可发的群{f'（{why}）' if why else ''}，没有发送。", err=True)
            raise typer.Exit(1)
        if not yes:
            typer.echo(_preview(office, draft, plan), err=True)
            if not _agreed():
                typer.echo("没有发送。", err=True)
                raise typer.Exit(1)
        kept = await office.store.add(draft)
        queued = await office.queue(kept, await office.plan(kept, Roles(admin=True)), None)
        if queued is None:
            typer.echo("没有排上，请再试一次。", err=True)
            raise typer.Exit(1)
        typer.echo(str(queued.id))


def _agreed() -> bool:
    """Ask on stderr: stdout holds the number alone."""
    typer.echo("确认发送吗？输入 y 再回车就发，别的都不发：", err=True, nl=False)
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是"}


async def _read(office: Office, file: Path) -> Notice:
    """The notice of a file; its slips end the command."""
    from bot.features.notices.fromfile import read_notice
    from bot.features.notices.model import Notice
    from bot.knowledge.problems import Problem, report
    from bot.knowledge.reader import read_file
    from bot.messages import Reply

    document = await asyncio.to_thread(read_file, file, str(file))
    if isinstance(document, Problem):
        typer.echo(str(document), err=True)
        raise typer.Exit(2)
    now = office.clock()
    org = office.org
    read = read_notice(document, org.categories, org.units, await org.chats(None), now)
    if read.problems:
        typer.echo(report(read.problems), err=True)
    if any(not problem.warning for problem in read.problems):
        raise typer.Exit(2)
    return Notice(
        id=0,
        channel="cli",
        author="",
        chat_id="",
        created_at=now,
        category=read.category,
        content=Reply(read.text),
        aim=read.aim,
        send_at=read.send_at,
        receipt=read.receipt,
        deadline=read.deadline,
        silent=read.silent,
    )


def _preview(office: Office, draft: Notice, plan: Plan) -> str:
    """The message as it will look, and who gets it."""
    from bot.channels.telegram.outgoing import parts, units
    from bot.features.notices.report_words import measure, plan_lines
    from bot.features.notices.rules import composed

    reply = composed(draft)
    rows = ["".join(f"［{button.label}］" for button in row) for row in reply.buttons]
    lines = [reply.text, *rows, "———"]
    lines += plan_lines(draft, plan, office.clock())
    lines.append(f"长度：{measure(units(reply.text), len(parts(reply)))}")
    return "\n".join(lines)


async def _report(number: int, config: Path | None, *, as_json: bool) -> None:
    from bot.features.notices import report_words

    async with _office(config) as office:
        found = await office.store.find(number) if abs(number) < 2**31 else None
        if found is None or found.queued_at is None:
            raise ConfigError(
                f"没有编号为 {number} 的通知。", "编号是 dangbot notice send 输出的数字。"
            )
        made = await office.report(found)
        if as_json:
            typer.echo(json.dumps(report_words.as_json(found, made), ensure_ascii=False))
        else:
            typer.echo(report_words.table(made))
