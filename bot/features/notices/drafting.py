"""Writing a notice: step by step with buttons, or in one line; drafts live in the database."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels.base import Sent, Target
from bot.errors import SendError
from bot.features.notices import rules, words
from bot.features.notices.choosing import Chooser
from bot.features.notices.model import Aim, Notice, Phase
from bot.features.notices.said import content_of, said_moment, text_slip
from bot.features.notices.when import Moment, Unclear, read_when, stamp
from bot.messages import Incoming, Reply
from bot.organisation import BoundChat, Roles

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.features.notices.office import Office
    from bot.turn import Turn

_log = logging.getLogger(__name__)

STEPS = ("category", "text", "aim", "when", "receipt", "preview")
TYPED = frozenset({"category", "text", "aim", "when", "deadline", "fix"})
"""Steps that wait for words."""
_NUMBER_CHARS_MAX = 12
LISTEN_HOURS = 3
"""So long after the last step plain words still belong to the draft."""


class Drafting:
    """Leads through a draft.

    Args:
        office: keeps and plans.
        outlet: sends previews.
    """

    def __init__(self, office: Office, outlet: Outlet) -> None:
        self._office = office
        self._outlet = outlet
        self._awaiting: dict[tuple[str, str], tuple[int, str, datetime]] = {}

    # --- which draft -----------------------------------------------------------------------------

    async def load(self) -> None:
        """After a restart the drafts go on where they were.

        Raises:
            StorageError: the database refuses.
        """
        for draft in reversed(await self._office.store.open_drafts()):
            self.await_words(draft)

    def await_words(self, notice: Notice, by: Incoming | None = None) -> None:
        """Remember what the next words of the author, or of whoever corrects, are for."""
        step = notice.asks
        who = (notice.channel, notice.author) if by is None else (by.channel, by.member_id)
        if step in TYPED:
            self._awaiting[who] = (notice.id, step, self._office.clock())
        elif self._awaiting.get(who, (0,))[0] == notice.id:
            del self._awaiting[who]

    def awaited(self, incoming: Incoming) -> int | None:
        """The number of the notice that a member's words are for."""
        found = self._awaiting.get((incoming.channel, incoming.member_id))
        if found is None or self._office.clock() - found[2] > timedelta(hours=LISTEN_HOURS):
            return None
        return found[0]

    def await_no_more(self, incoming: Incoming, notice_id: int) -> None:
        """A member's next words are no longer for this notice."""
        who = (incoming.channel, incoming.member_id)
        if self._awaiting.get(who, (0,))[0] == notice_id:
            del self._awaiting[who]

    def forget(self, channel: str, member_id: str) -> None:
        """Drop what is remembered of a member."""
        self._awaiting.pop((channel, member_id), None)

    async def _open(self, incoming: Incoming) -> Notice | None:
        drafts = await self._office.store.open_drafts()
        mine = (incoming.channel, incoming.member_id)
        return next((one for one in drafts if (one.channel, one.author) == mine), None)

    async def new(self, incoming: Incoming) -> Notice:
        """Begin a draft."""
        made = Notice(
            id=0,
            channel=incoming.channel,
            author=incoming.member_id,
            chat_id=incoming.chat_id,
            created_at=self._office.clock(),
            step=STEPS[0],
        )
        return await self._office.store.add(made)

    async def change(self, notice: Notice, **changes: object) -> Notice | None:
        """Write a change of a draft; None when it changed elsewhere meanwhile."""
        changed = replace(notice, revision=notice.revision + 1, **changes)  # type: ignore[arg-type]
        if not await self._office.store.save(changed, notice):
            return None
        self.await_words(changed)
        return changed

    # --- commands and words ----------------------------------------------------------------------

    async def command(self, turn: Turn, roles: Roles) -> Reply:
        """Answer /notice, alone or with everything in one line."""
        incoming = turn.incoming
        if not await self._chats(roles):
            return words.NO_CHATS
        if turn.rest or incoming.attachments:
            return await self._one_line(turn, roles)
        draft = await self._open(incoming)
        if draft is not None and (draft.written or draft.category):
            return words.open_draft(draft)
        return await self.show(draft or await self.new(incoming), roles)

    async def _one_line(self, turn: Turn, roles: Roles) -> Reply:
        incoming, categories = turn.incoming, self._office.org.categories
        read = rules.read_shortcut(turn.rest, categories)
        draft = await self.new(incoming)
        if read is None:
            content = content_of(incoming, turn.rest, 0)
            changed = await self.change(
                draft, content=content, aim=self._default_aim(roles), step="+category"
            )
            return words.GONE if changed is None else await self.show(changed, roles)
        now, notes, open_steps = self._office.clock(), list[str](), list[str]()
        content = content_of(incoming, turn.rest, read.start)
        if not content.text and not content.attachments:
            open_steps.append("text")
        aim = self._aim_of(read.aim, roles, notes)
        if aim is None:
            open_steps.append("aim")
        send_at = said_moment(read.when, now, notes)
        if isinstance(send_at, Unclear):
            open_steps.append("when")
        deadline = said_moment(read.deadline, now, notes)
        if isinstance(deadline, Unclear):
            open_steps.append("deadline")
        changed = await self.change(
            draft, category=read.category, content=content, aim=aim,
            send_at=None if isinstance(send_at, Unclear) else send_at,
            deadline=None if isinstance(deadline, Unclear) else deadline,
            receipt=read.receipt, silent=read.silent,
            step="".join(f"+{step}" for step in open_steps) or "preview",
        )  # fmt: skip
        return words.GONE if changed is None else await self.show(changed, roles, notes)

    def _aim_of(self, text: str, roles: Roles, notes: list[str]) -> Aim | None:
        """The groups of the one-line form; None when the name is not that of one unit."""
        if not text:
            return self._default_aim(roles)
        found = [unit for unit in self._office.org.units.find(text) if roles.can_notify(unit.id)]
        if len(found) == 1:
            return Aim("units", (found[0].id,))
        notes.append(f"“{text[:20]}”对应 {len(found)} 个组织，请选一下。")
        return None

    def _default_aim(self, roles: Roles) -> Aim:
        tops = () if roles.admin else self._office.org.tops(roles)
        return Aim("units", tops) if tops else Aim("all")

    async def said(self, incoming: Incoming, notice: Notice, roles: Roles) -> Reply:
        """The author's words for a step."""
        if incoming.edited:
            return words.EDITED
        step = notice.asks
        text = incoming.text.strip()
        if step == "category":
            found = [name for name in self._office.org.categories if text and text in name]
            return await self._next(notice, roles, category=found[0]) if len(found) == 1 else (
                words.which_category(notice, self._office.org.categories)
            )  # fmt: skip
        if step == "text":
            content = content_of(incoming, incoming.text, 0)
            slip = text_slip(content)
            if slip:
                return Reply(slip, (words.leave(notice),))
            return await self._next(notice, roles, content=content)
        if step == "aim":
            return await self._aim_said(notice, roles, text)
        read = read_when(text, self._office.clock())
        return await (self._when if step == "when" else self._deadline)(notice, roles, read)

    async def _aim_said(self, notice: Notice, roles: Roles, text: str) -> Reply:
        found = [unit for unit in self._office.org.units.find(text) if roles.can_notify(unit.id)]
        if len(found) == 1:
            return await self._next(notice, roles, aim=Aim("units", (found[0].id,)))
        return (await self._chooser(notice, roles)).matches(found, text)

    async def _when(self, notice: Notice, roles: Roles, read: Moment | Unclear) -> Reply:
        now = self._office.clock()
        if isinstance(read, Unclear):
            return words.ask_when(notice, now, read.question, read.choices)
        if read.at is not None and read.at <= now:
            return words.ask_when(notice, now, f"{stamp(read.at)}已经过了，请另选一个时间。", ())
        return await self._next(notice, roles, send_at=read.at)

    async def _deadline(self, notice: Notice, roles: Roles, read: Moment | Unclear) -> Reply:
        now = self._office.clock()
        if isinstance(read, Unclear):
            return words.ask_deadline(notice, now, read.question, read.choices)
        after = notice.send_at or now
        if read.at is None or read.at <= after:
            return words.ask_deadline(notice, now, f"截止要在发送（{stamp(after)}）以后。", ())
        return await self._next(notice, roles, receipt=True, deadline=read.at)

    # --- presses ---------------------------------------------------------------------------------

    async def pressed(
        self, incoming: Incoming, verb: str, notice: Notice, more: Sequence[str], roles: Roles
    ) -> Reply:
        """A button of a step; the notice is a draft of who presses."""
        if verb == "x":
            dropped = await self.change(notice, phase=Phase.DROPPED, step="")
            return words.DROPPED if dropped is not None else words.GONE
        if verb == "new":
            await self.change(notice, phase=Phase.DROPPED, step="")
            return await self.show(await self.new(incoming), roles)
        if verb in {"o", "u", "y", "al", "c", "k", "d"}:
            return await self._aim_pressed(notice, roles, verb, more)
        first = more[0] if more else ""
        if verb in {"g", "w", "e", "r"}:
            return await self._chosen(notice, roles, verb, first)
        return await self._moved_on(notice, roles, verb, first)

    async def _chosen(self, notice: Notice, roles: Roles, verb: str, first: str) -> Reply:
        """A category, a moment, receipts or none."""
        if verb == "r":
            return await self._receipt_chosen(notice, roles, first)
        number = int(first) if first.isdecimal() and len(first) < _NUMBER_CHARS_MAX else 0
        if verb == "g":
            names = self._office.org.categories
            return await self._next(notice, roles, category=names[min(number, len(names) - 1)])
        zone = self._office.clock().tzinfo
        read = Moment(datetime.fromtimestamp(number, zone) if number else None)
        return await (self._when if verb == "w" else self._deadline)(notice, roles, read)

    async def _receipt_chosen(self, notice: Notice, roles: Roles, choice: str) -> Reply:
        if choice != "2":
            return await self._next(notice, roles, receipt=choice == "1", deadline=None)
        back = "+" if notice.step.startswith("+") else ""
        return await self._to(notice, roles, f"{back}deadline")

    async def _moved_on(self, notice: Notice, roles: Roles, verb: str, first: str) -> Reply:
        """Back, preview, the menu of changes, ringing or not."""
        if verb == "b":
            return await self._back(notice, roles)
        if verb == "j" and first in STEPS:
            return await self._to(notice, roles, f"+{first}")
        if verb == "f":
            return words.change_menu(notice)
        if verb == "s":
            changed = await self.change(notice, silent=not notice.silent)
            shown = changed if changed is not None else notice
            return await self.summary(shown, roles, messages=await self._messages(shown))
        step = notice.step
        ready = notice.category and notice.written and notice.aim is not None
        if verb == "p" and ready and (step.startswith("+") or step == "preview" or not step):
            return await self._to(notice, roles, "preview")
        return await self.show(notice, roles)

    async def _aim_pressed(
        self, notice: Notice, roles: Roles, verb: str, more: Sequence[str]
    ) -> Reply:
        chooser = await self._chooser(notice, roles)
        first = more[0] if more else ""
        page = int(more[-1]) if more and more[-1].isdecimal() and len(more[-1]) < 6 else 0
        allowed = first in self._office.org.units and roles.can_notify(first)
        if verb in {"u", "y"} and allowed:
            aim = Aim("units" if verb == "u" else "only", (first,))
            return await self._next(notice, roles, aim=aim)
        if verb == "al":
            return await self._next(notice, roles, aim=Aim("all"))
        if verb == "d" and notice.aim is not None and notice.aim.values:
            return await self._next(notice, roles)
        if verb == "k":
            number = int(first) if first.isdecimal() and len(first) < 6 else 0
            aim_now = chooser.toggled(more[-1])
            changed = None if aim_now is None else await self.change(notice, aim=aim_now)
            if changed is not None:
                chooser = await self._chooser(changed, roles)
            return chooser.groups(number)
        if verb == "c":
            return chooser.groups(page)
        return chooser.level(first if allowed else "", page)

    # --- where the dialogue stands ---------------------------------------------------------------

    async def _next(self, notice: Notice, roles: Roles, **changes: object) -> Reply:
        """Keep what was said and go on."""
        step = notice.step
        plain = "receipt" if step == "deadline" else step
        if step.startswith("+"):
            rest = step.removeprefix("+").partition("+")[2]
            step = f"+{rest}" if rest else "preview"
        elif plain in STEPS[:-1]:
            step = STEPS[STEPS.index(plain) + 1]
        else:
            step = "preview"
        return await self._to(notice, roles, step, **changes)

    async def _back(self, notice: Notice, roles: Roles) -> Reply:
        step = notice.step
        if notice.asks == "deadline":
            return await self._to(notice, roles, step.replace("deadline", "receipt"))
        if "+" in step[1:]:
            # What was said in one line is not clear yet: there is no preview to go back to.
            return await self.show(notice, roles)
        if step.startswith("+") or step not in STEPS:
            return await self._to(notice, roles, "preview")
        return await self._to(notice, roles, STEPS[max(0, STEPS.index(step) - 1)])

    async def _to(self, notice: Notice, roles: Roles, step: str, **changes: object) -> Reply:
        changed = await self.change(notice, step=step, **changes)
        return words.GONE if changed is None else await self.show(changed, roles)

    async def show(self, notice: Notice, roles: Roles, notes: Sequence[str] = ()) -> Reply:
        """The screen of the step at which a draft stands."""
        self.await_words(notice)
        now, step = self._office.clock(), notice.asks
        if step == "category":
            reply = words.which_category(notice, self._office.org.categories)
        elif step == "text":
            reply = words.ask_text(notice)
        elif step == "aim":
            reply = (await self._chooser(notice, roles)).level()
        elif step == "when":
            reply = words.ask_when(notice, now, "", ())
        elif step == "receipt":
            reply = words.ask_receipt(notice)
        elif step == "deadline":
            reply = words.ask_deadline(notice, now, "", ())
        else:
            messages = await self._messages(notice, show=True)
            return await self.summary(notice, roles, messages=messages, notes=notes)
        return replace(reply, text="\n".join([*notes, reply.text])) if notes else reply

    async def summary(
        self, notice: Notice, roles: Roles, *, messages: int, notes: Sequence[str] = ()
    ) -> Reply:
        """What stands under the preview."""
        return words.summary(await self.facts(notice, roles, messages, notes))

    async def facts(
        self, notice: Notice, roles: Roles, messages: int, notes: Sequence[str] = ()
    ) -> words.Summary:
        """What is to be known before a notice is confirmed."""
        plan = await self._office.plan(notice, roles)
        chars = len(rules.composed(notice).text)
        second = self._office.options.second_person
        now = self._office.clock()
        return words.Summary(notice, plan, now, chars, messages, tuple(notes), second)

    async def _messages(self, notice: Notice, *, show: bool = False) -> int:
        """How many messages a notice becomes; ``show`` sends them to the author."""
        reply = rules.composed(notice)
        if show:
            sent = await self.preview(notice.chat_id, reply)
            if sent is not None:
                return len(sent.message_ids)
        return self._outlet.count(reply)

    async def preview(self, chat_id: str, reply: Reply) -> Sent | None:
        """Show a message exactly as the groups will get it."""
        try:
            return await self._outlet.send(Target(chat_id, silent=True), reply)
        except SendError as error:
            _log.warning("预览没有发出去：%s", type(error).__name__)
            return None

    async def below(self, incoming: Incoming, reply: Reply) -> Reply:
        """Put a screen under the preview that it belongs to; gives what its place shows now."""
        sent = await self.preview(incoming.chat_id, reply)
        return words.BELOW if sent is not None else reply

    async def _chats(self, roles: Roles) -> list[BoundChat]:
        chats = await self._office.org.chats(None)
        return [chat for chat in chats if roles.can_notify(chat.unit)]

    async def _chooser(self, notice: Notice, roles: Roles) -> Chooser:
        tops = () if roles.admin else self._office.org.tops(roles)
        return Chooser(notice, self._office.org.units, await self._chats(roles), tops)
