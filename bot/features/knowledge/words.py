"""What admins read about the knowledge files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.knowledge.live import Edition, Reading
from bot.knowledge.problems import Problem
from bot.messages import Reply

PROBLEMS_MAX = 6
_PROBLEM_CHARS_MAX = 260


def refused(problems: Sequence[Problem], edition: Edition[Any]) -> Reply:
    """The files were changed and cannot be used."""
    return Reply(
        f"资料改动后有 {len(problems)} 个错误，没有换上，仍用 {_time(edition)} 读的那一份：\n\n"
        f"{_listed(problems)}\n\n"
        "改好保存就会自动换上，换上后再告诉您；也可以发 /reload 马上重读。"
    )


def at_the_start(edition: Edition[Any]) -> Reply:
    """The desk started on other files than those on the disk, or on files that fail their tests."""
    head = f"答疑台启动了，但资料有 {len(edition.faults)} 个错误，"
    head += "先照样用着：" if edition.failed else "暂用上一份好的资料："
    return Reply(f"{head}\n\n{_listed(edition.faults)}\n\n改好保存就会自动换上，换上后再告诉您。")


def mended(edition: Edition[Any]) -> Reply:
    """The errors that were told are gone."""
    return Reply(f"资料已改好，现在用的是最新的：{_size(edition)}。")


def reloaded(reading: Reading, edition: Edition[Any]) -> Reply:
    """The answer to /reload when nothing is wrong."""
    if reading.outcome == "same":
        return Reply(f"资料没有变过，用的就是最新的：{_size(edition)}，{_time(edition)} 读的。")
    text = f"已换上新资料：{_size(edition)}。"
    if reading.problems:
        text += f"\n\n提醒 {len(reading.problems)} 个，不影响使用：\n\n{_listed(reading.problems)}"
    return Reply(text)


def _size(edition: Edition[Any]) -> str:
    entries = sum(1 for _ in edition.library.entries())
    return f"{len(edition.library.topics)} 个主题、{entries} 条"


def _time(edition: Edition[Any]) -> str:
    return f"{edition.read_at:%m月%d日 %H:%M}"


def _listed(problems: Sequence[Problem]) -> str:
    lines = [_clipped(str(problem)) for problem in problems[:PROBLEMS_MAX]]
    if len(problems) > PROBLEMS_MAX:
        lines.append(f"……还有 {len(problems) - PROBLEMS_MAX} 个，先改上面的，再看剩下的。")
    return "\n".join(lines)


def _clipped(line: str) -> str:
    return line if len(line) <= _PROBLEM_CHARS_MAX else line[: _PROBLEM_CHARS_MAX - 1] + "…"
