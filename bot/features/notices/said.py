"""What an author said, pure: the words of a notice with their formatting, a moment."""

from __future__ import annotations

from datetime import datetime

from bot.features.notices import rules, words
from bot.features.notices.when import Moment, Unclear, read_when
from bot.messages import Incoming, Reply, Span


def said_moment(text: str, now: datetime, notes: list[str]) -> datetime | Unclear | None:
    """A moment of the one-line form; None is now, or was not said."""
    if not text:
        return None
    read = read_when(text, now)
    if isinstance(read, Moment):
        return read.at
    notes.append(read.question)
    return read


def content_of(incoming: Incoming, text: str, start: int) -> Reply:
    """What was written, from a position of ``text`` on, which is the end of the message."""
    offset = len(incoming.text) - len(text) + start
    words_ = text[start:]
    spans = tuple(
        Span(max(span.start - offset, 0), span.end - offset, span.kind, span.url)
        for span in incoming.spans
        if span.end > offset
    )
    return Reply(words_, (), spans, incoming.attachments[:1])


def text_slip(content: Reply) -> str:
    """What is wrong with the words of a notice; empty when nothing is."""
    if len(content.text) > rules.TEXT_CHARS_MAX:
        return words.too_long(len(content.text), rules.TEXT_CHARS_MAX)
    if not content.text and not content.attachments:
        return "这种消息发不了通知。请发文字、一张图或一个文件。"
    return ""
