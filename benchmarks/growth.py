"""Speed and memory as the knowledge grows: ours beside RapidFuzz, in one run on one core.

    python -m benchmarks.growth [--sizes 1000,10000,100000] [--questions 2000]

How the knowledge is grown stands in ``synthetic.py``; the questions are its phrasings with slips
of the keyboard and the ear. Each engine and size runs in a fresh process that is handed the library
ready-made, so that build time and memory are the index's own. ``ours`` is the whole understanding
(normalise to decision); RapidFuzz finds the nearest phrasing with ``process.extractOne``, the
comparison texts normalised beforehand. ``found``: the section that the question was made from, or
the same section of another copy, is first.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.measuring import machine, markdown, one_core, percentile, resident_mb, shipped
from benchmarks.synthetic import dumped, grow, noised, original, phrasings, undumped
from bot.knowledge.library import Library
from bot.matching.decide import Matcher
from bot.text.normalise import normalise

SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 2_000
SLOW_COMPARISONS_MAX = 30_000_000
"""RapidFuzz compares every phrasing with every question: fewer questions when there are many."""
SLOW_QUESTIONS_MIN = 100
WARM_UP = 20

Find = Callable[[str], str]
"""A raw question -> the reference of the section that fits best, or ""."""


def ours(library: Library) -> Find:
    """The understanding of the desk."""
    matcher = Matcher(library)
    matcher.prepare()  # as a desk does before it serves

    def find(question: str) -> str:
        decision = matcher.decide(normalise(question))
        if not decision.candidates:
            return ""
        return matcher.entries[decision.candidates[0].number].ref

    return find


def nearest(library: Library, scorer: Callable[..., float]) -> Find:
    """``process.extractOne`` over all phrasings."""
    pairs = phrasings(library)
    texts = [normalise(ask) for ask, _ in pairs]
    refs = [ref for _, ref in pairs]

    def find(question: str) -> str:
        found = process.extractOne(normalise(question), texts, scorer=scorer)
        return refs[found[2]] if found is not None else ""

    return find


ENGINES: dict[str, Callable[[Library], Find]] = {
    "ours": ours,
    "RapidFuzz WRatio": partial(nearest, scorer=fuzz.WRatio),
    "RapidFuzz ratio": partial(nearest, scorer=fuzz.ratio),
}


def measure(
    engine: str, library: Library, questions: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Build one engine and ask it everything.

    Returns:
        build_s, index_mb, process_mb, p50_us, p99_us, questions, found (0 to 1).
    """
    gc.collect()
    before = resident_mb()
    started = time.perf_counter()
    find = ENGINES[engine](library)
    built = time.perf_counter() - started
    for question, _ in questions[:WARM_UP]:
        find(question)
    times: list[float] = []
    right = 0
    for question, ref in questions:
        asked = time.perf_counter_ns()
        got = find(question)
        times.append((time.perf_counter_ns() - asked) / 1000)
        right += original(got) == original(ref)
    gc.collect()
    after = resident_mb()
    return {
        "build_s": built,
        "index_mb": after - before,
        "process_mb": after,
        "p50_us": percentile(times, 0.5),
        "p99_us": percentile(times, 0.99),
        "questions": len(questions),
        "found": right / len(questions),
    }


def _fresh(engine: str, file: Path, count: int) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", "--engine", engine]
    command += ["--library", str(file), "--questions", str(count)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(  # noqa: S603 - our own script
        command, check=True, capture_output=True, env=environment, text=True
    )
    row: dict[str, float] = json.loads(done.stdout)
    return row


def _count(engine: str, size: int, questions: int) -> int:
    if engine == "ours":
        return questions
    return max(SLOW_QUESTIONS_MIN, min(questions, SLOW_COMPARISONS_MAX // size))


def table(sizes: Sequence[int], questions: int) -> str:
    """Measure everything and lay it out."""
    base = shipped()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            library = grow(base, size)
            count, sections = len(phrasings(library)), len(list(library.entries()))
            file = Path(folder) / f"{size}.json"
            file.write_bytes(dumped(library))
            for engine in ENGINES:
                got = _fresh(engine, file, _count(engine, size, questions))
                print(f"{engine} {size}", file=sys.stderr)
                rows.append(
                    [
                        f"{count:,}",
                        f"{sections:,}",
                        engine,
                        f"{got['build_s']:.2f}",
                        f"{got['index_mb']:.0f}",
                        f"{got['process_mb']:.0f}",
                        f"{got['p50_us']:,.0f}",
                        f"{got['p99_us']:,.0f}",
                        f"{got['questions']:,.0f}",
                        f"{got['found']:.1%}",
                    ]
                )
    head = ["phrasings", "sections", "engine", "build s", "index MB", "process MB"]
    return markdown([*head, "p50 µs", "p99 µs", "questions", "found"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of phrasings")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="at most, an engine")
    parser.add_argument("--engine", choices=ENGINES, help="measure one engine (internal)")
    parser.add_argument("--library", type=Path, help="its library as JSON (internal)")
    given = parser.parse_args()
    if given.engine:
        library = undumped(given.library.read_bytes())
        print(json.dumps(measure(given.engine, library, noised(library, given.questions))))
        return
    core = one_core()
    print(table([int(size) for size in given.sizes.split(",")], given.questions))
    print(f"\n{machine()}, {core}.")


if __name__ == "__main__":
    main()
