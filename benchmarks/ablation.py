"""What each ingredient is worth: every one switched off in turn, scored on labelled questions.

    python -m benchmarks.ablation [FILE] [--only NAME,NAME]

FILE is tests/questions/held.jsonl unless given; only totals are printed, never a question. Nothing
in ``bot/`` knows of this: ingredients are switched off from outside, by a changed library or by
swapping a name of a module for the length of one run. Where a part of the score is switched off,
the other parts are enlarged so that the mean score of the best candidate stays what it was: else
the thresholds would be measured, not the part. Profiles are sharpened only where there are few
phrasings (``bot/matching/profiles.py``): the last line says whether they are here.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.measuring import machine, markdown, shipped
from bot.cli.evaluate import DEFAULT_NOW
from bot.dialogue.answers import Wording
from bot.dialogue.engine import Desk
from bot.dialogue.evaluation import Judged, Question, judge, table
from bot.dialogue.memory import Memory
from bot.knowledge.library import Library
from bot.knowledge.schema import Topic
from bot.matching import decide, evidence, index, many, match, profiles, rules, smalltalk, terms
from bot.matching.finder import Finder
from bot.matching.index import Document, Index, build
from bot.matching.likely import LikelyCourtesy

FILE = Path(__file__).parent.parent / "tests" / "questions" / "held.jsonl"
SEED = 20200701
NEVER = 1_000_000
Table = dict[str, dict[str, float]]
Swap = tuple[Any, str, Any]
"""Where, which name, what stands there instead."""


@dataclass(frozen=True)
class Off:
    """One ingredient and how to do without it."""

    name: str
    library: Callable[[Library], Library] = lambda library: library
    swaps: Callable[[], Iterable[Swap]] = tuple


@contextlib.contextmanager
def swapped(swaps: Iterable[Swap]) -> Iterator[None]:
    """Put other things in place; put the old ones back at the end."""
    before: list[Swap] = []
    try:
        for where, name, value in swaps:
            before.append((where, name, getattr(where, name)))
            setattr(where, name, value)
        yield
    finally:
        for where, name, value in reversed(before):
            setattr(where, name, value)


def read_questions(file: Path) -> list[Question]:
    """The labelled questions of a file, one JSON object a line."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    return [
        Question(
            row["id"],
            row["q"],
            row["kind"],
            row["expect"],
            tuple(tuple(group) for group in row.get("must") or ()),
            tuple(row.get("history") or ()),
            row.get("now"),
        )
        for row in rows
    ]


def score(desk: Desk, questions: Sequence[Question]) -> tuple[Table, dict[str, float]]:
    """Ask everything.

    Returns:
        shares by kind and group, and the mean of each part of the best candidates' scores.
    """
    judged: list[Judged] = []
    parts: dict[str, list[float]] = {}
    for number, question in enumerate(questions):
        now = datetime.fromisoformat(question.now or DEFAULT_NOW)
        for earlier in question.history:
            desk.ask(earlier, now, str(number), "member")
        outcome = desk.ask(question.q, now, str(number), "member")
        choices = [f"{desk.title_of(c)} {desk.text_of(c)}" for c in outcome.choices]
        judged.append(judge(question, outcome.status, outcome.text, choices))
        if outcome.decision is not None and outcome.decision.candidates:
            for name, value in outcome.decision.candidates[0].parts.items():
                parts.setdefault(name, []).append(value)
    return table(judged), {name: sum(row) / len(row) for name, row in parts.items()}


# --- how each ingredient is left out -------------------------------------------------------------


def _everywhere(function: object, other: object) -> list[Swap]:
    """A function under every name by which the modules of the program know it."""
    found: list[Swap] = []
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and module.__name__.startswith("bot."):
            found += [(module, n, other) for n, v in vars(module).items() if v is function]
    return found


