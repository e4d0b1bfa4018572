"""Platform-neutral words in and out: what a channel hands to the desk and gets back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

BUTTON_DATA_BYTES_MAX = 64
BUTTON_LABEL_CHARS_MAX = 40


SpanKind = Literal[
    "bold", "italic", "underline", "strikethrough", "code", "link", "spoiler", "quote"
]


@dataclass(frozen=True, slots=True)
class Span:
    """Formatting of a part of a text; positions count Python characters, not UTF-16 units."""

    start: int
    end: int
    kind: SpanKind
    url: str = ""
    """For links alone."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a file that goes with a text; either its bytes or the channel's own id of it."""

    kind: Literal["photo", "document"]
    name: str
    """The file's name, as members see it."""
    data: bytes = field(default=b"", repr=False)
    file_id: str = ""
    """How the channel names a file that it has already."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, edit or button press that is addressed to the desk."""

    channel: str
    """Name of the channel, such as ``telegram`` or ``console``."""
    chat_id: str
    """The chat, as the channel writes it."""
    member_id: str
    """Who speaks, as the channel writes it; for an anonymous admin the id of the group."""
    message_id: str
    text: str
    """The words without @mention or call name; empty for a press."""
    sent_at: datetime
    """Aware; when the member sent it."""
    private: bool = True
    thread_id: str | None = None
    """The forum topic, None outside of one and in the General topic."""
    pressed: str | None = None
    """``Button.data`` of the button that was pressed."""
    edited: bool = False
    """The member corrected an earlier message with the same ``message_id``."""
    overheard: bool = False
    """Not addressed to the desk: speak only if certain (``overheard: strict``)."""
    admin: bool = False
    """The speaker is an admin of the desk, by the settings."""
    chat_title: str = ""
    spans: tuple[Span, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply; pressing it comes back as ``Incoming.pressed``."""

    label: str
    data: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.data.encode()) <= BUTTON_DATA_BYTES_MAX:
            raise ValueError(f"button data must take 1 to {BUTTON_DATA_BYTES_MAX} bytes")


Asked = Literal[
    "answered",
    "asked back",
    "told missing",
    "unknown",
    "calendar",
    "courtesy",
    "slip",
    "withheld",
]
"""What became of a question: ``told missing`` is an approved “the files do not say”; a ``slip`` is
no question at all (no words, a number of no list); ``withheld``: found, but not for who asks."""


@dataclass(frozen=True, slots=True)
class About:
    """What a reply of the desk is about: features count it, or ask whether it helped."""

    question: str
    """As the member wrote it, without the call name; empty for a press."""
    asked: Asked
    ref: str = ""
    """The entry that was answered, or empty."""
    near: tuple[str, ...] = ()
    """Entries that were offered or came near, best first; at most 5."""
    doubtful: bool = False
    """Answered, though with little to go by."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the desk says: plain text in paragraphs, no markup; the channel escapes and splits."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = field(default=())
    """Rows of buttons, under the last part of the text."""
    spans: tuple[Span, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    toast: str = ""
    """After a press: a line that only who pressed sees, for a moment; at most 200 characters. With
    an empty text the message under the button stays as it is."""
    about: About | None = field(default=None, compare=False, repr=False)
    """Set by the answer desk alone, for features that listen; never sent."""
