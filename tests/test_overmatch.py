"""No entry steals another's sentence: every example phrasing is asked, and must find its own."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.engine import Desk
from bot.knowledge.library import Entry, Library
from bot.matching.smalltalk import SmallTalkMatcher
from tests.conftest import DeskAt

STOLEN_SHARE_MAX = 0.02
PHRASINGS_MIN = 1_000
COURTESIES_MIN = 100
NOW = datetime(2020, 7, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def desk(desk_at: DeskAt) -> Desk:
    return desk_at("")


def asks(library: Library) -> list[tuple[Entry, str]]:
    return [(entry, ask) for entry in library.entries() for ask in entry.asks]


def test_every_phrasing_finds_its_own_entry(desk: Desk, shipped_library: Library) -> None:
    rows = asks(shipped_library)
    assert len(rows) >= PHRASINGS_MIN
    stolen: list[str] = []
    for number, (entry, ask) in enumerate(rows):
        outcome = desk.ask(ask, NOW, f"overmatch {number}")
        if outcome.rule == "calendar":
            continue  # the calendar answers questions about a time by itself
        if outcome.status == "answer" and outcome.entry is not None:
            found = outcome.entry.ref
        elif outcome.decision is not None and outcome.decision.candidates:
            # An authored guard decided: the entry must still be the one it was weighed against.
            found = desk.matcher.entries[outcome.decision.candidates[0].number].ref
        else:
            found = outcome.rule
        if found != entry.ref:
            stolen.append(f"{entry.ref}：“{ask}” -> {found}（{outcome.rule}）")
    share = len(stolen) / len(rows)
    told = f"{len(stolen)} 句（{share:.1%}）被别的内容抢答：\n" + "\n".join(stolen)
    assert share < STOLEN_SHARE_MAX, told


def test_phrasings_that_are_refused_are_few(desk: Desk, shipped_library: Library) -> None:
    """A phrasing promises an answer: a guard that refuses it contradicts its own file."""
    rows = asks(shipped_library)
    refused = [
        f"{entry.ref}：“{ask}” -> {outcome.rule}：{outcome.text[:40]}"
        for number, (entry, ask) in enumerate(rows)
        if (outcome := desk.ask(ask, NOW, f"refused {number}")).status == "unknown"
    ]
    share = len(refused) / len(rows)
    told = f"{len(refused)} 句（{share:.1%}）被挡：\n" + "\n".join(refused)
    assert share < STOLEN_SHARE_MAX, told


def test_no_phrasing_is_taken_for_a_courtesy(shipped_library: Library) -> None:
    talk = SmallTalkMatcher(shipped_library.smalltalk)
    taken = [
        f"{entry.ref}：“{ask}” -> {found.id}"
        for entry, ask in asks(shipped_library)
        if (found := talk.find(ask)) is not None
    ]
    assert taken == []


def test_every_courtesy_is_one_and_nothing_else(desk: Desk, shipped_library: Library) -> None:
    rows = [(item, phrase) for item in shipped_library.smalltalk for phrase in item.ask]
    assert len(rows) >= COURTESIES_MIN
    lost = [
        f"{item.id}：“{phrase}” -> {outcome.rule}"
        for number, (item, phrase) in enumerate(rows)
        if not (outcome := desk.ask(phrase, NOW, f"talk {number}")).rule.startswith("smalltalk")
    ]
    assert lost == []
