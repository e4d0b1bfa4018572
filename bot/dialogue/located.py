"""The desk where the group is: a bound group's place is its home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.messages import Incoming, Reply
from bot.turn import Answerer


class Movable(Answerer, Protocol):
    """A desk that can be put in another place."""

    def at(self, home: str) -> Answerer:
        """The same desk in another place."""
        ...


class Located:
    """Asks for a group's place and answers from there; without one the desk stays where it is.

    Args:
        desk: answers.
        home_of: the place of a chat, by channel and id; empty if nobody said.
    """

    def __init__(self, desk: Movable, home_of: Callable[[str, str], str]) -> None:
        self._desk = desk
        self._home_of = home_of

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message."""
        home = self._home_of(incoming.channel, incoming.chat_id)
        desk = self._desk.at(home) if home else self._desk
        return await desk.handle(incoming)
