"""What a notice is, and whom it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.messages import Reply
from bot.organisation import BoundChat

NAME = "notices"


class Phase(StrEnum):
    """How far a notice has come."""

    DRAFT = "draft"
    WAITING = "waiting"
    """For the second pair of eyes."""
    QUEUED = "queued"
    """In the outbox, or out."""
    RECALLED = "recalled"
    DROPPED = "dropped"


class Answer(StrEnum):
    """What members answer; the letter in the button's data."""

    YES = "y"
    LEAVE = "l"
    DOUBT = "q"

    @property
    def word(self) -> str:
        """As on the button."""
        return {"y": "收到", "l": "请假", "q": "有疑问"}[self.value]


AimKind = Literal["all", "units", "only", "chats"]


@dataclass(frozen=True, slots=True)
class Aim:
    """Whom a notice is meant for; resolved anew at every look."""

    kind: AimKind
    """``all`` that are allowed, ``units`` with all below, ``only`` those units, ``chats``."""
    values: tuple[str, ...] = ()
    """Unit ids, or ``channel:chat_id``."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, from the first word of its draft on."""

    id: int
    channel: str
    author: str
    """Member id; empty from the command line, ``-`` after the author asked to be forgotten."""
    chat_id: str
    """The private chat in which it was written; its report stands there."""
    created_at: datetime
    phase: Phase = Phase.DRAFT
    step: str = ""
    """Where the dialogue stands; ``+aim+when``: what is still to be said before the preview."""
    revision: int = 0
    """Counts changes: an old button cannot send what was never previewed."""
    category: str = ""
    content: Reply = field(default_factory=lambda: Reply(""), repr=False)
    """Words, formatting and attachment as written, without buttons."""
    pending: Reply | None = field(default=None, repr=False)
    """A correction that is not confirmed yet."""
    aim: Aim | None = None
    send_at: datetime | None = None
    """None: as soon as it is confirmed."""
    receipt: bool = False
    deadline: datetime | None = None
    """Later receipts are marked."""
    silent: bool = False
    queued_at: datetime | None = None
    approver: str = ""
    report_id: str = ""
    """The message that shows the report and is edited while it runs."""
    running: bool = False
    """Whether that report is still to be kept up to date."""
    corrections: int = 0
    nudges: int = 0
    nudged_at: datetime | None = None

    @property
    def asks(self) -> str:
        """The step at which the dialogue stands, without what comes after."""
        return self.step.removeprefix("+").partition("+")[0]

    @property
    def job(self) -> str:
        """The job of its orders in the outbox."""
        return f"notice:{self.id}"

    @property
    def title(self) -> str:
        """A short name for lists: the first words."""
        first = next((line.strip() for line in self.content.text.splitlines() if line.strip()), "")
        first = first or ("（图片）" if self.content.attachments else "（没有正文）")
        return first if len(first) <= 18 else f"{first[:17]}…"

    @property
    def written(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.content.text.strip() or self.content.attachments)


@dataclass(frozen=True, slots=True)
class Planned:
    """One group that will get a notice."""

    chat: BoundChat
    at: datetime
    silent: bool
    """Without ringing: so wished, or because of the quiet hours."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets a notice, and who does not and why."""

    go: tuple[Planned, ...] = ()
    skipped: tuple[tuple[BoundChat, str], ...] = ()

    @property
    def hushed(self) -> int:
        """Groups in their quiet hours, which get it without ringing."""
        return sum(each.silent for each in self.go)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is kept about a notice in one group."""

    notice_id: int
    channel: str
    chat_id: str
    thread_id: str | None
    title: str = field(repr=False)
    unit: str
    key: str
    """Of its order in the outbox; empty for a group that was skipped."""
    reason: str = ""
    """Why it was skipped."""
    shown: str = ""
    """The counts on the message, as ``3/1/0``."""
    touched: bool = False
    """Whether receipts came in since."""
    edited_at: datetime | None = None
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """One member's answer in one group."""

    channel: str
    chat_id: str
    member_id: str
    answer: Answer
    late: bool
    at: datetime


Counts = tuple[int, int, int]
"""收到, 请假, 有疑问."""
