"""Two thousand spoiled files: the loader never falls over, and each problem has a real place."""

import random
from pathlib import Path

import pytest

from bot.calendar.agenda import when_ok
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load
from bot.knowledge.schema import KINDS
from bot.knowledge.snapshot import EXTRA_FILES

from .folder import TOPIC
from .mutate import mutate

PER_ROUND = 250
ROUNDS = 8

SHIPPED = sorted(
    path
    for path in shipped_folder().rglob("*.yaml")
    if path.parent.name in KINDS or path.name in EXTRA_FILES
)


def line_count(raw: bytes) -> int:
    return len(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_spoiled_files_are_told_with_their_place(tmp_path: Path, seed: int) -> None:
    assert len(SHIPPED) > 40
    dice = random.Random(seed)  # noqa: S311 - the same files every time
    faulty = 0
    sources = (shipped_folder() / "sources.yaml").read_bytes()
    topic = TOPIC.replace("s1", "zhenping").encode()
    for kind in KINDS:
        (tmp_path / kind).mkdir()
    for _ in range(PER_ROUND):
        original = dice.choice(SHIPPED)
        name = original.relative_to(shipped_folder()).as_posix()
        raw = mutate(dice, original.read_bytes())
        files = {"sources.yaml": sources, "services/t1.yaml": topic, name: raw}
        for each, content in files.items():
            (tmp_path / each).write_bytes(content)
        loaded = load(tmp_path, when_ok)
        for problem in loaded.problems:
            assert problem.file in files, problem
            assert 1 <= problem.line <= line_count(files[problem.file]), problem
            assert problem.what, problem
            assert problem.hint, problem
            assert "constrained" not in str(problem), problem
        assert (loaded.library is None) == bool(loaded.errors())
        faulty += any(problem.file == name for problem in loaded.problems)
        (tmp_path / name).unlink()
    assert faulty > PER_ROUND / 2
