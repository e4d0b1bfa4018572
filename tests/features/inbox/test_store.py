"""The tables, on SQLite and on PostgreSQL: counted, grouped by day, bounded, taken once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.features.inbox import store as inbox_store
from bot.features.inbox.model import Kind, Wait
from bot.features.inbox.store import InboxStore, questions
from bot.storage.database import Database, StorageError, Transaction

DAY = date(2026, 7, 1)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[InboxStore]:
    database = Database(database_url)
    await database.open()
    yield InboxStore(database)
    await database.close()


def wait(question: str, member: str = "2") -> Wait:
    return Wait(question, "telegram", member, member, "", DAY)


async def test_an_asking_is_counted_under_its_key_and_day(store: InboxStore) -> None:
    first = await store.record("党费？", "党费", Kind.MISSED, DAY)
    again = await store.record("党费！", "党费", Kind.DOUBTED, DAY)
    await store.record("党费", "党费", Kind.COMPLAINED, DAY + timedelta(days=1), "t/s")
    await store.record("党课", "党课", Kind.MISSED, DAY)
    assert again == first
    found = {question.text: question for question in await store.all()}
    assert set(found) == {"党费", "党课"}
    question = found["党费"]
    assert (question.id, question.wrong_ref, question.asked) == (first, "t/s", 3)
    assert [(day.missed, day.doubted, day.complained) for day in question.days] == [
        (1, 1, 0),
        (0, 0, 1),
    ]
    assert question.asked_after(DAY) == 1


async def test_askings_at_once_are_all_counted(store: InboxStore) -> None:
    asked = (store.record("党费", "党费", Kind.MISSED, DAY) for _ in range(8))
    assert len(set(await asyncio.gather(*asked))) == 1
    [question] = await store.all()
    assert question.asked == 8


async def test_old_days_go_and_with_the_last_one_the_question(store: InboxStore) -> None:
    question = await store.record("党费", "党费", Kind.MISSED, DAY)
    await store.record("党费", "党费", Kind.MISSED, DAY + timedelta(days=5))
    await store.wait(wait(question), 9)
    await store.tidy(DAY)
    [left] = await store.all()
    assert (left.asked, left.waiting) == (1, 1)
    await store.tidy(DAY + timedelta(days=5))
    assert await store.all() == []
    assert await store.waiting() == []


async def test_only_so_many_are_kept(store: InboxStore) -> None:
    for number, (text, times) in enumerate([("早饭", 1), ("午饭", 2), ("晚饭", 1), ("夜宵", 1)]):
        for _ in range(times):
            question = await store.record(text, text, Kind.MISSED, DAY + timedelta(days=number))
        if number == 0:
            await store.wait(wait(question), 9)
    await store.tidy(DAY - timedelta(days=90), 3)
    left = sorted(question.text for question in await store.all())
    assert left == sorted(["午饭", "夜宵", "早饭"]), "the rarest and oldest that nobody waits for"
    assert len(await store.waiting()) == 1


async def test_one_row_for_one_who_waits(store: InboxStore) -> None:
    question = await store.record("党费", "党费", Kind.MISSED, DAY)
    other = await store.record("党课", "党课", Kind.MISSED, DAY)
    assert await store.wait(wait(question), 1) == "new"
    assert await store.wait(wait(question), 1) == "have"
    assert await store.wait(wait(other), 1) == "many"
    assert await store.wait(wait("gone"), 1) == "gone"
    assert await store.wait(wait(question, "3"), 1) == "new"
    assert {question.waiting for question in await store.all()} == {0, 2}
    assert [text for _, text in await store.waits_of("telegram", "2")] == ["党费"]
    assert await store.waiting([other]) == []


async def test_a_wait_is_taken_once(store: InboxStore) -> None:
    question = await store.record("党费", "党费", Kind.MISSED, DAY)
    await store.wait(wait(question), 9)
    [(row, _)] = await store.waiting()
    async with store.database.begin() as connection:
        assert await store.take(connection, [row.id, "another"]) == {row.id}
    async with store.database.begin() as connection:
        assert await store.take(connection, [row.id]) == set()


async def test_who_waits_can_be_forgotten_and_moved(store: InboxStore) -> None:
    question = await store.record("党费", "党费", Kind.MISSED, DAY)
    await store.wait(wait(question), 9)
    await store.wait(wait(question, "3"), 9)
    await store.moved("telegram", "3", "33")
    await store.wait(Wait(question, "telegram", "4", "2", "", DAY), 9)
    await store.forget("telegram", "2")
    assert [(each.member_id, each.chat_id) for each, _ in await store.waiting()] == [("3", "33")]
    async with store.database.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM questions")
    assert [text for _, text in await store.waits_of("telegram", "3")] == [""]
    assert await store.unwait(question, "telegram", "3")
    assert not await store.unwait(question, "telegram", "3")


async def test_other_words_take_the_key_unless_another_has_it(store: InboxStore) -> None:
    ids = [await store.record(text, text, Kind.MISSED, DAY) for text in ("甲费", "乙费", "丙费")]
    for question in ids[:2]:
        await store.rewrite(question, "〔姓名〕费", "费")
    assert sorted(one.text for one in await store.all()) == ["〔姓名〕费", "〔姓名〕费", "丙费"]
    assert await store.record("〔姓名〕费", "费", Kind.MISSED, DAY) == ids[0]
    assert await store.record("甲费", "甲费", Kind.MISSED, DAY) not in ids


async def test_ignoring_and_closing(store: InboxStore) -> None:
    ids = [await store.record(text, text, Kind.MISSED, DAY) for text in ("党费", "党课")]
    assert await store.ignore(ids, DAY) == 2
    assert await store.ignore(ids, DAY) == 0
    assert {question.ignored_on for question in await store.all()} == {DAY}
    assert await store.ignore(ids, None) == 2
    await store.wait(wait(ids[0]), 9)
    async with store.database.begin() as connection:
        assert await store.close(connection, [ids[0]]) == 1
    assert [question.text for question in await store.all()] == ["党课"]
    assert await store.waiting() == []
    assert await store.text_of(ids[0]) is None


async def test_a_press_while_a_question_is_closed_is_seen_or_finds_it_gone(
    store: InboxStore,
) -> None:
    question = await store.record("党费", "党费", Kind.MISSED, DAY)
    async with store.database.begin() as connection:
        assert await store.waiting_to_close(connection, [question]) == []
        pressing = asyncio.create_task(store.wait(wait(question), 9))
        done, _ = await asyncio.wait({pressing}, timeout=0.3)
        assert not done, "it waits for who closes"
        await store.close(connection, [question])
    assert await pressing == "gone"
    assert await store.waiting() == []


async def written(store: InboxStore) -> list[tuple[str, str]]:
    """What stands in the database, past the store."""
    async with store.database.read() as connection:
        rows = await connection.execute(select(questions.c.id, questions.c.text))
        return sorted((str(row.id), str(row.text)) for row in rows)


async def test_a_jotted_asking_is_written_later_and_seen_by_whoever_looks(
    store: InboxStore,
) -> None:
    first = await store.jot("党费？", "党费", Kind.MISSED, DAY)
    assert await store.jot("党费！", "党费", Kind.MISSED, DAY) == first
    assert await store.jot("党费", "党费", Kind.DOUBTED, DAY + timedelta(days=1)) == first
    assert await written(store) == []
    await store.flush()
    await store.flush()
    assert await written(store) == [(first, "党费")]
    [question] = await store.all()
    assert [(day.missed, day.doubted) for day in question.days] == [(2, 0), (0, 1)]
    other = await store.jot("党课", "党课", Kind.MISSED, DAY)
    assert await store.text_of(other) == "党课"
    later = await store.jot("党章", "党章", Kind.MISSED, DAY)
    assert await store.wait(wait(later), 9) == "new"
    assert await store.record("党章？", "党章", Kind.COMPLAINED, DAY) == later


async def test_after_a_restart_a_question_keeps_its_id(store: InboxStore) -> None:
    first = await store.jot("党费", "党费", Kind.MISSED, DAY)
    await store.flush()
    again = InboxStore(store.database)
    assert await again.jot("党费", "党费", Kind.MISSED, DAY) == first
    await again.flush()
    [question] = await again.all()
    assert (question.id, question.asked) == (first, 2)


async def test_what_could_not_be_written_is_written_by_the_next_try(
    store: InboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.jot("党费", "党费", Kind.MISSED, DAY)
    begin = store.database.begin

    @asynccontextmanager
    async def refuses() -> AsyncIterator[Transaction]:
        async with begin() as connection:
            yield connection
            await store.jot("党费？", "党费", Kind.MISSED, DAY)
            raise StorageError("磁盘满了。")

    monkeypatch.setattr(store.database, "begin", refuses)
    with pytest.raises(StorageError):
        await store.flush()
    monkeypatch.undo()
    [question] = await store.all()
    assert (question.text, question.asked) == ("党费？", 2)


async def test_only_so_many_wait_to_be_written(
    store: InboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_store, "JOTTED_MAX", 1)
    assert await store.jot("党费", "党费", Kind.MISSED, DAY)
    assert await store.jot("党课", "党课", Kind.MISSED, DAY) == ""
    assert await store.jot("党费", "党费", Kind.MISSED, DAY)
    assert [question.asked for question in await store.all()] == [2]


async def test_a_question_put_into_other_words_meanwhile_is_another(store: InboxStore) -> None:
    first = await store.jot("石破天的党费", "石破天的党费", Kind.MISSED, DAY)
    await store.flush()
    # Another process takes the name out; this one still knows the words with it.
    await InboxStore(store.database).rewrite(first, "〔姓名〕的党费", "党费")
    assert await store.jot("石破天的党费", "石破天的党费", Kind.MISSED, DAY) == first
    await store.flush()
    assert sorted(text for _, text in await written(store)) == ["〔姓名〕的党费", "石破天的党费"]
    again = await store.jot("党费", "党费", Kind.MISSED, DAY)
    await store.tidy(DAY - timedelta(days=1))
    assert again != first
    assert await store.jot("党费", "党费", Kind.MISSED, DAY) == first
