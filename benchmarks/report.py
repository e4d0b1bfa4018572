"""Makes the tables of docs/quality.md anew, in place.

    python -m benchmarks.report [NAME …]

A table stands between ``<!-- table NAME -->`` and ``<!-- end -->``; without names all are made
(about ten minutes). Everything outside the marks is written by hand and stays.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from benchmarks import ablation, growth, startup, update
from benchmarks.measuring import machine, markdown, one_core, shipped
from bot.dialogue.engine import Desk

PAGE = Path(__file__).parent.parent / "docs" / "quality.md"
QUESTIONS = ablation.FILE.parent
_KEYS = ("right", "sharp", "helped", "wrong")


def evaluation(name: str) -> str:
    """The table of ``dangbot eval`` on one of the project's own sets."""
    questions = ablation.read_questions(QUESTIONS / f"{name}.jsonl")
    figures, _ = ablation.score(Desk(shipped()), questions)
    rows = [
        [kind, f"{row['n']:.0f}", *(f"{row[key]:.1%}" for key in _KEYS)]
        for kind, row in figures.items()
    ]
    return markdown(["kind", "n", *_KEYS], rows)


def _ablation() -> str:
    return ablation.report(shipped(), ablation.read_questions(ablation.FILE))


def _update() -> str:
    times = asyncio.run(update.measured(update.UPDATES))
    share = sum(times["whole"]) / sum(times["floor"])
    return f"{update.report(times)}\n\nA whole update costs {share:.1f} floors."


TABLES: dict[str, Callable[[], str]] = {
    "study": lambda: evaluation("study"),
    "held": lambda: evaluation("held"),
    "second-study": lambda: evaluation("second-study"),
    "second-held": lambda: evaluation("second-held"),
    "third-study": lambda: evaluation("third-study"),
    "third-held": lambda: evaluation("third-held"),
    "fourth-study": lambda: evaluation("fourth-study"),
    "fourth-held": lambda: evaluation("fourth-held"),
    "fifth-study": lambda: evaluation("fifth-study"),
    "fifth-held": lambda: evaluation("fifth-held"),
    "ablation": _ablation,
    "growth": lambda: growth.table(growth.SIZES, growth.QUESTIONS),
    "update": _update,
    "startup": lambda: startup.table(startup.SIZES, startup.RUNS),
}


def replaced(page: str, name: str, table: str) -> str:
    """The page with one table changed.

    Raises:
        ValueError: the page has no place for it.
    """
    place = re.compile(rf"(<!-- table {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    changed, count = place.subn(lambda marks: f"{marks[1]}\n{table}\n\n{marks[2]}", page)
    if count != 1:
        raise ValueError(f"{PAGE.name} has no place for the table {name}")
    return changed


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git there is
        cwd=PAGE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown commit"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TABLES))
    names = parser.parse_args().names or list(TABLES)
    core = one_core()
    for name in names:
        table = f"{TABLES[name]()}\n\n{machine()}, {core}, at {_commit()}."
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), name, table), encoding="utf-8")
        print(f"{name}: done")


if __name__ == "__main__":
    main()
