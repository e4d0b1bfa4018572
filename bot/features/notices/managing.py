"""After sending: the report, receipts, corrections, recalls, nudges, uncertain copies, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.orders import FINAL, State
from bot.features.notices import receipts, report_words, rules, words
from bot.features.notices.model import Notice, Phase
from bot.features.notices.when import stamp
from bot.features.notices.words import button
from bot.messages import Attachment, Button, Incoming, Reply

if TYPE_CHECKING:
    from bot.features.notices.drafting import Drafting
    from bot.features.notices.office import Line, NoticeReport, Office
    from bot.organisation import Roles

_PAGE = 6
_TROUBLES = 5
_LOOKED_AT_MAX = 300
_TROUBLE = (State.UNCERTAIN, State.FAILED)


class Managing:
    """What can be done with a notice that is out."""

    def __init__(self, office: Office, drafting: Drafting) -> None:
        self._office = office
        self._drafting = drafting

    async def may(self, notice: Notice, incoming: Incoming, roles: Roles) -> bool:
        """Whether somebody may look after a notice: the author while in office, and those above."""
        if roles.admin:
            return True
        if not roles.secretary:
            return False
        if (notice.channel, notice.author) == (incoming.channel, incoming.member_id):
            return True
        if notice.phase is Phase.WAITING:
            author = await self._office.org.roles(notice.channel, notice.author)
            plan = await self._office.plan(notice, author)
            return all(roles.can_notify(each.chat.unit) for each in plan.go)
        copies = await self._office.copies.all(notice.id)
        return bool(copies) and all(roles.can_notify(copy.unit) for copy in copies)

    # --- looking ---------------------------------------------------------------------------------

    async def detail(self, notice: Notice) -> Reply:
        """The report of a notice with what can be done."""
        report = await self._office.report(notice)
        return self.shown(notice, report)

    def shown(self, notice: Notice, report: NoticeReport) -> Reply:
        """The same from a report at hand."""
        text = report_words.progress(notice, report, self._office.clock())
        rows: list[tuple[Button, ...]] = []
        if report.count(*_TROUBLE):
            count = report.count(*_TROUBLE)
            rows.append((button(f"逐个处理（{count}）", "un", notice, 0),))
        if notice.receipt and report.count(State.SENT, State.UNCERTAIN):
            first = (button("看回执", "m", notice), button("导出表格", "xl", notice))
            rows += [first] if notice.phase is Phase.RECALLED else [
                first, (button("催一催", "nu", notice),)
            ]  # fmt: skip
        if notice.phase is Phase.QUEUED:
            rows.append((button("改正", "ed", notice), button("撤回", "rc", notice)))
        rows.append((button("刷新", "v", notice), button("发过的通知", "l", 0)))
        return Reply(text, tuple(rows))

    async def history(
        self, incoming: Incoming, roles: Roles, before: int | None = None, search: str = ""
    ) -> Reply:
        """Answer /notices: what was sent, the newest first; a word searches it."""
        found: list[Notice] = []
        last = before
        looked = 0
        while len(found) <= _PAGE and looked < _LOOKED_AT_MAX:
            batch = await self._office.store.history(30, last)
            if not batch:
                break
            looked, last = looked + len(batch), batch[-1].id
            for notice in batch:
                hit = not search or search in notice.content.text or search in notice.category
                if hit and await self.may(notice, incoming, roles):
                    found.append(notice)
        page = found[:_PAGE]
        if not page:
            said = f"没有找到含“{search[:20]}”的通知。" if search else "还没有发过通知。"
            return Reply(f"{said}要写一份，发 /notice。")
        rows: list[tuple[Button, ...]] = [
            (button(f"{one.id}. {one.category}：{one.title}"[:40], "v", one),) for one in page
        ]
        if len(found) > _PAGE and not search:
            rows.append((button("更早的", "l", page[-1].id),))
        head = f"含“{search[:20]}”的通知" if search else "发过的通知，新的在前"
        lines = [f"{head}。点一条看送达和回执；发“/notices 词”可以查找。"]
        lines += [f"{one.id}. {_when(one)} {one.category}“{one.title}”" for one in page]
        return Reply("\n".join(lines), tuple(rows))

    # --- presses ---------------------------------------------------------------------------------

    async def pressed(
        self, incoming: Incoming, verb: str, notice: Notice, more: Sequence[str]
    ) -> Reply:
        """A button under a report; who presses may."""
        first = more[0] if more else ""
        self._drafting.await_no_more(incoming, notice.id)
        answers = {
            "un": self._troubles,
            "rs": self._troubles,
            "st": self._troubles,
            "ed": self._correct,
            "e2": self._correct,
            "rc": self._recall,
            "r2": self._recall,
            "nu": self._nudge,
            "n2": self._nudge,
            "m": self._receipts,
            "xl": self._export,
        }
        answer = answers.get(verb)
        if answer is None:
            return await self.detail(notice)
        return await answer(incoming, verb, notice, first)

    async def _receipts(self, _: Incoming, __: str, notice: Notice, ___: str) -> Reply:
        register = await receipts.read_register(self._office, notice)
        rows = (
            (button("导出表格", "xl", notice), button("催一催", "nu", notice)),
            (button("返回", "v", notice),),
        )
        return Reply(receipts.overview(register), rows)

    async def _export(self, incoming: Incoming, _: str, notice: Notice, __: str) -> Reply:
        register = await receipts.read_register(self._office, notice)
        units = self._office.org.units
        names = {copy.unit: units.path_name(copy.unit) for copy in register.copies if copy.unit}
        name = f"回执-{notice.id}.xlsx"
        file = Attachment("document", name, data=receipts.sheet(register, names))
        await self._office.org.audit(incoming, "notice.export", notice.job)
        sent = await self._drafting.preview(
            incoming.chat_id, Reply(f"通知 {notice.id} 的回执。", attachments=(file,))
        )
        said = "表格发在下面了。" if sent is not None else "表格没有发出去，请再按一次。"
        return words.back_to(notice, f"{said}里面有姓名，请只给该看的人看。")

    async def _troubles(self, incoming: Incoming, verb: str, notice: Notice, first: str) -> Reply:
        """Copies that did not arrive or may not have, one by one."""
        note = ""
        report = await self._office.report(notice)
        number = int(first) if first.isdecimal() and len(first) < 12 else 0
        if verb != "un":
            line = next((one for one in report.having(*_TROUBLE) if one.row_id == number), None)
            number = 0
            done = line is not None and await self._decided(incoming, verb, notice, line)
            where = report_words.where(line) if line is not None else ""
            said = "重新排队了" if verb == "rs" else "算已送达了"
            note = f"{where}：{said}。\n\n" if done else "这一条已经处理过了。\n\n"
            report = await self._office.report(notice)
        lines = report.having(*_TROUBLE)
        if not lines:
            return replace(self.shown(notice, report), text=f"{note}没有要处理的了。\n\n"
                           + self.shown(notice, report).text)  # fmt: skip
        start = number if number < len(lines) else 0
        page = lines[start : start + _TROUBLES]
        rows: list[tuple[Button, ...]] = []
        told = []
        for line in page:
            name = report_words.where(line)
            told.append(f"· {name}：{report_words.WORDS[line.state]}，{line.reason or '原因不明'}")
            again = button(f"重发：{name}"[:24], "rs", notice, line.row_id)
            settle = button("算已达", "st", notice, line.row_id)
            rows.append((again, settle) if line.state is State.UNCERTAIN else (again,))
        if len(lines) > start + _TROUBLES:
            rows.append((button("下一页", "un", notice, start + _TROUBLES),))
        rows.append((button("返回", "v", notice),))
        head = "不确定的请先到群里看有没有：有就按“算已达”，没有再按“重发”，免得发两遍。"
        return Reply("\n".join([f"{note}{head}", *told]), tuple(rows))

    async def _decided(self, incoming: Incoming, verb: str, notice: Notice, line: Line) -> bool:
        outbox = self._office.outbox
        done = await (outbox.resend if verb == "rs" else outbox.settle)(line.row_id)
        if done:
            action = "notice.resend" if verb == "rs" else "notice.settle"
            subject = f"{notice.job} {line.channel}:{line.chat_id}"
            await self._office.org.audit(incoming, action, subject)
            await self._office.store.set_report(
                notice.id, notice.report_id, running=bool(notice.report_id)
            )
        return done

    # --- corrections -----------------------------------------------------------------------------

    async def _correct(self, incoming: Incoming, verb: str, notice: Notice, first: str) -> Reply:
        if notice.phase is not Phase.QUEUED:
            return words.back_to(notice, "这条通知已撤回，不能再改。")
        if verb == "ed":
            changed = replace(notice, step="fix", pending=None, revision=notice.revision + 1)
            if not await self._office.store.save(changed, notice):
                return await self.detail(notice)
            self._drafting.await_words(changed, incoming)
            return words.ask_correction(notice)
        if str(notice.revision) != first or notice.pending is None:
            return words.DECIDED
        done = await self._office.correct(notice, incoming)
        if done is None:
            return words.DECIDED
        return await self._followed(incoming, done)

    async def _followed(self, incoming: Incoming, notice: Notice) -> Reply:
        """The report under which the button was goes on showing how it goes."""
        if incoming.chat_id == notice.chat_id:
            await self._office.store.set_report(notice.id, incoming.message_id, running=True)
        return await self.detail(notice)

    async def corrected(self, incoming: Incoming, notice: Notice, content: Reply) -> Reply:
        """The words of a correction: shown as they will look, and asked."""
        if incoming.edited:
            return words.EDITED
        if not content.text.strip():
            return words.ask_correction(notice)
        # A picture stays: the platform changes words, not files, in one go.
        pending = replace(content, attachments=notice.content.attachments)
        changed = replace(notice, pending=pending, step="", revision=notice.revision + 1)
        if not await self._office.store.save(changed, notice):
            return words.DECIDED
        self._drafting.forget(incoming.channel, incoming.member_id)
        shown = rules.composed(replace(changed, content=pending))
        await self._drafting.preview(incoming.chat_id, shown)
        report = await self._office.report(changed)
        return words.confirm_correction(changed, report.count(*(set(State) - _GONE)))

    # --- recalls and nudges ----------------------------------------------------------------------

    async def _recall(self, incoming: Incoming, verb: str, notice: Notice, first: str) -> Reply:
        if notice.phase is not Phase.QUEUED:
            return words.back_to(notice, "这条通知已经撤回了。")
        report = await self._office.report(notice)
        begun = max(filter(None, (notice.queued_at, notice.send_at)), default=None)
        late = (
            begun is not None
            and report.count(State.SENT) > 0
            and not rules.can_recall(begun, self._office.clock())
        )
        if verb == "rc" or late:
            return words.ask_recall(notice, report.count(*(set(State) - _GONE)), late)
        done = None
        if str(notice.revision) == first:
            done = await self._office.recall(notice, incoming)
        if done is None:
            return words.DECIDED
        return await self._followed(incoming, done)

    async def _nudge(self, incoming: Incoming, verb: str, notice: Notice, first: str) -> Reply:
        if notice.phase is not Phase.QUEUED or not notice.receipt:
            return words.back_to(notice, "这条通知不收回执，不用催。")
        pause = timedelta(minutes=self._office.options.nudge_minutes)
        now = self._office.clock()
        if notice.nudged_at is not None and now - notice.nudged_at < pause:
            at = stamp(notice.nudged_at + pause)
            return words.back_to(notice, f"刚催过，{at}以后才能再催，免得打扰大家。")
        register = await receipts.read_register(self._office, notice)
        missing = register.missing()
        absent = {one.copy.unit for one in missing if one.people}
        known = {one.copy.unit for one in missing}
        chats = [copy for copy in register.copies if copy.unit in absent or copy.unit not in known]
        if not chats:
            return words.back_to(notice, "花名册上的人都回了，不用催。")
        if verb == "nu":
            return words.ask_nudge(notice, len(chats), bool(known))
        done = None
        if str(notice.revision) == first:
            done = await self._office.nudge(notice, chats, words.nudge(notice), incoming)
        if done is None:
            return words.DECIDED
        return words.back_to(done, f"正在 {len(chats)} 个群里提醒。")


_GONE = FINAL - {State.SENT, State.UNCERTAIN}
"""Groups in which there is nothing to change."""


def _when(notice: Notice) -> str:
    if notice.phase is Phase.WAITING:
        return "待审"
    moment = notice.send_at or notice.queued_at
    tail = "（已撤回）" if notice.phase is Phase.RECALLED else ""
    return f"{stamp(moment)}{tail}"
