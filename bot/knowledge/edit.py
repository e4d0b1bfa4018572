"""Changes to the knowledge files by people: checked, written in one step, logged, undone.

Nothing is overwritten: a patch names the very contents that it was made from. When the file is
another by now, through a second editor or by hand, the patch is refused and its editor is told.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path as FilePath

from bot.clock import Clock
from bot.errors import KnowledgeError, Refused
from bot.knowledge.check import DateCheck
from bot.knowledge.load import load_snapshot
from bot.knowledge.patches import Patch, digest
from bot.knowledge.problems import report
from bot.knowledge.schema import KINDS
from bot.knowledge.snapshot import EXTRA_FILES, SUFFIXES, Snapshot, take
from bot.knowledge.yamlfile import written

LOG_NAME = ".changes.jsonl"
"""Beside the files; a name that begins with a dot is never read as knowledge."""
CHANGES_MAX = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change log."""

    number: int
    """Counts from 1, never used again."""
    file: str
    what: str
    author: str
    """As the caller writes people; kept so that one can be asked."""
    at: str
    """ISO 8601, with its zone."""
    before: str | None
    """The whole file as it was; None for a file that was not there."""
    after: str
    undoes: int = 0
    """The number of the change that this one takes back."""

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.at)


class Editor:
    """Writes patches into a folder.

    Args:
        folder: of the knowledge files.
        clock: tells when a change was made.
        date_ok: says whether a ``when`` of an event can be understood.
    """

    def __init__(self, folder: FilePath, clock: Clock, date_ok: DateCheck = lambda _: True) -> None:
        self._folder = folder
        self._clock = clock
        self._date_ok = date_ok
        self._lock = threading.Lock()

    def raw(self, file: str) -> bytes | None:
        """A file as it is now, to make a patch from; None if it is not there.

        Raises:
            Refused: the name is not that of a knowledge file.
        """
        path = self._path(file)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise Refused(f"读不了 {file}，请管理员看看文件的权限。") from None

    def check(self, patch: Patch) -> None:
        """Try a patch on all files, without writing.

        Raises:
            KnowledgeError: the files would have errors; ``str()`` is the report.
        """
        now = take(self._folder)
        snapshot = Snapshot(now.folder, {**now.files, patch.file: patch.raw}, now.problems)
        errors = load_snapshot(snapshot, self._date_ok).errors()
        if errors:
            raise KnowledgeError(report(errors))

    def apply(self, patch: Patch, author: str) -> Change:
        """Check and write a patch.

        Raises:
            KnowledgeError: the files would have errors; nothing was written.
            Refused: the file is another by now, or cannot be written; nothing was written.
        """
        return self._write(patch, author, undoes=0)

    def undo(self, number: int, author: str) -> Change:
        """Take a change back.

        Raises:
            KnowledgeError: the files would have errors without it.
            Refused: no such change, or the file was changed again since.
        """
        change = next((row for row in self.changes() if row.number == number), None)
        if change is None:
            raise Refused(f"没有第 {number} 次改动，或已经太久。发 /undo 看能撤回哪些。")
        if change.before is None:
            raise Refused("这次改动建了新文件，请管理员在文件夹里删掉它。")
        patch = Patch(
            change.file,
            digest(change.after.encode()),
            change.before.encode(),
            f"撤回：{change.what}",
            "",
        )
        return self._write(patch, author, undoes=number)

    def changes(self) -> list[Change]:
        """The log, newest first; a damaged line is left out."""
        try:
            lines = (self._folder / LOG_NAME).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return []
        found: list[Change] = []
        for line in reversed(lines):
            try:
                found.append(Change(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return found

    def _write(self, patch: Patch, author: str, *, undoes: int) -> Change:
        path = self._path(patch.file)
        with self._lock:
            self._same(patch)
            self.check(patch)
            before = self.raw(patch.file)
            log = self.changes()
            change = Change(
                number=log[0].number + 1 if log else 1,
                file=patch.file,
                what=patch.what,
                author=author,
                at=self._clock().isoformat(),
                before=before.decode("utf-8-sig") if before is not None else None,
                after=patch.raw.decode(),
                undoes=undoes,
            )
            self._same(patch)  # the check took a while
            kept = [*reversed(log[: CHANGES_MAX - 1]), change]
            rows = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in kept)
            self._writing(lambda: written(path, patch.raw))
            self._writing(lambda: written(self._folder / LOG_NAME, rows.encode()))
            return change

    def _same(self, patch: Patch) -> None:
        if digest(self.raw(patch.file)) != patch.base:
            raise Refused(
                f"{patch.file} 刚才被改过，您的这次改动没有写进去，别人的也没有动。"
                "请看一眼新的内容再改一次。"
            )

    def _writing(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError:
            raise Refused("资料文件夹不能写，没有改成。请管理员看看文件夹的权限。") from None

    def _path(self, file: str) -> FilePath:
        """Only names of knowledge files: nothing that comes from a chat may lead elsewhere."""
        kind, _, name = file.partition("/")
        topic = (
            kind in KINDS
            and FilePath(name).name == name
            and not name.startswith(".")
            and FilePath(name).suffix in SUFFIXES
        )
        if not topic and file not in EXTRA_FILES:
            raise Refused(f"“{file[:40]}”不是资料文件。")
        return self._folder / file
