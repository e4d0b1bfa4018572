"""The same desk in a terminal or over a pipe: a line in, a reply out."""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, datetime
from typing import Protocol, TextIO

from bot.messages import Incoming, Reply

with contextlib.suppress(ImportError):  # Windows edits lines by itself
    import readline  # noqa: F401 - input() uses it from then on

PROMPT = "> "
WELCOME = "答疑台已打开。直接打字提问；/help 看能问什么；/quit 退出。"
CHAT = "console"
MEMBER = "me"


class Answerer(Protocol):
    """Whoever answers."""

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message; None means: say nothing."""
        ...


async def converse(
    desk: Answerer, lines: TextIO, out: TextIO, *, moment: datetime | None = None
) -> None:
    """Answer every line until the end of the input or ``/quit``.

    Args:
        desk: who answers.
        lines: where the member's lines come from; prompts are shown only on a terminal.
        out: where the replies go.
        moment: what counts as now; None is the clock's time at each line.
    """
    live = lines.isatty()
    if live:
        print(WELCOME, file=out)
    buttons: list[str] = []
    number = 0
    while True:
        line = _read(lines, out, live=live)
        if not line or line.strip() in {"/quit", "/exit"}:
            break
        text = line.strip()
        if not text:
            continue
        number += 1
        pressed = buttons[int(text) - 1] if _picks(text, buttons) else None
        incoming = Incoming(
            channel="console",
            chat_id=CHAT,
            member_id=MEMBER,
            message_id=str(number),
            text="" if pressed else text,
            sent_at=moment or datetime.now(UTC),
            pressed=pressed,
            admin=True,
        )
        reply = await desk.handle(incoming)
        if reply is not None:
            buttons = show(reply, out)
    if live:
        print(file=out)


def _read(lines: TextIO, out: TextIO, *, live: bool) -> str:
    """One line with its line break; an empty text at the end of the input."""
    if live and lines is sys.stdin and out is sys.stdout:
        # input() edits with readline: the terminal alone takes back half a Chinese character.
        try:
            return input(PROMPT) + "\n"
        except EOFError:
            return ""
    if live:
        out.write(PROMPT)
        out.flush()
    return lines.readline()


def _picks(text: str, buttons: list[str]) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= len(buttons)


def show(reply: Reply, out: TextIO) -> list[str]:
    """Print a reply; its buttons become numbered lines. Returns the buttons' data in order."""
    for attachment in reply.attachments:
        kind = "图片" if attachment.kind == "photo" else "文件"
        print(f"［{kind}：{attachment.name}］", file=out)
    print(_with_links(reply), file=out)
    data: list[str] = []
    for row in reply.buttons:
        for button in row:
            data.append(button.data)
            print(f"  {len(data)}. {button.label}", file=out)
    print(file=out, flush=True)
    return data


def _with_links(reply: Reply) -> str:
    """The text; what a link leads to stands behind its words, other marks are not shown."""
    text = reply.text
    for span in sorted(reply.spans, key=lambda span: span.end, reverse=True):
        if span.kind == "link" and span.url != text[span.start : span.end]:
            text = f"{text[: span.end]}（{span.url}）{text[span.end :]}"
    return text
