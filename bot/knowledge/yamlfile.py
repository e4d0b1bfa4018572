"""A YAML file as an editor left it: changed in place, with its comments, order and quotes kept."""

from __future__ import annotations

import io
import re
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import ScalarString

from bot.knowledge.folder import FILE_BYTES_MAX
from bot.knowledge.problems import Path

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


class _AsWritten(VersionedResolver):
    """Takes every plain word for text, as the reader does: +123 and True stay what they are."""

    @property
    def versioned_resolver(self) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
        """Only where nothing stands there is nothing."""
        return {"": [("tag:yaml.org,2002:null", re.compile(r"\Z"))]}


def _yaml(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _AsWritten
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    indented = _dashes_indented(text)
    yaml.indent(mapping=2, sequence=4 if indented else 2, offset=2 if indented else 0)
    if text.startswith("---"):
        yaml.explicit_start = True
    return yaml


_LIST = re.compile(
    r"^([ -]*)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*( *)- ", re.MULTILINE
)
"""A key with nothing behind it, and the first dash of the list below."""


def _dashes_indented(text: str) -> bool:
    """Whether lists stand further in than their keys; so they do in a file without any."""
    found = [len(dash) > len(key) for key, dash in _LIST.findall(text.replace("\r\n", "\n"))]
    return not found or any(found)


def written(path: FilePath, raw: bytes) -> None:
    """Replace a file in one step: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(raw)
    temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    temporary.replace(path)
