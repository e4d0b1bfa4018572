"""The two halves of a restore: all that can fail is done aside, then files are swapped."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.backup import BackupError, Manifest, look, unpack
from bot.backup.archive import DATABASE, KNOWLEDGE, LEFT, storable

if TYPE_CHECKING:
    from bot.features.privacy.backups import Elsewhere
    from bot.features.privacy.store import Wish


async def prepared(
    file: Path, target: Path, wishes: Sequence[Wish], elsewhere: Elsewhere
) -> tuple[tempfile.TemporaryDirectory[str], Manifest]:
    """Unpack and check a backup beside the database, in the newest shape, without the forgotten.

    What was due since the backup was made has perhaps gone out since: it waits for a person.

    Raises:
        BackupError: it is damaged or none of ours.
        ConfigError: a newer program made it.
        StorageError: the database in it refuses.
    """
    from bot.features.privacy.backups import heed
    from bot.features.privacy.forgetting import Matcher
    from bot.features.privacy.store import ForgottenStore
    from bot.storage.database import Database

    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    staging = tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{LEFT}restore-")
    folder = Path(staging.name)
    try:
        manifest = await asyncio.to_thread(unpack, file, folder)
        await asyncio.to_thread(look, folder / DATABASE)
        database = Database(f"sqlite:///{folder / DATABASE}")
        await database.open()
        try:
            own = await ForgottenStore(database).all()
        finally:
            await database.close()
        known = {(wish.digest, wish.at) for wish in wishes}
        all_wishes = [*wishes, *(wish for wish in own if (wish.digest, wish.at) not in known)]
        await _nothing_twice(folder / DATABASE)
        await heed(folder, all_wishes, elsewhere, Matcher())
    except BaseException:
        staging.cleanup()
        raise
    return staging, manifest


async def _nothing_twice(file: Path) -> None:
    from bot.cli.common import ZONE
    from bot.clock import system_clock
    from bot.delivery.outbox import Outbox
    from bot.features.reminders.store import ReminderStore
    from bot.storage.database import Database

    database, clock = Database(f"sqlite:///{file}"), system_clock(ZONE)
    await database.open()
    try:
        await Outbox(database, clock).doubt()
        async with database.begin() as connection:
            await ReminderStore(database).looked(connection, clock().timestamp())
    finally:
        await database.close()


def kept_as_is(file: Path, knowledge: Path | None, moment: str) -> list[Path]:
    """Copy database and knowledge byte by byte, beside the database, where no backup can be made.

    Args:
        file: the database; it may be missing.
        knowledge: the folder of the knowledge; None, or one that is missing, is not kept.
        moment: part of the copies' names.

    Returns:
        The copies.

    Raises:
        BackupError: a file cannot be written; then nothing may be replaced.
    """
    kept: list[Path] = []
    try:
        for rest in ("", "-wal"):
            source = file.with_name(file.name + rest)
            if not source.exists():
                continue
            copy = file.with_name(f"{file.name}.broken-{moment}{rest}")
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with source.open("rb") as read, os.fdopen(handle, "wb") as written:
                shutil.copyfileobj(read, written)
            kept.append(copy)
        if knowledge is not None and knowledge.is_dir():
            place = file.with_name(f"knowledge-{moment}")
            # The database may lie within the knowledge: the copy does not hold itself.
            within = shutil.ignore_patterns(place.name)
            shutil.copytree(knowledge, place, symlinks=True, ignore=within)
            kept.append(place)
    except OSError as error:
        raise BackupError(
            f"没能另存现在的状态（{error.strerror or '有文件读不了'}），什么都没有换。"
            "核对目录的权限和空间，再运行一次。"
        ) from None
    return kept


def swapped(folder: Path, target: Path, knowledge: Path | None) -> None:
    """Put the files in place: the knowledge file by file, the database in one step.

    Raises:
        BackupError: a file cannot be written.
    """
    try:
        if knowledge is not None and (folder / KNOWLEDGE).is_dir():
            _knowledge(folder / KNOWLEDGE, knowledge)
        for rest in ("-wal", "-shm", "-journal"):
            # Of the old database; with the new one they would spoil it.
            target.with_name(target.name + rest).unlink(missing_ok=True)
        (folder / DATABASE).replace(target)
    except OSError as error:
        raise BackupError(
            f"没能换上恢复的文件（{error.strerror}）。核对目录的权限和空间，再运行一次。"
        ) from None


def _knowledge(source: Path, knowledge: Path) -> None:
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    written: list[tuple[Path, Path]] = []
    try:
        for inner in sorted(wanted):
            place = knowledge / inner
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=LEFT)
            os.close(handle)
            written.append((Path(temporary), place))
            shutil.copyfile(source / inner, temporary)
            Path(temporary).chmod(0o644)
        for temporary_path, place in written:
            temporary_path.replace(place)
    finally:
        for temporary_path, _ in written:
            temporary_path.unlink(missing_ok=True)
    for path in sorted(knowledge.rglob("*.y*ml")):
        inner = path.relative_to(knowledge)
        hidden = any(part.startswith(".") for part in inner.parts)
        # What no backup takes along is not missing from this one.
        taken = path.is_file() and not path.is_symlink() and storable(inner.as_posix())
        if taken and not hidden and inner not in wanted:
            path.unlink()
