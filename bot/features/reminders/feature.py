"""/reminders: what will be sent when and to whom; skip one, take that back, or send it now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.calendar.reminders import Planned
from bot.features.reminders import words
from bot.features.reminders.reminding import Reminding, Target
from bot.features.reminders.rules import token
from bot.features.reminders.store import Entry, Fate, entry_of
from bot.features.routing import note_refusal
from bot.messages import Incoming, Reply
from bot.organisation import Organisation, Roles
from bot.turn import Command, Kept, Turn

CASES_MAX = 60
"""Reminders that are looked at, the earliest first: with hundreds of groups more would be slow."""
_STANDS: Mapping[Fate, str] = {
    Fate.QUEUED: "已发",
    Fate.SKIPPED: "已跳过",
    Fate.MISSED: "没赶上",
    Fate.QUIET: "遇免打扰，不发",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One reminder as somebody may see it."""

    one: Planned
    targets: tuple[Target, ...]
    """In the groups that this somebody looks after."""
    fates: Mapping[tuple[str, str], Fate]
    """Of groups in which something became of it already."""

    def open(self) -> list[Target]:
        """Where it is still to be sent."""
        return [target for target in self.targets if _chat(target) not in self.fates]

    def skipped(self) -> list[Target]:
        """Where it was skipped."""
        return [t for t in self.targets if self.fates.get(_chat(t)) is Fate.SKIPPED]


class Reminders:
    """Lets secretaries and admins see and change what is going to be sent."""

    name = words.NAME
    summary = "活动提醒"
    commands: Mapping[str, Command] = {
        "reminders": Command("reminders", "书记和管理员看接下来要发的提醒", private_only=True)
    }

    def __init__(self, reminding: Reminding, org: Organisation) -> None:
        self.reminding = reminding
        self._org = org
        self._store = reminding.store
        self._acts: Mapping[str, Callable[[Incoming, Case], Awaitable[Reply]]] = {
            "d": self._detail,
            "s": self._skip,
            "u": self._unskip,
            "n": self._ask,
            "y": self._send,
        }

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer /reminders and our buttons; who may is asked anew each time."""
        incoming = turn.incoming
        if not incoming.private:
            return None
        roles = await self._org.roles_in(incoming)
        if not roles.admin and not roles.secretary:
            note_refusal(incoming, incoming.pressed or "/reminders")
            return words.NOT_YOURS
        cases = await self._cases(roles)
        _, act, wanted, *_ = [*(incoming.pressed or "").split(":"), "", "", ""]
        if act not in self._acts:
            return self._list(cases)
        case = next((case for case in cases if token(case.one) == wanted), None)
        return await self._acts[act](incoming, case) if case is not None else words.GONE

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Reminders that a member skipped or sent early."""
        entries = await self._store.by_member(channel, member_id)
        rows = tuple(
            f"{entry.occurrence} {entry.event}（{entry.rule}），"
            f"群 {entry.chat_id}：{_STANDS[entry.fate]}"
            for entry in entries
        )
        return (Kept("您决定过的提醒", "400 天", rows),) if rows else ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Keep what was decided, not by whom."""
        await self._store.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a group to its new id."""
        await self._store.moved(channel, old_chat, new_chat)

    async def _cases(self, roles: Roles) -> list[Case]:
        """The coming reminders of the groups that somebody looks after."""
        ones = self.reminding.upcoming()[:CASES_MAX]
        targets: dict[str, list[Target]] = {}
        for target in await self.reminding.targets(ones):
            if roles.can_notify(target.chat.unit):
                targets.setdefault(target.one.job, []).append(target)
        fates: dict[str, dict[tuple[str, str], Fate]] = {}
        for entry in await self._store.of([one for one in ones if one.job in targets]):
            fates.setdefault(entry.job, {})[entry.channel, entry.chat_id] = entry.fate
        return [
            Case(one, tuple(targets[one.job]), fates.get(one.job, {}))
            for one in ones
            if one.job in targets
        ]

    def _list(self, cases: Sequence[Case]) -> Reply:
        shown = cases[: words.LISTED_MAX]
        rows = [(case.one, token(case.one), _stands(case)) for case in shown]
        return words.listed(rows, self.reminding.zone, more=len(cases) > len(shown))

    async def _detail(self, incoming: Incoming, case: Case) -> Reply:
        del incoming
        lines = []
        for target in case.targets:
            fate = case.fates.get(_chat(target))
            name = target.chat.title or f"编号 {target.chat.chat_id}"
            lines.append(name + (f"（{_STANDS[fate]}）" if fate is not None else ""))
        acts = {"open": case.open(), "skipped": case.skipped()}
        can = [name for name, where in acts.items() if where]
        return words.detail(case.one, token(case.one), lines, self.reminding.zone, can)

    async def _skip(self, incoming: Incoming, case: Case) -> Reply:
        now = self.reminding.now().timestamp()
        by = f"{incoming.channel}:{incoming.member_id}"
        entries: list[Entry] = [
            replace(entry_of(case.one, _chat(target), Fate.SKIPPED, now), by=by)
            for target in case.open()
        ]
        async with self._store.database.begin() as connection:
            new = await self._store.add(connection, entries)
            await self._org.audit(incoming, "reminder.skip", case.one.job[:200], connection)
        return words.skipped(case.one, token(case.one), len(new))

    async def _unskip(self, incoming: Incoming, case: Case) -> Reply:
        chats = [_chat(target) for target in case.skipped()]
        async with self._store.database.begin() as connection:
            count = await self._store.drop_skips(connection, case.one, chats)
            await self._org.audit(incoming, "reminder.restore", case.one.job[:200], connection)
        return words.restored(case.one, count)

    async def _ask(self, incoming: Incoming, case: Case) -> Reply:
        del incoming
        if not case.open():
            return words.NOTHING_TO_SEND
        return words.confirm_now(case.one, token(case.one), len(case.open()))

    async def _send(self, incoming: Incoming, case: Case) -> Reply:
        by = f"{incoming.channel}:{incoming.member_id}"
        count = await self.reminding.send_now(case.open(), by)
        if not count:
            return words.NOTHING_TO_SEND
        await self._org.audit(incoming, "reminder.now", case.one.job[:200])
        return words.sent_now(case.one, count)


def _chat(target: Target) -> tuple[str, str]:
    return (target.chat.channel, target.chat.chat_id)


def _stands(case: Case) -> str:
    total = f"{len(case.targets)} 个群"
    counts = {
        _STANDS[fate]: sum(1 for t in case.targets if case.fates.get(_chat(t)) is fate)
        for fate in Fate
    }
    told = "，".join(f"{count} 个{word}" for word, count in counts.items() if count)
    return f"{total}（{told}）" if told else total
