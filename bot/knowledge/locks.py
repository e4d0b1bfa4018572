"""Topics that nobody may change until somebody unlocks them; kept beside the files.

The chat and the command line read the same list. A list that cannot be read locks everything: what
was locked on purpose must not be open because of a fault.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path as FilePath

from bot.clock import Clock
from bot.errors import Refused
from bot.knowledge.yamlfile import written

LOCKS_NAME = ".locks.json"
"""Beside the files; a name that begins with a dot is never read as knowledge."""
WHY_CHARS_MAX = 60


@dataclass(frozen=True, slots=True)
class Lock:
    """One topic that is locked."""

    topic: str
    by: str
    """As the caller writes people; empty after they asked to be forgotten."""
    at: str
    """ISO 8601, with its zone."""
    why: str = ""

    @property
    def moment(self) -> datetime:
        """When it was locked."""
        return datetime.fromisoformat(self.at)


class Locks:
    """The locks of a folder; every method raises Refused when the list cannot be used."""

    def __init__(self, folder: FilePath, clock: Clock) -> None:
        self._path = folder / LOCKS_NAME
        self._clock = clock

    def all(self) -> dict[str, Lock]:
        """Every lock, by its topic."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError):
            raise Refused(_UNREADABLE) from None
        try:
            rows = [Lock(**row) for row in json.loads(text)]
            return {row.topic: row for row in rows if row.moment}
        except (ValueError, TypeError):
            raise Refused(_UNREADABLE) from None

    def lock(self, topic: str, by: str, why: str = "") -> bool:
        """Lock a topic; False when it is locked already."""
        locks = self.all()
        if topic in locks:
            return False
        why = " ".join(why.split())[:WHY_CHARS_MAX]
        self._keep({**locks, topic: Lock(topic, by, self._clock().isoformat(), why)})
        return True

    def unlock(self, topic: str) -> bool:
        """Unlock a topic; False when it is not locked."""
        locks = self.all()
        if locks.pop(topic, None) is None:
            return False
        self._keep(locks)
        return True

    def forget(self, by: str) -> None:
        """Keep what is locked, not by whom."""
        locks = self.all()
        if any(lock.by == by for lock in locks.values()):
            self._keep({t: replace(k, by="") if k.by == by else k for t, k in locks.items()})

    def _keep(self, locks: dict[str, Lock]) -> None:
        rows = [asdict(lock) for lock in locks.values()]
        try:
            written(self._path, json.dumps(rows, ensure_ascii=False, indent=1).encode())
        except OSError:
            raise Refused("资料文件夹不能写，没有锁成。请管理员看看文件夹的权限。") from None


_UNREADABLE = (
    f"看不懂资料文件夹里的 {LOCKS_NAME}，为稳妥起见现在都不能改。请维护程序的人修好或删掉这个文件。"
)
