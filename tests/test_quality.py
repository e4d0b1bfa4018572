"""A floor under the quality: on the project's own sets the desk may not get clearly worse.

``MEASURED`` are figures of ``dangbot eval`` on the day that docs/quality.md names. A figure may lie
below (for wrong: above) its measured value by no more than its margin, so that a real loss fails
and a question more or less does not. When the figures have risen, raise them here and in the docs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.ablation import read_questions, score
from bot.dialogue.engine import Desk
from bot.knowledge.library import Library

QUESTIONS = Path(__file__).parent / "questions"

MARGINS = {"right": 0.02, "sharp": 0.02, "helped": 0.02, "wrong": 0.015}
"""Of 213 answerable questions 2 points are four questions."""
SMALL_MARGIN = 0.04
"""Of 57 refusals 4 points are two questions."""
CLARIFY_MARGIN = 0.05
"""Of 20 ambiguous questions 5 points are one question; 4 points would be less than one."""
FEW_MARGIN = 0.09
"""Of 11 to 14 questions of a kind (of the later sets) 9 points are one question."""

ASKED_MIN = 130
"""Questions of a set that are long enough to be nobody's plain sentence."""
SAME_MAX = 6
"""Two people can think of the same plain question (红色代办是什么); many more were copied."""

MEASURED: dict[str, dict[str, dict[str, float]]] = {
    "study": {
        "answer-all": {"right": 0.972, "sharp": 0.958, "helped": 1.0, "wrong": 0.005},
        "refuse-all": {"right": 1.0},
        "clarify": {"right": 1.0},
        "smalltalk": {"right": 1.0},
    },
    "held": {
        "answer-all": {"right": 0.948, "sharp": 0.934, "helped": 0.986, "wrong": 0.019},
        "refuse-all": {"right": 0.93},
        "clarify": {"right": 0.95},
        "smalltalk": {"right": 1.0},
    },
    "second-study": {
        "answer-all": {"right": 0.96, "sharp": 0.96, "helped": 0.987, "wrong": 0.013},
        "refuse-all": {"right": 0.971},
        "clarify": {"right": 1.0},
        "smalltalk": {"right": 1.0},
    },
    "second-held": {
        "answer-all": {"right": 0.947, "sharp": 0.94, "helped": 0.993, "wrong": 0.007},
        "refuse-all": {"right": 1.0},
        "clarify": {"right": 0.714},
        "smalltalk": {"right": 1.0},
    },
    "third-study": {
        "answer-all": {"right": 0.976, "sharp": 0.976, "helped": 0.988, "wrong": 0.012},
        "refuse-all": {"right": 1.0},
        "clarify": {"right": 1.0},
        "smalltalk": {"right": 1.0},
    },
    "third-held": {
        "answer-all": {"right": 0.951, "sharp": 0.927, "helped": 0.976, "wrong": 0.024},
        "refuse-all": {"right": 0.864},
        "clarify": {"right": 0.821},
        "smalltalk": {"right": 0.938},
    },
    "fourth-study": {
        "answer-all": {"right": 0.983, "sharp": 0.983, "helped": 0.983, "wrong": 0.017},
        "refuse-all": {"right": 0.964},
        "clarify": {"right": 0.95},
        "smalltalk": {"right": 1.0},
    },
    "fourth-held": {
        "answer-all": {"right": 0.9, "sharp": 0.833, "helped": 0.967, "wrong": 0.017},
        "refuse-all": {"right": 0.909},
        "clarify": {"right": 0.8},
        "smalltalk": {"right": 0.9},
    },
    "fifth-study": {
        "answer-all": {"right": 0.869, "sharp": 0.851, "helped": 0.972, "wrong": 0.028},
        "refuse-all": {"right": 0.896},
        "clarify": {"right": 0.895},
        "smalltalk": {"right": 0.964},
    },
    "fifth-held": {
        "answer-all": {"right": 0.939, "sharp": 0.912, "helped": 0.993, "wrong": 0.007},
        "refuse-all": {"right": 0.771},
        "clarify": {"right": 0.923},
        "smalltalk": {"right": 0.986},
    },
}


def margin(name: str, group: str, key: str) -> float:
    if group == "answer-all":
        return MARGINS[key]
    if group == "refuse-all":
        return SMALL_MARGIN
    return FEW_MARGIN if name.startswith(("second", "third")) else CLARIFY_MARGIN


@pytest.mark.parametrize("name", MEASURED)
def test_the_desk_is_as_good_as_it_was(shipped_library: Library, name: str) -> None:
    got, _ = score(Desk(shipped_library), read_questions(QUESTIONS / f"{name}.jsonl"))
    lost = [
        f"{name} {group} {key}: {got[group][key]:.1%}, measured {value:.1%}"
        for group, figures in MEASURED[name].items()
        for key, value in figures.items()
        if (got[group][key] - value) * (-1 if key == "wrong" else 1)
        < -margin(name, group, key) - 1e-9
    ]
    assert not lost, "\n".join(lost)


def test_no_question_of_a_set_stands_in_the_knowledge(shipped_library: Library) -> None:
    written = {"".join(ask.split()) for ask in shipped_library.asked()}
    for file in sorted(QUESTIONS.glob("*.jsonl")):
        asked = {
            "".join(question.q.split())
            for question in read_questions(file)
            if question.kind != "smalltalk" and len(question.q) > 6
        }
        assert len(asked) > ASKED_MIN
        same = len(asked & written)
        assert same <= SAME_MAX, f"{file.name}: {same} questions are phrasings"
