"""What is done with notices: planned, queued, corrected, recalled, nudged, reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.delivery.orders import FINAL, Kind, Order, State, TargetLine
from bot.features.notices import rules
from bot.features.notices.copies.store import CopyStore
from bot.features.notices.model import Copy, Notice, Phase, Plan, Planned, Receipt
from bot.features.notices.store import NoticeStore
from bot.organisation import Organisation, Roles

if TYPE_CHECKING:
    from bot.delivery.outbox import Outbox
    from bot.messages import Incoming, Reply


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """What the settings say about notices."""

    second_person: bool = False
    receipt_days: int = 180
    count_seconds: int = 15
    nudge_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a notice in one group."""

    channel: str
    chat_id: str
    title: str = field(repr=False)
    state: State
    reason: str = ""
    message_id: str = ""
    """The first of its messages; empty as long as there is none."""
    row_id: int = 0
    """In the outbox; 0 for a group that was passed over."""


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """What became of a notice, group by group."""

    lines: tuple[Line, ...] = ()
    change: str = ""
    """What was done to the copies since: 改正 or 撤回; empty for nothing."""
    changed: tuple[Line, ...] = ()
    """How far that has come, group by group."""

    def count(self, *states: State) -> int:
        """How many groups are in these states."""
        return sum(line.state in states for line in self.lines)

    @property
    def done(self) -> int:
        """Groups of which it is known how it ended."""
        return self.count(*FINAL)

    @property
    def finished(self) -> bool:
        """Whether nothing is on its way any more."""
        return self.done == len(self.lines) and all(line.state in FINAL for line in self.changed)

    def having(self, *states: State) -> list[Line]:
        """The groups in these states."""
        return [line for line in self.lines if line.state in states]


class Office:
    """Does it; who may is for the callers to ask.

    Args:
        org: groups and roles.
        outbox: takes the orders; notices are kept in the same database.
        options: from the settings.
    """

    def __init__(self, org: Organisation, outbox: Outbox, options: NoticeOptions) -> None:
        self.org = org
        self.outbox = outbox
        self.clock = outbox.clock
        self.options = options
        self.store = NoticeStore(outbox.database, self.clock)
        self.copies = CopyStore(outbox.database, self.clock)

    async def plan(self, notice: Notice, roles: Roles) -> Plan:
        """Who would get a notice if it were confirmed now.

        Raises:
            StorageError: the database refuses.
        """
        chats = await self.org.chats(None)
        wanted = rules.meant(notice.aim, chats, roles, self.org.units)
        return rules.planned(notice, wanted, self.clock())

    async def queue(
        self, notice: Notice, plan: Plan, by: Incoming | None, approver: str = ""
    ) -> Notice | None:
        """Put a notice into the outbox: notice, copies, orders and log, all or none.

        Returns:
            The notice as it is now; None when it was queued, dropped or changed meanwhile.

        Raises:
            StorageError: the database refuses.
        """
        now = self.clock()
        queued = replace(
            notice,
            phase=Phase.QUEUED,
            step="",
            revision=notice.revision + 1,
            queued_at=now,
            approver=approver,
            running=bool(notice.chat_id),
        )
        reply = rules.composed(queued)
        async with self.store.database.begin() as connection:
            if not await self.store.save(queued, notice, connection):
                return None
            await self.copies.put(_copies(queued, plan), connection)
            orders = [_order(queued, each, reply) for each in plan.go]
            await self.outbox.put(orders, connection)
            subject = f"{queued.job} {len(orders)} {_aim_words(queued)}"
            await self.org.audit(by, "notice.send", subject, connection)
        return queued

    async def report(self, notice: Notice) -> NoticeReport:
        """What became of a notice.

        Raises:
            StorageError: the database refuses.
        """
        copies = await self.copies.all(notice.id)
        rows = {row.key: row for row in (await self.outbox.report(notice.job)).targets}
        lines = tuple(_line(copy, rows.get(copy.key)) for copy in copies)
        change, step = "", ""
        if notice.phase is Phase.RECALLED:
            change, step = "撤回", "recall"
        elif notice.corrections:
            change, step = "改正", f"edit{notice.corrections}"
        if not change:
            return NoticeReport(lines)
        rows = {row.key: row for row in (await self.outbox.report(f"{notice.job}:{step}")).targets}
        changed = [
            _line(copy, rows[key]) for copy in copies if (key := f"{copy.key}:{step}") in rows
        ]
        return NoticeReport(lines, change, tuple(changed))

    async def correct(self, notice: Notice, by: Incoming) -> Notice | None:
        """Change the words of every copy to the pending ones; None when that was done already.

        Raises:
            StorageError: the database refuses.
        """
        if notice.pending is None:
            return None
        number = notice.corrections + 1
        changed = replace(
            notice,
            content=notice.pending,
            pending=None,
            step="",
            corrections=number,
            revision=notice.revision + 1,
        )
        copies = await self.copies.all(notice.id)
        answers = await self.copies.receipts(notice.id)
        async with self.store.database.begin() as connection:
            if not await self.store.save(changed, notice, connection):
                return None
            job = f"{notice.job}:edit{number}"
            orders = [
                self._change(copy, Kind.EDIT, job, _with_counts(changed, answers, copy))
                for copy in copies
                if copy.key
            ]
            await self.outbox.put(orders, connection)
            await self.org.audit(by, "notice.correct", f"{notice.job} {len(orders)}", connection)
        return changed

    async def recall(self, notice: Notice, by: Incoming) -> Notice | None:
        """Take every copy back, and what still waits out of the outbox; None when done already.

        Raises:
            StorageError: the database refuses.
        """
        changed = replace(
            notice, phase=Phase.RECALLED, running=False, step="", revision=notice.revision + 1
        )
        copies = await self.copies.all(notice.id)
        async with self.store.database.begin() as connection:
            if not await self.store.save(changed, notice, connection):
                return None
            job = f"{notice.job}:recall"
            orders = [self._change(copy, Kind.DELETE, job, None) for copy in copies if copy.key]
            await self.outbox.put(orders, connection)
            await self.outbox.cancel(notice.job, connection)
            await self.org.audit(by, "notice.recall", f"{notice.job} {len(orders)}", connection)
        return changed

    async def nudge(
        self, notice: Notice, chats: Iterable[Copy], reply: Reply, by: Incoming
    ) -> Notice | None:
        """Remind groups of a notice, naming nobody; None when somebody else just did.

        Raises:
            StorageError: the database refuses.
        """
        now = self.clock()
        number = notice.nudges + 1
        changed = replace(notice, nudges=number, nudged_at=now, revision=notice.revision + 1)
        quiet = {(chat.channel, chat.chat_id): chat.quiet for chat in await self.org.chats(None)}
        async with self.store.database.begin() as connection:
            if not await self.store.save(changed, notice, connection):
                return None
            job = f"{notice.job}:nudge{number}"
            orders = []
            for copy in chats:
                hours = quiet.get((copy.channel, copy.chat_id))
                hushed = hours is not None and hours.covers(now)
                orders.append(
                    Order(
                        f"{copy.key}:nudge{number}", job, copy.channel, copy.chat_id,
                        copy.thread_id, reply, notice.silent or hushed, now,
                    )
                )  # fmt: skip
            await self.outbox.put(orders, connection)
            await self.org.audit(by, "notice.nudge", f"{notice.job} {len(orders)}", connection)
        return changed

    async def show_counts(self, notice: Notice, copy: Copy) -> bool:
        """Queue an edit that brings the counts on one message up to date; False when it is spared.

        Raises:
            StorageError: the database refuses.
        """
        now = self.clock()
        async with self.store.database.begin() as connection:
            if not await self.copies.claim(copy, connection):
                return False
            chat = (copy.channel, copy.chat_id)
            answers = await self.copies.receipts(notice.id, chat, connection)
            counts = rules.counted(answers)
            wanted = rules.shown(counts)
            if wanted == (copy.shown or rules.shown((0, 0, 0))):
                return False
            await self.copies.set_shown(copy, wanted, now, connection)
            order = self._change(
                copy, Kind.EDIT, f"{notice.job}:counts", rules.composed(notice, counts)
            )
            order = replace(order, key=f"{copy.key}:count{copy.edits + 1}")
            await self.outbox.put([order], connection)
        return True

    def _change(self, copy: Copy, kind: Kind, job: str, reply: Reply | None) -> Order:
        return Order(
            key=f"{copy.key}:{job.rpartition(':')[2]}",
            job=job,
            channel=copy.channel,
            chat_id=copy.chat_id,
            thread_id=copy.thread_id,
            reply=reply,
            silent=True,
            not_before=self.clock(),
            kind=kind,
            of=copy.key,
        )


