"""The tests that stand beside topics: where they may lead, and that the shipped ones are passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.dialogue.trials import failures
from bot.knowledge.library import Library, Placed
from bot.knowledge.load import load
from bot.text.normalise import normalise
from tests.conftest import DeskAt
from tests.dialogue.test_trials import TODAY

from .folder import TOPIC, build

QUESTIONS = Path(__file__).parents[1] / "questions"


def loaded(tmp_path: Path, expect: str) -> tuple[Placed, ...]:
    other = TOPIC.replace("id: t1", "id: t2")
    tests = f"tests:\n  - ask: 甲怎么样\n    expect: {expect}\n    now: 2020年7月1日\n"
    folder = build(tmp_path, {"services/t1.yaml": TOPIC + tests, "services/t2.yaml": other})
    library = load(folder).library
    assert library is not None
    return library.tests


@pytest.mark.parametrize(
    ("expect", "full"),
    [
        ("jia", "t1/jia"),
        ("overview", "t1/overview"),
        ("t2/jia", "t2/jia"),
        ("t2", "t2/overview"),
        ("不答", "不答"),
    ],
)
def test_what_is_expected_is_known_in_full(tmp_path: Path, expect: str, full: str) -> None:
    (test,) = loaded(tmp_path, expect)
    assert test.expect == full
    assert (test.file, test.line) == ("services/t1.yaml", 15)
    assert test.now is not None
    assert test.now.isoformat() == "2020-07-01"


@pytest.mark.parametrize("expect", ["yi", "t3/jia", "t2/yi"])
def test_a_section_that_is_not_there_is_an_error(tmp_path: Path, expect: str) -> None:
    tests = f"tests:\n  - ask: 甲怎么样\n    expect: {expect}\n"
    found = load(build(tmp_path, {"services/t1.yaml": TOPIC + tests}))
    (problem,) = found.problems
    assert problem.line == 16
    assert "不存在" in problem.what


def test_the_shipped_tests_are_passed(desk_at: DeskAt) -> None:
    assert len(desk_at("").library.tests) >= 20
    assert failures(desk_at(""), TODAY) == []


def test_no_shipped_test_is_a_question_of_the_yardstick(shipped_library: Library) -> None:
    lines = [
        json.loads(line)
        for path in sorted(QUESTIONS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    asked = {normalise(row["q"]) for row in lines}
    assert len(asked) > 300
    assert asked.isdisjoint(normalise(test.ask) for test in shipped_library.tests)


def test_no_shipped_test_is_a_phrasing(shipped_library: Library) -> None:
    asks = {normalise(ask) for entry in shipped_library.entries() for ask in entry.asks}
    assert asks.isdisjoint(normalise(test.ask) for test in shipped_library.tests)
