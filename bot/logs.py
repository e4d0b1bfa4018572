"""What the log may hold: our own words, ids, kinds of errors and code places; never a value.

An error's text may quote a member, a database error carries the parameters of its statement, and a
library logs what it was given. So of an error only its kind and where it arose are printed, and of
a line that is not ours only who wrote it.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from datetime import datetime, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any

OURS = "bot"
_FRAMES_MAX = 6
_CHAIN_MAX = 4
_TOKEN_LIKE = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_ROOT = Path(__file__).resolve().parents[1]


def places(error: BaseException) -> str:
    """Kind and code places of an error and of those behind it: ``KeyError，在 bot/x.py:3 f``."""
    told: list[str] = []
    behind: BaseException | None = error
    while behind is not None and len(told) < _CHAIN_MAX:
        frames = traceback.extract_tb(behind.__traceback__)[-_FRAMES_MAX:]
        where = " ← ".join(f"{_short(f.filename)}:{f.lineno} {f.name}" for f in frames[::-1])
        told.append(type(behind).__name__ + (f"，在 {where}" if where else ""))
        inner = [one for one in getattr(behind, "exceptions", ()) if one is not None]
        told += [f"其中 {type(one).__name__}" for one in inner[:_CHAIN_MAX]]
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)
    return "；起因 ".join(told)


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(_ROOT):
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-2:])


class PlainFormatter(logging.Formatter):
    """Lines of the desk's zone without values of errors, words of libraries, or the token.

    Args:
        token: the bot's, or empty.
        zone: of the times.
    """

    def __init__(self, token: str, zone: tzinfo) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._token = token
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """The time in the desk's zone, whatever the system's."""
        del datefmt
        return datetime.fromtimestamp(record.created, self._zone).strftime("%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """One line; what a library says is replaced by its name."""
        own = record.name == OURS or record.name.startswith(f"{OURS}.")
        said = record.getMessage() if own else f"{record.name} 报告了一件事"
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            said += f"：{places(error)}"
        line = f"{self.formatTime(record)} {record.levelname} {said}"
        if self._token:
            line = line.replace(self._token, "<令牌>")
        return _TOKEN_LIKE.sub("<令牌>", line)


def to_stderr(formatter: PlainFormatter, level: int) -> None:
    """Send the log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    # Libraries log what they are given, below this level; ours say what they mean to say.
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(max(level, logging.INFO))
    # The library logs what the server sent, words of members included, and nothing we do not.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)


def catch_the_rest() -> None:
    """Log what would be printed with its values: errors that end the program or a thread."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _ended
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_ended


_log = logging.getLogger(__name__)


def _ended(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("程序出错，停下了", exc_info=(kind, error, where))


def _thread_ended(args: Any) -> None:
    if args.exc_value is not None:
        _log.error("一个线程出错", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def _unraisable(args: Any) -> None:
    if args.exc_value is not None:
        _log.error("收尾时出错", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
