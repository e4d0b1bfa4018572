"""``dangbot edit``: one more phrasing, the log of changes, and taking one back."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.calendar.agenda import when_ok
from bot.cli.common import ZONE, KnowledgeOption
from bot.clock import system_clock
from bot.errors import ConfigError, Refused
from bot.knowledge.commits import Commits
from bot.knowledge.edit import Change, Editor
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import OVERVIEW
from bot.knowledge.load import load_or_raise
from bot.knowledge.patches import Patch, add_phrasing

LOG_SHOWN_MAX = 20

CommitOption = Annotated[
    bool, typer.Option("--commit/--no-commit", help="资料在 git 仓库里时，也成为一次提交")
]

edit = typer.Typer(
    name="edit",
    help="改资料：加问法，看改过什么，撤回。",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@edit.command("ask")
def ask(
    ref: Annotated[str, typer.Argument(metavar="主题/节", help="加到哪一节，概况写 主题/overview")],
    text: Annotated[str, typer.Argument(metavar="问法", help="群众会怎么问")],
    dry: Annotated[bool, typer.Option("--dry-run", help="只看会改成什么样，不写")] = False,
    commit: CommitOption = True,
    knowledge: KnowledgeOption = None,
) -> None:
    """给一节加一句问法：写进它的文件，备注和顺序不动；会出错就不写。"""
    folder, editor = _editor(knowledge)
    library = load_or_raise(folder, when_ok)
    topic, _, section = ref.partition("/")
    file, _ = library.places.get(f"{topic}/{section or OVERVIEW}", ("", 0))
    raw = editor.raw(file) if file else None
    if raw is None:
        raise ConfigError(f"没有“{ref}”这一节", "写成 主题编号/节编号，对照文件里的 id")
    patch = add_phrasing(file, raw, section or OVERVIEW, text)
    _say(patch)
    if not dry:
        _told(folder, lambda: editor.apply(patch, getpass.getuser()), commit=commit)


@edit.command("log")
def log(knowledge: KnowledgeOption = None) -> None:
    """看用 dangbot edit 和在聊天里改过什么，新的在前。"""
    changes = _changes(_editor(knowledge)[1])
    for change in changes[:LOG_SHOWN_MAX]:
        typer.echo(_line(change))
    if not changes:
        typer.echo("还没有改动。", err=True)


@edit.command("undo")
def undo(
    number: Annotated[int | None, typer.Argument(metavar="第几次", help="不写就是最近一次")] = None,
    commit: CommitOption = True,
    knowledge: KnowledgeOption = None,
) -> None:
    """撤回一次改动；撤回本身也能再撤回。文件后来又改过的，不会动。"""
    folder, editor = _editor(knowledge)
    changes = _changes(editor)
    if number is None and not changes:
        raise ConfigError("还没有改动可以撤回", "dangbot edit log 看改过什么")
    wanted = number if number is not None else changes[0].number
    _told(folder, lambda: editor.undo(wanted, getpass.getuser()), commit=commit)


def _editor(knowledge: Path | None) -> tuple[Path, Editor]:
    folder = knowledge or shipped_folder()
    return folder, Editor(folder, system_clock(ZONE), when_ok)


def _changes(editor: Editor) -> list[Change]:
    try:
        return editor.changes()
    except Refused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None


def _told(folder: Path, make: Callable[[], Change], *, commit: bool) -> None:
    try:
        change = make()
        typer.echo(_line(change), err=True)
        note = Commits(folder, wanted=commit).commit([change.file], change.what)
        if note:
            typer.echo(note, err=True)
    except Refused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None


def _say(patch: Patch) -> None:
    typer.echo(f"{patch.file}：{patch.what}\n{patch.diff}")


def _line(change: Change) -> str:
    when = f"{change.moment:%Y-%m-%d %H:%M}"
    return f"{change.number}. {when} {change.author} {change.file}：{change.what}"
