"""The transcript for secretaries in the README is what a secretary and a group really read."""

from __future__ import annotations

import re
from pathlib import Path

from bot.knowledge.load import load_or_raise
from bot.messages import Reply
from bot.storage.database import Database
from tests.fakes import FakeClock
from tests.features.reminders.conftest import Town, moment
from tests.organisation.small import ADMIN, small_organisation, small_plan

ROOT = Path(__file__).resolve().parents[3]


def shown(reply: Reply) -> list[str]:
    rows = ["  ".join(f"[{button.label}]" for button in row) for row in reply.buttons]
    return [*reply.text.splitlines(), *rows]


async def transcript(database: Database) -> list[str]:
    clock = FakeClock(moment("09-06 12:00"))
    org = await small_organisation(database, clock, small_plan(approved=("-1", "-2")))
    example = load_or_raise(ROOT / "docs" / "posters" / "example")
    town = Town(database, clock, org, library=example)
    await town.bind("-1", "qyc", title="柳溪社区党员群", place="柳溪社区", quiet="22:00-07:00")
    await town.bind("-2", "qyc", title="志愿服务队", place="柳溪社区")
    await town.at("09-06 12:00")
    listed = await town.say(ADMIN)
    detail = await town.press(ADMIN, listed, "2")
    done = await town.press(ADMIN, detail, "跳过这一次")
    lines = [
        "> /reminders",
        *shown(listed),
        "> [2]",
        *shown(detail),
        "> [跳过这一次]",
        *shown(done),
    ]
    await town.at("09-06 17:00")
    return [*lines, *town.texts("-1")[0].splitlines()]


async def test_the_transcript_is_real(database: Database) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- reminders -->\n```console\n(.*?)```", page, re.DOTALL)
    assert block is not None
    written = [line for line in block.group(1).splitlines() if line.strip()]
    assert len(written) > 30
    said = [line for line in await transcript(database) if line.strip()]
    assert written == said
