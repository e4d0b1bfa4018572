"""The transcript for admins in the README is what they really read."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.features.feedback.digest import Digest
from bot.features.feedback.stats import Stats
from bot.features.feedback.stats_words import Known
from bot.features.feedback.store import What
from bot.turn import Turn
from tests.features.feedback.conftest import ANSWER, Booth, rows

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 6, 29, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
COUNTED = (
    ("zhishu/renshu", What.ANSWERED, True, 41),
    ("zhishu/overview", What.ANSWERED, False, 23),
    ("theme-yizhan/overview", What.ANSWERED, False, 19),
    ("theme-yizhan/overview", What.CHOSEN, True, 9),
    ("", What.CALENDAR, False, 16),
    ("", What.ASKED_BACK, True, 13),
    ("", What.UNKNOWN, True, 7),
    ("", What.TOLD_MISSING, False, 5),
    ("zhishu/renshu", What.USEFUL, True, 3),
    ("zhishu/overview", What.USEFUL, False, 8),
    ("zhishu/renshu", What.USELESS, True, 4),
)


async def transcript(booth: Booth) -> list[str]:
    booth.clock.now = NOW
    yesterday = booth.tally.today() - timedelta(days=1)
    for ref, what, private, count in COUNTED:
        booth.tally.count(what, ref, private=private, day=yesterday, by=count)
    known = Known(lambda: booth.library, inbox=True)
    stats = Stats(booth.tally, Digest(booth.tally, None, (), None, known), known)  # type: ignore[arg-type]
    shown = await stats.handle(Turn(booth.said("1", admin=True), "stats"))
    assert shown is not None
    buttons = ["  ".join(f"[{label}]" for label in row) for row in rows(shown)]
    return ["> /stats", *shown.text.splitlines(), *buttons]


async def test_the_transcript_is_real(booth: Booth) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- stats -->\n```console\n(.*?)```", page, re.DOTALL)
    assert block is not None
    written = [line for line in block.group(1).splitlines() if line.strip()]
    said = [line for line in await transcript(booth) if line.strip()]
    assert len(written) > 12
    assert written == said


async def test_the_buttons_that_the_page_names_are_there(booth: Booth) -> None:
    page = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    after = await booth.press(await booth.answer(reply=ANSWER), "没用")
    for label in ("有用", "没用", *rows(after)[0]):
        assert f"“{label}”" in page