def _without_families(*families: int) -> Callable[[], list[Swap]]:
    """Ranking without some families of terms; names and the thesaurus keep theirs."""

    def swaps() -> list[Swap]:
        original, one_family = terms.gram_list, terms.code(1, 0)

        def gram_list(steps: Sequence[terms.Unit]) -> list[int]:
            return [term for term in original(steps) if term // one_family not in families]

        def grams(texts: many.Texts) -> many.Found:
            found = of_many(texts)
            kept = ~np.isin(terms.families(found.codes), families)
            return many.Found(found.codes[kept], found.rows[kept])

        of_many = many.Texts.grams
        return [(index, "gram_list", gram_list), (index, "Texts", _texts(grams=grams))]

    return swaps


def _without_sounds() -> list[Swap]:
    return [*_without_families(terms.SOUND, terms.SOUNDS)(), *_names_by_characters()]


def _texts(**methods: object) -> type[many.Texts]:
    """Many texts for the ranking alone, some methods replaced."""
    return type("Texts", (many.Texts,), methods)


def _without_pairs() -> list[Swap]:
    def pair_codes(_steps: Sequence[terms.Unit]) -> terms.Codes:
        return terms.sorted_once([])

    def pairs(_texts: many.Texts) -> many.Found:
        return many.Found(terms.sorted_once([]), np.empty(0, np.int32))

    swaps = _everywhere(terms.pair_codes, pair_codes)
    return [*swaps, (index, "Texts", _texts(pairs=pairs))]


def _without_length() -> list[Swap]:
    """All texts are equally long: a term that stands everywhere tells nothing."""

    def length_code(_steps: Sequence[terms.Unit]) -> int:
        return terms.code(terms.LENGTH, 1)

    return [(module, "length_code", length_code) for module in (index, many)]


def _without_meaning() -> list[Swap]:
    return [(profiles, "MEANING_SUMMED", 0.0), (profiles, "MEANING_SHARPENED", 0.0)]


def _names_by_characters() -> list[Swap]:
    class Written(Finder):
        def __init__(self, words: Iterable[tuple[str, str]], *, sound_chars_min: int = 3) -> None:
            del sound_chars_min
            super().__init__(words, sound_chars_min=NEVER)

    return _everywhere(Finder, Written)


def _documents(change: Callable[[Document], Document]) -> Callable[[], list[Swap]]:
    def swaps() -> list[Swap]:
        def built(documents: Iterable[Document], *args: Any, **more: Any) -> Index:
            return build(map(change, documents), *args, **more)

        return _everywhere(build, built)

    return swaps


def _bonus(*names: str) -> Callable[[], list[Swap]]:
    def swaps() -> list[Swap]:
        for name in names:
            if name not in evidence.BONUS:
                raise KeyError(name)
        changed = {k: 0.0 if k in names else v for k, v in evidence.BONUS.items()}
        return [(evidence, "BONUS", changed)]

    return swaps


def _rule(*names: str) -> Callable[[], list[Swap]]:
    def swaps() -> list[Swap]:
        kept = tuple(rule for rule in decide.RULES if rule.__name__.strip("_") not in names)
        if len(kept) + len(names) != len(decide.RULES):
            raise KeyError(names)
        return [(decide, "RULES", kept)]

    return swaps


def _topics(change: Callable[[Topic], Topic]) -> Callable[[Library], Library]:
    def changed(library: Library) -> Library:
        topics = {name: change(topic) for name, topic in library.topics.items()}
        return replace(library, topics=topics)

    return changed


def _share_of_phrasings(share: float) -> Callable[[Library], Library]:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret

    def fewer(asks: list[str]) -> list[str]:
        return chance.sample(asks, max(1, round(len(asks) * share)))

    def change(topic: Topic) -> Topic:
        sections = [s.model_copy(update={"ask": fewer(s.ask)}) for s in topic.sections]
        overview = topic.overview.model_copy(update={"ask": fewer(topic.overview.ask)})
        return topic.model_copy(update={"sections": sections, "overview": overview})

    return _topics(change)


def _no_overview(topic: Topic) -> Topic:
    return topic.model_copy(update={"overview": topic.overview.model_copy(update={"ask": []})})


def _related(count: int) -> Callable[[], list[Swap]]:
    original = Wording._related  # noqa: SLF001 - no switch in the program for this

    def some(*args: Any) -> Iterable[Any]:
        return itertools.islice(original(*args), count)

    return lambda: [(Wording, "_related", some)]


def _nobody(*_args: object, **_more: object) -> None:
    return None


def _same(_self: object, question: str, *_more: object) -> str:
    return question


def parts_off(means: dict[str, float]) -> list[Off]:
    """Each part of the score at weight 0, the others enlarged to make up for it."""

    def without(part: str) -> Callable[[], list[Swap]]:
        def swaps() -> list[Swap]:
            words = {n: w for n, w in match.WEIGHTS.items() if n != "bonus"}
            whole = sum(weight * means[name] for name, weight in words.items())
            left = whole - words[part] * means[part]
            changed = {n: 0.0 if n == part else w * whole / left for n, w in words.items()}
            return [(match, "WEIGHTS", dict(match.WEIGHTS) | changed)]

        return swaps

    return [Off(f"score: {part}", swaps=without(part)) for part in match.WEIGHTS if part != "bonus"]


INGREDIENTS: tuple[Off, ...] = (
    Off("sounds (ranking, names, thesaurus)", swaps=_without_sounds),
    Off("sounds in names and thesaurus alone", swaps=_names_by_characters),
    Off("neighbouring characters", swaps=_without_families(terms.NEIGHBOURS)),
    Off(
        "neighbouring characters and sounds",
        swaps=_without_families(terms.NEIGHBOURS, terms.SOUNDS),
    ),
    Off("pairs in no order", swaps=_without_pairs),
    Off("length", swaps=_without_length),
    Off("meaning (word vectors)", swaps=_without_meaning),
    Off("sharpening", swaps=lambda: [(profiles, "SHARPEN_PHRASINGS_MAX", 0)]),
    Off("thesaurus", library=lambda library: replace(library, thesaurus=())),
    Off("answer text in coverage", swaps=_documents(lambda d: replace(d, body=""))),
    Off("titles, aliases, places in coverage", swaps=_documents(lambda d: replace(d, names=()))),
    Off("aliases", library=_topics(lambda t: t.model_copy(update={"aliases": []}))),
    Off("bonus: topic", swaps=_bonus("topic", "neighbour", "other owner")),
    Off("bonus: place", swaps=_bonus("place", "other place")),
    Off("bonus: person", swaps=_bonus("person", "other person", "person's topic")),
    Off("bonus: theme", swaps=_bonus("theme")),
    Off("bonus: overview", swaps=_bonus("overview")),
    Off("bonus: date", swaps=_bonus("date")),
    Off("facets (bonus and rule)", swaps=lambda: [*_bonus("facet")(), *_rule("facet")()]),
    Off("rule: foreign place", swaps=_rule("foreign_place")),
    Off("rule: not_covered", swaps=_rule("not_covered")),
    Off("rule: unsaid", swaps=lambda: [*_rule("unsaid")(), (rules, "unsaid", _nobody)]),
    Off("rule: ambiguous", swaps=_rule("ambiguous")),
    Off("rule: bare word", swaps=_rule("bare_word")),
    Off("rule: contradiction", swaps=_rule("contradiction")),
    Off("all rules but the score", swaps=lambda: [(decide, "RULES", decide.RULES[-1:])]),
    Off("courtesies by the words of chat", swaps=lambda: [(LikelyCourtesy, "_chat", _nobody)]),
    Off("courtesies that only sound alike", swaps=lambda: [(smalltalk, "LIKE_MIN", 100.0)]),
    Off("memory (follow-ups)", swaps=lambda: [(Memory, "recall", _nobody)]),
    Off("“那……呢” completed", swaps=lambda: [(Desk, "_completed", _same)]),
    Off("calendar page", swaps=lambda: [(Desk, "_calendar", _nobody)]),
    Off("overviews as answers", library=_topics(_no_overview)),
    Off("related sections: none", swaps=_related(0)),
    Off("related sections: one", swaps=_related(1)),
    Off("half of the phrasings", library=_share_of_phrasings(0.5)),
    Off("three quarters of the phrasings", library=_share_of_phrasings(0.25)),
)


# --- the table -----------------------------------------------------------------------------------

COLUMNS = (
    ("answer-all", "right"),
    ("answer-all", "sharp"),
    ("answer-all", "helped"),
    ("answer-all", "wrong"),
    ("refuse-all", "right"),
    ("refuse-all", "wrong"),
    ("clarify", "right"),
    ("smalltalk", "right"),
)


def run(off: Off, library: Library, questions: Sequence[Question]) -> Table:
    """The figures without one ingredient."""
    with swapped(off.swaps()):
        return score(Desk(off.library(library)), questions)[0]


def report(library: Library, questions: Sequence[Question], only: Sequence[str] = ()) -> str:
    """The full desk, then every ingredient off, with the difference in points."""
    full, means = score(Desk(library), questions)
    columns = [(group, key) for group, key in COLUMNS if group in full]
    rows = [["**the full desk**", *(f"{full[g][k]:.1%}" for g, k in columns)]]
    for off in (*INGREDIENTS, *parts_off(means)):
        if only and off.name not in only:
            continue
        print(off.name, file=sys.stderr)
        got = run(off, library, questions)
        rows.append([off.name, *(_points(got[g][k] - full[g][k]) for g, k in columns)])
    found = markdown(["without", *(f"{group} {key}" for group, key in columns)], rows)
    return f"{found}\n\n{_sharpened(library)}"


def _sharpened(library: Library) -> str:
    """Whether the line “sharpening” can tell anything about this knowledge."""
    entries = list(library.entries())
    count = sum(len(entry.asks) for entry in entries)
    share = Desk(library).matcher.index.meaning_share
    used = "are sharpened" if share == profiles.MEANING_SHARPENED else "are not sharpened"
    return f"Profiles {used} here: {count} phrasings in {len(entries)} entries."


def _points(difference: float) -> str:
    points = round(difference * 100, 1)
    return f"{points:+.1f}".replace("-", "−") if points else "0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    parser.add_argument("--only", default="", help="names of ingredients, with commas between")
    given = parser.parse_args()
    only = [name for name in given.only.split(",") if name]
    questions = read_questions(given.file)
    print(report(shipped(), questions, only))
    print(f"\n{given.file.name}, {len(questions)} questions; {machine()}.")


if __name__ == "__main__":
    main()
