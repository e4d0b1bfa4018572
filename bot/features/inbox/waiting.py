"""有答案时告诉我: who asked to be told is kept until then, and told once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.channels.base import Target
from bot.delivery.outbox import Order
from bot.errors import SendError, SendUncertain
from bot.features.inbox import words
from bot.features.inbox.model import Wait
from bot.features.inbox.rules import is_certain
from bot.messages import Incoming, Reply
from bot.storage.database import StorageError

if TYPE_CHECKING:
    from bot.features.inbox.parts import Parts
    from bot.storage.database import Transaction

_log = logging.getLogger(__name__)

WAITS_MAX = 20
"""For so many answers may one member wait."""
_A_STEP = 20
"""Questions that are asked again in one step: the desk answers members in between."""


class Waiting:
    """Presses of members, and what they are told in the end."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._books = parts.books
        self._outbox = parts.outbox
        self._outlet = parts.outlet
        self._org = parts.org
        self._keep_days = parts.keep_days
        self._checked = ""
        self._left: list[tuple[Wait, str]] = []

    # --- presses ---------------------------------------------------------------------------------

    async def pressed(self, incoming: Incoming, question_id: str) -> Reply:
        """Somebody wants to be told; a second press changes nothing."""
        if not incoming.private and incoming.member_id == incoming.chat_id:
            return words.NAMELESS
        text = await self._store.text_of(question_id)
        if text is None:
            return words.LATE
        home = "" if incoming.private else self._org.home_of(incoming.channel, incoming.chat_id)
        digest, said = self._books.digest, self._books.says(text, home)
        if is_certain(said.about):
            return words.answered(text, said) if incoming.private else words.ANSWERED_BY_NOW
        reply = await self._put_down(incoming, question_id, text, home)
        if self._books.digest != digest:
            self._checked = ""  # who waits may have been looked through just before
        return reply

    async def _put_down(self, incoming: Incoming, question_id: str, text: str, home: str) -> Reply:
        chat = incoming.chat_id if incoming.private else incoming.member_id
        today = self._org.now().date()
        wait = Wait(question_id, incoming.channel, incoming.member_id, chat, home, today)
        outcome = await self._store.wait(wait, WAITS_MAX)
        if outcome in {"gone", "many"}:
            return words.LATE if outcome == "gone" else words.too_many(WAITS_MAX)
        confirmed = words.waiting(question_id, text, self._keep_days)
        if incoming.private:
            return confirmed
        return words.HAVE if outcome == "have" else await self._confirm(wait, confirmed)

    async def _confirm(self, wait: Wait, confirmed: Reply) -> Reply:
        """Say it in private, where it can be taken back; that also shows whether we may write."""
        try:
            await self._outlet.send(Target(wait.chat_id, silent=True), confirmed)
        except SendUncertain:
            pass
        except SendError as error:
            _log.info("没能私聊 %s：%s", wait.chat_id, type(error).__name__)
            await self._store.unwait(wait.question_id, wait.channel, wait.member_id)
            return words.WRITE_FIRST
        return words.TOLD_IN_PRIVATE

    async def cancelled(self, incoming: Incoming, question_id: str) -> Reply | None:
        """Somebody waits no longer."""
        if not incoming.private:
            return None
        text = await self._store.text_of(question_id)
        await self._store.unwait(question_id, incoming.channel, incoming.member_id)
        return words.LATE if text is None else words.cancelled(question_id, text)

    # --- telling ---------------------------------------------------------------------------------

    async def tell(
        self,
        connection: Transaction,
        waiting: Sequence[tuple[Wait, str]],
        say: Callable[[Wait, str], Reply],
    ) -> int:
        """Queue what those who wait are told, and forget that they waited, in one transaction.

        Gives how many: who was told by another step is passed over.
        """
        ours = await self._store.take(connection, [wait.id for wait, _ in waiting])
        orders = [
            self._order(wait, words.answered(text, say(wait, text)))
            for wait, text in waiting
            if wait.id in ours
        ]
        await self._outbox.put(orders, connection)
        return len(orders)

    def _order(self, wait: Wait, reply: Reply) -> Order:
        now = self._org.now()
        quiet = self._org.plan.quiet
        return Order(
            key=f"{words.NAME}:{wait.id}",
            job=f"{words.NAME}:{wait.question_id}",
            channel=wait.channel,
            chat_id=wait.chat_id,
            thread_id=None,
            reply=reply,
            silent=quiet is not None and quiet.covers(now),
            not_before=now,
        )

    async def look_again(self) -> bool:
        """After the knowledge changed: who waits for what is answered with certainty is told.

        Returns:
            Whether there is more to look at.

        Raises:
            StorageError: the database refuses; the next step looks at the same again.
        """
        await self._begin_anew()
        part, self._left = self._left[:_A_STEP], self._left[_A_STEP:]
        said = {wait.id: self._books.says(text, wait.home) for wait, text in part}
        known = [one for one in part if is_certain(said[one[0].id].about)]
        if known:
            try:
                async with self._store.database.begin() as connection:
                    told = await self.tell(connection, known, lambda wait, _: said[wait.id])
            except StorageError:
                self._left = [*part, *self._left]
                raise
            _log.info("有答案了：告诉了 %s 位等的人", told)
        return bool(self._left)

    async def _begin_anew(self) -> None:
        """Take down who waits, if the knowledge changed since that was done."""
        digest = self._books.digest
        if digest == self._checked:
            return
        # Set first: a press while the rows are read may put it back, to be looked at once more.
        self._checked = digest
        try:
            self._left = await self._store.waiting()
        except StorageError:
            self._checked = ""
            raise
