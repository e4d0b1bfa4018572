"""Where changes are made: tried out aside, written, taken into use, or taken back at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.errors import KnowledgeError, Refused
from bot.features.editing.model import Consider, Considered
from bot.features.editing.shelf import Shelf
from bot.knowledge.edit import Change, Editor
from bot.knowledge.patches import Patch
from bot.knowledge.problems import Problem

if TYPE_CHECKING:
    from bot.knowledge.commits import Commits
    from bot.knowledge.live import Edition, Live


@dataclass(frozen=True, slots=True)
class Tried:
    """What would come of patches."""

    problems: tuple[Problem, ...] = ()
    """Why they cannot be used; empty if they can."""
    answer: Considered | None = None
    """What the question would be answered."""
    tests: int = 0
    """So many of the files' own questions were asked, and answered rightly."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing patches."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why nothing was changed."""
    taken_back: bool = False
    """It had been written, and was not accepted."""
    note: str = ""
    """A line about git; empty if there is nothing to say."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the changes, as the log counts."""
        return tuple(change.number for change in self.changes)


class Workshop:
    """The one place through which the chat writes knowledge; one change at a time.

    Args:
        live: the knowledge in use.
        editor: writes its folder.
        commits: where the folder is in a repository.
        consider: asks an edition.
    """

    def __init__(
        self, live: Live[Any], editor: Editor, commits: Commits, consider: Consider
    ) -> None:
        self.editor = editor
        self._live = live
        self._commits = commits
        self._consider = consider
        self._one = asyncio.Lock()

    def shelf(self) -> Shelf:
        """The edition of this moment, to look things up in."""
        return self._shelf(self._live.edition)

    def _shelf(self, edition: Edition[Any]) -> Shelf:
        return Shelf(edition.library, lambda text: self._consider(edition.value, text))

    async def rehearse(self, patches: Sequence[Patch], question: str = "") -> Tried:
        """Read, check and ask the files as they would be; nothing is written.

        Raises:
            Refused: a topic is locked.
        """
        for patch in patches:
            self.editor.unlocked(patch)
        snapshot = await asyncio.to_thread(self.editor.imagined, *patches)
        tried = await self._live.rehearse(snapshot)
        if tried.edition is None:
            return Tried(tuple(p for p in tried.problems if not p.warning))
        answer = self._shelf(tried.edition).consider(question) if question else None
        return Tried((), answer, len(tried.edition.library.tests))

    async def write(self, patches: Sequence[Patch], author: str) -> Written:
        """Write patches and take them into use; all of them or none.

        Raises:
            Overtaken: a file is another by now.
            Refused: a topic is locked, or the folder cannot be written.
        """
        calls = [partial(self.editor.apply, patch, author) for patch in patches]
        async with self._one:
            return await self._made(patches, calls, author)

    async def undo(self, numbers: Sequence[int], author: str) -> Written:
        """Take changes back, the newest first; all of them or none.

        Raises:
            Overtaken: a file was changed again since.
            Refused: no such change, it is taken back already, or a topic is locked.
        """
        newest_first = sorted(numbers, reverse=True)
        calls = [partial(self.editor.undo, number, author) for number in newest_first]
        async with self._one:
            undoing = self.editor.undoing
            patches = [await asyncio.to_thread(undoing, number) for number in newest_first]
            return await self._made(patches, calls, author)

    async def _made(
        self, patches: Sequence[Patch], calls: Sequence[Callable[[], Change]], author: str
    ) -> Written:
        tried = await self.rehearse(patches)
        if tried.problems:
            return Written(problems=tried.problems)
        done: list[Change] = []
        try:
            for call in calls:
                change = await asyncio.to_thread(call)
                done.append(change)
        except (KnowledgeError, Refused) as error:
            await self._back(done, author)
            if isinstance(error, Refused):
                raise
            return Written(problems=(Problem("", 0, str(error)),))
        return await self._taken(done, author)

    async def _taken(self, done: Sequence[Change], author: str) -> Written:
        """Take what was written into use; take it back if it is refused."""
        reading = await self._live.reload()
        if reading.outcome == "refused":
            await self._back(done, author)
            await self._live.reload()
            problems = tuple(problem for problem in reading.problems if not problem.warning)
            return Written(problems=problems, taken_back=True)
        files = [change.file for change in done]
        what = "；".join(change.what for change in done)
        note = await asyncio.to_thread(self._commits.commit, files, what)
        return Written(tuple(done), note=note)

    async def _back(self, done: Sequence[Change], author: str) -> None:
        for change in reversed(done):
            try:
                await asyncio.to_thread(self.editor.take_back, change, author)
            except Refused:
                continue  # somebody changed it meanwhile: theirs stays


def bases(patches: Sequence[Patch]) -> tuple[str, ...]:
    """What patches were made from, to be compared later."""
    return tuple(f"{patch.base} {patch.file}" for patch in patches)
