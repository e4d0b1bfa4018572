"""From text with marks to Telegram's HTML, and from Telegram's marks to ours: the one place."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import replace

from telegram import MessageEntity

from bot.messages import Span, SpanKind

_TAGS: dict[SpanKind, str] = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "spoiler": "tg-spoiler",
    "quote": "blockquote",
}
_KINDS: dict[str, SpanKind] = {
    MessageEntity.BOLD: "bold",
    MessageEntity.ITALIC: "italic",
    MessageEntity.UNDERLINE: "underline",
    MessageEntity.STRIKETHROUGH: "strikethrough",
    MessageEntity.CODE: "code",
    MessageEntity.PRE: "code",
    MessageEntity.TEXT_LINK: "link",
    MessageEntity.SPOILER: "spoiler",
    MessageEntity.BLOCKQUOTE: "quote",
    MessageEntity.EXPANDABLE_BLOCKQUOTE: "quote",
}
_SCHEMES = ("https://", "http://", "tg://")
SPANS_MAX = 100
"""Telegram drops what is beyond."""


def escaped(text: str) -> str:
    """Text as HTML that shows exactly this text."""
    return html.escape(text, quote=False)


def as_html(text: str, spans: Iterable[Span] = ()) -> str:
    """Text with its marks as HTML: every tag is closed, none crosses another.

    Marks that Telegram would refuse are left out: a quote in a quote, anything in code, links
    that lead nowhere.
    """
    kept = _allowed(text, spans)
    if not kept:
        return escaped(text)
    edges = sorted({0, len(text)} | {edge for span in kept for edge in (span.start, span.end)})
    made: list[str] = []
    opened: list[Span] = []
    for start, end in zip(edges, [*edges[1:], len(text)], strict=True):
        # What ends here is closed, with all that was opened inside of it; the rest goes on.
        while any(span.end <= start for span in opened):
            made.append(_closing(opened.pop()))
        wanted = [span for span in kept if span.start <= start < span.end]
        for span in wanted:
            if span not in opened:
                opened.append(span)
                made.append(_opening(span))
        made.append(escaped(text[start:end]))
    return "".join(made)


def _allowed(text: str, spans: Iterable[Span]) -> list[Span]:
    """Marks inside the text that may stand together, the longer ones first."""
    inside = [
        replace(span, start=max(0, span.start), end=max(0, min(len(text), span.end)))
        for span in spans
    ]
    ordered = sorted(
        {
            span
            for span in inside
            if span.start < span.end
            and text[span.start : span.end].strip()
            and (span.kind != "link" or span.url.startswith(_SCHEMES))
        },
        # A quote stands outside of everything, code inside.
        key=lambda span: (span.kind != "quote", span.start - span.end, span.start, span.kind),
    )
    kept: list[Span] = []
    for span in ordered[:SPANS_MAX]:
        if not any(_refuse(span, other) for other in kept):
            kept.append(span)
    return kept


def _refuse(span: Span, other: Span) -> bool:
    """Whether two marks that touch the same characters cannot stand together."""
    if span.start >= other.end or other.start >= span.end:
        return False
    if "code" in {span.kind, other.kind}:
        return "quote" not in {span.kind, other.kind} or _crosses(span, other)
    return span.kind == other.kind or (other.kind == "quote" and _crosses(span, other))


def _crosses(span: Span, other: Span) -> bool:
    return not (other.start <= span.start and span.end <= other.end)


def _opening(span: Span) -> str:
    if span.kind == "link":
        return f'<a href="{html.escape(span.url)}">'
    return f"<{_TAGS[span.kind]}>"


def _closing(span: Span) -> str:
    return "</a>" if span.kind == "link" else f"</{_TAGS[span.kind]}>"


def position(text: str, unit: int) -> int:
    """The character at a UTF-16 position; odd positions are clipped into the text."""
    before = text[: max(0, unit)]
    if before.isascii():
        return len(before)
    data = before.encode("utf-16-le", "surrogatepass")[: unit * 2]
    return len(data.decode("utf-16-le", "replace"))


def spans_of(text: str, entities: Iterable[MessageEntity]) -> tuple[Span, ...]:
    """Telegram's marks of a text as ours; those that we have no word for are left out."""
    found = []
    for entity in entities:
        kind = _KINDS.get(entity.type)
        if kind is None:
            continue
        start = position(text, entity.offset)
        end = position(text, entity.offset + entity.length)
        if start < end:
            found.append(Span(start, end, kind, entity.url or "" if kind == "link" else ""))
    return tuple(found[:SPANS_MAX])


def kept_spans(spans: Iterable[Span], before: str, after: str) -> tuple[Span, ...]:
    """The marks of a text that lost something at its ends, such as a mention of the bot.

    Args:
        spans: marks of ``before``.
        before: the text that the marks belong to.
        after: what is left; where its end is no longer the end of ``before``, marks are lost.
    """
    spans = tuple(spans)
    if not spans:
        return ()
    whole = before.rstrip()
    same = 0
    while same < min(len(whole), len(after)) and whole[-same - 1] == after[-same - 1]:
        same += 1
    first, shift = len(whole) - same, len(after) - len(whole)
    return clipped(spans, first, len(whole), shift)


def clipped(
    spans: Iterable[Span], start: int, end: int, shift: int | None = None
) -> tuple[Span, ...]:
    """The marks between two positions, counted from the first one (or moved by ``shift``)."""
    move = -start if shift is None else shift
    found = (
        replace(span, start=max(span.start, start) + move, end=min(span.end, end) + move)
        for span in spans
    )
    return tuple(span for span in found if span.start < span.end)
