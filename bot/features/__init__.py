"""What the desk can do besides answering: the one explicit list of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.features.access.feature import Access, AccessSettings
from bot.features.access.rules import Flood
from bot.features.notices.feature import Notices
from bot.features.notices.office import NoticeOptions, Office
from bot.features.organisation.feature import OrganisationFeature
from bot.turn import Background, Feature

if TYPE_CHECKING:
    from bot.channels.base import Channel, Chat
    from bot.clock import Clock
    from bot.delivery.outbox import Outbox
    from bot.features.access.rules import Limits
    from bot.organisation import Organisation
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """What features stand on."""

    database: Database
    outlet: Channel
    clock: Clock
    access: AccessSettings
    limits: Limits
    org: Organisation
    outbox: Outbox
    notices: NoticeOptions = field(default_factory=NoticeOptions)


@dataclass(frozen=True, slots=True)
class Features:
    """All features; ``access`` and ``flood`` also make up the gate before the desk.

    Told of what happens to chats (``ChatEvents``): every feature follows a chat to its new id.
    """

    access: Access
    flood: Flood
    organisation: OrganisationFeature
    notices: Notices

    def all(self) -> tuple[Feature, ...]:
        """In the order in which they are asked."""
        return (self.access, self.notices, self.organisation)

    async def added(self, chat: Chat) -> None:
        """The desk was added to a group."""
        await self.access.added(chat)

    async def removed(self, chat: Chat, reason: str) -> None:
        """The desk is out of a group."""
        await self.access.removed(chat, reason)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """A chat got a new id."""
        for feature in self.all():
            await feature.moved(channel, old_chat, new_chat)

    def background(self) -> Mapping[str, Background]:
        """Work that goes on unasked, by its Chinese name in the log."""
        return {"到期的清理": self.organisation, "通知的进度和回执": self.notices.work}


async def build_features(ground: Ground) -> Features:
    """Build every feature; the organisation has read what it keeps.

    Raises:
        StorageError: the database refuses.
    """
    flood = Flood(ground.limits)
    chats, org = ground.org.known_chats, ground.org
    access = Access(chats, ground.outlet, ground.clock, ground.access, flood)
    organisation = OrganisationFeature(org, ground.outlet, ground.clock)
    notices = Notices(Office(org, ground.outbox, ground.notices), ground.outlet)
    await notices.load()
    return Features(access, flood, organisation, notices)
