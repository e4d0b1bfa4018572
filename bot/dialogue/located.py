"""The desk where the group is, and for who listens: a bound group's place is its home."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.dialogue.editions import CurrentDesk
from bot.dialogue.engine import Desk
from bot.dialogue.views import ANYBODY, Viewer
from bot.messages import Incoming, Reply

MemberOf = Callable[[Incoming], Awaitable[bool]]


async def nobody(_incoming: Incoming) -> bool:
    """Without an organisation nobody is registered."""
    return False


class Located:
    """Asks for a group's place and answers from there; without one the desk stays where it is.

    Args:
        desk: answers.
        home_of: the place of a chat, by channel and id; empty if nobody said.
        is_member: whether who speaks is registered; asked anew at every private message, and only
            where something is for members alone.
    """

    def __init__(
        self,
        desk: Desk | CurrentDesk,
        home_of: Callable[[str, str], str],
        is_member: MemberOf = nobody,
    ) -> None:
        self._desk = desk
        self._home_of = home_of
        self._is_member = is_member

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message."""
        home = self._home_of(incoming.channel, incoming.chat_id)
        viewer = await self._viewer(incoming)
        desk = self._desk.seen_by(viewer)
        return await (desk.at(home) if home else desk).handle(incoming)

    async def _viewer(self, incoming: Incoming) -> Viewer:
        if not incoming.private:
            return ANYBODY
        member = self._desk.has_closed and await self._is_member(incoming)
        return Viewer(member=member, private=True)
