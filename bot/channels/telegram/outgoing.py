"""From a Reply to Telegram messages: split, escape, keyboard."""

from __future__ import annotations

import html
import re
import unicodedata

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages import BUTTON_LABEL_CHARS_MAX, Button, Reply

TEXT_UNITS_MAX = 4096
PARTS_MAX = 8
_BUTTONS_MAX = 100
_CUT = "（内容太长，后面的略去）"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BREAKS = ("\n\n", "\n", "。", "；", "！", "？", "，", " ")
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f", "\u20e3")


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def clean(text: str) -> str:
    """Without control characters and lone surrogates, which no JSON or UTF-8 can carry."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROL.sub("", whole)


def escaped(text: str) -> str:
    """The one place where text becomes HTML."""
    return html.escape(text, quote=False)


def split(text: str, units_max: int = TEXT_UNITS_MAX, parts_max: int = PARTS_MAX) -> list[str]:
    """Cut into parts of at most ``units_max`` UTF-16 units, at paragraphs where possible.

    Never cuts inside a character, also one that is made of several; the part after the last
    allowed one is left out with a word about it. An empty text gives no part.
    """
    parts: list[str] = []
    rest = clean(text).strip()
    while rest:
        if units(rest) <= units_max:
            parts.append(rest)
            break
        end = _cut(rest, units_max)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if len(parts) > parts_max:
        parts = parts[:parts_max]
        room = units_max - units(_CUT)
        last = parts[-1]
        if units(last) > room:
            last = last[: _fit(last, room)]
        parts[-1] = last + _CUT
    return [part for part in parts if part]


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
    rows: list[list[InlineKeyboardButton]] = []
    left = _BUTTONS_MAX
    for row in reply.buttons:
        made = [_button(button) for button in row[:left]]
        left -= len(made)
        if made:
            rows.append(made)
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    label = clean(button.label).strip() or "…"
    if len(label) > BUTTON_LABEL_CHARS_MAX:
        label = label[: BUTTON_LABEL_CHARS_MAX - 1] + "…"
    return InlineKeyboardButton(label, callback_data=button.data)
