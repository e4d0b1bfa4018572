"""One YAML file -> plain values with the line of each, or the problems that prevent it.

Written for clerks and hostile files alike: every scalar is text (no ``no`` -> False, no 1.10 ->
1.1), anchors and aliases are refused (so nothing can explode), size and depth are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from bot.knowledge.folder import FILE_BYTES_MAX, TOO_LONG, raw_file
from bot.knowledge.problems import Path, Problem

DEPTH_MAX = 12
NODES_MAX = 100_000

_ENCODING = ("不是 UTF-8 编码", "用记事本“另存为”，编码选 UTF-8")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """The values of one file; ``lines`` maps a path to the line (from 1) it stands on."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)

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
    raw = raw_file(path, name)
    return raw if isinstance(raw, Problem) else read_bytes(raw, name)


def read_bytes(raw: bytes, name: str) -> Document | Problem:
    """The same for bytes in memory."""
    if len(raw) > FILE_BYTES_MAX:
        return Problem(name, 1, *TOO_LONG)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(name, line, *_ENCODING)
    odd = _INVISIBLE.search(text)
    if odd:
        return _odd_problem(raw, text, odd.start(), name)
    try:
        return _Builder(name).build(text)
    except _Unreadable as stop:
        return stop.problem
    except yaml.YAMLError as error:
        return _syntax_problem(error, text, name)


_QUOTES = ("引号没有配对", "检查这一行到下一个引号之间，引号要成对")
_COLON = ("这一行缺少冒号", "写成“名称: 内容”，英文冒号，后面空一格")
_UNEVEN = ("缩进不齐", "同一级的行前面空格要一样多，列表每条以“- ”开头")
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        "escape",
        "双引号里的反斜杠 \\ 写法不对",
        "去掉反斜杠，或整段改用英文单引号",
    ),
    (
        "mapping values are not allowed",
        "这一行多了一个冒号，或缩进不对",
        "含冒号的文字整段加英文双引号",
    ),
    (
        "cannot start any token",
        "这一行的内容以特殊符号开头",
        "整段加英文双引号",
    ),
    ("could not find expected ':'", *_COLON),
    ("quoted scalar", *_QUOTES),
    ("unexpected end of stream", *_QUOTES),
    ("flow", "方括号或花括号没有配对", "检查这一行的括号；一条一行、以“- ”开头更不容易错"),
    ("anchor", "用了 & 或 * 引用", "文字以 & 或 * 开头时，整段加英文双引号"),
    ("alias", "用了 & 或 * 引用", "文字以 & 或 * 开头时，整段加英文双引号"),
    ("directive", "这一行以 % 开头", "整段加英文双引号"),
    ("block", *_UNEVEN),
    ("indent", *_UNEVEN),
    ("expected <", *_UNEVEN),
)
"""What the parser says -> what a clerk reads and does; the first that fits wins."""

_BEGINS = re.compile(r"could not find expected ':'|quoted scalar|flow|unexpected end of stream")
"""Faults that stand where the construct begins, not where the parser gave up."""

_AFTER_QUOTE = re.compile(r"""^\s*(?:- +)?(?:[\w-]+: +)?(["'])(?:(?!\1).)*\1\s*[^\s#,\]}:]""")
_MARK = re.compile(r"^\s*(?:- +)?[\w-]+：")
_KEY_MARK = re.compile(r"^\s*(?:- +)?[a-z_]+：")


