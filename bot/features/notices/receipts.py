"""Receipts: a press in a group, who is still missing, the table for Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.delivery.orders import State
from bot.features.notices import rules
from bot.features.notices.model import Answer, Copy, Notice, Phase, Receipt
from bot.features.notices.when import stamp
from bot.messages import Incoming, Reply
from bot.organisation import RosterEntry
from bot.storage.sheets import write_xlsx

if TYPE_CHECKING:
    from bot.features.notices.office import Office

_NAMES_MAX = 20
_GROUPS_MAX = 15
SHEET_HEAD = ("群", "组织", "姓名", "答复", "迟到", "时间")


@dataclass(frozen=True, slots=True)
class Missing:
    """Who of one group's unit has not answered."""

    copy: Copy
    people: tuple[RosterEntry, ...] = field(repr=False)
    total: int = 0
    """How many the roster names."""


@dataclass(frozen=True, slots=True)
class Register:
    """The receipts of a notice beside the roster."""

    notice: Notice
    copies: tuple[Copy, ...]
    receipts: tuple[Receipt, ...]
    roster: tuple[RosterEntry, ...] = field(repr=False)

    def of(self, copy: Copy) -> list[Receipt]:
        """The receipts given in one group."""
        here = (copy.channel, copy.chat_id)
        return [one for one in self.receipts if (one.channel, one.chat_id) == here]

    def latest(self) -> dict[tuple[str, str], Receipt]:
        """Each member's last answer, whatever the group."""
        return {(one.channel, one.member_id): one for one in self.receipts}

    def missing(self) -> list[Missing]:
        """By group, in their order; groups of whose unit the roster names nobody are left out."""
        answered = self.latest()
        found, seen = [], set[str]()
        for copy in self.copies:
            people = [one for one in self.roster if one.unit == copy.unit]
            if not people or copy.unit in seen:
                continue
            seen.add(copy.unit)
            absent = [
                one for one in people if (one.channel or "", one.member_id or "") not in answered
            ]
            found.append(Missing(copy, tuple(absent), len(people)))
        return found


async def read_register(office: Office, notice: Notice) -> Register:
    """Read it.

    Raises:
        StorageError: the database refuses.
    """
    sent = {
        (line.channel, line.chat_id)
        for line in (await office.report(notice)).having(State.SENT, State.UNCERTAIN)
    }
    copies = [
        copy for copy in await office.copies.all(notice.id) if (copy.channel, copy.chat_id) in sent
    ]
    units = {copy.unit for copy in copies if copy.unit}
    roster = await office.org.roster(units) if units else []
    receipts = await office.copies.receipts(notice.id)
    return Register(notice, tuple(copies), tuple(receipts), tuple(roster))


async def press(office: Office, incoming: Incoming, notice: Notice, letter: str) -> Reply:
    """Keep a member's answer; the counts on the message follow a little later."""
    if notice.phase is Phase.RECALLED:
        return Reply("", toast="这条通知已撤回，不用再按。")
    copy = await office.copies.one(notice.id, incoming.channel, incoming.chat_id)
    if copy is None or not notice.receipt or letter not in set(Answer):
        return Reply("", toast="这条通知不收回执。")
    now = office.clock()
    answer, late = Answer(letter), rules.is_late(notice.deadline, now)
    receipt = Receipt(incoming.channel, incoming.chat_id, incoming.member_id, answer, late, now)
    await office.copies.answer(notice.id, receipt)
    mark = f"（迟到，{stamp(notice.deadline)}截止）" if late else ""
    return Reply("", toast=f"已记下：{answer.word}{mark}。改主意可以再按别的。")


def overview(register: Register) -> str:
    """How many answered what, and who is missing, for the secretary alone."""
    last = list(register.latest().values())
    lines = [f"通知 {register.notice.id}“{register.notice.title}”的回执"]
    counts = dict(zip(Answer, rules.counted(last), strict=True))
    said = "，".join(f"{answer.word} {count}" for answer, count in counts.items())
    late = sum(one.late for one in last)
    lines.append(f"{said}，一共 {len(last)} 人" + (f"，其中迟到 {late} 人" if late else ""))
    lines += _named(register, Answer.LEAVE) + _named(register, Answer.DOUBT)
    missing = register.missing()
    if not missing:
        lines.append(
            "没有花名册，说不出还差谁，只能看人数。要看名单，请管理员把花名册（姓名、单位两列）"
            "发给我，再让大家用码绑定（/join）。"
        )
        return "\n".join(lines)
    lines.append("")
    short = [one for one in missing if one.people]
    for one in short[:_GROUPS_MAX]:
        unbound = sum(not person.bound for person in one.people)
        tail = f"。其中 {unbound} 人没绑定花名册，按了也看不出" if unbound else ""
        names = _short([person.name for person in one.people])
        where = one.copy.title or one.copy.chat_id
        lines.append(f"{where}：{one.total} 人里还差 {len(one.people)} 人：{names}{tail}。")
    if len(short) > _GROUPS_MAX:
        lines.append(f"还有 {len(short) - _GROUPS_MAX} 个群，请导出表格看。")
    if not short:
        lines.append("花名册上的人都回了。")
    known = {(one.channel, one.member_id) for one in register.roster}
    others = sum(key not in known for key in register.latest())
    if others:
        lines.append(f"另有 {others} 人按了，但没有绑定花名册，不知道是谁。")
    return "\n".join(lines)


def _named(register: Register, answer: Answer) -> list[str]:
    """Those on the roster who gave an answer that wants attention."""
    names = {(one.channel, one.member_id): one.name for one in register.roster}
    found = [names.get(key, "") for key, one in register.latest().items() if one.answer is answer]
    known = [name for name in found if name]
    if not known:
        return []
    rest = f"，另 {len(found) - len(known)} 人未绑定" if len(found) > len(known) else ""
    return [f"{answer.word}：{_short(known)}{rest}"]


def _short(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_MAX
    return "、".join(names[:_NAMES_MAX]) + (f"等 {len(names)} 人" if more > 0 else "")


def sheet(register: Register, path_name: dict[str, str]) -> bytes:
    """The receipts as an XLSX file, a person a row; who is missing comes last in each group."""
    names = {(one.channel, one.member_id): one for one in register.roster}
    rows: list[tuple[object, ...]] = []
    absent = {one.copy.key: one.people for one in register.missing()}
    for copy in register.copies:
        where = (copy.title or copy.chat_id, path_name.get(copy.unit, ""))
        for one in register.of(copy):
            person = names.get((one.channel, one.member_id))
            name = person.name if person is not None else "（未绑定花名册）"
            late = "迟到" if one.late else ""
            rows.append((*where, name, one.answer.word, late, f"{one.at:%Y-%m-%d %H:%M}"))
        rows += [
            (*where, person.name, "未回" if person.bound else "未回（未绑定）", "", "")
            for person in absent.get(copy.key, ())
        ]
    return write_xlsx(SHEET_HEAD, rows, "回执")
