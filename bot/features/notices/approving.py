"""Confirming a notice, and the second pair of eyes where the settings want it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.channels.base import Target
from bot.errors import SendError
from bot.features.notices import rules, words
from bot.features.notices.model import Notice, Phase
from bot.messages import Incoming, Reply

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.features.notices.drafting import Drafting
    from bot.features.notices.managing import Managing
    from bot.features.notices.office import Office
    from bot.organisation import Roles

_log = logging.getLogger(__name__)


class Approving:
    """From the preview to the outbox."""

    def __init__(
        self, office: Office, drafting: Drafting, managing: Managing, outlet: Outlet
    ) -> None:
        self._office = office
        self._drafting = drafting
        self._managing = managing
        self._outlet = outlet

    async def confirmed(
        self, incoming: Incoming, notice: Notice, revision: str, roles: Roles
    ) -> Reply:
        """The author confirms; a second press finds it done."""
        if notice.phase in {Phase.QUEUED, Phase.RECALLED}:
            return await self._managing.detail(notice)
        unready = await self._unready(notice, revision, roles)
        if unready is not None:
            return unready
        if self._office.options.second_person:
            return await self._to_second(incoming, notice, roles)
        plan = await self._office.plan(notice, roles)
        queued = await self._office.queue(notice, plan, incoming)
        if queued is None:
            return words.DECIDED
        await self._office.store.set_report(queued.id, incoming.message_id, running=True)
        return await self._managing.detail(queued)

    async def _unready(self, notice: Notice, revision: str, roles: Roles) -> Reply | None:
        """Why a notice cannot go out as it is."""
        if notice.phase is not Phase.DRAFT:
            return words.DECIDED
        if revision != str(notice.revision):
            notes = ["内容改过了，请再看一遍。"]
            return await self._drafting.show(replace(notice, step="preview"), roles, notes)
        now = self._office.clock()
        if notice.send_at is not None and notice.send_at <= now:
            step = await self._drafting.change(notice, step="+when")
            shown = step if step is not None else notice
            return words.ask_when(shown, now, "定的时间已经过了，请重新选。", ())
        if not (await self._office.plan(notice, roles)).go:
            return await self._drafting.show(notice, roles)
        return None

    # --- the second pair of eyes -----------------------------------------------------------------

    async def _to_second(self, incoming: Incoming, notice: Notice, roles: Roles) -> Reply:
        facts = await self._drafting.facts(notice, roles, 1)
        asked = await self._others(notice, {each.chat.unit for each in facts.plan.go})
        if not asked:
            return Reply(words.NO_SECOND, (words.leave(notice),))
        waiting = await self._drafting.change(notice, phase=Phase.WAITING, step="")
        if waiting is None:
            return words.DECIDED
        await self._office.org.audit(incoming, "notice.submit", waiting.job)
        question = words.ask_approval(replace(facts, notice=waiting))
        reached = 0
        for member_id in asked:
            shown = await self._drafting.preview(member_id, rules.composed(waiting))
            if shown is not None and await self._say(member_id, question):
                reached += 1
        return words.waiting(waiting, len(asked), reached)

    async def _others(self, notice: Notice, units: set[str]) -> list[str]:
        """Who else may speak to all these units, on the same channel."""
        org = self._office.org
        found = {member for channel, member in org.plan.admins if channel == notice.channel}
        for grant in await org.grants():
            if grant.channel != notice.channel or grant.member_id in found:
                continue
            roles = await org.roles(grant.channel, grant.member_id)
            if all(roles.can_notify(unit) for unit in units):
                found.add(grant.member_id)
        return sorted(found - {notice.author})

    async def decided(
        self, incoming: Incoming, notice: Notice, verb: str, revision: str, roles: Roles
    ) -> Reply:
        """The second person approves or sends back, or the author takes it back."""
        if notice.phase is not Phase.WAITING or (verb != "bk" and revision != str(notice.revision)):
            return words.DECIDED
        own = (notice.channel, notice.author) == (incoming.channel, incoming.member_id)
        if verb == "bk":
            return await self._taken_back(notice, roles) if own else words.DECIDED
        if own:
            return words.OWN
        if verb == "no":
            back = await self._drafting.change(notice, phase=Phase.DRAFT, step="preview")
            if back is None:
                return words.DECIDED
            await self._office.org.audit(incoming, "notice.return", notice.job)
            await self._say(notice.chat_id, words.returned(back))
            return words.sent_back(notice)
        return await self._approved(incoming, notice)

    async def _approved(self, incoming: Incoming, notice: Notice) -> Reply:
        now = self._office.clock()
        author = await self._office.org.roles(notice.channel, notice.author)
        plan = await self._office.plan(notice, author)
        late = notice.send_at is not None and notice.send_at <= now
        if late or not plan.go:
            back = await self._drafting.change(notice, phase=Phase.DRAFT, step="preview")
            await self._say(notice.chat_id, words.returned(back or notice))
            why = "定的时间已经过了" if late else "现在一个群也发不到"
            return Reply(f"{why}，没有发，已退回给写的人。")
        queued = await self._office.queue(notice, plan, incoming, approver=incoming.member_id)
        if queued is None:
            return words.DECIDED
        report = await self._managing.detail(queued)
        try:
            sent = await self._outlet.send(Target(notice.chat_id), report)
        except SendError as error:
            _log.warning("没能告诉写通知的人：%s", type(error).__name__)
            await self._office.store.set_report(queued.id, "", running=False)
        else:
            await self._office.store.set_report(queued.id, sent.message_ids[-1], running=True)
        return words.approved(queued)

    async def waiting_screen(self, incoming: Incoming, notice: Notice) -> Reply:
        """A notice that waits, opened from the list."""
        if (notice.channel, notice.author) == (incoming.channel, incoming.member_id):
            return words.waiting(notice, 0, 0)
        author = await self._office.org.roles(notice.channel, notice.author)
        await self._drafting.preview(incoming.chat_id, rules.composed(notice))
        return words.ask_approval(await self._drafting.facts(notice, author, 1))

    async def _taken_back(self, notice: Notice, roles: Roles) -> Reply:
        back = await self._drafting.change(notice, phase=Phase.DRAFT, step="preview")
        return words.DECIDED if back is None else await self._drafting.show(back, roles)

    async def _say(self, chat_id: str, reply: Reply) -> bool:
        try:
            await self._outlet.send(Target(chat_id), reply)
        except SendError as error:
            _log.warning("没能发到 %s：%s", chat_id, type(error).__name__)
            return False
        return True
