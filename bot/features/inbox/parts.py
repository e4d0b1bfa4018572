"""What the inbox works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.delivery.outbox import Outbox
    from bot.features.inbox.books import Books
    from bot.features.inbox.store import InboxStore
    from bot.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Parts:
    """The same for each piece of the feature."""

    store: InboxStore
    books: Books
    outbox: Outbox
    outlet: Outlet
    org: Organisation
    keep_days: int = 90
    """Nothing is kept longer."""
