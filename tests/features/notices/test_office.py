"""What the office writes, on both kinds of database: all or nothing, once, and nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.orders import State
from bot.delivery.outbox import Outbox
from bot.features.notices.model import Aim, Answer, Notice, Phase, Receipt
from bot.features.notices.office import NoticeOptions, Office
from bot.messages import Attachment, Incoming, Reply, Span
from bot.organisation import Roles
from bot.storage.database import Database
from tests.fakes import START, FakeClock
from tests.organisation.small import small_organisation, small_plan

ADMIN = Roles(admin=True)
CHATS = tuple(str(-500 - number) for number in range(5))
BY = Incoming("telegram", "1", "1", "9", "", START, admin=True)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    database = Database(database_url)
    await database.open()
    clock = FakeClock()
    org = await small_organisation(database, clock, small_plan(approved=CHATS))
    yield Office(org, Outbox(database, clock), NoticeOptions())
    await database.close()


async def draft(office: Office, **more: object) -> Notice:
    made = Notice(
        0, "telegram", "1", "1", office.clock(), category="会议通知", content=Reply("开会"),
        aim=Aim("all"), receipt=True,
    )  # fmt: skip
    return await office.store.add(replace(made, **more))  # type: ignore[arg-type]


async def queued(office: Office) -> Notice:
    made = await draft(office)
    done = await office.queue(made, await office.plan(made, ADMIN), BY)
    assert done is not None
    return done


async def test_a_notice_comes_back_as_it_was_kept(office: Office) -> None:
    content = Reply("开会", (), (Span(0, 1, "bold"),), (Attachment("photo", "a", file_id="b"),))
    made = await draft(
        office,
        content=content,
        pending=Reply("改"),
        aim=Aim("units", ("sq",)),
        send_at=START + timedelta(hours=1),
        deadline=START + timedelta(days=1),
        step="+when",
    )
    assert await office.store.find(made.id) == made
    assert await office.store.find(made.id + 1) is None


async def test_whoever_confirms_at_once_sends_once(office: Office) -> None:
    made = await draft(office)
    plan = await office.plan(made, ADMIN)
    done = await asyncio.gather(*(office.queue(made, plan, BY) for _ in range(3)))
    assert sum(each is not None for each in done) == 1
    report = await office.report(made)
    assert [line.chat_id for line in report.lines] == sorted(CHATS, reverse=False)
    assert report.count(State.QUEUED) == 5
    assert [entry.action for entry in await office.org.audit_log(9)] == ["notice.send"]


async def test_a_changed_draft_is_not_sent(office: Office) -> None:
    made = await draft(office)
    plan = await office.plan(made, ADMIN)
    assert await office.store.save(replace(made, silent=True, revision=1), made)
    assert await office.queue(made, plan, BY) is None
    assert (await office.report(made)).lines == ()


async def test_a_recall_takes_out_what_waits(office: Office) -> None:
    made = await queued(office)
    done = await office.recall(made, BY)
    assert done is not None
    assert done.phase is Phase.RECALLED
    report = await office.report(done)
    assert report.count(State.CANCELLED) == 5
    assert report.finished
    assert await office.recall(made, BY) is None


async def test_a_correction_of_what_waits_changes_it(office: Office) -> None:
    made = await queued(office)
    pending = replace(made, pending=Reply("改到明天"), revision=made.revision + 1)
    assert await office.store.save(pending, made)
    done = await office.correct(pending, BY)
    assert done is not None
    assert done.content == Reply("改到明天")
    report = await office.report(done)
    assert report.count(State.QUEUED) == 5
    assert {line.state for line in report.changed} == {State.SKIPPED}


async def test_no_press_is_lost_while_the_counts_are_written(office: Office) -> None:
    made = await queued(office)

    async def press(number: int) -> None:
        receipt = Receipt("telegram", CHATS[0], str(number), Answer.YES, False, START)
        await office.copies.answer(made.id, receipt)

    async def write() -> None:
        for _ in range(6):
            for copy in await office.copies.touched():
                await office.show_counts(made, copy)

    await asyncio.gather(write(), *(press(number) for number in range(12)))
    await write()
    copy = await office.copies.one(made.id, "telegram", CHATS[0])
    assert copy is not None
    assert (copy.shown, copy.touched) == ("12/0/0", False)


async def test_unsent_drafts_do_not_stay_for_ever(office: Office) -> None:
    kept = await queued(office)
    dropped, idle = await draft(office, phase=Phase.DROPPED), await draft(office)
    later = START + timedelta(days=1)
    await office.store.drop_unsent(later, START)
    assert await office.store.find(dropped.id) is None
    assert await office.store.find(idle.id) is not None
    await office.store.drop_unsent(later, later)
    assert await office.store.find(idle.id) is None
    assert await office.store.find(kept.id) is not None


async def test_groups_that_move_and_members_who_are_forgotten(office: Office) -> None:
    made = await queued(office)
    for chat in CHATS[:2]:
        receipt = Receipt("telegram", chat, "7", Answer.YES, False, START)
        await office.copies.answer(made.id, receipt)
    await office.copies.moved("telegram", CHATS[0], "-900")
    await office.copies.moved("telegram", CHATS[0], "-900")
    found = await office.copies.receipts(made.id, ("telegram", "-900"))
    assert [receipt.member_id for receipt in found] == ["7"]
    await office.copies.moved("telegram", CHATS[1], "-900")
    assert len(await office.copies.all(made.id)) == 4
    assert len(await office.copies.receipts(made.id)) == 1
    await office.copies.forget("telegram", "7")
    assert await office.copies.receipts(made.id) == []
    await office.store.forget("telegram", "1")
    left = await office.store.find(made.id)
    assert left is not None
    assert (left.author, left.chat_id, left.running) == ("-", "", False)
