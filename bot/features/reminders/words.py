"""Every word that reminders say, to groups and to those who look after them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calendar.agenda import Due
from bot.calendar.month import Month
from bot.calendar.pages import (
    WEEKDAYS,
    bare_title,
    days_words,
    event_lines,
    fitting,
    shift_words,
    sources_line,
    unsure_lines,
)
from bot.calendar.poster import zone_name
from bot.calendar.reminders import Planned
from bot.knowledge.library import Library
from bot.messages import Button, Reply

NAME = "reminders"
LISTED_MAX = 8
REPORTED_MAX = 12
NOT_YOURS = Reply("这个命令给书记和管理员用。想看有什么活动，请发 /calendar。")
GONE = Reply(
    "这一条已经过了，或者日历改过了。发 /reminders 看现在的。",
    ((Button("看全部", f"{NAME}:l"),),),
)


def day_words(moment: datetime) -> str:
    """9月6日（周日）17:00."""
    week = WEEKDAYS[moment.weekday()]
    return f"{moment.month}月{moment.day}日（周{week}）{moment:%H:%M}"


def when_words(due: Due) -> str:
    """9月7日（周一）15:00, or 9月14日至9月20日."""
    words = days_words(due.first, due.last)
    if due.first == due.last:
        words += f"（周{WEEKDAYS[due.first.weekday()]}）"
    return f"{words}{due.at:%H:%M}" if due.at else words


def length_words(minutes: int) -> str:
    """90分钟, 2小时."""
    return f"{minutes // 60}小时" if minutes % 60 == 0 else f"{minutes}分钟"


def reminder(one: Planned, library: Library, zone: ZoneInfo, late: str = "") -> str:
    """What a group reads about one event. The days are named, never 明天: it may come late."""
    due = one.due
    assert due is not None
    event = due.occasion.event
    at = f"{when_words(due)}（{zone_name(zone)}）" if due.at else when_words(due)
    lines = [f"提醒：{bare_title(event.title)}", f"时间：{at}"]
    if event.where:
        lines.append(f"地点：{event.where}")
    if due.minutes:
        lines.append(f"时长：{length_words(due.minutes)}")
    lines += [f"{words}。" for words in (event.note or "", shift_words(due)) if words]
    lines += unsure_lines([due])
    lines.append(sources_line(library, [due]))
    return "\n".join([*lines, *([late] if late else [])])


def overview(month: Month, library: Library, zone: ZoneInfo, late: str = "") -> str:
    """What a group reads on the first of the month."""
    dues = [due for due in month.dues() if due.year_known]
    text = fitting([f"{month.first.year}年{month.first.month}月的安排：", *event_lines(dues)])
    if any(due.at for due in dues):
        text += f"\n时间为{zone_name(zone)}。"
    text += f"\n{sources_line(library, dues)}"
    return f"{text}\n{late}" if late else text


def late_note(one: Planned, zone: ZoneInfo) -> str:
    """Why a reminder comes later than it should."""
    due_at = day_words(one.moment.astimezone(zone))
    return f"（晚发说明：这条提醒本该在 {due_at} 发出，当时程序没有运行。）"


def quiet_reason(until: datetime, free: datetime) -> str:
    """Why the quiet hours swallowed a reminder."""
    return f"免打扰到 {free:%H:%M} 才结束，那时已过 {day_words(until)}，再提醒没有用"


def about(one: Planned) -> str:
    """One line: what it is about."""
    if one.due is None:
        return f"{one.month().month}月总览"
    return f"{bare_title(one.due.occasion.event.title)}，{when_words(one.due)}"


def missed_report(missed: Sequence[Planned], zone: ZoneInfo) -> Reply:
    """What admins and secretaries hear once after a downtime."""
    lines = [
        f"· {day_words(one.moment.astimezone(zone))} {about(one)}" for one in missed[:REPORTED_MAX]
    ]
    if len(missed) > REPORTED_MAX:
        lines.append(f"……还有 {len(missed) - REPORTED_MAX} 条。")
    return Reply(
        f"程序停过一段时间，有 {len(missed)} 条提醒没有发，现在再发已经没有用：\n"
        + "\n".join(lines)
        + f"\n时间为{zone_name(zone)}。要补发，请用 /notice 发通知。"
        "接下来的提醒照常，发 /reminders 查看。"
    )


def listed(rows: Sequence[tuple[Planned, str, str]], zone: ZoneInfo, *, more: bool) -> Reply:
    """The next reminders with a button each; a row is (reminder, token, how it stands)."""
    if not rows:
        return Reply(
            "接下来 60 天没有要发的提醒。\n"
            "只提醒资料里写明了年月日的活动；日期未定、年份未载的不提醒。看日历发 /calendar。"
        )
    lines = [
        f"{number}. {day_words(one.moment.astimezone(zone))} → {stands}\n{about(one)}"
        for number, (one, _, stands) in enumerate(rows, 1)
    ]
    buttons = [
        Button(f"{number}", f"{NAME}:d:{token}") for number, (_, token, _) in enumerate(rows, 1)
    ]
    half = (len(buttons) + 1) // 2
    return Reply(
        f"接下来要发的提醒（{zone_name(zone)}）：\n\n"
        + "\n".join(lines)
        + ("\n……后面还有，到时候再看。" if more else "")
        + "\n\n按编号看发到哪些群，可以跳过这一次，也可以现在就发。",
        tuple(filter(None, (tuple(buttons[:half]), tuple(buttons[half:])))),
    )


def detail(
    one: Planned, token: str, targets: Sequence[str], zone: ZoneInfo, acts: Collection[str]
) -> Reply:
    """One reminder: to whom it goes, and what can be done about it.

    ``acts`` has ``open`` where it is still to be sent, ``skipped`` where it was skipped.
    """
    shown = "\n".join(f"· {line}" for line in targets[:LISTED_MAX])
    if len(targets) > LISTED_MAX:
        shown += f"\n· ……还有 {len(targets) - LISTED_MAX} 个群"
    rows: list[tuple[Button, ...]] = []
    if "open" in acts:
        rows.append(
            (Button("跳过这一次", f"{NAME}:s:{token}"), Button("现在就发", f"{NAME}:n:{token}"))
        )
    if "skipped" in acts:
        rows.append((Button("恢复提醒", f"{NAME}:u:{token}"),))
    rows.append((Button("返回", f"{NAME}:l"),))
    moment = one.moment.astimezone(zone)
    return Reply(
        f"{about(one)}\n"
        f"规则：{one.words}，{day_words(moment)}（{zone_name(zone)}）发\n"
        f"最晚：{day_words(one.until.astimezone(zone))}，过了就不再发\n"
        f"类别：{one.category}\n\n"
        f"发到 {len(targets)} 个群：\n{shown}",
        tuple(rows),
    )


def skipped(one: Planned, token: str, count: int) -> Reply:
    """After skipping."""
    return Reply(
        f"已跳过：{about(one)}。\n{count} 个群这一次不提醒，以后的照常；到点以前可以恢复。",
        ((Button("恢复提醒", f"{NAME}:u:{token}"), Button("返回", f"{NAME}:l")),),
    )


def restored(one: Planned, count: int) -> Reply:
    """After a skip was taken back."""
    return Reply(
        f"已恢复：{about(one)}。\n{count} 个群照常提醒。", ((Button("返回", f"{NAME}:l"),),)
    )


def confirm_now(one: Planned, token: str, count: int) -> Reply:
    """Before sending at once."""
    return Reply(
        f"现在就发给 {count} 个群？\n{about(one)}\n发了以后，到点不会再发第二次。",
        ((Button("确定发送", f"{NAME}:y:{token}"), Button("返回", f"{NAME}:d:{token}")),),
    )


def sent_now(one: Planned, count: int) -> Reply:
    """After sending at once."""
    return Reply(
        f"已交给发送队列：{about(one)}。\n{count} 个群，到点不会再发第二次。",
        ((Button("返回", f"{NAME}:l"),),),
    )


NOTHING_TO_SEND = Reply("这些群都已经发过，或跳过了。", ((Button("返回", f"{NAME}:l"),),))
