"""The desk's own backups: made by the clock, thrown away in time, cleaned of the forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from bot.backup import BackupDamaged, BackupError, Manifest, copied, look, manifest_of, pack, unpack
from bot.backup.archive import DATABASE, FORMAT, KNOWLEDGE, LEFT, copy_knowledge
from bot.features.privacy.forgetting import Matcher, forget_again
from bot.features.privacy.store import ForgottenStore, Wish, mark
from bot.storage.database import Database

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.turn import Feature

_log = logging.getLogger(__name__)

Elsewhere = Callable[[Database], Awaitable[Sequence["Feature"]]]
"""All features on another database."""

STEP_SECONDS = 30.0
_LEFT_HOURS = 1
"""What is being made is younger; a restore that still asks has stopped the desk."""


@dataclass(frozen=True, slots=True)
class BackupOptions:
    """Where the desk keeps its backups, and for how long."""

    folder: Path | None = None
    """None: it makes none, and knows of none."""
    at: time | None = None
    """When, each day; None: never by itself."""
    keep_days: int = 14
    knowledge: Path | None = None
    """The folder of the knowledge files; None: they are not taken along."""


class Backups:
    """Makes, lists, cleans; one at a time.

    Args:
        database: of the desk; only SQLite is backed up here.
        clock: tells now.
        options: from the settings.
        elsewhere: builds the features on a copy, so that each forgets in it.
    """

    def __init__(
        self, database: Database, clock: Clock, options: BackupOptions, elsewhere: Elsewhere
    ) -> None:
        self._database = database
        self._clock = clock
        self.options = options
        self._elsewhere = elsewhere
        self._started = clock()

    def now(self) -> datetime:
        """The present moment of the desk, aware."""
        return self._clock()

    @property
    def possible(self) -> bool:
        """Whether this database can be backed up by the desk itself."""
        return self._database.file is not None and self.options.folder is not None

    def own(self) -> list[Path]:
        """The backups in our folder, oldest first."""
        folder = self.options.folder
        if folder is None or not folder.is_dir():
            return []
        return sorted(path for path in folder.glob("dangbot-*.zip") if path.is_file())

    async def make(self, kind: str, target: Path | None = None) -> Path:
        """Make one now.

        Raises:
            BackupError: it cannot be made.
            StorageError: the database refuses.
        """
        source = self._database.file
        assert source is not None
        now = self._clock()
        if target is None:
            assert self.options.folder is not None
            target = self.options.folder / f"dangbot-{now:%Y%m%d-%H%M%S}-{kind}.zip"
        # Only what was cleaned after: a wish whose deletion is under way may still be in the copy.
        wishes = await ForgottenStore(self._database).all()
        heeded = mark(wish for wish in wishes if wish.cleaned)
        about = Manifest(FORMAT, kind, now.isoformat(), __version__, "", heeded, {}, {})
        await asyncio.to_thread(_make, source, self.options.knowledge, target, about)
        return target

    async def sweep(self) -> None:
        """Delete what a backup or a restore left behind that was ended from outside.

        It holds everything, and would be in no list and never be cleaned.
        """
        file, folder = self._database.file, self.options.folder
        if file is None or folder is None:
            return
        old = (self._clock() - timedelta(hours=_LEFT_HOURS)).timestamp()
        for place, names in ((folder, f"{LEFT}*"), (file.parent, f"{LEFT}restore-*")):
            if await asyncio.to_thread(_swept, place, names, old):
                _log.warning("删掉了没做完的备份或恢复留下的东西")

    async def make_due(self) -> None:
        """Make the day's backup if its hour has come, and delete old ones."""
        if not self.possible:
            return
        await self.sweep()
        now = self._clock()
        moments = {}
        for path in self.own():
            manifest = await asyncio.to_thread(_told, path)
            if manifest is not None:
                moments[path] = manifest.moment
        old = [p for p, at in moments.items() if now - at >= timedelta(days=self.options.keep_days)]
        try:
            await asyncio.to_thread(_drop, old)
        finally:
            await self._make_if_due(max(moments.values(), default=self._started), now)

    async def _make_if_due(self, last: datetime, now: datetime) -> None:
        if self.options.at is None:
            return
        due = now.replace(
            hour=self.options.at.hour, minute=self.options.at.minute, second=0, microsecond=0
        )
        due = due if due <= now else due - timedelta(days=1)
        if last < due:
            await self.make("auto")
            _log.info("做好了一份备份")

    async def clean(self, wishes: Sequence[Wish], matcher: Matcher) -> None:
        """Rewrite every backup of ours in which not just these wishes are heeded.

        Raises:
            BackupError: some could not be rewritten and are as they were; the others are done.
        """
        await self.sweep()
        wanted = mark(wishes)
        failed = 0
        for path in self.own():
            try:
                manifest = await asyncio.to_thread(manifest_of, path, odd_too=True)
                if manifest.forgotten != wanted:
                    await self._rewrite(path, wishes, matcher)
            except BackupDamaged:
                # What is damaged can neither be restored nor cleaned. What is only refused, by an
                # older program or a full disk, is another matter, and is not thrown away.
                await asyncio.to_thread(_drop, [path])
                _log.warning("一份备份已经损坏，不能用也清理不了，删掉了")
            except Exception as error:  # noqa: BLE001 - the other backups are cleaned all the same
                failed += 1
                _log.warning("一份备份没能清理（%s）", type(error).__name__)
        if failed:
            raise BackupError(f"有 {failed} 份备份没能清掉要求删除的人，会再试。")

    async def _rewrite(self, path: Path, wishes: Sequence[Wish], matcher: Matcher) -> None:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=LEFT) as name:
            folder = Path(name)
            manifest = await asyncio.to_thread(unpack, path, folder, odd_too=True)
            await heed(folder, wishes, self._elsewhere, matcher)
            schema = await asyncio.to_thread(look, folder / DATABASE)
            about = replace(manifest, forgotten=mark(wishes), schema=schema)
            await asyncio.to_thread(pack, path, folder, about)


