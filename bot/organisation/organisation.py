"""The organisation as features see it: units, groups, roles, roster and the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.organisation.codes import Attempts, Code, make_codes, read_code
from bot.organisation.groups import Binding, BindingStore, BoundChat, bound_chats
from bot.organisation.groups.bound import Defaults
from bot.organisation.log import AuditEntry, AuditStore
from bot.organisation.people import Invitation, PeopleStore, RosterEntry
from bot.organisation.plan import Plan
from bot.organisation.roles import Grant, Role, Roles, roles_of
from bot.organisation.roster import Change, Person
from bot.storage.chats import ChatStore

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.messages import Incoming
    from bot.storage.database import Database, Transaction

GRANT_CODE_MINUTES = 30
GRANT_CODES_MAX = 20
"""Codes for roles that one member may have open at a time."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What became of a code that somebody sent."""

    outcome: str
    """``role``, ``roster``, ``have`` (already), ``wait``, ``wrong`` or ``void``."""
    invitation: Invitation | None = None
    entry: RosterEntry | None = None
    seconds: int = 0
    """How long to wait, for ``wait``."""


class Organisation:
    """Who belongs where and may do what; the same object for every feature.

    Args:
        database: open.
        clock: tells now.
        plan: what the settings say.
        chats: what is known of chats; the feature that approves writes it.
    """

    def __init__(self, database: Database, clock: Clock, plan: Plan, chats: ChatStore) -> None:
        self.plan = plan
        self.units = plan.units
        self.categories = plan.categories
        self.known_chats = chats
        self._database = database
        self._clock = clock
        self._bindings = BindingStore(database)
        self._people = PeopleStore(database)
        self._log = AuditStore(database)
        self._attempts = Attempts()

    async def load(self) -> None:
        """Read what is kept.

        Raises:
            StorageError: the database refuses.
        """
        await self.known_chats.load()
        await self._bindings.load()
        await self.tidy()

    async def tidy(self) -> None:
        """Delete what may not be kept any longer: stale codes, the roster after its days.

        Raises:
            StorageError: the database refuses.
        """
        now = self._clock()
        self._attempts.tidy(now)
        await self._people.drop_stale(now, now - timedelta(days=self.plan.roster_days))

    def now(self) -> datetime:
        """The present moment, in the desk's zone."""
        return self._clock()

    # --- roles -----------------------------------------------------------------------------------

    async def roles(self, channel: str, member_id: str, *, admin: bool = False) -> Roles:
        """What a member may do at this moment; ask at every command and every press.

        Args:
            channel: of the member.
            member_id: as the channel writes it.
            admin: the channel vouches for it (``Incoming.admin``); the settings' admins are
                known without.

        Raises:
            StorageError: the database refuses.
        """
        grants = await self._people.grants_of(channel, member_id)
        entries = await self._people.member(channel, member_id)
        admin = admin or (channel, member_id) in self.plan.admins
        member_of = (entry.unit for entry in entries)
        return roles_of(self.units, grants, admin=admin, member_of=member_of)

    async def roles_in(self, incoming: Incoming) -> Roles:
        """The roles of who speaks or presses."""
        return await self.roles(incoming.channel, incoming.member_id, admin=incoming.admin)

    def tops(self, roles: Roles) -> tuple[str, ...]:
        """The units of a secretary, without those that lie below another of them."""
        given = roles.secretary_of
        return tuple(
            unit.id
            for unit in self.units
            if unit.id in given
            and not any(above.id in given for above in self.units.chain(unit.parent))
        )

    async def grants(self) -> list[Grant]:
        """Every role that was granted, the oldest first."""
        return await self._people.all_grants()

    async def secretaries(self, unit_id: str) -> list[Grant]:
        """Who is secretary of a unit or of one above it."""
        above = {unit.id for unit in self.units.chain(unit_id)}
        return [
            grant
            for grant in await self.grants()
            if grant.role is Role.SECRETARY and grant.unit in above
        ]

    async def grant(self, by: Incoming, member_id: str, role: Role, unit: str) -> bool:
        """Give a role to a member of the same channel; False when it is there already.

        Whether ``by`` may is the caller's to ask: :meth:`Roles.can_grant`.
        """
        given = Grant(by.channel, member_id, role, unit, self._clock(), by.member_id)
        done = await self._people.grant(given)
        if done:
            await self.audit(by, "grant", f"{by.channel}:{member_id} {role} {unit}")
        return done

    async def withdraw(self, by: Incoming, grant: Grant) -> bool:
        """Take a role back; False when it is gone already."""
        done = await self._people.withdraw(grant.id)
        if done:
            subject = f"{grant.channel}:{grant.member_id} {grant.role} {grant.unit}"
            await self.audit(by, "withdraw", subject)
        return done

    # --- codes -----------------------------------------------------------------------------------

    async def invite(self, by: Incoming, role: Role, unit: str) -> Code | None:
        """A one-time code for a role; None when too many are open.

        Whether ``by`` may is the caller's to ask: :meth:`Roles.can_grant`.
        """
        now = self._clock()
        if await self._people.open_codes(by.channel, by.member_id, now) >= GRANT_CODES_MAX:
            return None
        until = now + timedelta(minutes=GRANT_CODE_MINUTES)
        invitation = Invitation(role, unit, by.channel, by.member_id, until)
        code = (await self._kept([invitation], now))[0][0]
        await self.audit(by, "invite", f"{role} {unit}")
        return code

    async def void_code(self, by: Incoming, selector: str) -> None:
        """Take one's own code out of use; somebody else's stays."""
        if await self._people.void_code(by.channel, by.member_id, selector):
            await self.audit(by, "void", "")

    async def roster_codes(
        self, entries: Sequence[RosterEntry], days: int
    ) -> list[tuple[RosterEntry, str]]:
        """Fresh codes for people of the roster; older codes of theirs stop working."""
        now = self._clock()
        until = now + timedelta(days=days)
        by_id = {entry.id: entry for entry in entries}
        wanted = [Invitation("", entry.unit, "", "", until, entry.id) for entry in entries]
        made = await self._kept(wanted, now)
        return [(by_id[one.person], code.text) for code, one in made if one.person is not None]

    async def _kept(
        self, wanted: Sequence[Invitation], now: datetime
    ) -> list[tuple[Code, Invitation]]:
        """Codes for invitations, in their order; a selector that is taken is drawn again."""
        kept: list[tuple[Code, Invitation]] = []
        missing = list(wanted)
        while missing:
            # Stretching takes milliseconds each: thousands must not hold up the desk.
            fresh = await asyncio.to_thread(make_codes, len(missing))
            done = await self._people.put_codes(list(zip(fresh, missing, strict=True)), now)
            kept += done
            there = {id(one) for _, one in done}
            missing = [one for one in missing if id(one) not in there]
        order = {id(one): number for number, one in enumerate(wanted)}
        return sorted(kept, key=lambda pair: order[id(pair[1])])

    async def redeem(self, by: Incoming, text: str) -> Redeemed:
        """Use a one-time code; wrong ones are counted, who guesses must wait."""
        now, who = self._clock(), f"{by.channel}:{by.member_id}"
        wait = self._attempts.wait_seconds(who, now)
        if wait:
            return Redeemed("wait", seconds=wait)
        self._attempts.tried(who, now)
        read = read_code(text)
        found = await self._people.peek(*read, now) if read is not None else None
        if read is None or found is None:
            return Redeemed("wrong")
        self._attempts.right(who)
        if found.person is not None:
            return await self._joined(by, read[0], found)
        giver = await self.roles(found.channel, found.made_by)
        role = Role(found.role)
        if found.channel != by.channel or not giver.can_grant(role, found.unit):
            # Who made the code lost the right to, or the unit is gone.
            return Redeemed("void", found)
        given = Grant(by.channel, by.member_id, role, found.unit, now, found.made_by)
        async with self._database.begin() as connection:
            if not await self._people.use_up(read[0], connection):
                return Redeemed("wrong")
            new = await self._people.grant(given, connection)
            subject = f"{who} {role} {found.unit} by {found.channel}:{found.made_by}"
            await self.audit(by, "grant.code", subject, connection)
        return Redeemed("role" if new else "have", found)

    async def _joined(self, by: Incoming, selector: str, found: Invitation) -> Redeemed:
        assert found.person is not None
        async with self._database.begin() as connection:
            if not await self._people.use_up(selector, connection):
                return Redeemed("wrong")
            done = await self._people.bind(found.person, by.channel, by.member_id, connection)
            if done:
                await self.audit(by, "join", f"roster:{found.person}", connection)
        mine = await self._people.member(by.channel, by.member_id)
        entry = next((one for one in mine if one.id == found.person), None)
        if entry is None:
            # The line is gone, or somebody else is bound to it.
            return Redeemed("void", found)
        return Redeemed("roster" if done else "have", found, entry)

    # --- groups ----------------------------------------------------------------------------------

    async def chats(self, unit_ids: Collection[str] | None = None) -> list[BoundChat]:
        """Groups that may be written to.

        Args:
            unit_ids: of these units (see ``units.subtree``); None: every approved chat, bound or
                not, those of the settings included.

        Raises:
            StorageError: the database refuses.
        """
        bindings = await self._bindings.load()
        found = bound_chats(
            self.plan.approved,
            self.known_chats.all(),
            bindings,
            self.units,
            Defaults(self.plan.quiet),
        )
        if unit_ids is None:
            return found
        wanted = frozenset(unit_ids)
        return [chat for chat in found if chat.unit in wanted]

    def binding(self, channel: str, chat_id: str) -> Binding | None:
        """What an admin set for a group."""
        return self._bindings.find(channel, chat_id)

    def place_of(self, channel: str, chat_id: str) -> str:
        """Where a bound group is, as “江阳区”; empty if nobody said. Costs no query."""
        binding = self._bindings.find(channel, chat_id)
        if binding is None:
            return ""
        return binding.place or self.units.place(binding.unit)

    def home_of(self, channel: str, chat_id: str) -> str:
        """The place of a bound group with those above it, as “江阳区沁园春小区”."""
        binding = self._bindings.find(channel, chat_id)
        if binding is None:
            return ""
        above = dict.fromkeys(unit.place for unit in self.units.chain(binding.unit))
        return binding.place or "".join(above)

    async def bind(self, by: Incoming, binding: Binding) -> None:
        """Bind a group, or change what is set for it; whether ``by`` may is the caller's to ask."""
        await self._bindings.put(binding)
        await self.audit(by, "bind", f"{binding.channel}:{binding.chat_id} {binding.unit}")

    async def unbind(self, by: Incoming, channel: str, chat_id: str) -> None:
        """Free a group from its unit; it stays approved."""
        await self._bindings.remove(channel, chat_id)
        await self.audit(by, "unbind", f"{channel}:{chat_id}")

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a group to its new id; may be told more than once."""
        await self._bindings.moved(channel, old_chat, new_chat)

    # --- roster ----------------------------------------------------------------------------------

    async def roster(self, unit_ids: Collection[str] | None = None) -> list[RosterEntry]:
        """Names and who is bound, in the order of import; empty without a roster."""
        return await self._people.roster(unit_ids)

    async def member(self, channel: str, member_id: str) -> list[RosterEntry]:
        """The lines of the roster that an account is bound to."""
        return await self._people.member(channel, member_id)

    async def roster_change(self, people: Sequence[Person]) -> Change:
        """What an import would change."""
        return await self._people.compared(people)

    async def import_roster(self, by: Incoming | None, people: Sequence[Person]) -> Change:
        """Make the roster what the table says; None for ``by`` is the command line."""
        change = await self._people.replace_roster(people, self._clock())
        counts = f"+{len(change.added)} ={change.kept} -{len(change.removed)}"
        await self.audit(by, "roster.import", counts)
        return change

    async def leave(self, by: Incoming) -> int:
        """A member takes the own account off the roster; gives how many lines it was on."""
        count = await self._people.unbind(by.channel, by.member_id)
        if count:
            await self.audit(by, "leave", "")
        return count

    # --- audit and privacy -----------------------------------------------------------------------

    async def audit(
        self,
        by: Incoming | None,
        action: str,
        subject: str,
        connection: Transaction | None = None,
    ) -> None:
        """Write down who did what: ids only, never names or words.

        Args:
            by: whose message or press it was; None is the command line.
            action: at most 40 characters, as ``notice.send``.
            subject: at most 200 characters; members as ``channel:id``, apart by spaces, so that
                they can be forgotten.
            connection: of the caller's transaction, to stand or fall with it.

        Raises:
            StorageError: the database refuses.
        """
        who = (by.channel, by.member_id) if by is not None else ("cli", "")
        await self._log.add(self._clock(), who, action, subject, connection)

    async def audit_log(self, count: int, before: int | None = None) -> list[AuditEntry]:
        """The newest rows of the log, newest first; ``before`` a row id turns the page."""
        return await self._log.latest(count, before)

    async def audit_of(self, channel: str, member_id: str) -> list[AuditEntry]:
        """What a member did and what was done to them, the oldest first."""
        return await self._log.of(channel, member_id)

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete what is kept about a member; the log keeps what was done, not by whom."""
        # Wrong codes count on for a while: a guesser must not only ask to be forgotten.
        await self._people.forget(channel, member_id)
        await self._log.forget(channel, member_id)
