"""/grant and /roles: giving roles, listing them, taking them back; always in a private chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.features.organisation import role_words as words
from bot.features.organisation.picker import Picker, opened
from bot.features.routing import note_refusal
from bot.messages import Incoming, Reply
from bot.organisation import Grant, Organisation, Role, Roles

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = {"s": Role.SECRETARY, "h": Role.HELPER}
_WORDS = {
    "书记": Role.SECRETARY,
    "secretary": Role.SECRETARY,
    "帮办人员": Role.HELPER,
    "帮办": Role.HELPER,
    "helper": Role.HELPER,
}
_MEMBER_ID = re.compile(r"[1-9]\d{4,18}")
_AUDIT_PAGE = 15


class GrantDialogue:
    """Every step asks anew what the speaker may do; buttons carry no authority."""

    def __init__(self, org: Organisation) -> None:
        self._org = org

    # --- giving ----------------------------------------------------------------------------------

    async def grant_command(self, incoming: Incoming, rest: str) -> Reply | None:
        """Answer /grant; None when the speaker may grant nothing."""
        roles = await self._org.roles_in(incoming)
        if not roles.admin and not roles.secretary:
            return None
        if not len(self._org.units):
            return words.NO_UNITS
        written = rest.split()
        role = _WORDS.get(written[0].lower()) if written else None
        if role is None:
            return words.which_role(roles)
        member_id = written.pop() if _MEMBER_ID.fullmatch(written[-1]) else ""
        return await self._written(incoming, roles, role, " ".join(written[1:]), member_id)

    async def _written(
        self, incoming: Incoming, roles: Roles, role: Role, text: str, member_id: str
    ) -> Reply:
        """``/grant 书记 东门``, perhaps with the id of the member."""
        found = self._org.units.find(text)
        if len(found) != 1:
            picker = self._picker(roles, role)
            rows = picker.matches(found) if found else picker.rows(picker.start)
            near = self._org.units.nearest(text) if text and not found else ""
            if not text:
                return words.which_unit(role, picker.where(picker.start), rows)
            return words.unit_unclear(role, text, near, rows)
        unit = found[0].id
        if not roles.can_grant(role, unit):
            return self._may_not(incoming)
        if not member_id:
            return await self._code(incoming, role, unit)
        new = await self._org.grant(incoming, member_id, role, unit)
        return words.granted(role, self._org.units.path_name(unit), member_id, new=new)

    async def grant_pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Answer a button of the giving dialogue."""
        step, rest = (parts[0] if parts else ""), parts[1:]
        roles = await self._org.roles_in(incoming)
        if step == "x":
            return words.CANCELLED
        if not roles.admin and not roles.secretary:
            return self._may_not(incoming)
        if step == "v" and rest:
            await self._org.void_code(incoming, rest[0])
            return words.VOIDED
        role = _LETTERS.get(step)
        return (
            words.which_role(roles)
            if role is None
            else await self._chosen(incoming, roles, role, rest)
        )

    async def _chosen(self, incoming: Incoming, roles: Roles, role: Role, rest: list[str]) -> Reply:
        """A unit was picked, or a level of the tree opened."""
        if rest[:1] == ["p"] and len(rest) > 1:
            if not roles.can_grant(role, rest[1]) or rest[1] not in self._org.units:
                return self._may_not(incoming)
            return await self._code(incoming, role, rest[1])
        at, page = opened(rest[1:])
        picker = self._picker(roles, role)
        may = at in self._org.units and (roles.admin or at in roles.manages)
        at = at if may else picker.start
        return words.which_unit(role, picker.where(at), picker.rows(at, page))

    async def _code(self, incoming: Incoming, role: Role, unit: str) -> Reply:
        made = await self._org.invite(incoming, role, unit)
        if made is None:
            return words.TOO_MANY
        return words.code(made.text, role, self._org.units.path_name(unit), made.selector)

    def _picker(self, roles: Roles, role: Role) -> Picker:
        letter = "s" if role is Role.SECRETARY else "h"
        tops = () if roles.admin else self._org.tops(roles)
        return Picker(self._org.units, f"org:g:{letter}", "org:g:", "org:g:x", tops)

    # --- listing and taking back -----------------------------------------------------------------

    async def roles_command(self, incoming: Incoming, page: int = 0) -> Reply:
        """Answer /roles: what you are, and the roles you look after."""
        roles = await self._org.roles_in(incoming)
        entries = await self._org.member(incoming.channel, incoming.member_id)
        seen = await self._looked_after(roles)
        names = {}
        if seen:
            people = await self._org.roster()
            names = {(one.channel or "", one.member_id or ""): one.name for one in people}
        withdraw = (one.id for one in seen if roles.can_withdraw(one.role, one.unit))
        own = words.mine(roles, entries, self._org.units)
        shown = words.Overview(own, seen, names, frozenset(withdraw), may_leave=bool(entries))
        return words.overview(shown, page, self._org.units)

    async def roles_pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Answer a button under /roles."""
        step, number = (*parts, "", "")[:2]
        if step == "l":
            return await self.roles_command(incoming, opened(["", number])[1])
        roles = await self._org.roles_in(incoming)
        found = await self._grant(number)
        if found is None:
            return words.GONE
        if not roles.can_withdraw(found.role, found.unit):
            return self._may_not(incoming)
        text = words.described(found, {}, self._org.units)
        if step != "w":
            return words.ask_withdraw(text, found.id)
        if not await self._org.withdraw(incoming, found):
            return words.GONE
        return words.withdrawn(text, found)

    async def _looked_after(self, roles: Roles) -> Sequence[Grant]:
        if not roles.admin and not roles.secretary:
            return ()
        grants = await self._org.grants()
        return [grant for grant in grants if roles.admin or grant.unit in roles.manages]

    async def _grant(self, number: str) -> Grant | None:
        return next((one for one in await self._org.grants() if str(one.id) == number), None)

    @staticmethod
    def _may_not(incoming: Incoming) -> Reply:
        note_refusal(incoming, incoming.pressed or "/grant")
        return words.MAY_NOT

    # --- the log ---------------------------------------------------------------------------------

    async def audit(self, before: str = "") -> Reply:
        """Answer /audit of an admin, or its button."""
        start = int(before) if before.isdecimal() and len(before) < 16 else None
        found = await self._org.audit_log(_AUDIT_PAGE + 1, start)
        entries = found[:_AUDIT_PAGE]
        zone = self._org.now().tzinfo
        times = [entry.at.astimezone(zone).strftime("%m-%d %H:%M") for entry in entries]
        more = len(found) > len(entries)
        return words.audit_page(entries, times, self._org.units, more=more)
