"""What is wrong in a knowledge file: where, what, and what to do, in plain Chinese."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend; ``line`` counts from 1."""

    file: str
    line: int
    what: str
    hint: str = ""
    warning: bool = False
    code: str = "structure"
    """The kind of problem, for programs that read the output."""

    def __str__(self) -> str:
        level = "提醒" if self.warning else "错误"
        hint = f"（{self.hint}）" if self.hint else ""
        return f"{self.file}:{self.line}: {level}：{self.what}{hint}"


def report(problems: Iterable[Problem]) -> str:
    """All problems, a line each, in the order of the files."""
    return "\n".join(str(problem) for problem in sorted(problems))


_COUNTED = {
    "sections": "节",
    "ask": "句",
    "people": "人",
    "events": "项",
    "words": "个",
    "choices": "个",
    "aliases": "个",
    "unless": "个",
    "tests": "句",
}
"""How the entries of a list are counted; all others are 条."""


def place_of(path: Path) -> str:
    """Say in words where in a file a path leads: ``sections 第 2 节的 ask 第 3 句``."""
    words: list[str] = []
    counted = "条"
    for step in path:
        if isinstance(step, int):
            words.append(f" 第 {step + 1} {counted}")
            counted = "条"
        else:
            words.append(f"的 {step}" if words else str(step))
            counted = _COUNTED.get(step, "条")
    return "".join(words).strip()


def plain_errors(error: ValidationError) -> list[Mapping[str, Any]]:
    """Pydantic's errors as an editor sees them.

    Where a value may be one word or a list, pydantic reports both tries and names its own types
    in the path; only the try that fits what was written is kept, under the path in the file.
    """
    found: list[Mapping[str, Any]] = []
    for detail in error.errors(include_url=False):
        loc: Path = detail["loc"]
        tries = [step for step in loc if isinstance(step, str) and "constrained" in step]
        if tries:
            as_list = tries[0].startswith("list[")
            wrote_list = len(loc) > loc.index(tries[0]) + 1 or isinstance(detail["input"], list)
            if as_list != wrote_list:
                continue
        plain = tuple(step for step in loc if step not in tries)
        found.append({**detail, "loc": plain})
    return found


def explain(error: Mapping[str, Any], allowed: Iterable[str] = ()) -> tuple[str, str]:
    """Turn one pydantic error into (what, hint).

    Args:
        error: an item of ``plain_errors``.
        allowed: the keys that the model knows, for a misspelt key.
    """
    loc: Path = error["loc"]
    where = place_of(loc)
    kind = str(error["type"])
    wrote = error.get("input")
    if kind == "extra_forbidden":
        return _unknown_key(str(loc[-1]), list(allowed))
    if kind == "missing":
        parent = place_of(loc[:-1])
        return f"{parent}缺少必填项“{loc[-1]}”", "补上这一项；写法见 knowledge/README.md"
    if wrote is None:
        return f"{where} 后面是空的", "写上内容；不需要的话整行删掉"
    if kind == "list_type" and isinstance(wrote, str):
        hint = "另起一行，每条以“- ”开头，横线后空一格；只有一条也这样写"
        return f"{where} 应是一列，现在只是一段文字：“{_short(wrote)}”", hint
    if kind == "string_type" and isinstance(wrote, dict):
        hint = "文字里有“: ”（冒号加空格），整段加英文双引号；或把冒号改成中文的“：”"
        return f"{where} 应是一段文字，现在被看成“名称: 内容”", hint
    return _explain_value(kind, where, wrote, error.get("ctx") or {})


def _explain_value(
    kind: str, where: str, wrote: Any, context: Mapping[str, Any]
) -> tuple[str, str]:
    value = _short(wrote)
    length = len(wrote) if isinstance(wrote, (str, list)) else 0
    pattern_hint = "编号只用小写字母、数字和连字符，如 yutai-daiban；引用写成 主题编号/节编号"
    if where.endswith("的 expect"):
        pattern_hint = "写节编号、主题编号/节编号，或 不答、让人选、日历"
    messages = {
        "string_too_short": (
            f"{where} 太短：“{value}”",
            f"至少写 {context.get('min_length')} 个字",
        ),
        "string_too_long": (
            f"{where} 太长，有 {length} 个字：“{value}”",
            f"最多 {context.get('max_length')} 个字，删短或拆成两条",
        ),
        "string_pattern_mismatch": (
            f"{where} 的写法不对：“{value}”",
            pattern_hint,
        ),
        "too_short": (f"{where} 条数太少", f"至少写 {context.get('min_length')} 条"),
        "too_long": (
            f"{where} 有 {length} 条，太多了",
            f"最多写 {context.get('max_length')} 条",
        ),
        "day": (f"{where} 看不懂：“{value}”", "写成 2026-07-01 或 2026年7月1日，要有年月日"),
        "yes": (f"{where} 不能写“{value}”", "只能写 是 或 否；不需要就整行删掉"),
        "neither": (f"{where} 既没有 words，也没有 ask", "至少写一样；不需要就整条删掉"),
        "list_type": (f"{where} 应是一列，每条前面加“- ”", "换行后每条以“- ”开头"),
        "string_type": (f"{where} 应是一段文字，现在是一列", "去掉“- ”或方括号，直接写文字"),
    }
    if kind in messages:
        return messages[kind]
    if kind == "literal_error":
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", " 或 ")
        return f"{where} 不能写“{value}”", f"只能写 {choices}；不需要就整行删掉"
    if kind.startswith(("model_type", "dict_type", "model_attributes")):
        return f"{where} 应是“名称: 内容”的一组", "每行写成“名称: 内容”，冒号后空一格"
    return f"{where} 的内容不对：“{value}”", "照 knowledge/README.md 的例子改"


def _short(value: Any) -> str:
    text = str(value).strip().replace("\n", " ")
    return text if len(text) <= 24 else text[:24] + "…"


def _unknown_key(key: str, allowed: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.5)
    known = f"是不是想写“{near[0]}”" if near else "可用的有：" + "、".join(allowed[:14])
    return f"不认识的名称“{_short(key)}”", known
