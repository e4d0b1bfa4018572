"""What the files of a folder were read as, kept from one check to the next.

An editor changes one file and checks again: the others need not be parsed anew. Each is known again
by all of its bytes, and the whole by the code that read it.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

from bot.knowledge.cache import Cache
from bot.knowledge.load import Parsed
from bot.knowledge.problems import Problem
from bot.knowledge.reader import Document

_CODE = ("reader.py", "problems.py", "parsed.py")
"""The modules that decide what a file is read as."""


def recall(folder: Path, cache: Cache) -> Parsed:
    """What was kept of the files of a folder; nothing if it is missing, old or damaged."""
    data = cache.get(_name(folder))
    if data is None:
        return {}
    try:
        # The bytes come from the user's own cache folder, where the program itself put them.
        rows: dict[str, Any] = marshal.loads(data)  # noqa: S302
        return {name: (raw, _document(name, *row)) for name, (raw, *row) in rows.items()}
    except (ValueError, EOFError, TypeError, AttributeError):
        return {}


def keep(folder: Path, cache: Cache, parsed: Parsed) -> None:
    """Keep what the files were read as; those that could not be read are read anew each time."""
    rows = {
        name: (raw, found.value, found.lines, list(map(astuple, found.warnings)))
        for name, (raw, found) in parsed.items()
        if isinstance(found, Document)
    }
    cache.put(_name(folder), [marshal.dumps(rows)])


def _document(name: str, value: Any, lines: Any, warnings: Any) -> Document:
    return Document(name, value, lines, [Problem(*row) for row in warnings])


def _name(folder: Path) -> str:
    found = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=16)
    found.update(sys.version.encode())
    for module in _CODE:
        found.update((Path(__file__).parent / module).read_bytes())
    return found.hexdigest()
