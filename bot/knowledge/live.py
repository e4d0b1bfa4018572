"""The version of the knowledge that is in use: read anew when files change, swapped in one step.

``Live`` knows nothing of questions: what is built from a library, and how it is tried out, is
handed to it. Everything that may take long happens in a thread; the one assignment to ``_edition``
is the swap. Whoever answers takes the edition once and so sees one version, or the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path as FilePath
from typing import Generic, Literal, TypeVar

import watchfiles

from bot.clock import Clock
from bot.errors import KnowledgeError
from bot.knowledge.cache import Cache
from bot.knowledge.check import DateCheck
from bot.knowledge.library import Library
from bot.knowledge.load import Loaded, Parsed, load_snapshot
from bot.knowledge.problems import Problem, report
from bot.knowledge.snapshot import Snapshot, fingerprint, take
from bot.knowledge.versions import kept_name, last_good

SETTLE_SECONDS = 0.6
"""Faulty files are looked at again after this: most are only half saved."""
LOOK_SECONDS = 1.0
"""The folder is compared at least this often, whatever the system tells of changes."""
_DEBOUNCE_MS = 300
_STEP_MS = 50
_SWITCH_SECONDS = 0.001
"""While a version is built, questions get the interpreter back this often."""

_log = logging.getLogger(__name__)

T = TypeVar("T")
Make = Callable[[Library], tuple[T, Sequence[Problem]]]
"""Builds what answers from a library, and tells which of its tests fail."""


@dataclass(frozen=True, slots=True)
class Edition(Generic[T]):
    """One version of the knowledge, with what was built from it."""

    library: Library
    value: T
    digest: str
    read_at: datetime
    warnings: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()
    """Its own tests that fail: it is in use all the same when there was no other at the start."""
    faults: tuple[Problem, ...] = ()
    """What keeps the files on the disk from being used; this is then the last good version."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading the folder again."""

    outcome: Literal["new", "same", "refused"]
    problems: tuple[Problem, ...] = ()
    """Of a refused version: its errors. Of a new one: its warnings."""

    @property
    def digest(self) -> str:
        """Tells one set of errors from another."""
        return hashlib.blake2b(report(self.problems).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Rehearsal(Generic[T]):
    """What would come of files that are not written yet."""

    edition: Edition[T] | None
    """None: they could not be used."""
    problems: tuple[Problem, ...] = ()
    """Why not."""


@dataclass(slots=True)
class _Tried(Generic[T]):
    """A snapshot that was read and tried out; ``edition`` is None if it cannot be used."""

    snapshot: Snapshot
    edition: Edition[T] | None
    problems: list[Problem] = field(default_factory=list)
    usable: Edition[T] | None = None
    """What could be used at a pinch: its files are sound, its tests may fail."""


class Live(Generic[T]):
    """Holds the edition in use, and replaces it."""

    def __init__(
        self,
        folder: FilePath,
        make: Make[T],
        clock: Clock,
        *,
        date_ok: DateCheck = lambda _: True,
        kept: Cache | None = None,
    ) -> None:
        """Read nothing yet.

        Args:
            folder: of the knowledge files.
            make: builds what answers; runs in a thread.
            clock: tells when a version was read.
            date_ok: says whether a ``when`` of an event can be understood.
            kept: where the last good version outlives the process.
        """
        self.folder = folder
        self._make = make
        self._clock = clock
        self._date_ok = date_ok
        self._kept = kept
        self._parsed: Parsed = {}
        self._seen: tuple[object, ...] = ()
        self._lock = asyncio.Lock()
        self._edition: Edition[T] | None = None

    @property
    def edition(self) -> Edition[T]:
        """The version in use; take it once for each question."""
        if self._edition is None:
            raise RuntimeError("open() comes first")
        return self._edition

    # --- at the start ----------------------------------------------------------------------------

    def open(self) -> Edition[T]:
        """Read the folder; when it is faulty, the last good version.

        Raises:
            KnowledgeError: the folder is faulty and no good version is kept.
        """
        tried = self._try()
        self._edition = tried.edition or self._last_good(tried)
        return self._edition

    def _last_good(self, tried: _Tried[T]) -> Edition[T]:
        # What is wrong quotes the files, closed words and names among them: no matter for the log.
        places = "\n".join(f"{it.file}:{it.line} {it.code}" for it in sorted(tried.problems))
        snapshot = last_good(self.folder, self._kept) if self._kept is not None else None
        old = self._tried_out(snapshot, {}).usable if snapshot is not None else None
        if old is not None:
            _log.error("资料有错误，暂用上一份好的资料。改好保存就会自动换上：\n%s", places)
            return replace(old, failed=(), faults=tuple(tried.problems))
        if tried.usable is not None:
            # Sound files whose tests fail are better than a desk that is down.
            _log.error("资料的试问没有全部通过，又没有上一份好的资料，先用着：\n%s", places)
            return replace(tried.usable, faults=tried.usable.failed)
        raise KnowledgeError(report(tried.problems))

    # --- while running ---------------------------------------------------------------------------

    def changed(self) -> bool:
        """Whether the folder looks different from when it was last read."""
        return fingerprint(self.folder) != self._seen

    async def reload(self) -> Reading:
        """Read the folder, and swap if it is sound and says something else."""
        async with self._lock:
            tried = await asyncio.to_thread(self._try)
            return self._swapped(tried)

    async def rehearse(self, snapshot: Snapshot) -> Rehearsal[T]:
        """Read and try out files as they might be; what is in use stays in use."""
        async with self._lock:
            tried = await asyncio.to_thread(self._tried_out, snapshot, dict(self._parsed))
            return Rehearsal(tried.edition, tuple(tried.problems))

    def reload_now(self) -> Reading:
        """The same without an event loop."""
        return self._swapped(self._try())

    def _swapped(self, tried: _Tried[T]) -> Reading:
        before = self.edition
        if tried.edition is None:
            self._edition = replace(before, faults=tuple(tried.problems))
            return Reading("refused", tuple(tried.problems))
        self._edition = tried.edition
        same = tried.edition.digest == before.digest
        return Reading("same" if same else "new", tried.edition.warnings)

    async def readings(self) -> AsyncGenerator[Reading]:
        """A reading for every change of the files, for ever; faulty ones are looked at twice."""
        async with contextlib.aclosing(self._stirrings()) as stirrings:
            async for _ in stirrings:
                if not await asyncio.to_thread(self.changed):
                    continue
                reading = await self.reload()
                if reading.outcome == "refused":
                    await asyncio.sleep(SETTLE_SECONDS)
                    if await asyncio.to_thread(self.changed):
                        reading = await self.reload()
                yield reading

    async def _stirrings(self) -> AsyncGenerator[None]:
        """Something may have happened: the system says so, or time has passed."""
        while True:
            try:
                async with contextlib.aclosing(self._watched()) as watched:
                    async for _ in watched:
                        yield
            except (OSError, RuntimeError) as error:
                # No more watches to be had, or the folder is gone: looking still works.
                _log.warning("收不到文件变动的通知，改为每隔几秒看一次：%s", type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)
                yield

    async def _watched(self) -> AsyncGenerator[None]:
        stands = _identity(self.folder)
        if stands is None:
            await asyncio.sleep(LOOK_SECONDS)
            yield
            return
        watcher = watchfiles.awatch(
            self.folder,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=int(LOOK_SECONDS * 1000),
            yield_on_timeout=True,
        )
        async with contextlib.aclosing(watcher):
            async for _ in watcher:
                yield
                if _identity(self.folder) != stands:
                    return  # another folder stands there now: it needs a watch of its own

    # --- aside -----------------------------------------------------------------------------------

    def _try(self) -> _Tried[T]:
        seen = fingerprint(self.folder)
        snapshot = take(self.folder)
        self._seen = seen
        now = self._edition
        if now is not None and snapshot.digest == now.digest:
            return _Tried(snapshot, replace(now, faults=now.failed))
        tried = self._tried_out(snapshot, self._parsed)
        if tried.edition is not None and self._kept is not None:
            self._kept.put(kept_name(self.folder), [snapshot.packed()])
        return tried

    def _tried_out(self, snapshot: Snapshot, parsed: Parsed) -> _Tried[T]:
        try:
            with _considerate():
                loaded = load_snapshot(snapshot, self._date_ok, parsed)
                return self._built(snapshot, loaded)
        except Exception as error:  # noqa: BLE001 - whatever a file holds, the desk goes on
            _log.exception("读资料时程序出错")
            what = f"读这份资料时程序出错：{type(error).__name__}"
            hint = "撤销刚才的改动再保存；仍不行，把日志交给维护程序的人"
            return _Tried(snapshot, None, [Problem(snapshot.folder, 1, what, hint)])

    def _built(self, snapshot: Snapshot, loaded: Loaded) -> _Tried[T]:
        if loaded.library is None:
            return _Tried(snapshot, None, loaded.errors())
        value, failed = self._make(loaded.library)
        warnings = tuple(loaded.problems)
        edition = Edition(loaded.library, value, snapshot.digest, self._clock(), warnings)
        errors = sorted(problem for problem in failed if not problem.warning)
        if errors:
            return _Tried(snapshot, None, errors, replace(edition, failed=tuple(errors)))
        return _Tried(snapshot, edition, usable=edition)


def _identity(folder: FilePath) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def _considerate() -> Iterator[None]:
    """Let other threads have the interpreter often, and no collector stop them all."""
    before, collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        if collecting:
            gc.enable()
