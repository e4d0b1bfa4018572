"""Leads an admin through a change, step by step; every step is kept, every button good for one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import Overtaken, Refused
from bot.features.editing import words
from bot.features.editing.drawing import Drawn, draw
from bot.features.editing.model import Act, Body, Draft
from bot.features.editing.shelf import Shelf, clipped, token
from bot.features.editing.steps import Choosing
from bot.features.editing.way import STEPS, asked, before, following, screen, started
from bot.features.editing.workshop import Workshop, Written, bases
from bot.knowledge.limits import plain, slip
from bot.messages import Incoming, Reply
from bot.storage.database import StorageError

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.features.editing.store import DraftStore
    from bot.features.teaching import Pupil
    from bot.knowledge.patches import Patch
    from bot.organisation import Organisation

_log = logging.getLogger(__name__)

_OF_ENTRY = frozenset({Act.ANSWER, Act.TITLE, Act.UNTIL, Act.UNASK, Act.REMOVE})
"""Acts that change the entry of the card."""
LISTEN_HOURS = 1
"""So long after the last step plain words still belong to the draft."""
QUESTION_CHARS_MAX = 200
Who = Callable[[Incoming, str], Awaitable[str]]
"""How an author is called to whoever looks."""


class Guide:
    """Keeps the drafts and leads through them.

    Args:
        store: of the drafts.
        workshop: changes the files.
        org: keeps the log of who did what.
        clock: tells now.
        who: how an author is called.
    """

    def __init__(
        self, store: DraftStore, workshop: Workshop, org: Organisation, clock: Clock, who: Who
    ) -> None:
        self.pupil: Pupil | None = None
        self._store = store
        self._workshop = workshop
        self._org = org
        self._clock = clock
        self._who = who
        self._awaiting: dict[tuple[str, str], tuple[datetime, bool]] = {}
        """Of each draft: when it went on last, and whether its step takes words."""
        self._verbs: Mapping[str, Callable[[Incoming, Draft, str], Awaitable[Reply]]] = {
            "g": self._act,
            "s": self._chosen,
            "p": self._page,
            "b": self._back,
            "m": self._more,
            "e": self._again,
            "x": self._cancel,
            "r": self._redo,
            "y": self._confirm,
        }

    # --- beginning -------------------------------------------------------------------------------

    async def load(self) -> None:
        """After a restart the drafts go on where they were.

        Raises:
            StorageError: the database refuses.
        """
        for draft in await self._store.all():
            self._await_words(draft)

    async def card(self, incoming: Incoming, text: str) -> Reply:
        """Answer /edit with a question, and maybe its new answer in the lines below."""
        first, _, rest = text.partition("\n")
        question = plain(first)[:QUESTION_CHARS_MAX]
        shelf = self._workshop.shelf()
        now = shelf.consider(question)
        body = Body(question=question, near=now.near, ref=now.ref)
        if rest.strip() and now.ref:
            fault = slip("answer", plain(rest))
            if not fault:
                body = replace(body, act=Act.ANSWER, answer=plain(rest), step="preview")
                return await self._begun(incoming, body)
            reply = await self._begun(incoming, body)
            return Reply(f"新的回答{fault}\n\n{reply.text}", reply.buttons)
        reply = await self._begun(incoming, body)
        return replace(reply, text=f"{words.NOT_USED}\n\n{reply.text}") if rest.strip() else reply

    async def find(self, incoming: Incoming) -> Reply:
        """Look for an entry to change."""
        return await self._begun(incoming, Body(act=Act.FIND, step="ref"))

    async def begin(
        self, incoming: Incoming, act: Act, question: str, question_id: str, near: Sequence[str]
    ) -> Reply:
        """Start a deed for a question of the inbox."""
        question = plain(question)[:QUESTION_CHARS_MAX]
        shelf = self._workshop.shelf()
        found = tuple(entry.ref for entry in shelf.entries(near))
        body = Body(
            question=question,
            question_id=question_id,
            near=found or shelf.consider(question).near,
        )
        return await self._begun(incoming, started(body, act))

    async def _begun(self, incoming: Incoming, body: Body) -> Reply:
        draft = await self._store.begin(incoming.channel, incoming.member_id, body)
        return await self._show(incoming, draft)

    # --- pressing and typing ---------------------------------------------------------------------

    def awaits(self, incoming: Incoming) -> bool:
        """Whether a member's plain words are for a draft."""
        found = self._awaiting.get((incoming.channel, incoming.member_id))
        if found is None or self._clock() - found[0] >= timedelta(hours=LISTEN_HOURS):
            return False
        return found[1] or incoming.edited

    def forget(self, channel: str, member_id: str) -> None:
        """A member's words are for no draft any more."""
        self._awaiting.pop((channel, member_id), None)

    async def pressed(self, incoming: Incoming, verb: str, revision: str, arg: str) -> Reply:
        """A button of a draft."""
        draft = await self._store.find(incoming.channel, incoming.member_id)
        act = self._verbs.get(verb)
        if draft is None or act is None:
            return words.ENDED
        if str(draft.revision) != revision:
            return words.stale(await self._show(incoming, draft))
        return await act(incoming, draft, arg)

    async def said(self, incoming: Incoming) -> Reply:
        """Words that a step waits for."""
        if incoming.edited:
            return await self._edited(incoming)
        draft = await self._store.find(incoming.channel, incoming.member_id)
        step = STEPS.get(draft.body.step) if draft is not None else None
        if draft is None or step is None:
            self.forget(incoming.channel, incoming.member_id)
            return words.GONE
        if not incoming.text.strip():
            return Reply("请打字发来。", (words.foot(draft),))
        after = step.said(draft.body, incoming.text, self._workshop.shelf())
        if isinstance(after, str):
            return Reply(after, (words.foot(draft),))
        searched = isinstance(step, Choosing) and after.seek != ""
        reply = await self._on(incoming, draft, after if searched else following(after))
        return words.BUSY_SAID if reply is words.BUSY else reply

    async def _edited(self, incoming: Incoming) -> Reply:
        """Words of an earlier step were put in another way: they are not those of this one."""
        now = await self.going_on(incoming)
        if now is None:
            self.forget(incoming.channel, incoming.member_id)
            return words.GONE
        return replace(now, text=f"{words.EDITED}\n\n{now.text}")

    async def going_on(self, incoming: Incoming) -> Reply | None:
        """Where a member's draft stands; None without one."""
        draft = await self._store.find(incoming.channel, incoming.member_id)
        return await self._show(incoming, draft) if draft is not None else None

    async def _on(self, incoming: Incoming, draft: Draft, body: Body) -> Reply:
        """Keep the next step and show it."""
        after = await self._store.save(draft, body)
        if after is None:
            return words.BUSY
        return await self._show(incoming, after)

    async def _act(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        if arg not in set(Act):
            return words.ENDED
        body = started(draft.body, Act(arg))
        entry = self._workshop.shelf().by_ref.get(body.ref)
        if body.act in _OF_ENTRY and entry is None:
            return words.ENDED
        if body.act == Act.UNASK and entry is not None:
            own = [ask for ask in entry.asks if plain(ask) == plain(body.question)]
            body = following(replace(body, phrase=own[0])) if own else body
        return await self._on(incoming, draft, body)

    async def _chosen(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        step, shelf = STEPS.get(draft.body.step), self._workshop.shelf()
        options = step.options(draft.body, shelf) if step is not None else ()
        key = next((one.key for one in options if token(one.key) == arg), None)
        body = step.chosen(draft.body, key, shelf) if step is not None and key else None
        if body is None:
            return words.stale(await self._show(incoming, draft))
        return await self._on(incoming, draft, following(body))

    async def _page(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        page = int(arg) if arg.isdecimal() and len(arg) < 4 else 0
        return await self._on(incoming, draft, replace(draft.body, page=page))

    async def _back(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        """The step before, unanswered; before the first there is the card."""
        del arg
        body = draft.body
        last = before(body)
        if last is None:
            entry = body.ref if body.act != Act.FIND else ""
            kept = (body.question, body.question_id, body.near)
            return await self._on(incoming, draft, Body("", "card", *kept, ref=entry))
        body = STEPS[last].cleared(body)
        return await self._on(incoming, draft, replace(body, step=last))

    async def _more(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        del incoming, arg
        return words.more(draft, self._workshop.shelf().by_ref.get(draft.body.ref))

    async def _again(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        """Say one part anew; without one: which?"""
        body = draft.body
        names = [name for name in asked(body) if name != "ref"]
        if arg in names:
            cleared = STEPS[arg].cleared(body)
            return await self._on(incoming, draft, replace(cleared, step=arg))
        if len(names) == 1:
            return await self._again(incoming, draft, names[0])
        if not names:
            return await self._back(incoming, draft, "")
        return words.changes_menu(draft, [(name, STEPS[name].short) for name in names])

    async def _cancel(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        del arg
        await self._store.drop(*draft.who, draft.revision)
        self.forget(incoming.channel, incoming.member_id)
        return words.CANCELLED

    # --- showing ---------------------------------------------------------------------------------

    async def _show(self, incoming: Incoming, draft: Draft) -> Reply:
        """The screen of a draft's step."""
        self._await_words(draft)
        shelf = self._workshop.shelf()
        step = STEPS.get(draft.body.step)
        if draft.body.step == "card":
            return self._card(draft, shelf)
        if step is not None:
            return screen(draft, step, shelf)
        return await self._preview(incoming, draft)

    def _card(self, draft: Draft, shelf: Shelf) -> Reply:
        body = draft.body
        entry = shelf.by_ref.get(body.ref)
        now = shelf.consider(body.question) if body.question else None
        locks = self._workshop.editor.locks.all()
        lock = locks.get(entry.topic.id) if entry is not None else None
        return words.card(draft, shelf, now, lock)

    async def _preview(self, incoming: Incoming, draft: Draft) -> Reply:
        del incoming
        try:
            shelf = self._workshop.shelf()
            drawn = await asyncio.to_thread(draw, draft.body, shelf, self._workshop.editor.raw)
            tried = await self._workshop.rehearse(drawn.patches, draft.body.question)
        except Refused as refusal:
            return words.refused(draft, str(refusal), locked=self._locked(draft.body))
        body = replace(draft.body, step="preview", bases=bases(drawn.patches))
        after = draft if body == draft.body else await self._store.save(draft, body)
        if after is None:
            return words.BUSY
        return words.preview(after, drawn, tried, shelf)

    def _locked(self, body: Body) -> str:
        """The topic that a change would touch, if that is what keeps it from being made."""
        touched = {ref.partition("/")[0] for ref in (body.ref, body.target, body.topic)}
        return next(iter(sorted(touched & self._workshop.editor.locks.all().keys())), "")

    def _await_words(self, draft: Draft) -> None:
        self._awaiting[draft.who] = (draft.at, draft.body.step in STEPS)

    # --- doing -----------------------------------------------------------------------------------

    async def _redo(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        """After a conflict: the same change on what the files hold now."""
        del arg
        return await self._on(incoming, draft, replace(draft.body, step="preview", bases=()))

    async def _confirm(self, incoming: Incoming, draft: Draft, arg: str) -> Reply:
        del arg
        if draft.body.step != "preview" or not draft.body.bases:
            return words.stale(await self._show(incoming, draft))
        # Whoever moves the revision on does it; a second press finds another revision.
        taken = await self._store.save(draft, draft.body)
        if taken is None:
            return words.BUSY
        try:
            shelf, raw = self._workshop.shelf(), self._workshop.editor.raw
            drawn = await asyncio.to_thread(draw, taken.body, shelf, raw)
            if bases(drawn.patches) != taken.body.bases:
                return await self._overtaken(incoming, taken, drawn.patches)
            return await self._write(incoming, taken, drawn)
        except Overtaken:
            return await self._overtaken(incoming, taken, drawn.patches)
        except Refused as refusal:
            return words.refused(taken, str(refusal), locked=self._locked(taken.body))

    async def _write(self, incoming: Incoming, draft: Draft, drawn: Drawn) -> Reply:
        author = f"{incoming.channel}:{incoming.member_id}"
        written = await self._workshop.write(drawn.patches, author)
        if written.problems:
            return words.failed(draft, written)
        self.forget(incoming.channel, incoming.member_id)
        told = await self._put_down(incoming, draft, drawn, written)
        question = draft.body.question
        now = self._workshop.shelf().consider(question) if question else None
        return words.done(written, question, now, told)

    async def _put_down(
        self, incoming: Incoming, draft: Draft, drawn: Drawn, written: Written
    ) -> str:
        """What follows in the database; gives a line for the admin.

        The files are changed: a database that refuses must not have it told otherwise.
        """
        try:
            await self._store.drop(*draft.who)
        except StorageError as error:
            _log.warning("资料改好了，没改完的那一份没能删：%s", error)
        try:
            subject = " ".join(f"{change.number}:{change.file}" for change in written.changes)
            await self._org.audit(incoming, "knowledge.edit", subject[:200])
        except StorageError as error:
            _log.warning("资料改好了，没能记进操作记录：%s", error)
        if self.pupil is None or not draft.body.question_id:
            return ""
        try:
            return await self.pupil.taught(draft.body.question_id, drawn.ref)
        except StorageError as error:
            _log.warning("资料改好了，收件箱没能更新：%s", error)
            return words.NOT_TAUGHT

    async def _overtaken(self, incoming: Incoming, draft: Draft, patches: Sequence[Patch]) -> Reply:
        """Tell who was first, if that is known."""
        then = {base.partition(" ")[2]: base.partition(" ")[0] for base in draft.body.bases}
        changed = [p.file for p in patches if then.get(p.file, "-") != p.base] or list(then)
        file = changed[0] if changed else ""
        last = await asyncio.to_thread(self._workshop.editor.last_of, file)
        who = ""
        if last is not None:
            name = await self._who(incoming, last.author)
            who = f"{name}，{words.when(last)}，{clipped(last.what, 60)}"
        return words.conflict(draft, file, who)
