"""The contract of a channel: what a platform must be able to do, and what it may ask of us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.messages import Incoming, Reply

Handler = Callable[[Incoming], Awaitable[Reply | None]]
"""Answers one message; None means: say nothing."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do, as data."""

    text_units_max: int
    """Longest message, in UTF-16 units."""
    parts_max: int
    """Most messages that one reply may become."""
    buttons: bool
    edits: bool
    threads: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reply goes."""

    chat_id: str
    thread_id: str | None = None
    reply_to: str | None = None
    """The message that is answered; when it is gone the reply is sent all the same."""
    silent: bool = False
    """Without a notification on the members' phones."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a reply: its messages, in order."""

    target: Target
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chat:
    """A group chat, as the channel writes it."""

    channel: str
    chat_id: str
    title: str = field(default="", repr=False)


class ChatEvents(Protocol):
    """Who wants to know what happens to the chats."""

    async def added(self, chat: Chat) -> None:
        """The bot was added to a group."""
        ...

    async def removed(self, chat: Chat, reason: str) -> None:
        """The bot was removed, or left; ``reason`` is in Chinese."""
        ...

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """A chat got a new id; may be told more than once."""
        ...


class Outlet(Protocol):
    """The part of a channel that speaks."""

    async def send(self, target: Target, reply: Reply) -> Sent:
        """Send a reply, split where the platform needs it; short waits are waited out.

        Raises:
            SendError: the class says what can be done.
        """
        ...

    def count(self, reply: Reply) -> int:
        """How many messages a reply becomes."""
        ...

    async def edit(self, sent: Sent, reply: Reply) -> Sent:
        """Turn what was sent into ``reply``; sends what cannot be edited any more.

        Raises:
            SendError: the class says what can be done.
        """
        ...


class Once(Protocol):
    """The part of a channel that delivers: one message a call, no waiting, no second try.

    Whoever calls keeps the books and decides what an error leads to; a move is told as an error.
    """

    name: str
    """The channel's."""

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        """The messages that a reply becomes, each sent by a call of its own; none if empty."""
        ...

    def is_group(self, chat_id: str) -> bool:
        """Whether several people read this chat."""
        ...

    async def send(self, target: Target, part: Reply) -> Sent:
        """Send one message.

        Raises:
            SendError: the class says what became of it.
        """
        ...

    async def edit(self, target: Target, message_id: str, part: Reply) -> None:
        """Turn one message into ``part``; one that is the same already is no error.

        Raises:
            SendError: the class says what became of it.
        """
        ...

    async def delete(self, target: Target, message_id: str) -> None:
        """Take one message back.

        Raises:
            SendError: the class says what became of it.
        """
        ...

    async def probe(self) -> None:
        """Ask for a sign of life that changes nothing.

        Raises:
            SendError: there is none.
        """
        ...


class Files(Protocol):
    """The part of a channel that brings what members send."""

    async def fetch(self, file_id: str, bytes_max: int) -> bytes:
        """The content of a file, by ``Attachment.file_id``.

        Raises:
            FileTooLarge: it has more than ``bytes_max`` bytes.
            SendError: the platform does not give it.
        """
        ...


class Channel(Outlet, Files, Protocol):
    """A platform that the desk is reached on."""

    name: str
    capabilities: Capabilities

    @property
    def once(self) -> Once:
        """How to send without second tries."""
        ...

    async def run(self, handler: Handler, events: ChatEvents, menu: Mapping[str, str]) -> None:
        """Listen and answer until :meth:`stop`.

        Args:
            handler: answers one message.
            events: is told what happens to chats.
            menu: commands without the slash, each with one Chinese line.

        Raises:
            ConfigError: the platform refuses the settings, such as the token.
        """
        ...

    def stop(self) -> None:
        """Let :meth:`run` end soon, after the work at hand; sending still works."""
        ...

    async def close(self) -> None:
        """Hang up, when nobody wants to send any more."""
        ...

    async def delete(self, sent: Sent) -> None:
        """Take back what was sent; what is gone already is no error.

        Raises:
            SendError: the class says what can be done.
        """
        ...
