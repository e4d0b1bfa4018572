"""Our matcher and others on public pairs of files: phrases with labels, questions with labels.

The same index and ranking as the desk's, with nothing around them: a label is an entry whose
phrasings are its phrases. ``__oos__`` marks a question that belongs to no label and should score
low.
"""

from __future__ import annotations

import bisect
import math
import time
from collections.abc import Callable, Sequence

from bot.matching.index import Document, build
from bot.matching.match import doubt, rank
from bot.matching.terms import units
from bot.text.normalise import normalise

OUT_OF_SCOPE = "__oos__"
REJECTED_SHARE = 0.9
Pair = tuple[str, str]
"""A text and its label."""
Ranker = Callable[[str], list[tuple[str, float]]]
"""Labels with scores for a question, best first."""


def our_ranker(knowledge: Sequence[Pair]) -> Ranker:
    """The desk's matcher on labelled phrases."""
    by_label: dict[str, list[str]] = {}
    for text, label in knowledge:
        by_label.setdefault(label, []).append(text)
    index = build(Document(label, label, tuple(asks)) for label, asks in by_label.items())

    def ranked(question: str) -> list[tuple[str, float]]:
        plain = normalise(question)
        found = rank(index, plain, units(plain))
        less = doubt(plain.replace(" ", ""))
        return [(index.documents[c.number].ref, c.score - less) for c in found]

    return ranked


def figures(ranker: Ranker, questions: Sequence[Pair]) -> dict[str, float]:
    """How well a ranker does.

    Returns:
        ``top1`` and ``top3`` in percent of the questions in scope; ``auroc`` (0 to 1) of the best
        score telling them from those out of scope; ``acc@90rej`` in percent: right and above the
        score that rejects 90 % of those out of scope; ``us_per_query`` in microseconds. Without
        questions out of scope ``auroc`` and ``acc@90rej`` are left out.
    """
    inside: list[tuple[bool, bool, float]] = []
    outside: list[float] = []
    started = time.perf_counter()
    answers = [ranker(question) for question, _ in questions]
    spent = time.perf_counter() - started
    for (_, label), found in zip(questions, answers, strict=True):
        best = found[0][1] if found else 0.0
        if label == OUT_OF_SCOPE:
            outside.append(best)
            continue
        names = [name for name, _ in found[:3]]
        inside.append((names[:1] == [label], label in names, best))
    total = max(len(inside), 1)
    result = {
        "top1": round(100 * sum(first for first, _, _ in inside) / total, 2),
        "top3": round(100 * sum(third for _, third, _ in inside) / total, 2),
    }
    if outside:
        outside.sort()
        limit = outside[math.ceil(REJECTED_SHARE * len(outside)) - 1]
        kept = sum(first and score > limit for first, _, score in inside)
        result["auroc"] = round(_auroc([score for _, _, score in inside], outside), 4)
        result["acc@90rej"] = round(100 * kept / total, 2)
    result["us_per_query"] = round(1e6 * spent / max(len(questions), 1), 1)
    return result


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Chance that a question in scope scores above one out of scope; ``outside`` is sorted."""
    if not inside:
        return 0.0
    below = sum(
        bisect.bisect_left(outside, score) + bisect.bisect_right(outside, score) for score in inside
    )
    return below / 2 / len(inside) / len(outside)
