"""Fits how far a question must lean to what is not given before it is refused.

    python -m benchmarks.leaning [--cost 0.0125] [--write]

Reads the study halves of tests/questions, asks everything with that rule switched off, and fits a
logistic regression to the numbers of ``bot/matching/unsaid.py``: label 1 where the sources give
no answer, both labels counted alike. The threshold then follows from a price: this share of all
answerable questions may lose a right answer. ``--write`` puts the weights into
``bot/matching/unsaid.json``. Only totals are printed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from benchmarks.ablation import FILE, read_questions, swapped
from benchmarks.measuring import shipped
from bot.cli.evaluate import DEFAULT_NOW
from bot.dialogue.engine import Desk
from bot.dialogue.evaluation import Question, judge
from bot.matching import decide, rules
from bot.matching.case import Case, Decision
from bot.matching.unsaid import FILE as WEIGHTS
from bot.matching.unsaid import PARTS

COST = 0.0125
STEPS = 50
RIDGE = 0.1
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One question that reaches the rule."""

    parts: tuple[float, ...]
    missing: bool
    """The sources give no answer."""
    right: bool
    """Without the rule."""


def rows(desk: Desk, questions: Sequence[Question]) -> list[Row]:
    """Ask everything and note what the rule would look at."""
    seen: list[tuple[float, ...]] = []

    def noted(case: Case) -> Decision | None:
        lean = rules.lean_of(case)
        if lean is not None:
            seen.append(tuple(lean.parts[name] for name in PARTS))
        return None

    kept = tuple(noted if rule is rules.unsaid else rule for rule in decide.RULES)
    found: list[Row] = []
    with swapped([(decide, "RULES", kept), (rules, "unsaid", noted)]):
        for number, question in enumerate(questions):
            if question.expect == "clarify" or question.kind == "smalltalk":
                continue
            now = datetime.fromisoformat(question.now or DEFAULT_NOW)
            for earlier in question.history:
                desk.ask(earlier, now, str(number), "member")
            seen.clear()
            outcome = desk.ask(question.q, now, str(number), "member")
            choices = [f"{desk.title_of(c)} {desk.text_of(c)}" for c in outcome.choices]
            judged = judge(question, outcome.status, outcome.text, choices)
            if seen:
                found.append(Row(seen[-1], question.expect == "refuse", judged.right))
    return found


def fit(features: Numbers, labels: Numbers) -> Numbers:
    """Logistic regression by Newton's steps, both labels weighing the same.

    Args:
        features: rows by parts.
        labels: 0.0 or 1.0.

    Returns:
        the weight of each part; the last is the bias.
    """
    table = np.hstack([features, np.ones((len(features), 1))])
    balance = np.where(labels > 0, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    weights = np.zeros(table.shape[1])
    ridge = RIDGE * np.eye(len(weights))
    ridge[-1, -1] = 0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (balance * (chance - labels)) + ridge @ weights
        curve = (table * (balance * chance * (1 - chance))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(curve, slope)
    return weights


def threshold(values: Numbers, lost: NDArray[np.bool_], allowed: int) -> float:
    """The least value above which at most so many of the marked ones lie."""
    high = np.sort(values[lost])[::-1]
    return float(high[allowed]) if allowed < len(high) else float(values.min())


def main() -> None:
    """Fit, print totals, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cost", type=float, default=COST)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    files = sorted(FILE.parent.glob("*study.jsonl"))
    questions = [question for file in files for question in read_questions(file)]
    answerable = sum(q.expect == "answer" and q.kind != "smalltalk" for q in questions)
    found = rows(Desk(shipped()), questions)
    features = np.array([row.parts for row in found])
    missing = np.array([row.missing for row in found])
    weights = fit(features, missing.astype(float))
    weights = weights.round(3)
    values = features @ weights[:-1]
    kept = np.array([row.right and not row.missing for row in found])
    least = threshold(values, kept, int(options.cost * answerable))
    caught, lost = (values > least) & missing, (values > least) & kept
    print(f"{len(questions)} questions, {len(found)} reach the rule, {missing.sum()} unanswerable")
    print(f"refused of those: {caught.sum()}; right answers lost: {lost.sum()} of {answerable}")
    made = {name: round(float(w), 3) for name, w in zip(PARTS, weights, strict=False)}
    made["bias"] = round(-least, 3)
    print(made)
    if options.write:
        about = {
            "fitted_by": "python -m benchmarks.leaning --write",
            "fitted_on": [file.name for file in files],
            "date": date.isoformat(datetime.now(UTC).date()),
            "right_answers_lost_max": options.cost,
            "weights": made,
        }
        WEIGHTS.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
