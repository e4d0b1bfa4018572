"""Changes to the knowledge files by people: checked, written in one step, logged, undone.

Nothing is overwritten: a patch names the very contents that it was made from. When the file is
another by now, through a second editor or by hand, the patch is refused and its editor is told.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path as FilePath

from bot.clock import Clock
from bot.errors import KnowledgeError, Overtaken, Refused
from bot.knowledge.alone import alone
from bot.knowledge.check import DateCheck
from bot.knowledge.load import load_snapshot
from bot.knowledge.locks import LOCKS_NAME, Locks
from bot.knowledge.patches import Patch, digest
from bot.knowledge.problems import Problem, report
from bot.knowledge.reader import read_bytes
from bot.knowledge.schema import KINDS
from bot.knowledge.snapshot import EXTRA_FILES, SUFFIXES, Snapshot, take
from bot.knowledge.yamlfile import written

LOG_NAME = ".changes.jsonl"
"""Beside the files; a name that begins with a dot is never read as knowledge."""
ALONE_NAME = ".changes.lock"
"""Held while something is written."""
CHANGES_MAX = 500
LOG_BYTES_MAX = 20_000_000
LOG_DAYS = 400
"""Older changes are dropped from the log: who made them need not be known for ever."""
UNDONE, REDONE = "撤回：", "重做："


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change log."""

    number: int
    """Counts from 1, never used again."""
    file: str
    what: str
    author: str
    """As the caller writes people; kept so that one can be asked. Empty once forgotten."""
    at: str
    """ISO 8601, with its zone."""
    before: str | None
    """The whole file as it was; None for a file that was not there."""
    after: str | None
    """The whole file as it was written; None for a file that was removed."""
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
        self.locks = Locks(folder, clock)

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

    def imagined(self, *patches: Patch) -> Snapshot:
        """The folder as it would be, without writing."""
        now = take(self._folder)
        files = dict(now.files)
        for patch in patches:
            if patch.raw is None:
                files.pop(patch.file, None)
            else:
                files[patch.file] = patch.raw
        return Snapshot(now.folder, files, now.problems)

    def check(self, *patches: Patch) -> None:
        """Try patches on all files, without writing.

        Raises:
            KnowledgeError: the files would have errors; ``str()`` is the report.
            Refused: a topic that they change is locked.
        """
        for patch in patches:
            self.unlocked(patch)
        errors = load_snapshot(self.imagined(*patches), self._date_ok).errors()
        if errors:
            raise KnowledgeError(report(errors))

    def apply(self, patch: Patch, author: str) -> Change:
        """Check and write a patch.

        Raises:
            KnowledgeError: the files would have errors; nothing was written.
            Overtaken: the file is another by now; nothing was written.
            Refused: its topic is locked, or it cannot be written; nothing was written.
        """
        return self._write(patch, author, undoes=0)

    def undo(self, number: int, author: str) -> Change:
        """Take a change back; a file that it made is removed, one that it removed comes back.

        Raises:
            KnowledgeError: the files would have errors without it.
            Overtaken: the file was changed again since.
            Refused: no such change, or it is taken back already.
        """
        return self._write(self.undoing(number), author, undoes=number)

    def take_back(self, change: Change, author: str) -> Change:
        """Undo a change that was just made, whatever the other files hold: it must not stay.

        Raises:
            Overtaken: the file was changed again since; that stays.
            Refused: it cannot be written.
        """
        return self._write(self.undoing(change.number), author, undoes=change.number, checked=False)

    def undoing(self, number: int) -> Patch:
        """The patch that takes a change back; raises as :meth:`undo`."""
        change = next((row for row in self.changes() if row.number == number), None)
        if change is None:
            raise Refused(f"没有第 {number} 次改动，或已经太久。发 /undo 看能撤回哪些。")
        before = change.before.encode() if change.before is not None else None
        after = change.after.encode() if change.after is not None else None
        if before != after and self.raw(change.file) == before:
            raise Refused(f"第 {number} 次改动已经撤回了，{change.file} 就是改动以前的样子。")
        name = UNDONE
        what = change.what
        if what.startswith((UNDONE, REDONE)):
            name = REDONE if what.startswith(UNDONE) else UNDONE
            what = what[len(UNDONE) :]
        return Patch(change.file, digest(after), before, f"{name}{what}", "")

    def changes(self) -> list[Change]:
        """The log, newest first; a damaged line is left out.

        Raises:
            Refused: the log is there and cannot be read.
        """
        return [row for row in self._rows() if isinstance(row, Change)]

    def _rows(self) -> list[Change | bytes]:
        """The log, newest first; a damaged line as it stands, for it is carried along."""
        # Bytes are cut, not text: one byte that is none of UTF-8 must not cost the whole log,
        # and a text knows more ends of lines than the one that is written here.
        raw = self._beside(LOG_NAME)
        return [_understood(line) or line for line in reversed(raw.split(b"\n")) if line.strip()]

    def _beside(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return b""
        except OSError:
            raise Refused(_CANNOT_READ) from None

    def last_of(self, file: str) -> Change | None:
        """The change that made a file what it is; None if it was changed by hand since."""
        for change in self.changes():
            if change.file == file:
                after = change.after.encode() if change.after is not None else None
                return change if self.raw(file) == after else None
        return None

    def forget(self, author: str) -> None:
        """Keep what was changed, not by whom.

        Raises:
            Refused: the author stands there, and the folder cannot be read or written.
        """
        named = re.compile(rb"(?<![\w:])" + re.escape(author.encode()) + rb"(?![\w@.+-])")
        # Looked at before anything is locked: who never changed anything can be forgotten
        # in a folder that nobody can write.
        if not any(named.search(self._beside(name)) for name in (LOG_NAME, LOCKS_NAME)):
            return
        with self._alone():
            log = self._rows()
            rows = [_without(row, author, named) for row in log]
            if rows != log:
                self._keep(rows)
            self.locks.forget(author)

    def lock(self, topic: str, by: str, why: str = "") -> bool:
        """Lock a topic; False when it is locked already. Raises as :class:`Locks`."""
        with self._alone():
            return self.locks.lock(topic, by, why)

    def unlock(self, topic: str) -> bool:
        """Unlock a topic; False when it is not locked. Raises as :class:`Locks`."""
        with self._alone():
            return self.locks.unlock(topic)

    def tidy(self) -> None:
        """Drop what is too old to be kept.

        Raises:
            Refused: the folder cannot be written.
        """
        log = self.changes()
        if log and not self._young(log[-1]):
            with self._alone():
                self._keep(self._rows())

    def _write(self, patch: Patch, author: str, *, undoes: int, checked: bool = True) -> Change:
        path = self._path(patch.file)
        with self._alone():
            self._same(patch)
            if checked:
                self.check(patch)
            before = self.raw(patch.file)
            log = self._rows()
            change = Change(
                number=max(map(_number, log), default=0) + 1,
                file=patch.file,
                what=patch.what,
                author=author,
                at=self._clock().isoformat(),
                before=before.decode() if before is not None else None,
                after=patch.raw.decode() if patch.raw is not None else None,
                undoes=undoes,
            )
            self._same(patch)  # the check took a while
            # The log first: a change that is written can always be taken back.
            self._keep([change, *log])
            try:
                _put(path, patch.raw)
            except OSError:
                self._keep(log)
                raise Refused(_CANNOT_WRITE) from None
            return change

    def _keep(self, log: Sequence[Change | bytes]) -> None:
        """Write the log, given newest first, as far as it is to be kept."""
        rows: list[bytes] = []
        room = LOG_BYTES_MAX
        newest = False
        for row in log[:CHANGES_MAX]:
            line = _line(row)
            room -= len(line)
            if newest and (room < 0 or (isinstance(row, Change) and not self._young(row))):
                break  # the newest stays whatever it is: numbers are never used again
            newest = newest or isinstance(row, Change)
            rows.append(line)
        try:
            written(self._folder / LOG_NAME, b"".join(reversed(rows)))
        except OSError:
            raise Refused(_CANNOT_WRITE) from None

    def _young(self, change: Change) -> bool:
        try:
            return self._clock() - change.moment < timedelta(days=LOG_DAYS)
        except (ValueError, TypeError):
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other editor writes meanwhile, in this process or another."""
        with self._lock:
            try:
                holding = alone(self._folder / ALONE_NAME)
                holding.__enter__()
            except TimeoutError:
                raise Refused(_BUSY) from None
            except OSError:
                raise Refused(_CANNOT_WRITE) from None
            try:
                yield
            finally:
                holding.__exit__(None, None, None)

    def _same(self, patch: Patch) -> None:
        if digest(self.raw(patch.file)) != patch.base:
            raise Overtaken(
                f"{patch.file} 刚才被改过，您的这次改动没有写进去，别人的也没有动。"
                "请看一眼新的内容再改一次。"
            )

    def unlocked(self, patch: Patch) -> None:
        """Raise Refused if a patch changes a topic that is locked."""
        locks = self.locks.all()
        for raw in (self.raw(patch.file), patch.raw) if locks else ():
            read = read_bytes(raw or b"", patch.file)
            value = None if isinstance(read, Problem) else read.value
            topic = value.get("id") if isinstance(value, dict) else None
            if isinstance(topic, str) and topic in locks:
                why = locks[topic].why
                raise Refused(
                    f"主题“{topic}”已锁定{f'（{why}）' if why else ''}，没有改。"
                    f"管理员私聊发 /unlock {topic} 解锁以后再改。"
                )

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


_NUMBERED = re.compile(rb'\s*\{"number": ?(\d{1,9})\b')
_BUSY = "别的程序正在改资料，没有改成。请过一分钟再试。"
_CANNOT_READ = "读不了改动记录，先不改。请维护程序的人看看文件的权限。"
_CANNOT_WRITE = "资料文件夹不能写，没有改成。请管理员看看文件夹的权限。"


def _put(path: FilePath, raw: bytes | None) -> None:
    """Write a file, or remove it."""
    if raw is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    written(path, raw)


def _understood(line: bytes) -> Change | None:
    """A line of the log; None if it is damaged."""
    try:
        change = Change(**json.loads(line))
        texts = (change.file, change.what, change.author)
        sound = change.moment.tzinfo and all(isinstance(text, str) for text in texts)
        return change if sound and isinstance(change.number, int) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _line(row: Change | bytes) -> bytes:
    raw = row if isinstance(row, bytes) else json.dumps(asdict(row), ensure_ascii=False).encode()
    return raw + b"\n"


def _number(row: Change | bytes) -> int:
    """Of a change, also where its line is damaged behind the number; 0 if it cannot be told."""
    if isinstance(row, Change):
        return row.number
    found = _NUMBERED.match(row)
    return int(found[1]) if found else 0


def _without(row: Change | bytes, author: str, named: re.Pattern[bytes]) -> Change | bytes:
    """A line of the log without its author."""
    if isinstance(row, bytes):
        return named.sub(b"", row)
    return replace(row, author="") if row.author == author else row