async def heed(
    folder: Path, wishes: Sequence[Wish], elsewhere: Elsewhere, matcher: Matcher
) -> None:
    """Delete the forgotten from an unpacked backup: database and change log.

    Raises:
        StorageError: the database in it refuses.
        ConfigError: a newer program wrote it.
    """
    database = Database(f"sqlite:///{folder / DATABASE}")
    await database.open()
    try:
        await forget_again(database, await elsewhere(database), wishes, matcher)
        await ForgottenStore(database).merge(wishes)
        await database.scrub()
    finally:
        await database.close()
    await asyncio.to_thread(_drop, [folder / f"{DATABASE}{rest}" for rest in ("-wal", "-shm")])
    for path, text in await asyncio.to_thread(_logs, folder / KNOWLEDGE):
        # Whoever is named in a log beside the knowledge as channel:id is named no more.
        less = text
        for tag in await matcher.meant(wishes, set(_TAG.findall(text))):
            less = re.sub(rf"{re.escape(tag)}(?![\w@.+-])", "", less)
        if less != text:
            await asyncio.to_thread(path.write_bytes, less.encode("utf-8", "surrogateescape"))


_TAG = re.compile(r"[a-z]{1,20}:[\w@.+-]{1,64}")


def _logs(folder: Path) -> list[tuple[Path, str]]:
    """The files beside the knowledge that are not knowledge, such as the change log."""
    files = sorted(path for path in folder.rglob(".*") if path.is_file())
    return [(path, path.read_bytes().decode("utf-8", "surrogateescape")) for path in files]


def tags_beside(folder: Path) -> set[str]:
    """Whoever is named as ``channel:id`` in a file beside the knowledge in use."""
    found: set[str] = set()
    for path in sorted(folder.glob(".*")) if folder.is_dir() else ():
        try:
            text = path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""
        except OSError as error:
            _log.warning("读不了 %s（%s），没能看里面有没有要删的人", path.name, error.strerror)
            continue
        found.update(_TAG.findall(text))
    return found


def _drop(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _swept(place: Path, names: str, old: float) -> int:
    """Delete leftovers that nothing changed since that moment; gives how many."""
    count = 0
    for path in sorted(place.glob(names)):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < old:
                count += 1
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
    return count


def _make(source: Path, knowledge: Path | None, target: Path, about: Manifest) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=LEFT) as name:
        folder = Path(name)
        copied(source, folder / DATABASE)
        if knowledge is not None:
            odd = copy_knowledge(knowledge, folder)
            if odd:
                _log.warning(
                    "资料目录里有 %d 个文件的名字在别的系统上不能用，没有放进备份。请改名。",
                    odd,
                )
        pack(target, folder, replace(about, schema=look(folder / DATABASE)))


def _told(path: Path) -> Manifest | None:
    try:
        return manifest_of(path)
    except BackupError:
        return None