def _order(notice: Notice, planned: Planned, reply: Reply) -> Order:
    chat = planned.chat
    return Order(
        key=f"{notice.job}:{chat.channel}:{chat.chat_id}",
        job=notice.job,
        channel=chat.channel,
        chat_id=chat.chat_id,
        thread_id=chat.thread_id,
        reply=reply,
        silent=planned.silent,
        not_before=planned.at,
    )


def _copies(notice: Notice, plan: Plan) -> list[Copy]:
    going = [
        Copy(
            notice.id, each.chat.channel, each.chat.chat_id, each.chat.thread_id, each.chat.title,
            each.chat.unit, f"{notice.job}:{each.chat.channel}:{each.chat.chat_id}",
        )
        for each in plan.go
    ]  # fmt: skip
    return going + [
        Copy(
            notice.id, chat.channel, chat.chat_id, chat.thread_id, chat.title, chat.unit, "", reason
        )
        for chat, reason in plan.skipped
    ]


def _line(copy: Copy, row: TargetLine | None) -> Line:
    if row is None:
        return Line(copy.channel, copy.chat_id, copy.title, State.SKIPPED, copy.reason)
    message = row.message_ids[0] if row.message_ids else ""
    return Line(copy.channel, row.chat_id, copy.title, row.state, row.reason, message, row.row_id)


def _with_counts(notice: Notice, answers: Sequence[Receipt], copy: Copy) -> Reply:
    here = [
        answer
        for answer in answers
        if (answer.channel, answer.chat_id) == (copy.channel, copy.chat_id)
    ]
    return rules.composed(notice, rules.counted(here))


def _aim_words(notice: Notice) -> str:
    """Whom it went to, for the log: ids only."""
    if notice.aim is None:
        return ""
    return " ".join([notice.aim.kind, *notice.aim.values])
