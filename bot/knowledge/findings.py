"""What a check of the meaning finds: a problem, and what would mend it without a second thought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.check import Files
from bot.knowledge.problems import Path, Problem
from bot.knowledge.reader import Document


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that an editor should look at."""

    problem: Problem
    path: Path = ()
    """The text concerned, for ``fixed``."""
    fixed: str | None = None
    """The whole text as it should be, where that is mechanical; ``--fix`` writes it."""
    paste: str = ""
    """Lines of YAML that an editor can paste, where a choice must be made."""


def warning(file: str, line: int, what: str, hint: str, code: str) -> Problem:
    """A problem that does not keep the files from being used."""
    return Problem(file, line, what, hint, warning=True, code=code)


def texts(files: Files) -> Iterator[tuple[Document, Path, str]]:
    """Every text of every file, with its path."""
    extras = (files.sources, files.guards, files.smalltalk, files.thesaurus)
    for document in (*(document for _, document in files.topics), *extras):
        if document is not None:
            for path, text in _strings(document.value, ()):
                yield document, path, text


def _strings(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Depth is bounded by the reader."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, (*path, index))