def _syntax_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(name, 1, "不是有效的 YAML", "对照别的文件检查缩进和冒号")
    said = f"{error.problem or ''} {error.context or ''}"
    mark = error.problem_mark or error.context_mark
    if error.context_mark and _BEGINS.search(said):
        mark = error.context_mark
    lines = text.split("\n")
    number = min(mark.line if mark else 0, max(len(lines) - 2, 0)) + 1
    row = lines[number - 1]
    stopped = error.problem_mark.line if error.problem_mark else 0
    for index in {number - 1, min(stopped, len(lines) - 1)}:
        if "\t" in lines[index][: len(lines[index]) - len(lines[index].lstrip())]:
            hint = "换成空格，每级缩进两个空格"
            return Problem(name, index + 1, "行首用了制表符（Tab）", hint)
    if _AFTER_QUOTE.match(row):
        hint = "把整段都放进引号里；或把里面的英文引号改成中文引号“”"
        return Problem(name, number, "引号后面还有字", hint)
    colon = _wrong_colon(lines, number, said)
    if colon is not None:
        return Problem(name, colon, "这一行用了中文冒号“：”", _COLON[1])
    for part, what, hint in _SYNTAX:
        if part in said:
            return Problem(name, number, what, hint)
    return Problem(name, number, "YAML 写法有误", "对照别的文件检查这一行的缩进、冒号和引号")


def _wrong_colon(lines: list[str], number: int, said: str) -> int | None:
    """The line with a Chinese colon that is to blame for a fault at ``number``, if there is one."""
    if _MARK.match(lines[number - 1]):
        return number
    # Read as plain text, the line with the wrong colon is sound: the next one is not.
    if number > 1 and "mapping values" in said and _KEY_MARK.match(lines[number - 2]):
        return number - 1
    return None


_CUT = re.compile(r"[ \t]+#[^\s#]")
"""A comment without a space after its sign: more likely a sentence that was cut off."""

_INVISIBLE = re.compile(
    r"[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that YAML refuses, and the rare line breaks that editors do not count as lines."""


def _odd_problem(raw: bytes, text: str, position: int, name: str) -> Problem:
    if raw.count(b"\0") > len(raw) // 4:
        return Problem(name, 1, *_ENCODING)
    line = text.count("\n", 0, position) + 1
    return Problem(name, line, "有看不见的控制字符", "删掉这一行重新打一遍")


class _Builder:
    """Builds values from parse events with an explicit stack: deep files cannot overflow it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.document = Document(name)
        self.nodes = 0
        self.rows: list[str] = []
        self.stack: list[tuple[Any, Path, list[Any]]] = []

    def build(self, text: str) -> Document:
        documents = 0
        self.rows = text.split("\n")
        # The parser puts what is not there ("---" alone) on the line after the last.
        last = len(self.rows)
        for event in yaml.parse(text, Loader=_Loader):
            line = min((event.start_mark.line if event.start_mark else 0) + 1, last)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(line, "一个文件里有两份内容（---）", "拆成两个文件")
            elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                hint = "把内容直接写出来；文字以 & 或 * 开头时，整段加英文双引号"
                self._stop(line, "用了 & 或 * 引用", hint)
            elif getattr(event, "tag", None):
                self._stop(line, "内容以英文感叹号 ! 开头", "整段加英文双引号")
            elif isinstance(event, yaml.ScalarEvent):
                self._put(self._scalar(event, line), line)
            elif isinstance(event, yaml.MappingStartEvent):
                self._open({}, line)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open([], line)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self.stack.pop()
        return self.document

    def _stop(self, line: int, what: str, hint: str) -> None:
        raise _Unreadable(Problem(self.name, line, what, hint))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> str | None:
        text = str(event.value)
        if _INVISIBLE.search(text):
            self._stop(line, "引号里的反斜杠写出了看不见的控制字符", "去掉反斜杠")
        if not event.implicit[0]:
            return text
        end = event.end_mark
        if end and end.line < len(self.rows) and _CUT.match(self.rows[end.line][end.column :]):
            what = f"“{text[-12:]}”后面的 # 被当作备注，# 起的字不算内容"
            hint = "要算内容就整段加英文双引号；真是备注就在 # 后面空一格"
            self.document.warnings.append(
                Problem(self.name, end.line + 1, what, hint, warning=True)
            )
        return None if text in {"", "~", "null"} else text

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
