"""What became of a notice, in words: for the secretary's chat and for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.delivery.orders import State
from bot.features.notices.model import Notice, Phase, Plan
from bot.features.notices.office import Line, NoticeReport
from bot.features.notices.rules import bar
from bot.features.notices.when import stamp, zone_name

WORDS = {
    State.QUEUED: "排队",
    State.SENDING: "正在发",
    State.SENT: "已送达",
    State.FAILED: "没送到",
    State.UNCERTAIN: "不确定",
    State.CANCELLED: "已取消",
    State.SKIPPED: "跳过",
}
_REASONS_MAX = 4
_GROUPS_MAX = 5


def measure(chars: int, messages: int) -> str:
    """How long a message is."""
    split = "发成 1 条" if messages == 1 else f"超过一条的限度，会分成 {messages} 条"
    return f"{chars} 个字，{split}"


def plan_lines(notice: Notice, plan: Plan, now: datetime) -> list[str]:
    """Who gets it, when, and who does not and why."""
    zone = zone_name(now)
    lines = [f"发给：{len(plan.go)} 个群{_named(plan)}"]
    moment = stamp(notice.send_at)
    lines.append(f"时间：{moment}（{zone}，现在 {now:%H:%M}）")
    if plan.hushed and not notice.silent:
        lines.append(f"其中 {plan.hushed} 个群那时在免打扰时段：照常送达，不响铃。")
    reasons = Counter(reason for _, reason in plan.skipped)
    lines += [f"跳过 {count} 个群：{reason}" for reason, count in reasons.most_common()]
    return lines


def _named(plan: Plan) -> str:
    names = [each.chat.title or each.chat.chat_id for each in plan.go]
    if not names:
        return ""
    if len(names) <= _GROUPS_MAX:
        return f"（{'、'.join(names)}）"
    return f"（{'、'.join(names[:_GROUPS_MAX])}等）"


def progress(notice: Notice, report: NoticeReport, now: datetime) -> str:
    """The report as it is edited while the notice goes out."""
    total = len(report.lines)
    sent = report.count(State.SENT)
    lines = [f"通知 {notice.id}：{notice.category}“{notice.title}”"]
    later = notice.send_at is not None and notice.send_at > now
    if notice.phase is Phase.RECALLED:
        lines.append(f"已撤回；撤回以前送达 {sent}/{total} 个群。")
    elif later and not report.done:
        lines.append(f"定在{stamp(notice.send_at)}发（{zone_name(now)}），共 {total} 个群。")
    else:
        lines.append(f"{bar(report.done, total)}  送达 {sent}/{total} 个群")
    rest = [
        f"{WORDS[state]} {report.count(state)}"
        for state in State
        if state is not State.SENT and report.count(state)
    ]
    if rest:
        lines.append("、".join(rest))
    lines += reasons(report)
    lines += _change(report)
    return "\n".join(lines)


def _change(report: NoticeReport) -> list[str]:
    """How far a correction or a recall has come; what did not work, and why."""
    if not report.change:
        return []
    well = [line for line in report.changed if line.state in {State.SENT, State.SKIPPED}]
    lines = [f"{report.change}：完成 {len(well)}/{len(report.changed)} 个群"]
    bad = (line for line in report.changed if line.state in {State.FAILED, State.UNCERTAIN})
    for reason, count in Counter(line.reason for line in bad).most_common(_REASONS_MAX):
        lines.append(f"· 没{report.change} {count} 个：{reason or '原因不明'}")
    return lines


def reasons(report: NoticeReport) -> list[str]:
    """Why groups did not get it, the commonest first, and what to do."""
    lines: list[str] = []
    for state in (State.FAILED, State.SKIPPED):
        found = Counter(line.reason for line in report.having(state))
        for reason, count in found.most_common(_REASONS_MAX):
            lines.append(f"· {WORDS[state]} {count} 个：{reason or '原因不明'}")
    if report.count(State.UNCERTAIN):
        lines.append("· 不确定的可能已送达，不会自动重发：请到群里看一眼，再按“逐个处理”。")
    return lines


def where(line: Line) -> str:
    """How a group is called."""
    return line.title or f"群 {line.chat_id}"


def table(report: NoticeReport) -> str:
    """The report for a terminal, a line a group."""
    width = max((len(line.chat_id) for line in report.lines), default=0)
    rows = [
        f"{line.chat_id:<{width}}  {WORDS[line.state]}  {line.message_id or '-'}"
        f"  {line.title}{f'  {line.reason}' if line.reason else ''}".rstrip()
        for line in report.lines
    ]
    counts = "，".join(
        f"{WORDS[state]} {report.count(state)}" for state in State if report.count(state)
    )
    return "\n".join([*rows, f"共 {len(report.lines)} 个群：{counts or '没有群'}。"])


def as_json(notice: Notice, report: NoticeReport) -> dict[str, object]:
    """The report for scripts; what is being sent at this moment counts as queued."""
    states = {line.state: _json_state(line.state) for line in report.lines}
    counts = Counter(states[line.state] for line in report.lines)
    names = ("queued", "sent", "failed", "uncertain", "cancelled", "skipped")
    return {
        "id": notice.id,
        "total": len(report.lines),
        **{name: counts[name] for name in names},
        "targets": [
            {
                "chat_id": _number(line.chat_id),
                "state": states[line.state],
                "reason": line.reason,
                "message_id": _number(line.message_id) if line.message_id else None,
            }
            for line in report.lines
        ],
    }


def _json_state(state: State) -> str:
    return State.QUEUED.value if state is State.SENDING else state.value


def _number(text: str) -> int | str:
    """Ids that are numbers on their platform are numbers here."""
    return int(text) if text.lstrip("-").isdigit() else text


def many(names: Sequence[str], count_max: int) -> str:
    """A list of names that stays short."""
    more = len(names) - count_max
    return "、".join(names[:count_max]) + (f" 等 {len(names)} 个" if more > 0 else "")
