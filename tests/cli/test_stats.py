"""``dangbot stats``: figures from the database, for people and for programs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.features.feedback.store import CountStore, Key, What
from bot.storage.database import Database
from tests.cli.runner import Runner

REF = "hongse-daiban/overview"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    monkeypatch.setenv("DANGBOT_DATABASE__URL", url)
    # The middle of a long span: it does not matter when the day begins.
    today = datetime.now(UTC).date()
    counts = {
        Key(today - timedelta(days=3), REF, What.ANSWERED, private=True): 4,
        Key(today - timedelta(days=3), REF, What.USELESS, private=True): 1,
        Key(today - timedelta(days=3), "", What.UNKNOWN, private=False): 1,
        Key(today - timedelta(days=40), REF, What.WITHHELD, private=True): 3,
        Key(today - timedelta(days=50), REF, What.ANSWERED, private=True): 9,
    }

    async def fill() -> None:
        database = Database(url)
        await database.open()
        await CountStore(database).add(counts)
        await database.close()

    asyncio.run(fill())


def test_people_read_a_table(dangbot: Runner) -> None:
    ran = dangbot.plain("stats")
    assert ran.code == 0, ran.err
    assert "问了 5 次：私聊 4，群里 1\n答上 4 次（80%）\n没答上 1 次\n" in ran.out
    longer = dangbot.plain("stats", "--days", "60").out
    assert "问了 17 次" in longer
    assert "没有说出来 3 次" in longer
    assert json.loads(dangbot.plain("stats", "--days", "60", "--json").out)["withheld"] == 3
    assert "没有人提问" in dangbot.plain("stats", "--days", "1").out


def test_programs_read_json_or_csv(dangbot: Runner) -> None:
    told = json.loads(dangbot.plain("stats", "--json").out)
    assert (told["questions"], told["answered"], told["unknown"]) == (5, 4, 1)
    assert told["sections"] == [{"section": REF, "useful": 0, "useless": 1}]
    assert len(told["days"]) == 30
    rows = list(csv.DictReader(io.StringIO(dangbot.plain("stats", "--days", "5", "--csv").out)))
    assert [(row["section"], row["what"], row["where"], row["count"]) for row in rows] == [
        ("", "unknown", "group", "1"),
        (REF, "answered", "private", "4"),
        (REF, "useless", "private", "1"),
    ]
    assert dangbot.plain("stats", "--csv", "--json").code == 2
    assert dangbot.plain("stats", "--days", "0").code == 2


def test_a_picture_is_drawn(dangbot: Runner) -> None:
    ran = dangbot.plain("stats", "--png", "four.png")
    assert ran.code == 0, ran.err
    assert Path("four.png").read_bytes().startswith(b"\x89PNG")
    assert dangbot.plain("stats", "--png", "nowhere/four.png").code == 2


def test_figures_are_shown_without_the_knowledge(
    dangbot: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGBOT_KNOWLEDGE", "nowhere")
    assert f"1. {REF.partition('/')[0]}，4 次" in dangbot.plain("stats").out
