"""The mends that docs/mends.md shows stay true: the shipped knowledge answers as told there."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import DeskAt

PAGE = Path(__file__).parent.parent / "docs" / "mends.md"
NOW = datetime(2020, 7, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
_MEND = re.compile(r"^## (\d)\D.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(r"^\$ dangbot ask (.+)$\n(.+)$", re.MULTILINE)


def mends() -> list[tuple[str, str, str]]:
    """(number, question, first line of the reply afterwards)."""
    found = []
    for match in _MEND.finditer(PAGE.read_text(encoding="utf-8")):
        asked = _ASKED.findall(match.group())
        assert len(asked) == 2, "each mend shows the question before and after"
        (before, first), (after, then) = asked
        assert before == after
        assert first != then
        found.append((match.group(1), after, then))
    return found


def test_five_mends_are_shown() -> None:
    assert [number for number, _, _ in mends()] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(("number", "question", "reply"), mends())
def test_the_mend_holds(desk_at: DeskAt, number: str, question: str, reply: str) -> None:
    desk = desk_at("")
    outcome = desk.ask(question, NOW, f"mend {number}", "member")
    assert outcome.text.startswith(reply.rstrip("…"))
    page = PAGE.read_text(encoding="utf-8")
    if outcome.status == "choices":
        assert all(desk.title_of(entry) in page for entry in outcome.choices)


def test_every_line_that_was_added_is_in_the_knowledge() -> None:
    folder = PAGE.parent.parent / "knowledge"
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```diff\n# (\S+)\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 5
    for name, block in blocks:
        written = (folder / name).read_text(encoding="utf-8")
        for line in block.splitlines():
            words = line[1:].strip()
            if line.startswith("+") and words:
                assert words in written, f"{name}: {words}"
