"""Mends by itself what has one right form and no other; everything else in a file stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path as FilePath

from bot.knowledge.findings import Finding
from bot.knowledge.problems import Path, Problem
from bot.knowledge.reader import read_bytes
from bot.knowledge.yamlfile import YamlFile, written


def mend(folder: FilePath, findings: Iterable[Finding]) -> list[Finding]:
    """Write the fixes of some findings; gives those that were written.

    A text with several findings gets the first fix: check again for the next. A file that would
    not read back as intended is left alone.
    """
    by_file: dict[str, dict[Path, Finding]] = defaultdict(dict)
    for finding in findings:
        if finding.fixed is not None:
            by_file[finding.problem.file].setdefault(finding.path, finding)
    done: list[Finding] = []
    for name, wanted in by_file.items():
        path = folder / name
        try:
            raw = _mended(path.read_bytes(), name, wanted)
            if raw is not None:
                written(path, raw)
                done += wanted.values()
        except OSError:
            continue
    return done


def _mended(raw: bytes, name: str, wanted: dict[Path, Finding]) -> bytes | None:
    """The file with its fixes; None if they cannot be written safely."""
    before = read_bytes(raw, name)
    try:
        file = YamlFile(raw)
        for path, finding in wanted.items():
            file.replace(path, finding.fixed or "")
    except (ValueError, LookupError, TypeError):
        return None
    after = read_bytes(file.raw(), name)
    if isinstance(before, Problem) or isinstance(after, Problem):
        return None
    for path, finding in wanted.items():
        _put(before.value, path, finding.fixed)
    return file.raw() if before.value == after.value else None


def _put(value: object, path: Path, text: str | None) -> None:
    for step in path[:-1]:
        value = value[step]  # type: ignore[index]
    value[path[-1]] = text  # type: ignore[index]
