"""What is wrong in a knowledge file: where, what, and what to do, in plain Chinese."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend; ``line`` counts from 1."""

    file: str
    line: int
    what: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        level = "提醒" if self.warning else "错误"
        hint = f"（{self.hint}）" if self.hint else ""
        return f"{self.file}:{self.line}: {level}：{self.what}{hint}"


def report(problems: Iterable[Problem]) -> str:
    """All problems, a line each, in the order of the files."""
    return "\n".join(str(problem) for problem in sorted(problems))


def place_of(path: Path) -> str:
    """Say in words where in a file a path leads: ``sections 第 2 项的 ask``."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words.append(f"第 {step + 1} 项")
        else:
            words.append(str(step))
    return " ".join(words)


def explain(error: Mapping[str, Any], allowed: Iterable[str] = ()) -> tuple[str, str]:
    """Turn one pydantic error into (what, hint).

    Args:
        error: an item of ``ValidationError.errors()``.
        allowed: the keys that the model knows, for a misspelt key.
    """
    where = place_of(error["loc"])
    context: Mapping[str, Any] = error.get("ctx") or {}
    kind = str(error["type"])
    value = str(error.get("input"))[:24]
    if kind == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), list(allowed))
    if kind == "missing":
        return f"缺少必填项“{error['loc'][-1]}”", "补上这一项；写法见 knowledge/README.md"
    messages = {
        "string_too_short": (
            f"{where} 太短：“{value}”",
            f"至少写 {context.get('min_length')} 个字",
        ),
        "string_too_long": (
            f"{where} 太长：“{value}…”",
            f"最多 {context.get('max_length')} 个字，拆成两条",
        ),
        "string_pattern_mismatch": (
            f"{where} 的写法不对：“{value}”",
            "编号只用小写字母、数字和连字符，如 yutai-daiban；引用写成 主题编号/节编号",
        ),
        "too_short": (f"{where} 条数太少", f"至少写 {context.get('min_length')} 条"),
        "too_long": (f"{where} 条数太多", f"最多写 {context.get('max_length')} 条"),
        "list_type": (f"{where} 应是一列，每条前面加“- ”", "换行后每条以“- ”开头"),
        "string_type": (f"{where} 应是一段文字", "直接写文字；含冒号时整段加英文双引号"),
    }
    if kind in messages:
        return messages[kind]
    if kind.startswith(("model_type", "dict_type", "model_attributes")):
        return f"{where} 应是“名称: 内容”的一组", "每行写成“名称: 内容”，冒号后空一格"
    return f"{where} 的内容不对：“{value}”", "照 knowledge/README.md 的例子改"


def _unknown_key(key: str, allowed: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.5)
    known = f"是不是想写“{near[0]}”" if near else "可用的有：" + "、".join(allowed[:14])
    return f"不认识的名称“{key}”", known
