"""From a Reply to Telegram messages: what goes into which, and the keyboard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.formatting import clipped
from bot.messages import BUTTON_LABEL_CHARS_MAX, Button, Reply, Span

TEXT_UNITS_MAX = 4096
CAPTION_UNITS_MAX = 1024
"""Of the text under a picture or a file."""
PARTS_MAX = 8
TOAST_CHARS_MAX = 200
_BUTTONS_MAX = 100
_CUT = "（内容太长，后面的略去）"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BREAKS = ("\n\n", "\n", "。", "；", "！", "？", "，", " ")
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f", "\u20e3")


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Without control characters and lone surrogates, which no JSON or UTF-8 can carry."""
    if text.replace("\n", "").isprintable():
        return text  # as nearly all are
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROL.sub("", whole)


def parts(reply: Reply) -> tuple[Reply, ...]:
    """The messages that a reply becomes: one text or one file each, the buttons under the last.

    A text that fits goes under the last picture or file; a longer one follows it.
    """
    text = clean(reply.text)
    plain = not reply.spans and not reply.attachments and text == text.strip()
    if text and plain and 2 * len(text) <= TEXT_UNITS_MAX:
        return (Reply(text, reply.buttons),)  # as nearly all answers
    spans = _after_cleaning(reply.spans, reply.text, text)
    made = [Reply("", attachments=(attachment,)) for attachment in reply.attachments]
    if made and units(text.strip()) <= CAPTION_UNITS_MAX:
        (caption,) = _cut_texts(text, spans, TEXT_UNITS_MAX, 1) or [Reply("")]
        made[-1] = replace(caption, attachments=made[-1].attachments)
    else:
        made += _cut_texts(text, spans, TEXT_UNITS_MAX, PARTS_MAX - len(made))
    if made:
        made[-1] = replace(made[-1], buttons=reply.buttons)
    return tuple(made)


def _after_cleaning(spans: Iterable[Span], before: str, after: str) -> tuple[Span, ...]:
    """The marks at the places of their characters in the cleaned text."""
    if before == after:
        return tuple(spans)
    return tuple(
        replace(span, start=len(clean(before[: span.start])), end=len(clean(before[: span.end])))
        for span in spans
    )


def split(text: str, units_max: int = TEXT_UNITS_MAX, parts_max: int = PARTS_MAX) -> list[str]:
    """Cut into parts of at most ``units_max`` UTF-16 units, at paragraphs where possible.

    Never cuts inside a character, also one that is made of several; the part after the last
    allowed one is left out with a word about it. An empty text gives no part.
    """
    return [part.text for part in _cut_texts(clean(text), (), units_max, parts_max)]


def _cut_texts(text: str, spans: Iterable[Span], units_max: int, parts_max: int) -> list[Reply]:
    """Texts with their marks, each short enough."""
    pieces = _pieces(text, units_max)
    over = len(pieces) > parts_max
    made = []
    for number, (start, end) in enumerate(pieces[:parts_max], 1):
        last, tail = end, ""
        if over and number == parts_max:
            room, tail = units_max - units(_CUT), _CUT
            if units(text[start:end]) > room:
                last = start + _fit(text[start:end], room)
        made.append(Reply(text[start:last] + tail, spans=clipped(spans, start, last)))
    return made


def _pieces(text: str, units_max: int) -> list[tuple[int, int]]:
    """Where each part starts and ends, white space at its ends left out."""
    found: list[tuple[int, int]] = []
    end = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    while start < end:
        rest = text[start:end]
        if units(rest) <= units_max:
            found.append((start, end))
            break
        cut = _cut(rest, units_max)
        size = len(rest[:cut].rstrip())
        if size:
            found.append((start, start + size))
        start += cut + len(rest[cut:]) - len(rest[cut:].lstrip())
    return found


def _cut(text: str, units_max: int) -> int:
    """Where to end the first part: the best break in its second half, else the limit."""
    end = _fit(text, units_max)
    for mark in _BREAKS:
        found = text.rfind(mark, end // 2, end)
        if found >= 0:
            return found + len(mark)
    return end


def _fit(text: str, units_max: int) -> int:
    """How many characters fit into ``units_max`` units without cutting a composed one."""
    size = 0
    end = 0
    for char in text:
        size += 2 if ord(char) > 0xFFFF else 1
        if size > units_max:
            break
        end += 1
    back = end
    while 0 < back < len(text) and end - back < 16 and _joined(text, back):
        back -= 1
    return back if back > 0 and not (back < len(text) and _joined(text, back)) else end


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a cut belong together."""
    after, before = text[at], text[at - 1]
    return (
        unicodedata.combining(after) != 0
        or after in _JOINERS
        or before == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or (after in _FLAGS and _flags_before(text, at) % 2 == 1)
    )


def _flags_before(text: str, at: int) -> int:
    """How many flag letters stand before a cut; two make one flag."""
    count = 0
    while count < at and text[at - count - 1] in _FLAGS:
        count += 1
    return count


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """The buttons of a reply, or None when it has none."""
    rows = [
        [InlineKeyboardButton(label, callback_data=data) for label, data in row]
        for row in _rows(reply)
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def plain_keyboard(reply: Reply) -> dict[str, Any] | None:
    """The same as the plain values that the platform reads."""
    rows = [[{"text": label, "callback_data": data} for label, data in row] for row in _rows(reply)]
    return {"inline_keyboard": rows} if rows else None


def _rows(reply: Reply) -> list[list[tuple[str, str]]]:
    """Label and data of each button, no more than the platform takes."""
    rows: list[list[tuple[str, str]]] = []
    left = _BUTTONS_MAX
    for row in reply.buttons:
        made = [(_label(button), button.data) for button in row[:left]]
        left -= len(made)
        if made:
            rows.append(made)
    return rows


def _label(button: Button) -> str:
    label = clean(button.label).strip() or "…"
    if len(label) > BUTTON_LABEL_CHARS_MAX:
        label = label[: BUTTON_LABEL_CHARS_MAX - 1] + "…"
    return label
