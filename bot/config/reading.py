"""One YAML file of settings -> plain values, or the slip with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigError

FILE_BYTES_MAX = 1_000_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Lines = dict[tuple[str, ...], int]
"""The path of a value, with list positions as text, and the line (from 1) it stands on."""


def read_yaml(file: Path) -> tuple[dict[str, Any], Lines]:
    """The values of a file of settings, and the line of each.

    Raises:
        ConfigError: the file cannot be read, or its YAML is wrong.
    """
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise ConfigError(f"{file} 太大了，不像是配置文件。", "参照 config.example.yaml 重写。")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"读不了配置文件 {file}（{error.strerror}）。",
            "核对 --config 的路径；也可以不用配置文件，只设环境变量 DANGBOT_TELEGRAM__TOKEN。",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} 不是 UTF-8 文本。", "用 UTF-8 编码另存一次。") from None
    try:
        lines: Lines = {}
        values = _parsed(text, file, lines)
    except yaml.YAMLError as error:
        raise _yaml_error(error, file, text) from None
    except (RecursionError, ValueError):
        raise ConfigError(f"{file} 的写法读不懂。", "参照 config.example.yaml 重写。") from None
    if values is None:
        return {}, {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise ConfigError(f"{file} 应当是一行行的“键: 值”。", "参照 config.example.yaml 重写。")
    return values, lines


def _parsed(text: str, file: Path, lines: Lines) -> Any:
    """The plain values, by the safe loader; ``lines`` is filled."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _check_node(node, file, (), set(), lines)
        return loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _yaml_error(error: yaml.YAMLError, file: Path, text: str) -> ConfigError:
    mark = getattr(error, "problem_mark", None)
    where = f"{file}:{mark.line + 1}" if mark else str(file)
    rows = text.splitlines()
    row = rows[mark.line] if mark and mark.line < len(rows) else ""
    tab = "\t" in row[: len(row) - len(row.lstrip())]
    what = "用了制表符（Tab）" if tab else "YAML 写法不对"
    hint = "缩进用空格，冒号后面空一格，引号成对；参照 config.example.yaml。"
    return ConfigError(f"{where} {what}。", hint)


def _check_node(
    node: yaml.Node | None, file: Path, path: tuple[str, ...], seen: set[int], lines: Lines
) -> None:
    """Note lines; refuse aliases (they can explode) and keys given twice (the first would be lost).

    Raises:
        ConfigError: an alias or a key given twice.
    """
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return
    if id(node) in seen:
        where = f"{file}:{node.start_mark.line + 1}"
        raise ConfigError(f"{where} 用了 YAML 的 & 和 *。", "配置文件里请把内容直接写出来。")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                raise ConfigError(f"{file}:{line} “{key.value}”写了两次。", "只留一处。")
            lines[here] = line
            _check_node(value, file, here, seen, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _check_node(value, file, (*path, str(number)), seen, lines)
