"""What admins see of the inbox, and what they do about a group of questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.features.inbox import words
from bot.features.inbox.model import Question, Wait
from bot.features.inbox.rules import Group, group_with, groups_of, is_settled
from bot.features.teaching import Deed, OpenQuestion
from bot.messages import About, Incoming, Reply
from bot.text.personal import without_marks

if TYPE_CHECKING:
    from bot.features.inbox.parts import Parts
    from bot.features.inbox.waiting import Waiting
    from bot.features.teaching import Teacher
    from bot.turn import Turn

_NEAR_MAX = 3
_HANDLED_MINUTES = 10
"""So long another admin is told that somebody began."""
_HANDLED_MAX = 100


class Listing:
    """Groups are made anew for each look: buttons name a question, whatever group it is in now."""

    def __init__(self, parts: Parts, waiting: Waiting) -> None:
        self._store = parts.store
        self._books = parts.books
        self._org = parts.org
        self._waiting = waiting
        self._keep_days = parts.keep_days
        self.teacher: Teacher | None = None
        self._handled: dict[str, tuple[str, datetime]] = {}
        """Question -> who began to handle it, and when; a courtesy, so it may be lost."""
        self._made: tuple[list[Question], list[Group]] = ([], [])

    async def _groups(self) -> list[Group]:
        questions = await self._store.all()
        if questions != self._made[0]:
            # Thousands of questions take a second: members are answered meanwhile.
            self._made = (questions, await asyncio.to_thread(groups_of, questions))
        return self._made[1]

    async def page(self, number: int) -> Reply:
        """What is open."""
        groups = await self._groups()
        shown = [group for group in groups if not group.ignored]
        return words.listed(shown, number, len(groups) - len(shown), self._keep_days)

    async def aside(self, number: int) -> Reply:
        """What was put aside."""
        groups = await self._groups()
        return words.ignored_list([group for group in groups if group.ignored], number)

    async def opened(self, question_id: str) -> Reply:
        """One group."""
        group = group_with(await self._groups(), question_id)
        if group is None:
            return words.GONE
        said = self._books.says(group.text)
        near = said.about.near[:_NEAR_MAX] if said.about is not None else ()
        titles = list(filter(None, map(self._books.title, near)))
        return words.opened(group, said, titles, can_teach=self.teacher is not None)

    async def ignore(self, incoming: Incoming, question_id: str) -> Reply:
        """Put a group aside."""
        group = group_with(await self._groups(), question_id)
        if group is None:
            return words.GONE
        if group.ignored:
            return words.already_ignored(group)
        ids = [one.id for one in group.questions]
        await self._store.ignore(ids, self._org.now().date())
        await self._org.audit(incoming, "inbox.ignore", group.id)
        return words.ignored(group)

    async def unignore(self, incoming: Incoming, question_id: str) -> Reply:
        """Take that back."""
        group = group_with(await self._groups(), question_id)
        if group is None:
            return words.GONE
        if await self._store.ignore([one.id for one in group.questions], None):
            await self._org.audit(incoming, "inbox.restore", group.id)
        return words.not_ignored_any_more(group)

    async def solved(self, incoming: Incoming, question_id: str) -> Reply:
        """An admin says that the present answer will do."""
        group = group_with(await self._groups(), question_id)
        if group is None:
            return words.GONE
        about = self._books.says(group.text).about
        if about is None or about.asked in {"unknown", "slip"}:
            # The knowledge changed since the button was shown.
            return replace(await self.opened(question_id), toast=words.STILL_OPEN)
        line = await self._close(group, question_id, "", doubtful_too=True)
        await self._org.audit(incoming, "inbox.solved", group.id)
        return words.solved(group.text, line)

    async def begin(self, turn: Turn, deed: str, question_id: str, *, anyway: bool) -> Reply:
        """Hand a group over to who changes the knowledge; ``anyway``: although another began."""
        group = group_with(await self._groups(), question_id)
        if group is None or self.teacher is None or deed not in set(Deed):
            return words.GONE
        who = f"{turn.incoming.channel}:{turn.incoming.member_id}"
        now = self._org.now()
        by, since = self._handled.get(group.id, (who, now))
        fresh = now - since < timedelta(minutes=_HANDLED_MINUTES)
        if by != who and fresh and not anyway:
            minutes = int((now - since).total_seconds() // 60)
            return words.being_handled(group, Deed(deed), minutes)
        if len(self._handled) >= _HANDLED_MAX:
            self._handled.clear()
        self._handled[group.id] = (who, now)
        about = self._books.says(group.text).about
        near = about.near if about is not None else ()
        question = OpenQuestion(group.id, without_marks(group.text), near)
        return await self.teacher.begin(turn, Deed(deed), question)

    async def taught(self, question_id: str, ref: str) -> str:
        """Close the group of a question that was taught; see ``teaching.Pupil``."""
        if not question_id:
            return ""
        group = group_with(await self._groups(), question_id)
        if group is None:
            return words.TAUGHT_GONE
        return await self._close(group, question_id, ref)

    def forget(self, channel: str, member_id: str) -> None:
        """Drop that a member began to handle anything."""
        who = f"{channel}:{member_id}"
        self._handled = {key: one for key, one in self._handled.items() if one[0] != who}

    async def _close(
        self, group: Group, question_id: str, ref: str, *, doubtful_too: bool = False
    ) -> str:
        """Delete a question and those of its group that are answered now; tell who waits.

        Args:
            group: whose.
            question_id: the one that is closed in any case.
            ref: the entry that answers it now, if one does.
            doubtful_too: close also what is answered with little to go by.

        Returns:
            A line for the admin, or ``""``.
        """
        closed: list[Question] = []
        for one in group.questions:
            about = self._books.says(one.text).about
            answered = doubtful_too and about is not None and about.asked == "answered"
            if one.id == question_id or answered or is_settled(one, about):
                closed.append(one)
        ids = [one.id for one in closed]
        async with self._store.database.begin() as connection:
            # Read in here: who presses now is either told or finds the question gone.
            waiting = await self._store.waiting_to_close(connection, ids)
            told = await self._waiting.tell(connection, waiting, self._saying(question_id, ref))
            await self._store.close(connection, ids)
        self._handled.pop(group.id, None)
        return words.closed(told, len(group.questions) - len(closed))

    def _saying(self, question_id: str, ref: str) -> Callable[[Wait, str], Reply]:
        """What each who waits is told; the taught question has the answer it was taught."""

        def say(wait: Wait, text: str) -> Reply:
            said = self._books.says(text, wait.home)
            missed = said.about is None or said.about.asked in {"unknown", "slip"}
            if missed and wait.question_id == question_id and ref:
                answer = self._books.answer(ref)
                taught = About(text, "answered", ref)
                return Reply(answer, about=taught) if answer else said
            return said

        return say
