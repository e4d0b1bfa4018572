"""Phrasings that another entry would snatch: every example is asked, and must find its own."""

from __future__ import annotations

from bot.knowledge.library import Library
from bot.knowledge.problems import Problem
from bot.matching.decide import Matcher
from bot.text.normalise import normalise


def collisions(library: Library, matcher: Matcher | None = None) -> list[Problem]:
    """A warning for every phrasing whose best entry is another one, with both places."""
    matcher = matcher or Matcher(library)
    problems: list[Problem] = []
    for entry in matcher.entries:
        file, line = library.places.get(entry.ref, ("", 1))
        for ask in entry.asks:
            decision = matcher.decide(normalise(ask))
            if not decision.candidates:
                continue
            best = matcher.entries[decision.candidates[0].number]
            if best.ref == entry.ref:
                continue
            other_file, other_line = library.places.get(best.ref, ("", 1))
            problems.append(
                Problem(
                    file,
                    line,
                    f"“{entry.title}”的问法“{ask}”会被 {other_file}:{other_line}“{best.title}”抢答",
                    "把这句改得更像自己这一节，或从一边删掉",
                    warning=True,
                )
            )
    return problems
