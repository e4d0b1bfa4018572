"""The drafts of a database whose knowledge nobody changes: a copy that is only to be cleaned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.features.editing.model import NAME
from bot.messages import Reply
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.features.editing.store import DraftStore


class Drafts:
    """Stands in for the editing where there is no knowledge; it can only forget."""

    name = NAME
    summary = "改资料的草稿"
    commands: Mapping[str, Command] = {}

    def __init__(self, store: DraftStore) -> None:
        self._store = store

    async def handle(self, turn: Turn) -> Reply | None:
        """Nothing is asked of it."""
        del turn
        return None

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Nobody reads a copy."""
        del channel, member_id
        return ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete the draft."""
        await self._store.drop(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Nothing is kept about groups."""
