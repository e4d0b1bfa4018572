"""What the desk can do besides answering: the one explicit list of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.features.access.feature import Access, AccessSettings
from bot.features.access.rules import Flood
from bot.features.access.store import ChatStore
from bot.turn import Background, Feature

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.clock import Clock
    from bot.delivery.outbox import Outbox
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
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class Features:
    """All features; ``access`` and ``flood`` also make up the gate before the desk."""

    access: Access
    flood: Flood

    def all(self) -> tuple[Feature, ...]:
        """In the order in which they are asked."""
        return (self.access,)

    def background(self) -> Mapping[str, Background]:
        """Work that goes on unasked, by its Chinese name in the log."""
        return {}


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
