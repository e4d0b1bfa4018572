"""A YAML file as an editor left it: changed in place, with its comments, order and quotes kept."""

from __future__ import annotations

import io
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import ScalarString

from bot.knowledge.problems import Path
from bot.knowledge.reader import FILE_BYTES_MAX

_WIDTH = 1_000_000
"""Lines are never wrapped: a diff shows what was changed and nothing else."""


class YamlFile:
    """One file, read to be changed.

    Raises:
        ValueError: it cannot be read; ``dangbot check`` says why.
    """

    def __init__(self, raw: bytes) -> None:
        if len(raw) > FILE_BYTES_MAX:
            raise ValueError("too large")
        try:
            text = raw.decode("utf-8-sig")
            self._yaml = _yaml(text)
            self.value: Any = self._yaml.load(text)
        except (UnicodeDecodeError, YAMLError, RecursionError) as error:
            raise ValueError(type(error).__name__) from None

    def get(self, path: Path) -> Any:
        """The value at a path; ``KeyError`` or ``IndexError`` if there is none."""
        value = self.value
        for step in path:
            value = value[step]
        return value

    def replace(self, path: Path, text: str) -> None:
        """Write another text at a path, in the quotes that stand there."""
        parent = self.get(path[:-1])
        old = parent[path[-1]]
        parent[path[-1]] = type(old)(text) if isinstance(old, ScalarString) else text

    def raw(self) -> bytes:
        """The file as it is now."""
        buffer = io.StringIO()
        self._yaml.dump(self.value, buffer)
        return buffer.getvalue().encode()


def _yaml(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    dashes = [line for line in text.splitlines() if line.lstrip().startswith("- ")]
    indented = not dashes or any(line.startswith("  - ") for line in dashes)
    yaml.indent(mapping=2, sequence=4 if indented else 2, offset=2 if indented else 0)
    if text.startswith("---"):
        yaml.explicit_start = True
    return yaml


def written(path: FilePath, raw: bytes) -> None:
    """Replace a file in one step: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(raw)
    temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    temporary.replace(path)
