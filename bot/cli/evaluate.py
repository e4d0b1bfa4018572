"""``dangbot eval``: ask a file of labelled questions and print how well the desk does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import KnowledgeOption, open_desk, read_now
from bot.dialogue.evaluation import Judged, Question, judge, table
from bot.errors import ConfigError

DEFAULT_NOW = "2020-07-10T10:00:00+08:00"
"""For questions without a time of their own: the articles' days."""


def evaluate(
    file: Annotated[Path, typer.Argument(metavar="文件", help="带标准答案的问题，每行一个 JSON")],
    knowledge: KnowledgeOption = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="列出每个没答对的问题")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """用一份带标准答案的问题给答疑台打分，按类别列表。

    right 答对；sharp 前 160 字就答到；helped 答对，或正确内容在前三个选项里；wrong 自信地答错。
    """
    desk = open_desk(knowledge, None)
    judged: list[Judged] = []
    for number, question in enumerate(_read(file)):
        now = read_now(question.now or DEFAULT_NOW)
        chat = f"eval {number}"
        for earlier in question.history:
            desk.ask(earlier, now, chat, "member")
        outcome = desk.ask(question.q, now, chat, "member")
        choices = [f"{desk.title_of(c)} {desk.text_of(c, outcome.day)}" for c in outcome.choices]
        judged.append(judge(question, outcome.status, outcome.text, choices))
    if not judged:
        raise ConfigError(f"{file} 里没有问题", "每行写一个 JSON 问题")
    if wrong:
        for row in judged:
            if not row.right:
                q = row.question
                typer.echo(f"{q.id} {q.kind} {row.status}: {q.q} {q.must} -> {row.text[:60]!r}")
    figures = table(judged)
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    typer.echo(f"{'kind':12} {'n':>4} {'right':>7} {'sharp':>7} {'helped':>7} {'wrong':>7}")
    for name, row_ in figures.items():
        cells = " ".join(f"{row_[key]:7.1%}" for key in ("right", "sharp", "helped", "wrong"))
        typer.echo(f"{name:12} {row_['n']:4.0f} {cells}")


def _read(file: Path) -> list[Question]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不了 {file}：{error}", "检查文件是否存在、是否 UTF-8 编码") from None
    found: list[Question] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: dict[str, Any] = json.loads(line)
            found.append(
                Question(
                    id=str(row["id"]),
                    q=str(row["q"]),
                    kind=str(row["kind"]),
                    expect=str(row["expect"]),
                    must=tuple(tuple(map(str, group)) for group in row.get("must") or []),
                    history=tuple(map(str, row.get("history") or [])),
                    now=str(row["now"]) if row.get("now") else None,
                )
            )
        except (ValueError, KeyError, TypeError):
            hint = "每行要有 id、q、kind、expect、must"
            raise ConfigError(f"{file} 第 {number} 行不是问题", hint) from None
    return found
