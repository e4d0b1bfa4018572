"""``dangbot ask``: one question or a batch of them, answered on standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import KnowledgeOption, NowOption, PlaceOption, open_desk, read_now
from bot.dialogue.engine import Desk
from bot.dialogue.outcome import Outcome
from bot.errors import ConfigError
from bot.knowledge.offers import choice_title

HISTORY_MAX = 20


def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="问题", help="要问的话", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一行 JSON")] = False,
    explained: Annotated[bool, typer.Option("--explain", help="同时说明为什么这样答")] = False,
    now: NowOption = None,
    place: PlaceOption = None,
    knowledge: KnowledgeOption = None,
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="文件", help="逐行读 JSON 问题，“-”表示标准输入"),
    ] = None,
) -> None:
    """问一个问题，或用 --batch 成批地问。

    成批时每行是 {"id","q","history","now"}，按同样的顺序逐行输出 JSON 结果；各行互不影响。
    退出码：0 正常（包括答“不知道”），1 资料有误，2 用法不对。
    """
    if batch is not None:
        desk = open_desk(knowledge, place)
        _run_batch(desk, batch, now)
        return
    if not question:
        raise ConfigError("没有写问题", "例如：dangbot ask 红色代办在哪办")
    moment = read_now(now)
    desk = open_desk(knowledge, place)
    started = time.perf_counter_ns()
    outcome = desk.ask(question, moment)
    elapsed = (time.perf_counter_ns() - started) // 1000
    if as_json:
        row = outcome_row(desk, None, outcome, elapsed)
        if explained:
            row["explain"] = _explained(desk, outcome)
        typer.echo(_json(row))
        return
    typer.echo(spoken(desk, outcome))
    if explained:
        typer.echo("\n" + _explained(desk, outcome))


def _explained(desk: Desk, outcome: Outcome) -> str:
    from bot.dialogue.explain import explain

    return explain(desk, outcome)


def spoken(desk: Desk, outcome: Outcome) -> str:
    """An outcome as a person reads it in a terminal: buttons become numbered lines."""
    reply = desk.reply(outcome)
    labels = [button.label for row in reply.buttons for button in row]
    lines = [f"  {number}. {label}" for number, label in enumerate(labels, 1)]
    return "\n".join([reply.text, *lines])


def outcome_row(desk: Desk, name: Any, outcome: Outcome, elapsed_us: int) -> dict[str, Any]:
    """One line of the batch output."""
    entry = outcome.entry
    choices = [
        {
            "topic": choice.topic.id,
            "section": choice.id,
            "title": choice_title(choice),
            "text": desk.text_of(choice, outcome.day),
            "score": round(score, 4),
        }
        for choice, score in zip(outcome.choices, outcome.choice_scores, strict=True)
    ]
    return {
        "id": name,
        "status": outcome.status,
        "text": outcome.text,
        "topic": entry.topic.id if entry else None,
        "section": entry.id if entry else None,
        "score": round(outcome.score, 4),
        "choices": choices,
        "source": outcome.source,
        "elapsed_us": elapsed_us,
    }


def _run_batch(desk: Desk, name: str, now: str | None) -> None:
    default = read_now(now)
    for number, line in enumerate(_lines(name), 1):
        if not line.strip():
            continue
        row = _question(line, number)
        moment = read_now(row["now"]) if row.get("now") else default
        chat = f"batch {number}"
        for earlier in _history(row, number):
            desk.ask(earlier, moment, chat, "member")
        started = time.perf_counter_ns()
        outcome = desk.ask(row["q"], moment, chat, "member")
        elapsed = (time.perf_counter_ns() - started) // 1000
        result = outcome_row(desk, row.get("id"), outcome, elapsed)
        sys.stdout.write(_json(result) + "\n")
    sys.stdout.flush()


def _json(row: dict[str, Any]) -> str:
    """One line of JSON; escaped only if it holds half a character, which no output can carry."""
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(row)
    return text


def _lines(name: str) -> Iterator[str]:
    try:
        if name == "-":
            yield from sys.stdin
            return
        with Path(name).open(encoding="utf-8-sig") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不了 {name}：{error}", "检查文件是否存在、是否 UTF-8 编码") from None


def _question(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("q"), str):
        raise ConfigError(f'第 {number} 行不是 {{"id","q",…}} 这样的 JSON', "每行一个问题")
    if not isinstance(row.get("now") or "", str):
        raise ConfigError(f"第 {number} 行的 now 不是时间", "写成 2020-07-01T09:00:00 或 null")
    return row


def _history(row: dict[str, Any], number: int) -> list[str]:
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(item, str) for item in history):
        raise ConfigError(f"第 {number} 行的 history 不是一列文字", '写成 ["先前的话", …]')
    return history[-HISTORY_MAX:]
