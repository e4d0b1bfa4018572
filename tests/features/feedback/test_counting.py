"""What is asked is counted by day, entry and outcome; nothing else of it reaches the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import text

from bot.features.feedback.store import CountStore, Key, What
from bot.features.feedback.tally import FLUSH_SECONDS, StatsOptions, Tally
from bot.messages import About, Asked, Reply
from bot.storage.database import Database, StorageError
from bot.turn import Turn
from tests.fakes import FakeClock
from tests.features.feedback.conftest import ANSWER, REF, TODAY, Booth


def key(what: What, ref: str = "", *, private: bool = True) -> Key:
    return Key(TODAY, ref, what, private)


async def test_answers_are_counted_by_entry_and_place(booth: Booth) -> None:
    await booth.answer("7")
    await booth.answer("8")
    await booth.answer("7", "-5")
    assert await booth.counts() == {
        key(What.ANSWERED, REF): 2,
        key(What.ANSWERED, REF, private=False): 1,
    }


@pytest.mark.parametrize(
    "asked",
    ["asked back", "told missing", "unknown", "calendar", "courtesy", "slip", "withheld"],
)
async def test_every_outcome_is_counted(booth: Booth, asked: Asked) -> None:
    await booth.answer(about=About("问", asked, "", (REF,)))
    assert await booth.counts() == {key(What(asked)): 1}


async def test_taking_an_offered_entry_is_no_new_question(booth: Booth) -> None:
    await booth.answer(about=About("", "answered", REF, (REF,)), pressed="e:123")
    await booth.answer(about=About("第二个", "slip", REF, (REF,)))
    assert await booth.counts() == {key(What.CHOSEN, REF): 2}


async def test_what_was_withheld_is_counted_by_entry_and_asks_for_no_vote(booth: Booth) -> None:
    reply = await booth.answer(about=About("问", "withheld", REF, (REF,)))
    assert not reply.buttons
    await booth.answer(about=About("", "withheld", REF, (REF,)), pressed="e:123")
    assert await booth.counts() == {key(What.WITHHELD, REF): 1, key(What.CHOSEN, REF): 1}


def test_the_desk_has_no_outcome_that_is_not_counted() -> None:
    assert set(get_args(Asked)) <= set(What)


async def test_days_are_those_of_the_desk_s_zone(booth: Booth) -> None:
    booth.clock.forward(8 * 3600)  # 16:00 in Greenwich, midnight in Beijing
    await booth.answer()
    assert [found.day for found in await booth.counts()] == [TODAY + timedelta(days=1)]


async def test_the_database_holds_no_words_and_no_person(booth: Booth) -> None:
    await booth.answer("7707", about=About("王芳的电话是多少", "answered", REF, (REF,)))
    reply = await booth.answer("7707", "-5005")
    await booth.press(reply, "没用", "7707", "-5005", "31337")
    await booth.tally.flush()
    async with booth.database.read() as connection:
        found = (await connection.execute(text("SELECT * FROM desk_counts"))).all()
    assert len(found) == 3
    for secret in ("王芳", "电话", "7707", "5005", "31337"):
        assert secret not in repr(found)


async def test_counting_waits_for_no_database(booth: Booth) -> None:
    await booth.database.close()
    reply = await booth.answer()
    assert reply.text == ANSWER.text
    with pytest.raises(StorageError):
        await booth.tally.step()
    await booth.database.open()
    await booth.answer()
    assert await booth.tally.step() == FLUSH_SECONDS
    assert await booth.counts() == {key(What.ANSWERED, REF): 2}


async def test_what_is_asked_while_counts_are_written_is_counted_too(booth: Booth) -> None:
    await booth.answer()
    writing = asyncio.create_task(booth.tally.flush())
    await asyncio.sleep(0)
    await booth.answer()
    await writing
    assert await booth.counts() == {key(What.ANSWERED, REF): 2}


async def test_two_processes_add_to_the_same_counts(database: Database) -> None:
    stores = [CountStore(database), CountStore(database)]
    counts = {key(What.ANSWERED, REF): 1, key(What.UNKNOWN): 2}
    await asyncio.gather(*(store.add(counts) for store in stores for _ in range(5)))
    await stores[0].add({key(What.UNKNOWN): 0})
    assert await stores[0].between(TODAY, TODAY) == {
        key(What.ANSWERED, REF): 10,
        key(What.UNKNOWN): 20,
    }
    assert await stores[0].between(TODAY + timedelta(days=1), TODAY + timedelta(days=9)) == {}


async def test_more_counts_than_fit_into_one_statement(database: Database) -> None:
    store = CountStore(database)
    many = {key(What.ANSWERED, f"t/s{number}"): number + 1 for number in range(450)}
    await store.add(many)
    await store.add(many)
    found = await store.between(TODAY, TODAY)
    assert found == {each: 2 * number for each, number in many.items()}


async def test_counts_are_deleted_when_they_are_old(database: Database) -> None:
    clock, store = FakeClock(), CountStore(database)
    tally = Tally(store, clock, StatsOptions(keep_days=40))
    tally.count(What.UNKNOWN, private=True)
    await tally.step()
    clock.forward(40 * 86400)
    await tally.step()
    assert len(await store.between(TODAY, TODAY)) == 1
    clock.forward(86400)
    await tally.step()
    assert await store.between(TODAY, TODAY) == {}


async def test_a_fault_of_ours_costs_nobody_an_answer(
    booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    odd = Reply("好", about=About("王芳问", "nonsense", REF))  # type: ignore[arg-type]
    incoming = booth.said("7", text="王芳问")
    assert await booth.feedback.answered(Turn(incoming), odd) is odd
    assert "没有计数" in caplog.text
    assert "王芳" not in caplog.text
