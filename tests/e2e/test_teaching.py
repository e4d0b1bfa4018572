"""docs/teaching.md is played with the real program: from a wrong answer to the right one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.knowledge.folder import shipped_folder
from tests.bot_api import BotApiServer, Call, Chat, User
from tests.e2e.process import Program

PAGE = Path(__file__).parents[2] / "docs" / "teaching.md"
TAPS_MAX, TYPED_MAX = 6, 1
_DAY = re.compile(r"(最近 |次，)\d+月\d+日")
"""The inbox says when something was asked; the page was written on another day."""
GROUP, OFFICE, TAP = "群里 > ", "私聊 > ", "按 "


def scenes() -> dict[str, list[str]]:
    """The transcripts of the page by their headings."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"^## (.+?)$.*?```console\n(.*?)```", text, re.MULTILINE | re.DOTALL)
    return {title: [line for line in block.splitlines() if line.strip()] for title, block in found}


def shown(call: Call) -> list[str]:
    labels = "".join(f"［{label}］" for label in call.labels)
    lines = [line for line in (*call.text.splitlines(), labels) if line.strip()]
    return [_DAY.sub(r"\g<1>7月1日", line) for line in lines]


class Playing:
    """A member in a group, an admin in private, and what they read."""

    def __init__(self, server: BotApiServer, program: Program) -> None:
        self.server, self.program = server, program
        self.admin, self.wang = server.user("赵主任"), server.user("王芳")
        self.group = server.group("党员群", self.admin, self.wang)
        self.office = server.private(self.admin)
        self.lines: list[str] = []
        self.taps = self.typed = 0

    async def start(self) -> None:
        files = self.program.folder / "files"
        shutil.copytree(shipped_folder(), files)
        self.program.settings |= {
            "DANGBOT_KNOWLEDGE": str(files),
            "DANGBOT_TELEGRAM__ADMINS": str(self.admin.id),
            "DANGBOT_TELEGRAM__APPROVED_CHATS": str(self.group.id),
        }
        await self.program.start()

    async def play(self, line: str) -> None:
        """Do what a line of the page says, and write down what is read then."""
        self.lines.append(line)
        if line.startswith(GROUP):
            await self._say(self.group, self.wang, line.removeprefix(GROUP))
        elif line.startswith(OFFICE):
            self.typed += 1
            await self._say(self.office, self.admin, line.removeprefix(OFFICE).replace("⏎", "\n"))
        else:
            self.taps += 1
            label = line.removeprefix(TAP).strip("［］")
            before = len(self.server.ledger.edited(self.office.id))
            self.server.press(self.office, self.admin, label)
            edits = await self.server.wait_for(lambda book: book.edited(self.office.id)[before:])
            self.lines += shown(edits[0])

    async def _say(self, chat: Chat, user: User, text: str) -> None:
        self.server.say(chat, user, text)
        self.lines += shown(await self.server.next_sent(chat))


@pytest.mark.parametrize("title", scenes())
async def test_the_transcript_is_real(server: BotApiServer, program: Program, title: str) -> None:
    written = scenes()[title]
    playing = Playing(server, program)
    await playing.start()
    for line in written:
        if line.startswith((GROUP, OFFICE, TAP)):
            await playing.play(line)
    assert playing.lines == written
    assert playing.taps <= TAPS_MAX
    assert playing.typed <= TYPED_MAX
    asked = [number for number, line in enumerate(written) if line.startswith(GROUP)]
    assert len(asked) == 2
    assert written[asked[0]] == written[asked[1]], "the same question, before and after"
    assert written[asked[0] + 1] != written[asked[1] + 1]


def test_the_page_shows_three_ways() -> None:
    assert len(scenes()) == 3
