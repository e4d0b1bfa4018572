"""/join, /leave and /roster: codes that people send, and the roster behind them."""

from __future__ import annotations

import logging

from bot.channels.base import Outlet, Target
from bot.errors import SendError
from bot.features.organisation import join_words as words
from bot.features.organisation import role_words
from bot.features.organisation.picker import Picker, opened
from bot.messages import Incoming, Reply
from bot.organisation import Organisation, Redeemed, Role

_log = logging.getLogger(__name__)


class JoinDialogue:
    """What a code leads to, and the way back."""

    def __init__(self, org: Organisation, outlet: Outlet) -> None:
        self._org = org
        self._outlet = outlet

    async def join(self, incoming: Incoming, text: str) -> Reply:
        """Use a code."""
        if not text.strip():
            return words.FORM
        done = await self._org.redeem(incoming, text)
        if done.outcome == "wait":
            return words.wait(done.seconds)
        if done.outcome in {"wrong", "void"} or done.invitation is None:
            return words.VOID if done.outcome == "void" else words.WRONG
        path = self._org.units.path_name(done.invitation.unit)
        if done.outcome == "have":
            return words.HAVE_NAME if done.entry is not None else words.HAVE_ROLE
        if done.entry is not None:
            return words.name_taken(done.entry, path)
        await self._tell_giver(incoming, done, path)
        return words.role_taken(Role(done.invitation.role), path)

    async def _tell_giver(self, incoming: Incoming, done: Redeemed, path: str) -> None:
        """Who gave a code away learns at once who used it."""
        assert done.invitation is not None
        role = Role(done.invitation.role)
        for grant in await self._org.grants():
            same = grant.member_id == incoming.member_id and grant.channel == incoming.channel
            if same and grant.role is role and grant.unit == done.invitation.unit:
                reply = role_words.told(role, path, incoming.member_id, grant.id)
                try:
                    await self._outlet.send(Target(done.invitation.made_by), reply)
                except SendError as error:
                    _log.warning("授权码用掉了，没能告诉发码的人：%s", type(error).__name__)

    async def leave(self, incoming: Incoming) -> Reply:
        """Ask whether to leave the roster."""
        entries = await self._org.member(incoming.channel, incoming.member_id)
        return words.ask_leave(entries, self._org.units) if entries else words.NOT_BOUND

    async def pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Answer a button about leaving; it concerns only who presses it."""
        if parts[:1] == ["a"]:
            return await self.leave(incoming)
        if parts[:1] == ["x"]:
            return words.CANCELLED
        if parts[:1] != ["y"]:
            return words.NOT_BOUND
        return words.LEFT if await self._org.leave(incoming) else words.NOT_BOUND

    # --- looking at the roster -------------------------------------------------------------------

    async def roster(self, incoming: Incoming, at: str = "", page: int = 0) -> Reply | None:
        """How many are bound, by unit; None when the speaker may not see it."""
        roles = await self._org.roles_in(incoming)
        if not roles.admin and not roles.secretary:
            return None
        if not await self._org.roster():
            return Reply(words.NO_ROSTER)
        units = self._org.units
        tops = () if roles.admin else self._org.tops(roles)
        picker = Picker(units, "org:n", "org:n:x", "org:n:x", tops, pickable=False)
        if not (at in units and (roles.admin or at in roles.manages)):
            at = picker.start
        allowed = None if roles.admin else roles.manages
        people = await self._org.roster(units.subtree(at) if at else allowed)
        here = [entry for entry in people if entry.unit == at]
        rows = picker.rows(at, page)
        return words.roster_page(units.path_name(at) if at else "", people, here, rows)

    async def roster_pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Answer a button under /roster: it opens a unit."""
        if parts[:1] == ["x"]:
            return words.CANCELLED
        if parts[:1] == ["o"]:
            at, page = opened(parts[1:])
            return await self.roster(incoming, at, page)
        if parts[:1] == ["p"] and len(parts) > 1:
            return await self.roster(incoming, parts[1])
        return None
