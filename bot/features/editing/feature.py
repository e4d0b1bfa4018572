"""/edit, /undo, /lock: admins change the knowledge in a private chat; who may is asked anew."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.errors import Refused
from bot.features.editing import words
from bot.features.editing.guiding import Guide
from bot.features.editing.history import History
from bot.features.editing.model import NAME, Act
from bot.features.editing.store import DRAFT_HOURS
from bot.features.routing import note_refusal
from bot.knowledge.edit import LOG_DAYS
from bot.messages import Incoming, Reply
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.features.editing.store import DraftStore
    from bot.features.editing.workshop import Workshop
    from bot.features.teaching import Deed, OpenQuestion, Pupil
    from bot.organisation import Organisation

_log = logging.getLogger(__name__)

TIDY_SECONDS = 3600.0


class Editing:
    """The feature; it is also the inbox's teacher (``teaching.Teacher``).

    Args:
        store: of the drafts.
        workshop: changes the files.
        org: knows names, and keeps the log of who did what.
        clock: tells now.
    """

    name = NAME
    summary = "改资料、撤回、锁定"
    commands: Mapping[str, Command] = {
        command.name: command
        for command in (
            Command("edit", "改一句话的回答，如 /edit 红色代办在哪办", True, True),
            Command("undo", "看改过什么资料，撤回或重做", True, True),
            Command("lock", "锁定一个主题，不让改", True, True),
            Command("unlock", "解锁一个主题", True, True),
        )
    }

    def __init__(
        self, store: DraftStore, workshop: Workshop, org: Organisation, clock: Clock
    ) -> None:
        self._store = store
        self._workshop = workshop
        self._history = History(workshop, org)
        self._guide = Guide(store, workshop, org, clock, self._history.who)

    async def load(self) -> None:
        """Take up the drafts that are there.

        Raises:
            StorageError: the database refuses.
        """
        await self._guide.load()

    def teach(self, pupil: Pupil) -> None:
        """Tell ``pupil`` of every question of its own that was taught."""
        self._guide.pupil = pupil

    async def begin(self, turn: Turn, deed: Deed, question: OpenQuestion) -> Reply:
        """Start the dialogue for a question of the inbox."""
        incoming = turn.incoming
        if not (incoming.admin and incoming.private):
            note_refusal(incoming, f"{NAME}:{deed}")
            return words.NOT_YOURS
        act = Act(deed.value)
        return await self._guide.begin(incoming, act, question.text, question.id, question.near)

    def listens(self, turn: Turn) -> bool:
        """Words that a draft waits for, and others put in place of words that it had."""
        incoming = turn.incoming
        mine = incoming.private and incoming.admin and not turn.command
        return mine and self._guide.awaits(incoming)

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer our commands, our buttons, and words that a draft waits for."""
        incoming = turn.incoming
        if not incoming.private:
            return None
        if not incoming.admin:
            note_refusal(incoming, incoming.pressed or f"/{turn.command}")
            return words.NOT_YOURS
        try:
            if incoming.pressed is not None:
                return await self._pressed(incoming, incoming.pressed)
            return await self._said(turn)
        except Refused as refusal:
            return Reply(str(refusal))

    async def _said(self, turn: Turn) -> Reply:
        incoming, rest = turn.incoming, turn.rest.strip()
        if turn.command == "edit":
            if rest:
                return await self._guide.card(incoming, rest)
            return await self._beside_draft(incoming, words.USAGE)
        if turn.command == "undo":
            return await self._history.listed(incoming)
        if turn.command in {"lock", "unlock"}:
            lock = turn.command == "lock"
            if not rest:
                return await self._history.locks(incoming)
            return await self._history.command(incoming, rest, lock=lock)
        return await self._guide.said(incoming)

    async def _pressed(self, incoming: Incoming, data: str) -> Reply:
        _, verb, first, *more = [*data.split(":"), "", "", ""]
        history = self._history
        if verb in {"u", "h", "l"}:
            acts = {"u": history.undo, "h": history.turned, "l": history.locks}
            return await acts[verb](incoming, first)
        if verb in {"k", "o"}:
            reply = await self._history.pressed(incoming, first, lock=verb == "k")
            return await self._beside_draft(incoming, reply)
        if verb == "c":
            return await self._guide.going_on(incoming) or words.ENDED
        if verb == "f":
            return await self._guide.find(incoming)
        return await self._guide.pressed(incoming, verb, first, more[0])

    async def _beside_draft(self, incoming: Incoming, reply: Reply) -> Reply:
        """A reply with a way back to the draft that waits, if there is one."""
        draft = await self._store.find(incoming.channel, incoming.member_id)
        return words.going_on(reply) if draft is not None else reply

    # --- what is kept ----------------------------------------------------------------------------

    async def step(self) -> float:
        """Delete drafts and changes when their time is over; fits ``turn.Background``."""
        await self._store.tidy()
        try:
            await asyncio.to_thread(self._workshop.editor.tidy)
        except Refused as refusal:
            _log.warning("没能清理改动记录：%s", refusal)
        return TIDY_SECONDS

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """The draft, the changes and the locks of a member."""
        author, found = f"{channel}:{member_id}", list[Kept]()
        draft = await self._store.find(channel, member_id)
        if draft is not None:
            row = f"{draft.at:%Y-%m-%d %H:%M} {draft.body.question or '（还没写）'}"
            found.append(Kept("没改完的资料", f"{DRAFT_HOURS} 小时", (row,)))
        try:
            log = await asyncio.to_thread(self._workshop.editor.changes)
        except Refused as refusal:  # what others keep is told all the same
            _log.warning("没能看改动记录：%s", refusal)
            log = []
        rows = tuple(
            f"{row.moment:%Y-%m-%d %H:%M} {row.file}：{row.what}"
            for row in log
            if row.author == author
        )
        if rows:
            found.append(Kept("改过的资料", f"{LOG_DAYS} 天", rows))
        held = self._held(author)
        return (*found, Kept("锁定的主题", "解锁为止", held)) if held else tuple(found)

    def _held(self, author: str) -> tuple[str, ...]:
        """The locks of a member; a list that cannot be read is for admins to mend."""
        try:
            locks = self._workshop.editor.locks.all().values()
        except Refused:
            return ()
        return tuple(f"{k.moment:%Y-%m-%d %H:%M} {k.topic}" for k in locks if k.by == author)

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete the draft; what was changed and locked stays, not by whom."""
        self._guide.forget(channel, member_id)
        await self._store.drop(channel, member_id)
        await asyncio.to_thread(self._workshop.editor.forget, f"{channel}:{member_id}")

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Nothing is kept about groups."""
