"""One YAML file -> plain values with the line of each, or the problems that prevent it.

Written for clerks and hostile files alike: every scalar is text (no ``no`` -> False, no 1.10 ->
1.1), anchors and aliases are refused (so nothing can explode), size and depth are bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from bot.knowledge.problems import Path, Problem

FILE_BYTES_MAX = 1_000_000
DEPTH_MAX = 12
NODES_MAX = 100_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """The values of one file; ``lines`` maps a path to the line (from 1) it stands on."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest part of it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Unreadable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def read_file(path: FilePath, name: str) -> Document | Problem:
    """Read one file; ``name`` is what messages call it. Never raises for what a file may hold."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            return Problem(name, 1, "文件超过 1 MB", "一个文件只写一个主题，拆开再放")
        raw = path.read_bytes()
    except OSError as error:
        return Problem(name, 1, f"读不了这个文件：{error.strerror}", "检查文件是否在、是否有权限读")
    return read_bytes(raw, name)


def read_bytes(raw: bytes, name: str) -> Document | Problem:
    """The same for bytes in memory."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Problem(name, line, "不是 UTF-8 编码", "用记事本“另存为”，编码选 UTF-8")
    if len(raw) > FILE_BYTES_MAX:
        return Problem(name, 1, "文件超过 1 MB", "一个文件只写一个主题，拆开再放")
    try:
        return _Builder(name).build(text)
    except _Unreadable as stop:
        return stop.problem
    except yaml.YAMLError as error:
        return _syntax_problem(error, text, name)


_SYNTAX = (
    (
        "mapping values are not allowed",
        "这一行多了一个冒号，或缩进不对",
        "含冒号的文字整段加英文双引号",
    ),
    ("could not find expected ':'", "这一行缺少冒号", "写成“名称: 内容”，英文冒号，后面空一格"),
    ("quoted scalar", "引号没有配对", "检查这一行和上一行的引号"),
    ("unexpected end of stream", "引号没有配对", "检查这一行和上一行的引号"),
    ("block", "缩进不齐", "同一级的行前面空格要一样多，列表每条以“- ”开头"),
    ("indent", "缩进不齐", "同一级的行前面空格要一样多，列表每条以“- ”开头"),
    ("expected <", "缩进不齐", "同一级的行前面空格要一样多，列表每条以“- ”开头"),
)
"""What the parser says -> what a clerk reads and does; the first that fits wins."""


def _syntax_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        return Problem(name, _error_line(error, text), "有不能用的控制字符", "删掉那个看不见的字符")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(name, 1, "不是有效的 YAML", "对照别的文件检查缩进和冒号")
    mark = error.problem_mark or error.context_mark
    number = (mark.line if mark else 0) + 1
    lines = text.splitlines()
    row = lines[number - 1] if number <= len(lines) else ""
    said = f"{error.problem or ''} {error.context or ''}"
    if "\t" in row[: len(row) - len(row.lstrip())] or "'\\t'" in said or "tab" in said:
        return Problem(name, number, "行首用了制表符（Tab）", "换成空格，每级缩进两个空格")
    for part, what, hint in _SYNTAX:
        if part in said:
            return Problem(name, number, what, hint)
    return Problem(name, number, "YAML 写法有误", "对照别的文件检查这一行的缩进、冒号和引号")


def _error_line(error: yaml.reader.ReaderError, text: str) -> int:
    position = error.position
    return text[:position].count("\n") + 1 if isinstance(position, int) else 1


class _Builder:
    """Builds values from parse events with an explicit stack: deep files cannot overflow it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.document = Document(name)
        self.nodes = 0
        self.stack: list[tuple[Any, Path, list[Any]]] = []

    def build(self, text: str) -> Document:
        documents = 0
        for event in yaml.parse(text, Loader=_Loader):
            line = (event.start_mark.line if event.start_mark else 0) + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(line, "一个文件里有两份内容（---）", "拆成两个文件")
            elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self._stop(line, "用了 & 或 * 引用", "知识文件里不用引用，把内容直接写出来")
            elif isinstance(event, yaml.ScalarEvent):
                self._put(self._scalar(event), line)
            elif isinstance(event, yaml.MappingStartEvent):
                self._open({}, line)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open([], line)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self.stack.pop()
        return self.document

    def _stop(self, line: int, what: str, hint: str) -> None:
        raise _Unreadable(Problem(self.name, line, what, hint))

    @staticmethod
    def _scalar(event: yaml.ScalarEvent) -> str | None:
        plain = event.implicit[0]
        return None if plain and event.value in {"", "~", "null"} else str(event.value)

    def _open(self, container: Any, line: int) -> None:
        path = self._put(container, line)
        if len(self.stack) >= DEPTH_MAX:
            self._stop(line, "嵌套太深", "检查缩进，或少用方括号")
        self.stack.append((container, path, []))

    def _put(self, value: Any, line: int) -> Path:
        """Place a value where it belongs and return its path."""
        self.nodes += 1
        if self.nodes > NODES_MAX:
            self._stop(line, "内容太多", "一个文件只写一个主题，拆开再放")
        if not self.stack:
            self.document.value = value
            self.document.lines[()] = line
            return ()
        container, path, pending = self.stack[-1]
        if isinstance(container, list):
            here = (*path, len(container))
            container.append(value)
            self.document.lines[here] = line
            return here
        if not pending:
            if not isinstance(value, str):
                self._stop(line, "名称必须是一个词", "写成“名称: 内容”")
            if value in container:
                self._stop(line, f"“{value}”在同一处写了两次", "合成一处，或删掉一个")
            pending.append(value)
            here = (*path, value)
            self.document.lines[here] = line
            return here
        key = pending.pop()
        container[key] = value
        return (*path, key)
