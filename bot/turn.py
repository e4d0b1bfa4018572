"""The contract of a feature: what it is told, what it gives back, what it must be able to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.messages import Incoming, Reply


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command with the same meaning on every channel."""

    name: str
    """Without the slash, as in ``calendar``."""
    summary: str
    """One Chinese line for /help and the platform's command menu."""
    admin_only: bool = False
    private_only: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One incoming message on its way through the features.

    ``command`` is the command's name without slash and bot name, or ``""``; ``rest`` is what
    follows it (the whole text when there is no command).
    """

    incoming: Incoming
    command: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that a feature keeps about a member."""

    what: str
    """In a few Chinese words, as in ``通知回执``."""
    until: str
    """For how long, as in ``180 天``."""
    rows: tuple[str, ...]
    """What is kept, a readable line each."""


class Feature(Protocol):
    """A self-contained ability; it knows neither the other features nor the dialogue."""

    name: str
    summary: str
    commands: Mapping[str, Command]

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer a turn that is this feature's (its command or its button), else None."""
        ...

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete what is kept about a member."""
        ...

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Tell a member all that is kept about them; :meth:`forget` deletes the same."""
        ...

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a chat to its new id."""
        ...


@runtime_checkable
class Listener(Protocol):
    """A feature that also takes turns without its command or button: what it asked for."""

    def listens(self, turn: Turn) -> bool:
        """Whether a turn that nobody owns is this feature's; asked only for addressed words."""
        ...


@runtime_checkable
class Observer(Protocol):
    """A feature that hears what the desk answered."""

    async def answered(self, turn: Turn, reply: Reply) -> Reply:
        """Note it (``reply.about`` is set), and give the reply back, maybe with a button more.

        Must not fail for its own troubles: the member still wants the answer.
        """
        ...


class Answerer(Protocol):
    """The desk itself: commands, questions and presses in, a reply or silence out."""

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message; None means: say nothing."""
        ...


class Background(Protocol):
    """Work that nobody asks for at the moment: deliveries, reminders, reports.

    The runner calls it in a loop and survives its errors; see ``bot/background.py``.
    """

    async def step(self) -> float:
        """Do what is due now; gives the seconds until there may be more."""
        ...
