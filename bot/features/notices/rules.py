"""The rules of notices, pure: the message, its groups, lateness, the one-line shortcut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.features.notices.model import (
    NAME,
    Aim,
    Answer,
    Counts,
    Notice,
    Plan,
    Planned,
    Receipt,
)
from bot.features.notices.when import stamp
from bot.messages import Button, Reply, Span
from bot.organisation import BoundChat, Roles, Units

TEXT_CHARS_MAX = 12_000
RECALL_HOURS = 48
_BAR_CELLS = 20


def composed(notice: Notice, counts: Counts = (0, 0, 0)) -> Reply:
    """The message as the groups get it; previews and deliveries both come from here."""
    content = notice.content
    head = f"【{notice.category}】"
    spans = [Span(0, len(head), "bold")]
    body = content.text.strip()
    lost = len(content.text) - len(content.text.lstrip())
    if body.startswith(head):
        text, shift = body, -lost
    else:
        text = f"{head}\n{body}" if body else head
        shift = len(head) + 1 - lost
    spans += [
        replace(each, start=each.start + shift, end=each.end + shift) for each in content.spans
    ]
    if not notice.receipt:
        return Reply(text, (), tuple(spans), content.attachments)
    until = f"在{stamp(notice.deadline)}前" if notice.deadline is not None else ""
    text += f"\n\n看到请{until}按下面的按钮回执。"
    return Reply(text, (answer_row(notice.id, counts),), tuple(spans), content.attachments)


def answer_row(notice_id: int, counts: Counts) -> tuple[Button, ...]:
    """The buttons of a receipt, each with its count."""
    return tuple(
        Button(f"{answer.word} {count}" if count else answer.word, f"{NAME}:a:{notice_id}:{answer}")
        for answer, count in zip(Answer, counts, strict=True)
    )


def counted(receipts: Iterable[Receipt]) -> Counts:
    """How many gave each answer."""
    found = Counter(receipt.answer for receipt in receipts)
    return found[Answer.YES], found[Answer.LEAVE], found[Answer.DOUBT]


def shown(counts: Counts) -> str:
    """Counts as they are kept beside the message."""
    return "/".join(map(str, counts))


def is_late(deadline: datetime | None, now: datetime) -> bool:
    """Whether a receipt comes after its deadline."""
    return deadline is not None and now > deadline


def meant(
    aim: Aim | None, chats: Sequence[BoundChat], roles: Roles, units: Units
) -> list[BoundChat]:
    """The groups of an aim that the sender may write to, in their order."""
    if aim is None:
        return []
    mine = [chat for chat in chats if roles.can_notify(chat.unit)]
    if aim.kind == "all":
        return mine
    if aim.kind == "chats":
        return [chat for chat in mine if f"{chat.channel}:{chat.chat_id}" in aim.values]
    wanted = set(aim.values)
    if aim.kind == "units":
        wanted = {below for unit in aim.values for below in units.subtree(unit)}
    return [chat for chat in mine if chat.unit in wanted]


def planned(notice: Notice, chats: Iterable[BoundChat], now: datetime) -> Plan:
    """Who gets a notice when; a group in its quiet hours gets it without ringing."""
    at = max(notice.send_at, now) if notice.send_at is not None else now
    go: list[Planned] = []
    skipped: list[tuple[BoundChat, str]] = []
    for chat in chats:
        if not chat.takes(notice.category):
            skipped.append((chat, f"本群不收“{notice.category}”"))
            continue
        quiet = chat.quiet is not None and chat.quiet.covers(at.astimezone(now.tzinfo))
        go.append(Planned(chat, at, notice.silent or quiet))
    return Plan(tuple(go), tuple(skipped))


def can_recall(sent_at: datetime, now: datetime) -> bool:
    """Whether the platform still lets us take a message back."""
    return now - sent_at < timedelta(hours=RECALL_HOURS)


def bar(done: int, total: int) -> str:
    """A progress bar of text."""
    if not total:
        return ""
    full = _BAR_CELLS * done // total
    return f"{'▓' * full}{'░' * (_BAR_CELLS - full)} {100 * done // total}%"


# --- the one-line shortcut ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A notice in one message: ``/notice 类别 [发给:…] [时间:…] [回执[:…]] [静音] 正文``."""

    category: str
    start: int
    """Where the words of the notice begin in the text."""
    aim: str = ""
    when: str = ""
    receipt: bool = False
    deadline: str = ""
    silent: bool = False


_OPTION = re.compile(r"(发给|时间|回执|静音|不响铃)(?:[:：]\s*(\S+))?(?=\s|$)\s*")


def read_shortcut(text: str, categories: Sequence[str]) -> Shortcut | None:
    """Read what follows /notice; None when it does not begin with a category."""
    category = next((name for name in categories if text.startswith(name)), None)
    if category is None:
        return None
    place = _skip(text, len(category))
    found = Shortcut(category, place)
    changes: dict[str, Callable[[Shortcut, str], Shortcut]] = {
        "发给": lambda made, value: replace(made, aim=value),
        "时间": lambda made, value: replace(made, when=value),
        "回执": lambda made, value: replace(made, receipt=True, deadline=value),
        "静音": lambda made, _: replace(made, silent=True),
        "不响铃": lambda made, _: replace(made, silent=True),
    }
    while match := _OPTION.match(text, place):
        word, value = match.group(1), match.group(2) or ""
        if word in {"发给", "时间"} and not value:
            break
        found = changes[word](found, value)
        place = match.end()
    return replace(found, start=place)


def _skip(text: str, place: int) -> int:
    while place < len(text) and (text[place].isspace() or text[place] in ":：，,"):
        place += 1
    return place
