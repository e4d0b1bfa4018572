"""The version in use: swapped when files are sound, kept when they are not, told in both cases."""

import asyncio
import logging
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import live as module
from bot.knowledge.cache import Cache
from bot.knowledge.library import Library
from bot.knowledge.live import Live, Reading
from bot.knowledge.problems import Problem
from tests.fakes import FakeClock

from .folder import TOPIC, build

WAIT_SECONDS = 60.0
FAULTY = TOPIC.replace("answer: 甲", "anser: 甲")
OTHER = TOPIC.replace("甲是甲", "甲是乙")


class Maker:
    """Builds the answer to 甲 from a library, and finds the tests that it is told to find."""

    def __init__(self) -> None:
        self.failed: list[Problem] = []
        self.error: Exception | None = None
        self.made = 0
        self.threads: set[int] = set()

    def __call__(self, library: Library) -> tuple[str, Sequence[Problem]]:
        self.made += 1
        self.threads.add(threading.get_ident())
        if self.error is not None:
            raise self.error
        return library.topics["t1"].sections[0].answer, self.failed


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def opened(tmp_path: Path, maker: Maker) -> Callable[[], Live[str]]:
    build(tmp_path / "files")

    def made() -> Live[str]:
        return Live(tmp_path / "files", maker, FakeClock(), kept=Cache(tmp_path / "kept"))

    return made


def save(live: Live[str], text: str, name: str = "services/t1.yaml") -> None:
    (live.folder / name).write_text(text, encoding="utf-8")


async def test_a_sound_change_is_swapped_in(opened: Callable[[], Live[str]], maker: Maker) -> None:
    live = opened()
    before = live.open()
    save(live, OTHER)
    assert live.changed()
    reading = await live.reload()
    assert reading == Reading("new")
    assert (before.value, live.edition.value) == ("甲是甲。", "甲是乙。")
    assert before.digest != live.edition.digest
    assert not live.changed()
    assert threading.get_ident() in maker.threads
    assert len(maker.threads) == 2


async def test_what_says_the_same_is_not_built_anew(
    opened: Callable[[], Live[str]], maker: Maker
) -> None:
    live = opened()
    live.open()
    save(live, TOPIC)
    assert (await live.reload()).outcome == "same"
    assert maker.made == 1


async def test_a_fault_keeps_the_last_good_version(opened: Callable[[], Live[str]]) -> None:
    live = opened()
    live.open()
    save(live, FAULTY)
    reading = await live.reload()
    assert reading.outcome == "refused"
    assert [(p.file, p.line) for p in reading.problems] == [
        ("services/t1.yaml", 9),
        ("services/t1.yaml", 13),
    ]
    assert live.edition.value == "甲是甲。"
    assert live.edition.faults == reading.problems
    save(live, TOPIC)
    assert (await live.reload()).outcome == "same"
    assert live.edition.faults == ()


async def test_a_failing_test_is_a_fault(opened: Callable[[], Live[str]], maker: Maker) -> None:
    live = opened()
    live.open()
    maker.failed = [Problem("services/t1.yaml", 4, "答错了", code="test")]
    save(live, OTHER)
    reading = await live.reload()
    assert reading.outcome == "refused"
    assert list(reading.problems) == maker.failed
    assert live.edition.value == "甲是甲。"


async def test_an_error_in_the_program_is_a_fault_too(
    opened: Callable[[], Live[str]], maker: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    live = opened()
    live.open()
    maker.error = RecursionError("deep")
    save(live, OTHER)
    with caplog.at_level(logging.ERROR):
        reading = await live.reload()
    assert reading.outcome == "refused"
    assert "RecursionError" in reading.problems[0].what
    assert reading.problems[0].hint
    assert live.edition.value == "甲是甲。"


async def test_a_folder_that_is_gone_keeps_the_last_good_version(
    opened: Callable[[], Live[str]],
) -> None:
    live = opened()
    live.open()
    shutil.rmtree(live.folder)
    assert (await live.reload()).outcome == "refused"
    assert live.edition.value == "甲是甲。"


async def test_two_reloads_at_once_are_one_after_the_other(
    opened: Callable[[], Live[str]], maker: Maker
) -> None:
    live = opened()
    live.open()
    save(live, OTHER)
    readings = await asyncio.gather(live.reload(), live.reload(), live.reload())
    assert [reading.outcome for reading in readings] == ["new", "same", "same"]
    assert maker.made == 2


def test_a_start_on_faulty_files_takes_the_last_good_version(
    opened: Callable[[], Live[str]], caplog: pytest.LogCaptureFixture
) -> None:
    first = opened()
    digest = first.open().digest
    save(first, FAULTY)
    with caplog.at_level(logging.ERROR):
        again = opened()
        edition = again.open()
    assert edition.value == "甲是甲。"
    assert edition.digest == digest
    assert len(edition.faults) == 2
    assert "services/t1.yaml:13" in caplog.text
    assert "anser" not in caplog.text, "what stands in the files is no matter for the log"
    save(again, TOPIC)
    assert again.reload_now().outcome == "same"
    assert again.edition.faults == ()


def test_a_start_on_faulty_files_without_a_good_version_ends_clearly(
    opened: Callable[[], Live[str]],
) -> None:
    live = opened()
    save(live, FAULTY)
    with pytest.raises(KnowledgeError, match=r"services/t1\.yaml:13: 错误"):
        live.open()


def test_a_damaged_last_good_version_is_none(
    opened: Callable[[], Live[str]], tmp_path: Path
) -> None:
    opened().open()
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:50])
    live = opened()
    save(live, FAULTY)
    with pytest.raises(KnowledgeError):
        live.open()


def test_each_folder_has_its_own_last_good_version(
    opened: Callable[[], Live[str]], tmp_path: Path, maker: Maker
) -> None:
    opened().open()
    build(tmp_path / "elsewhere", {"services/t1.yaml": FAULTY})
    elsewhere = Live(tmp_path / "elsewhere", maker, FakeClock(), kept=Cache(tmp_path / "kept"))
    with pytest.raises(KnowledgeError):
        elsewhere.open()


def test_files_whose_tests_fail_start_if_there_is_nothing_better(
    opened: Callable[[], Live[str]], maker: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    maker.failed = [Problem("services/t1.yaml", 4, "答错了", code="test")]
    live = opened()
    with caplog.at_level(logging.ERROR):
        edition = live.open()
    assert edition.faults == edition.failed == tuple(maker.failed)
    assert "services/t1.yaml:4 test" in caplog.text
    assert "答错了" not in caplog.text
    assert live.reload_now().outcome == "same"
    assert live.edition.faults == tuple(maker.failed)
    maker.failed = []
    save(live, OTHER)
    assert live.reload_now().outcome == "new"
    assert live.edition.faults == ()


def test_the_edition_comes_with_open(opened: Callable[[], Live[str]]) -> None:
    with pytest.raises(RuntimeError):
        _ = opened().edition


# --- following the files -------------------------------------------------------------------------


async def next_of(live: Live[str], change: Callable[[], object]) -> Reading:
    """The first reading after a change that is made once the folder is watched."""
    readings = live.readings()
    waiting = asyncio.ensure_future(anext(readings))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=0.2)
                change()  # again, if the folder was not watched yet
                await asyncio.wait({waiting}, timeout=5)
            return waiting.result()
    finally:
        await readings.aclose()


async def test_a_saved_file_is_followed(opened: Callable[[], Live[str]]) -> None:
    live = opened()
    live.open()
    assert (await next_of(live, lambda: save(live, OTHER))).outcome == "new"
    assert live.edition.value == "甲是乙。"
    assert (await next_of(live, lambda: save(live, FAULTY))).outcome == "refused"
    assert (await next_of(live, lambda: save(live, TOPIC))).outcome == "new"


async def test_half_a_save_is_no_fault(
    opened: Callable[[], Live[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = opened()
    live.open()
    monkeypatch.setattr(module, "SETTLE_SECONDS", 1.0)

    async def half() -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not live.edition.faults:  # noqa: ASYNC110 - it has no event, and needs none
                await asyncio.sleep(0.01)
        save(live, OTHER)

    whole = asyncio.ensure_future(half())
    reading = await next_of(live, lambda: save(live, OTHER[: OTHER.rindex("answer")]))
    await whole
    assert reading.outcome == "new"
    assert live.edition.value == "甲是乙。"


async def test_a_folder_that_was_replaced_is_followed(
    opened: Callable[[], Live[str]], tmp_path: Path
) -> None:
    live = opened()
    live.open()
    other = build(tmp_path / "new", {"services/t1.yaml": OTHER})

    def replace() -> None:
        live.folder.rename(tmp_path / "old")
        other.rename(live.folder)

    assert (await next_of(live, replace)).outcome == "new"
    assert (await next_of(live, lambda: save(live, TOPIC))).outcome == "new"


async def test_without_notices_looking_is_enough(
    opened: Callable[[], Live[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_given: object, **_more: object) -> None:
        raise OSError("no more watches")

    live = opened()
    live.open()
    monkeypatch.setattr("watchfiles.awatch", refuses)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    assert (await next_of(live, lambda: save(live, OTHER))).outcome == "new"
