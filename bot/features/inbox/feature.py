"""/inbox: what was asked in vain, and what admins make of it; members are told if they asked to."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.delivery.told.store import ToldStore
from bot.features.inbox import words
from bot.features.inbox.listing import Listing
from bot.features.inbox.model import Kind
from bot.features.inbox.rules import key_of, kind_of
from bot.features.inbox.waiting import Waiting
from bot.features.routing import note_refusal
from bot.messages import Incoming, Reply
from bot.storage.database import StorageError
from bot.text.people import Words
from bot.text.personal import stripped
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.features.inbox.parts import Parts
    from bot.features.teaching import Teacher

_log = logging.getLogger(__name__)

ASKED_A_DAY_MAX = 50
"""More of one member's questions a day are not recorded: nobody fills the inbox alone."""
_LOOK_SECONDS = 1.0
"""What a kill may cost of the questions that were asked in vain."""
_SWEEP_EVERY = timedelta(minutes=1)
_NAMES_SECONDS = 60.0


class Inbox:
    """Records what the desk could not answer, without who asked; shows it to admins.

    It is an ``Observer`` of the desk, a ``Background`` of its own, and a ``Pupil`` of whoever
    changes the knowledge. ``teacher`` is set once that one is built; without it the buttons that
    change the knowledge are not shown.
    """

    name = words.NAME
    summary = "没答上的问题"
    commands: Mapping[str, Command] = {
        "inbox": Command("inbox", "没答上、没把握的问题", admin_only=True, private_only=True)
    }

    def __init__(self, parts: Parts, teacher: Teacher | None = None) -> None:
        self._store = parts.store
        self._books = parts.books
        self._org = parts.org
        self._keep_days = parts.keep_days
        self._sent = ToldStore(parts.outbox.database)
        self._waiting = Waiting(parts)
        self._listing = Listing(parts, self._waiting)
        self.teacher = teacher
        self._asked: tuple[date, Counter[str]] = (date.min, Counter())
        self._people: tuple[datetime, Words] | None = None
        self._tidied: tuple[date, int] | None = None
        self._swept: datetime | None = None
        self._admins: Mapping[str, Callable[[Incoming, str], Awaitable[Reply]]] = {
            "l": lambda _, page: self._listing.page(_number(page)),
            "i": lambda _, page: self._listing.aside(_number(page)),
            "g": lambda _, question: self._listing.opened(question),
            "x": self._listing.ignore,
            "u": self._listing.unignore,
            "s": self._listing.solved,
        }

    @property
    def teacher(self) -> Teacher | None:
        """Who changes the knowledge."""
        return self._listing.teacher

    @teacher.setter
    def teacher(self, teacher: Teacher | None) -> None:
        self._listing.teacher = teacher

    # --- what the desk answered ------------------------------------------------------------------

    async def answered(self, turn: Turn, reply: Reply) -> Reply:
        """Record a question without a good answer; offer to tell who asked one without any."""
        try:
            return await self._answered(turn, reply)
        except StorageError as error:
            _log.warning("没答上的问题没能记下：%s", error)
        except Exception as error:  # noqa: BLE001 - the member still wants the answer
            # The words of an error may hold those of the question.
            _log.warning("没答上的问题没能记下：%s", type(error).__name__)
        return reply

    async def _answered(self, turn: Turn, reply: Reply) -> Reply:
        about = reply.about
        kind = None if about is None else kind_of(about)
        if about is None or kind is None or not self._counts(turn.incoming):
            return reply
        text, key = await self._stripped(about.question)
        if not key:
            return reply
        question_id = await self._store.jot(text, key, kind, self._org.now().date())
        if not question_id or kind is not Kind.MISSED:
            return reply
        return replace(reply, buttons=(*reply.buttons, words.offer(question_id)))

    async def complained(self, question: str, ref: str, near: Sequence[str] = ()) -> None:
        """Somebody says that an answer was of no use; it is written down at once.

        Args:
            question: as it was asked; empty for an answer that was picked: then nothing is kept.
            ref: the entry that was answered.
            near: is found anew when the question is looked at.

        Raises:
            StorageError: the database refuses.
        """
        del near
        text, key = await self._stripped(question)
        if key:
            today = self._org.now().date()
            await self._store.record(text, key, Kind.COMPLAINED, today, ref)

    async def flush(self) -> None:
        """Write down what was asked in vain and is only in memory yet.

        Raises:
            StorageError: the database refuses; nothing is lost, the next step tries again.
        """
        await self._store.flush()

    async def _stripped(self, question: str) -> tuple[str, str]:
        """The words that may be kept, and what makes two wordings one; empty if there is none."""
        text = stripped(question, await self._names(), self._books.known())
        return text, key_of(text)

    async def _names(self) -> Words:
        """Of the roster, read at most every minute: it may have thousands of lines.

        What slips through after an import is found within the hour, see :meth:`step`.
        """
        now = self._org.now()
        if self._people is None or abs((now - self._people[0]).total_seconds()) > _NAMES_SECONDS:
            self._people = (now, Words([entry.name for entry in await self._org.roster()]))
        return self._people[1]

    def _counts(self, incoming: Incoming) -> bool:
        """How many questions somebody asked today is known in memory alone, not which."""
        today = self._org.now().date()
        if self._asked[0] != today:
            self._asked = (today, Counter())
        member = f"{incoming.channel}:{incoming.member_id}"
        self._asked[1][member] += 1
        return self._asked[1][member] <= ASKED_A_DAY_MAX

    # --- commands and presses --------------------------------------------------------------------

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer /inbox and our buttons; who may is asked anew at each press."""
        incoming = turn.incoming
        if incoming.pressed is None:
            return await self._listing.page(0)
        _, act, *rest = [*incoming.pressed.split(":"), "", ""]
        if act in {"w", "c"}:
            pressed = self._waiting.pressed if act == "w" else self._waiting.cancelled
            return await pressed(incoming, rest[0])
        return await self._admin_pressed(turn, act, rest) if incoming.private else None

    async def _admin_pressed(self, turn: Turn, act: str, rest: Sequence[str]) -> Reply | None:
        incoming = turn.incoming
        if not incoming.admin:
            note_refusal(incoming, f"{words.NAME}:{act}")
            return words.ADMINS_ONLY
        if act in {"d", "f"}:
            return await self._listing.begin(turn, rest[0], rest[1], anyway=act == "f")
        answer = self._admins.get(act)
        return None if answer is None else await answer(incoming, rest[0])

    async def taught(self, question_id: str, ref: str) -> str:
        """The knowledge was changed because of a question; fits ``teaching.Pupil``."""
        return await self._listing.taught(question_id, ref)

    # --- work and privacy ------------------------------------------------------------------------

    async def step(self) -> float:
        """Write down, tell who waits, delete what is old; fits ``turn.Background``."""
        await self._store.flush()
        now = self._org.now()
        hour = (now.date(), now.hour)
        if self._tidied != hour:
            await self._store.tidy(now.date() - timedelta(days=self._keep_days))
            await self._strip_again()
            self._tidied = hour
        if self._swept is None or now - self._swept >= _SWEEP_EVERY:
            # A question and who asked it: once it is told, nothing may say so any more.
            await self._sent.drop_settled(f"{words.NAME}:")
            self._swept = now
        more = await self._waiting.look_again()
        return 0.05 if more else _LOOK_SECONDS

    async def _strip_again(self) -> None:
        """Names that came onto the roster since are taken out of older questions too."""
        self._people = None
        people, known = await self._names(), self._books.known()
        kept = await self._store.all()

        def changed() -> list[tuple[str, str]]:
            pairs = ((one, stripped(one.text, people, known)) for one in kept)
            return [(one.id, text) for one, text in pairs if text != one.text]

        for question_id, text in await asyncio.to_thread(changed):
            await self._store.rewrite(question_id, text, key_of(text) or question_id)

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """The questions whose answer a member waits for; nothing else leads to anybody."""
        waits = await self._store.waits_of(channel, member_id)
        if not waits:
            return ()
        rows = tuple(words.waited(text, wait.since) for wait, text in waits)
        return (Kept("在等答案的问题", f"有答案为止，最多 {self._keep_days} 天", rows),)

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete that a member waits for anything."""
        self._asked[1].pop(f"{channel}:{member_id}", None)
        self._listing.forget(channel, member_id)
        await self._store.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a chat to its new id."""
        await self._store.moved(channel, old_chat, new_chat)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
