"""Notices in the chat: /notice writes one, /notices looks after those that were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.features.notices import receipts, words
from bot.features.notices.approving import Approving
from bot.features.notices.background import NoticeWork
from bot.features.notices.drafting import Drafting
from bot.features.notices.kept import told
from bot.features.notices.managing import Managing
from bot.features.notices.model import NAME, Notice, Phase
from bot.features.routing import note_refusal
from bot.messages import Incoming, Reply
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.features.notices.office import Office
    from bot.organisation import Roles

_DECIDE = frozenset({"ok", "no", "bk"})
_NUMBER_CHARS_MAX = 9


@dataclass(frozen=True, slots=True)
class _Press:
    """A button of ours: ``notices:<verb>:<number>[:<more>…]``."""

    verb: str
    number: int
    more: tuple[str, ...]

    @classmethod
    def of(cls, data: str) -> _Press | None:
        """Read a button's data; None for odd ones."""
        _, verb, number, *more = [*data.split(":"), "", ""][: max(3, data.count(":") + 1)]
        if not verb or not number.isdecimal() or len(number) > _NUMBER_CHARS_MAX:
            return None
        return cls(verb, int(number), tuple(more))


class Notices:
    """The feature; every command and press asks anew who may."""

    name = NAME
    summary = "发通知、看送达和回执"
    commands: Mapping[str, Command] = {
        command.name: command
        for command in (
            Command("notice", "写一份通知（书记和管理员）", private_only=True),
            Command("notices", "发过的通知、送达和回执", private_only=True),
        )
    }

    def __init__(self, office: Office, outlet: Outlet) -> None:
        self._office = office
        self._drafting = Drafting(office, outlet)
        self._managing = Managing(office, self._drafting)
        self._approving = Approving(office, self._drafting, self._managing, outlet)
        self.work = NoticeWork(office, self._managing, outlet)

    async def load(self) -> None:
        """Take up the drafts that are there.

        Raises:
            StorageError: the database refuses.
        """
        await self._drafting.load()

    def listens(self, turn: Turn) -> bool:
        """Words, a picture or a file that a draft waits for."""
        incoming = turn.incoming
        return (
            incoming.private and not turn.command and self._drafting.awaited(incoming) is not None
        )

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer our commands, our buttons, and words that a draft waits for."""
        incoming = turn.incoming
        if incoming.pressed is not None:
            return await self._pressed(incoming, incoming.pressed)
        roles = await self._office.org.roles_in(incoming)
        if not (roles.admin or roles.secretary):
            return self._refused(incoming, f"/{turn.command}")
        if turn.command == "notice":
            return await self._drafting.command(turn, roles)
        if turn.command == "notices":
            return await self._managing.history(incoming, roles, search=turn.rest.strip())
        return await self._said(incoming, roles)

    async def _said(self, incoming: Incoming, roles: Roles) -> Reply:
        number = self._drafting.awaited(incoming)
        notice = await self._office.store.find(number) if number is not None else None
        if notice is None:
            return words.GONE
        if notice.phase is Phase.DRAFT:
            return await self._drafting.said(incoming, notice, roles)
        if notice.step == "fix" and await self._managing.may(notice, incoming, roles):
            content = Reply(incoming.text, (), incoming.spans)
            return await self._managing.corrected(incoming, notice, content)
        self._drafting.forget(incoming.channel, incoming.member_id)
        return words.DECIDED

    async def _pressed(self, incoming: Incoming, data: str) -> Reply | None:
        press = _Press.of(data)
        if press is None:
            return None
        notice = await self._office.store.find(press.number)
        if press.verb == "a":
            return await self._answered(incoming, notice, press)
        return await self._private(incoming, notice, press) if incoming.private else None

    async def _private(self, incoming: Incoming, notice: Notice | None, press: _Press) -> Reply:
        """A secretary's button."""
        roles = await self._office.org.roles_in(incoming)
        may = roles.admin or roles.secretary
        if may and press.verb == "l":
            return await self._managing.history(incoming, roles, press.number or None)
        if may and notice is None:
            return words.GONE
        if notice is None or not may:
            return self._refused(incoming, f"{NAME}:{press.verb}")
        if not await self._may(incoming, notice, roles):
            note_refusal(incoming, f"{NAME}:{press.verb}")
            return words.NOT_THIS
        reply = await self._of_notice(incoming, notice, press, roles)
        if press.verb != "s" and words.follows_preview(reply):
            return await self._drafting.below(incoming, reply)
        return reply

    async def _may(self, incoming: Incoming, notice: Notice, roles: Roles) -> bool:
        if notice.phase in {Phase.DRAFT, Phase.DROPPED}:
            return _own(incoming, notice)
        return await self._managing.may(notice, incoming, roles)

    async def _of_notice(
        self, incoming: Incoming, notice: Notice, press: _Press, roles: Roles
    ) -> Reply:
        first = press.more[0] if press.more else ""
        if press.verb in _DECIDE:
            return await self._approving.decided(incoming, notice, press.verb, first, roles)
        if press.verb == "go" and _own(incoming, notice):
            return await self._approving.confirmed(incoming, notice, first, roles)
        if notice.phase is Phase.WAITING:
            return await self._approving.waiting_screen(incoming, notice)
        if notice.phase is Phase.DRAFT:
            return await self._drafting.pressed(incoming, press.verb, notice, press.more, roles)
        if notice.phase is Phase.DROPPED:
            return words.GONE
        return await self._managing.pressed(incoming, press.verb, notice, press.more)

    async def _answered(
        self, incoming: Incoming, notice: Notice | None, press: _Press
    ) -> Reply | None:
        """A receipt; buttons of a preview say so."""
        if notice is None:
            return Reply("", toast="这条通知已经不在了。")
        if incoming.private:
            return words.PREVIEW_TOAST
        letter = press.more[0] if press.more else ""
        return await receipts.press(self._office, incoming, notice, letter)

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Notices that a member wrote or agreed to, and receipts."""
        return await told(self._office, channel, member_id)

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete a member's receipts and drafts."""
        self._drafting.forget(channel, member_id)
        await self._office.copies.forget(channel, member_id)
        await self._office.store.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a chat to its new id."""
        await self._office.copies.moved(channel, old_chat, new_chat)

    @staticmethod
    def _refused(incoming: Incoming, what: str) -> Reply:
        note_refusal(incoming, what)
        return words.NOT_YOURS


def _own(incoming: Incoming, notice: Notice) -> bool:
    return (notice.channel, notice.author) == (incoming.channel, incoming.member_id)
