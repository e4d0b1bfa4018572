"""What the desk can do besides answering: the one explicit list of features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.features.access.feature import Access, AccessSettings
from bot.features.access.rules import Flood
from bot.features.access.store import ChatStore
from bot.features.knowledge.feature import Upkeep
from bot.turn import Feature

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.clock import Clock
    from bot.features.access.rules import Limits
    from bot.knowledge.live import Live
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """What features stand on."""

    database: Database
    outlet: Outlet
    clock: Clock
    access: AccessSettings
    limits: Limits
    knowledge: Live[Any] | None = None
    """Ask it for the edition anew each time: it is replaced when files change. None: the knowledge
    stays as it is."""


@dataclass(frozen=True, slots=True)
class Features:
    """All features; ``access`` and ``flood`` also make up the gate before the desk."""

    access: Access
    flood: Flood
    upkeep: Upkeep | None = None

    def all(self) -> tuple[Feature, ...]:
        """In the order in which they are asked."""
        own: tuple[Feature | None, ...] = (self.access, self.upkeep)
        return tuple(feature for feature in own if feature is not None)

    async def watch(self) -> None:
        """Follow the knowledge files, for as long as the desk runs."""
        if self.upkeep is not None:
            await self.upkeep.watch()


async def build_features(ground: Ground) -> Features:
    """Build every feature and read what it keeps.

    Raises:
        StorageError: the database refuses.
    """
    store = ChatStore(ground.database)
    await store.load()
    flood = Flood(ground.limits)
    access = Access(store, ground.outlet, ground.clock, ground.access, flood)
    live = ground.knowledge
    upkeep = Upkeep(live, ground.outlet, ground.access.admins) if live is not None else None
    return Features(access, flood, upkeep)
