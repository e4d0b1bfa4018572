"""Regular expressions that are compiled when they are first asked.

There are some hundred of them, and one question needs few: to compile them all at every start would
take longer than to answer it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


class Pattern:
    """Like a compiled regular expression, but compiled when it is first asked."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def match(self, text: str, pos: int = 0) -> re.Match[str] | None:
        """Like ``re.Pattern.match``."""
        return self._ready().match(text, pos)

    def search(self, text: str, pos: int = 0) -> re.Match[str] | None:
        """Like ``re.Pattern.search``."""
        return self._ready().search(text, pos)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Like ``re.Pattern.finditer``."""
        return self._ready().finditer(text)

    def sub(self, new: str, text: str) -> str:
        """Like ``re.Pattern.sub``."""
        return self._ready().sub(new, text)

    def _ready(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled
