"""The benchmark scripts run, on small sizes, and say what they promise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import ablation, counting, growth, reload, startup, synthetic, update
from benchmarks.ablation import INGREDIENTS, parts_off, read_questions, run, score, swapped
from benchmarks.measuring import markdown, percentile, resident_mb
from bot.calendar.agenda import when_ok
from bot.dialogue.engine import Desk
from bot.dialogue.evaluation import Question
from bot.knowledge.library import Library
from bot.knowledge.load import load
from bot.matching import match
from bot.matching.terms import (
    CHAR,
    CONCEPT,
    LENGTH,
    NEIGHBOURS,
    PAIR,
    SOUND,
    SOUNDS,
    families,
)

QUESTIONS = [
    Question("1", "红色代办能办哪些手续", "fact", "answer", (("公章",),)),
    Question("2", "护照怎么办", "refuse-near", "refuse"),
    Question("3", "擂台赛谁得了第三名", "fact", "answer", (("遮山",),)),
    Question("4", "那评委是谁呢", "followup", "refuse", (), ("擂台赛谁得了第三名",)),
]


@pytest.fixture(scope="module")
def small(shipped_library: Library) -> Library:
    """Few phrasings, of courtesies too: a desk is built for nearly every test here."""
    few = tuple(item.model_copy(update={"ask": item.ask[:5]}) for item in shipped_library.smalltalk)
    return synthetic.grow(replace(shipped_library, smalltalk=few), 300)


def test_growth_is_repeatable_and_of_the_wanted_size(shipped_library: Library) -> None:
    grown = synthetic.grow(shipped_library, 6_000)
    pairs = synthetic.phrasings(grown)
    assert abs(len(pairs) - 6_000) < 50
    assert len({ask for ask, _ in pairs}) > 0.99 * len(pairs)
    assert synthetic.phrasings(synthetic.grow(shipped_library, 6_000)) == pairs
    more = len(list(grown.entries())) / len(list(shipped_library.entries()))
    assert more == pytest.approx(6_000 / len(synthetic.phrasings(shipped_library)), rel=0.1)


def test_a_grown_folder_is_sound(shipped_library: Library, tmp_path: Path) -> None:
    grown = synthetic.grow(shipped_library, 5_000)
    synthetic.write_folder(grown, tmp_path)
    loaded = load(tmp_path, when_ok)
    assert loaded.errors() == []
    assert loaded.library is not None
    assert sorted(synthetic.phrasings(loaded.library)) == sorted(synthetic.phrasings(grown))


def test_a_library_survives_the_way_to_another_process(small: Library) -> None:
    back = synthetic.undumped(synthetic.dumped(small))
    assert synthetic.phrasings(back) == synthetic.phrasings(small)


def test_noise_changes_questions_and_keeps_their_section(small: Library) -> None:
    known = dict(synthetic.phrasings(small))
    asked = synthetic.noised(small, 50)
    assert synthetic.noised(small, 50) == asked
    assert {ref for _, ref in asked} <= set(known.values())
    assert sum(question not in known for question, _ in asked) > 40


def test_every_engine_finds_most(small: Library) -> None:
    questions = synthetic.noised(small, 30)
    for engine in growth.ENGINES:
        row = growth.measure(engine, small, questions)
        assert row["questions"] == 30
        assert row["found"] > 0.7
        assert row["p99_us"] >= row["p50_us"] > 0


def test_growth_prints_a_table() -> None:
    lines = growth.table([200], 5).splitlines()
    assert [line.split("|")[3].strip() for line in lines[2:]] == list(growth.ENGINES)


def test_update_tells_floor_whole_and_parts(small: Library, tmp_path: Path) -> None:
    synthetic.write_folder(small, tmp_path)
    times = asyncio.run(update.measured(3, tmp_path))
    assert {"floor", "whole", "parse", "gate", "desk", "send"} <= set(times)
    assert len(times.pop("kept")) == 1
    assert all(len(rows) == 3 for rows in times.values())
    assert all(min(rows) > 0 for rows in times.values())
    assert "a whole update" in update.report(times)


def test_startup_answers_in_a_process_of_its_own(shipped_library: Library, tmp_path: Path) -> None:
    folder, home = tmp_path / "knowledge", tmp_path / "home"
    home.mkdir()
    topics = {"yutai-daiban": shipped_library.topics["yutai-daiban"]}
    library = synthetic.consistent(replace(shipped_library, topics=topics))
    synthetic.write_folder(library, folder)
    assert 0 < startup.ask(folder, home) < 60
    assert startup.peak_mb(folder, home) >= 0


@pytest.mark.parametrize("off", INGREDIENTS, ids=lambda off: off.name)
def test_every_ingredient_can_be_switched_off(small: Library, off: ablation.Off) -> None:
    run(off, small, QUESTIONS)


def test_parts_of_the_score_can_be_switched_off_and_come_back(small: Library) -> None:
    before = dict(match.WEIGHTS)
    full, means = score(Desk(small), QUESTIONS)
    for off in parts_off(means):
        with swapped(off.swaps()):
            assert match.WEIGHTS[off.name.removeprefix("score: ")] == 0
    assert before == match.WEIGHTS
    assert score(Desk(small), QUESTIONS)[0] == full


def test_words_can_be_left_out_of_the_ranking(small: Library) -> None:
    kinds: dict[str, set[int]] = {}
    wanted = ("aliases", "neighbouring", "sounds (", "pairs", "thesaurus", "meaning", "length")
    for off in (off for off in INGREDIENTS if off.name.startswith(wanted)):
        with swapped(off.swaps()):
            matcher = Desk(off.library(small)).matcher
        kinds[off.name] = set(families(matcher.index.vocabulary.codes).tolist())
        assert matcher.index.meaning.any() != off.name.startswith("meaning")
        lengths = families(matcher.index.vocabulary.codes) == LENGTH
        assert (lengths.sum() == 1) == (off.name == "length")
    every = {CHAR, NEIGHBOURS, SOUND, SOUNDS, PAIR, CONCEPT, LENGTH}
    assert kinds["aliases"] == every
    assert kinds["neighbouring characters"] == every - {NEIGHBOURS}
    assert kinds["neighbouring characters and sounds"] == every - {NEIGHBOURS, SOUNDS}
    assert kinds["sounds (ranking, names, thesaurus)"] == every - {SOUND, SOUNDS}
    assert kinds["pairs in no order"] == every - {PAIR}
    assert kinds["thesaurus"] == every - {CONCEPT}


def test_the_ablation_says_whether_profiles_are_sharpened(small: Library) -> None:
    lines = ablation.report(small, QUESTIONS, ["sharpening"]).splitlines()
    assert lines[-1].startswith("Profiles are")
    assert [line.split("|")[1].strip() for line in lines[3:-2]] == ["sharpening"]


def test_swaps_are_undone_when_something_breaks() -> None:
    before = match.WEIGHTS
    with pytest.raises(ZeroDivisionError), swapped([(match, "WEIGHTS", {})]):
        _ = 1 / len(match.WEIGHTS)
    assert match.WEIGHTS is before


def test_the_default_file_of_the_ablation_is_there() -> None:
    assert len(read_questions(ablation.FILE)) > 200


def test_small_helpers() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([3, 1, 2], 0.99) == 3
    assert resident_mb() >= 0
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"


def test_a_reload_under_questions_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--phrasings", "300", "--rate", "20", "--seconds", "1", "--reloads", "2"]
    text = reload.table(reload.options(given))
    assert "| without reloads | " in text
    assert "| 2 reloads | " in text
    outcomes = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert outcomes == ["swapped", "refused"]


def test_counting_is_compared_with_a_write_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(counting, "MANY", 40)
    monkeypatch.setattr(counting, "FEW", 2)
    asyncio.run(counting.main())
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "in memory, 40 answers",
        "all of them written at once",
        "a write each, 2 answers",
        "a write each beside another writer",
        "in memory beside another writer",
    ]
