"""``dangbot check`` and ``dangbot schema``: is the knowledge sound, and what may it hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.calendar.agenda import when_ok
from bot.cli.aside import Aside
from bot.cli.common import ZONE, read_now
from bot.dialogue.engine import Desk
from bot.dialogue.trials import failures
from bot.knowledge.cache import Cache
from bot.knowledge.findings import Finding
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.lint import lint
from bot.knowledge.load import Loaded, load, load_snapshot
from bot.knowledge.mend import mend
from bot.knowledge.parsed import keep, recall
from bot.knowledge.schemas import SCHEMAS, json_schema
from bot.knowledge.snapshot import take
from bot.matching.lint import halves, lint_phrasings, lint_shared

FIX_ROUNDS_MAX = 5
FOLDERS_KEPT = 4
"""Folders of which is kept what their files were read as."""
WORTH_A_PROCESS = 2_000
"""Phrasings from which on a second process is begun."""
UNTESTED = "untested"
_UNTESTED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: errors first, then warnings, each in the order of the files."""

    library: Library | None
    findings: tuple[Finding, ...]

    def of(self, *, warning: bool) -> list[Finding]:
        """The errors, or the warnings."""
        return [found for found in self.findings if found.problem.warning == warning]


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="文件夹", help="默认检查随程序带的资料")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="把只有一种改法的自动改好（繁体字、全角数字、网址等）")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="有提醒时退出码也是 1")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，给别的程序读")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="没有试问的主题逐个列出，不只报个数")
    ] = False,
) -> None:
    """检查资料：每个问题一行，写明 文件:行、哪里不对、怎么改。有错误时退出码为 1。

    错误：不改好，这份资料不能用（格式、编号、引用，或 tests 里的试问没有答对）。
    提醒：能用，但最好改（问法被抢答、问不到的节、几处都有的词、过期、电话、网址、形近字）。
    """
    where = folder or shipped_folder()
    today = read_now(None).astimezone(ZONE).date()
    mended: list[Finding] = []
    if fix:
        mended = _mended(where, today)
    checked = examined(where, today)
    if as_json:
        typer.echo(json.dumps(_as_json(checked, mended), ensure_ascii=False, indent=2))
    else:
        _say(checked, mended, every=every)
    errors, warnings = checked.of(warning=False), _counted(checked)
    if errors or (strict and warnings):
        raise typer.Exit(1)


def examined(folder: Path, today: date) -> Checked:
    """Everything that can be found out about a folder."""
    cache = Cache.named("parsed", FOLDERS_KEPT)
    parsed = recall(folder, cache)
    before = dict(parsed)
    loaded = load_snapshot(take(folder), when_ok, parsed)
    if parsed != before:
        keep(folder, cache, parsed)
    library = loaded.library
    worth_it = library is not None and _phrasings(library) >= WORTH_A_PROCESS
    found = [Finding(problem) for problem in loaded.problems]
    words = Aside(lambda: _of_words(loaded, today), worth_it=worth_it)
    if library is not None:
        desk = Desk(library, zone=ZONE, store=Cache())
        one, two = halves(desk.matcher)
        second = Aside(lambda: lint_phrasings(library, desk.matcher, two), worth_it=worth_it)
        found += lint_phrasings(library, desk.matcher, one)
        found += [Finding(problem) for problem in failures(desk, today)]
        found += second.result()
    found += words.result()
    found.sort(key=lambda row: (row.problem.warning, row.problem))
    return Checked(library, tuple(found))


def _of_words(loaded: Loaded, today: date) -> list[Finding]:
    """What shows without asking a question."""
    shared = [] if loaded.library is None else lint_shared(loaded.library)
    return [*lint(loaded.files, loaded.library, today), *shared]


def _phrasings(library: Library) -> int:
    return sum(len(entry.asks) for entry in library.entries())


def _mended(folder: Path, today: date) -> list[Finding]:
    done: list[Finding] = []
    for _ in range(FIX_ROUNDS_MAX):
        loaded = load(folder, when_ok)
        now = mend(folder, lint(loaded.files, None, today))
        if not now:
            break
        done += now
    return done


def _counted(checked: Checked) -> list[Finding]:
    """The warnings about what stands in the files; what is missing is counted apart."""
    return [found for found in checked.of(warning=True) if found.problem.code != UNTESTED]


def _say(checked: Checked, mended: Sequence[Finding], *, every: bool) -> None:
    for found in mended:
        problem = found.problem
        typer.echo(f"{problem.file}:{problem.line}: 已改好：{problem.what}")
    for found in (*checked.of(warning=False), *_counted(checked)):
        typer.echo(str(found.problem))
        if found.paste:
            typer.echo(found.paste)
    untested = [found for found in checked.findings if found.problem.code == UNTESTED]
    for found in untested if every else ():
        typer.echo(str(found.problem))
    library = checked.library
    if library is not None:
        entries = list(library.entries())
        typer.echo(
            f"{len(library.topics)} 个主题，{len(entries)} 条内容，{_phrasings(library)} 句问法，"
            f"{len(library.sources)} 个出处，{len(library.tests)} 句试问。",
            err=True,
        )
    if untested and not every:
        names = "、".join(found.problem.file for found in untested[:_UNTESTED_SHOWN])
        more = " 等" if len(untested) > _UNTESTED_SHOWN else ""
        typer.echo(f"{len(untested)} 个主题还没有试问：{names}{more}（--all 全列）。", err=True)
    if any(found.fixed is not None for found in checked.findings):
        typer.echo("有的提醒可以自动改：dangbot check --fix。", err=True)
    errors, warnings = len(checked.of(warning=False)), len(_counted(checked))
    typer.echo(f"错误 {errors} 个，提醒 {warnings} 个。", err=True)


def _as_json(checked: Checked, mended: Sequence[Finding]) -> dict[str, object]:
    library = checked.library
    return {
        "errors": len(checked.of(warning=False)),
        "warnings": len(_counted(checked)),
        "topics": len(library.topics) if library is not None else None,
        "tests": len(library.tests) if library is not None else None,
        "fixed": [_row(found) for found in mended],
        "problems": [_row(found) for found in checked.findings],
    }


def _row(found: Finding) -> dict[str, object]:
    problem = found.problem
    row: dict[str, object] = {
        "file": problem.file,
        "line": problem.line,
        "level": "warning" if problem.warning else "error",
        "code": problem.code,
        "what": problem.what,
        "hint": problem.hint,
        "fixable": found.fixed is not None,
    }
    return row | ({"paste": found.paste} if found.paste else {})


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
