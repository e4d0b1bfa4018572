"""/undo and /lock: what was changed, by whom, taking it back; topics that stay as they are."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING

from bot.errors import Refused
from bot.features.editing import words
from bot.features.editing.shelf import token
from bot.messages import Incoming, Reply
from bot.storage.database import StorageError

if TYPE_CHECKING:
    from bot.features.editing.workshop import Workshop
    from bot.organisation import Organisation

_log = logging.getLogger(__name__)

_NUMBERS = re.compile(r"\d{1,9}(?:-\d{1,9}){0,4}")


class History:
    """Answers for what was changed.

    Args:
        workshop: changes the files.
        org: knows names, and keeps the log of who did what.
    """

    def __init__(self, workshop: Workshop, org: Organisation) -> None:
        self._workshop = workshop
        self._org = org

    async def who(self, incoming: Incoming, author: str) -> str:
        """How an author is called; a name only where the roster knows one."""
        channel, colon, member = author.partition(":")
        if not author:
            return "（不留名）"
        if author == f"{incoming.channel}:{incoming.member_id}":
            return "您"
        if not colon:
            return f"命令行 {author}"
        found = await self._org.member(channel, member)
        return found[0].name if found else f"编号 {member}"

    async def listed(self, incoming: Incoming, page: int = 0) -> Reply:
        """The last changes."""
        log = await asyncio.to_thread(self._workshop.editor.changes)
        undone = _undone({row.number: row.undoes for row in log})
        pages = max(1, -(-len(log) // words.LISTED_MAX))
        page = min(max(page, 0), pages - 1)
        shown = log[page * words.LISTED_MAX : (page + 1) * words.LISTED_MAX]
        rows = [(row, await self.who(incoming, row.author), row.number in undone) for row in shown]
        return words.history(rows, page, pages)

    async def turned(self, incoming: Incoming, page: str) -> Reply:
        """Another page of them."""
        number = int(page) if page.isdecimal() and len(page) < 4 else 0
        return await self.listed(incoming, number)

    async def undo(self, incoming: Incoming, arg: str) -> Reply:
        """Take changes back."""
        if not _NUMBERS.fullmatch(arg):
            return await self.listed(incoming)
        numbers = sorted({int(number) for number in arg.split("-")})
        author = f"{incoming.channel}:{incoming.member_id}"
        try:
            written = await self._workshop.undo(numbers, author)
        except Refused as refusal:
            return Reply(str(refusal))
        if written.problems:
            return words.failed(None, written)
        await self._audit(incoming, "undo", arg)
        return words.done(written, "", None, "")

    async def _audit(self, incoming: Incoming, what: str, subject: str) -> None:
        """Put down what was done; it is done, whatever the database says."""
        try:
            await self._org.audit(incoming, f"knowledge.{what}", subject)
        except StorageError as error:
            _log.warning("没能把资料的改动记进操作记录：%s", error)

    # --- locks -----------------------------------------------------------------------------------

    async def locks(self, incoming: Incoming, _: str = "") -> Reply:
        """The locked topics."""
        topics = self._workshop.shelf().library.topics
        rows = [
            (
                lock.topic,
                topics[lock.topic].title if lock.topic in topics else lock.topic,
                lock,
                await self.who(incoming, lock.by),
            )
            for lock in self._workshop.editor.locks.all().values()
        ]
        return words.locks(rows)

    async def command(self, incoming: Incoming, rest: str, *, lock: bool) -> Reply:
        """/lock and /unlock with a topic and maybe a reason."""
        shelf = self._workshop.shelf()
        name, why = [*rest.split(None, 1), ""][:2]
        exact = shelf.called(name)
        if len(exact) == 1:
            return await self._set(incoming, exact[0].id, why, lock=lock)
        # What only comes near is asked about, also if there is but one of it.
        found = shelf.search_topics(name)
        if not exact and not lock and name in self._workshop.editor.locks.all():
            return await self._set(incoming, name, "", lock=False)
        rows = [(topic.id, topic.title) for topic in found[:8]]
        return words.which_topic(name, rows, lock=lock)

    async def pressed(self, incoming: Incoming, arg: str, *, lock: bool) -> Reply:
        """A button that locks or unlocks."""
        held = self._workshop.editor.locks.all()
        known = [*self._workshop.shelf().library.topics, *held]
        topic = next((one for one in known if token(one) == arg), None)
        if topic is None:
            return await self.locks(incoming)
        return await self._set(incoming, topic, "", lock=lock)

    async def _set(self, incoming: Incoming, topic: str, why: str, *, lock: bool) -> Reply:
        found = self._workshop.shelf().library.topics.get(topic)
        name = found.title if found is not None else topic
        editor = self._workshop.editor
        author = f"{incoming.channel}:{incoming.member_id}"
        if lock:
            new = await asyncio.to_thread(editor.lock, topic, author, why)
        else:
            new = await asyncio.to_thread(editor.unlock, topic)
        if new:
            await self._audit(incoming, "lock" if lock else "unlock", topic)
        held = editor.locks.all().get(topic)
        if lock:
            return words.locked(name, topic, held.why if held is not None else "", new=new)
        return words.unlocked(name, topic, new=new)


def _undone(undoes: dict[int, int]) -> set[int]:
    """The changes that are taken back, and not done again since."""
    gone: set[int] = set()
    for number in sorted(undoes, reverse=True):
        if undoes[number] and number not in gone:
            gone.add(undoes[number])
    return gone
