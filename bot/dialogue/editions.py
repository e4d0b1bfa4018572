"""The desk that follows the files: every message is answered by one version of the knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.calendar.agenda import when_ok
from bot.dialogue.engine import Desk
from bot.dialogue.memory import Memory
from bot.dialogue.trials import failures
from bot.dialogue.views import Viewer
from bot.knowledge.cache import Cache
from bot.knowledge.library import Library
from bot.knowledge.live import Live
from bot.knowledge.problems import Problem
from bot.knowledge.versions import good_versions
from bot.knowledge.written import written_in

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.messages import Incoming, Reply
    from bot.turn import Command


def in_private(desk: Desk) -> Desk:
    """A desk as it speaks to one person alone; what only members may read stays closed."""
    return desk.seen_by(Viewer(private=True))


class CurrentDesk:
    """Answers with the version in use; an :class:`~bot.turn.Answerer`."""

    def __init__(self, live: Live[Desk]) -> None:
        self._live = live

    @property
    def desk(self) -> Desk:
        """The desk in use; take it once for each question."""
        return self._live.edition.value

    def at(self, home: str) -> Desk:
        """The desk in use, in another place."""
        return self.desk.at(home)

    def seen_by(self, viewer: Viewer) -> Desk:
        """The desk in use, for who listens."""
        return self.desk.seen_by(viewer)

    @property
    def has_closed(self) -> bool:
        """Is there anything that only members may read?"""
        return self.desk.has_closed

    @property
    def commands(self) -> Mapping[str, Command]:
        """The desk's own commands."""
        return self.desk.commands

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message."""
        return await self.desk.handle(incoming)


def live_desk(folder: Path, home: str, zone: ZoneInfo, clock: Clock) -> Live[Desk]:
    """The knowledge of a folder with the desk on it, not yet opened."""
    memory, store = Memory(), Cache()

    def make(library: Library) -> tuple[Desk, list[Problem]]:
        written = written_in(folder, library)
        desk = Desk(library, home=home, zone=zone, store=store, written=written)
        desk.memory = memory  # members go on where they were, whatever the edition
        desk.prepare()
        return desk, failures(desk, clock().astimezone(zone).date())

    return Live(folder, make, clock, date_ok=when_ok, kept=good_versions())
