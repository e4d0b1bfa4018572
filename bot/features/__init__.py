"""What the desk can do besides answering: the one explicit list of features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.features.access.feature import Access, AccessSettings
from bot.features.access.rules import Flood
from bot.features.access.store import ChatStore
from bot.turn import Feature

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.clock import Clock
    from bot.features.access.rules import Limits
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """What features stand on."""

    database: Database
    outlet: Outlet
    clock: Clock
    access: AccessSettings
    limits: Limits


@dataclass(frozen=True, slots=True)
class Features:
    """All features; ``access`` and ``flood`` also make up the gate before the desk."""

    access: Access
    flood: Flood

    def all(self) -> tuple[Feature, ...]:
        """In the order in which they are asked."""
        return (self.access,)


async def build_features(ground: Ground) -> Features:
    """Build every feature and read what it keeps.

    Raises:
        StorageError: the database refuses.
    """
    store = ChatStore(ground.database)
    await store.load()
    flood = Flood(ground.limits)
    access = Access(store, ground.outlet, ground.clock, ground.access, flood)
    return Features(access, flood)
