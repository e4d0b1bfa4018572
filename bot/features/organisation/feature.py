"""Binding groups, granting roles, joining the roster: the organisation in the chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.channels.base import Outlet
from bot.messages import Reply
from bot.organisation import Organisation
from bot.turn import Command, Turn

if TYPE_CHECKING:
    from bot.clock import Clock

NAME = "org"


class OrganisationFeature:
    """Lets admins and secretaries say who belongs where and may do what."""

    name = NAME
    summary = "组织、群和角色"
    commands: Mapping[str, Command] = {}

    def __init__(self, org: Organisation, outlet: Outlet, clock: Clock) -> None:
        self._org = org
        self._outlet = outlet
        self._clock = clock

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer our commands and buttons."""
        del turn
        return None

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete what is kept about a member."""
        await self._org.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a chat to its new id."""
        await self._org.moved(channel, old_chat, new_chat)
