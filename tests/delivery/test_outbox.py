from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.delivery.content import frozen, thawed
from bot.delivery.outbox import Kind, State
from bot.errors import ChatGone, MessageLocked, MessageMissing, SendUncertain
from bot.messages import Attachment, Button, Reply, Span
from bot.storage.database import Database
from tests.delivery.conftest import Office, opened


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """These tests run on both kinds of database."""
    async with opened(database_url) as database:
        yield database


FULL = Reply(
    "开会😀通知",
    ((Button("收到", "r:1"), Button("请假", "r:2")), (Button("有疑问", "r:3"),)),
    (Span(0, 2, "bold"), Span(3, 5, "link", "https://example.org/x")),
    (Attachment("photo", "海报.png", b"\x00\xff"), Attachment("document", "a.pdf", file_id="F1")),
)


def test_a_reply_survives_the_database() -> None:
    assert thawed(frozen(FULL)) == FULL
    assert thawed(frozen(Reply(""))) == Reply("")


async def test_a_key_is_taken_once_for_ever(office: Office) -> None:
    assert await office.put("-1", "-2") == 2
    assert await office.put("-1", "-2", "-3") == 1
    await office.work(3)
    assert await office.put("-1", "-2", "-3") == 0
    await office.work(3)
    assert sorted(office.once.chats()) == ["-1", "-2", "-3"]


async def test_the_report_lists_every_target_in_order(office: Office) -> None:
    await office.put("-3", "-1", "-2")
    report = await office.outbox.report("notice:1")
    assert [line.chat_id for line in report.targets] == ["-3", "-1", "-2"]
    assert (report.total, report.counts[State.QUEUED], report.done) == (3, 3, False)
    await office.work(2)
    report = await office.outbox.report("notice:1")
    assert (report.counts[State.SENT], report.done) == (3, True)
    assert [line.message_ids for line in report.targets] == [("1",), ("2",), ("3",)]
    assert all(line.updated_at.tzinfo is not None for line in report.targets)
    assert await office.outbox.find(report.targets[0].row_id) == report.targets[0]
    assert (await office.outbox.report("no such job")).total == 0
    assert await office.outbox.find(999) is None


async def test_orders_join_the_callers_transaction_or_are_not_there(office: Office) -> None:
    async def fail() -> None:
        async with office.database.begin() as connection:
            assert await office.outbox.put([office.order("-1")], connection) == 1
            raise ValueError("the caller thinks better of it")

    with pytest.raises(ValueError, match="thinks better"):
        await fail()
    assert await office.states() == {}
    async with office.database.begin() as connection:
        await office.outbox.put([office.order("-1")], connection)
    assert await office.states() == {"-1": "queued"}


async def test_orders_must_be_sound(office: Office) -> None:
    for bad in (
        {"key": "k" * 201},
        {"job": "j" * 161},
        {"not_before": datetime(2026, 7, 1)},  # noqa: DTZ001
    ):
        with pytest.raises(ValueError, match=r"too long|aware"):
            await office.put("-1", **bad)


async def test_cancel_takes_what_still_waits(office: Office) -> None:
    await office.put("-1")
    await office.work(2)
    await office.put("-2", not_before=office.clock() + timedelta(hours=1))
    assert await office.outbox.cancel("notice:1") == 1
    await office.work(2)
    office.clock.forward(7200)
    await office.work(2)
    assert await office.states() == {"-1": "sent", "-2": "cancelled"}
    assert office.once.chats() == ["-1"]


async def test_nothing_goes_out_early_or_after_its_time(office: Office) -> None:
    soon = office.clock() + timedelta(seconds=30)
    await office.put("-1", not_before=soon)
    await office.put("-2", not_before=soon, expires_at=soon + timedelta(seconds=5))
    await office.work(29)
    assert office.once.sent == []
    office.clock.forward(10)
    await office.work(2)
    assert await office.states() == {"-1": "sent", "-2": "skipped"}
    assert "时限" in (await office.reasons())["-2"]


async def test_a_person_decides_about_what_is_uncertain(office: Office) -> None:

    office.once.faults = {chat: [SendUncertain("timed out")] for chat in ("-1", "-2")}
    await office.put("-1", "-2", expires_at=office.clock() + timedelta(minutes=1))
    await office.work(90)
    first, second = (await office.outbox.report("notice:1")).targets
    assert first.state is second.state is State.UNCERTAIN
    assert await office.outbox.resend(first.row_id)
    assert await office.outbox.settle(second.row_id)
    assert not await office.outbox.settle(second.row_id)
    assert not await office.outbox.resend(second.row_id)
    assert not await office.outbox.resend(999)
    await office.work(2)
    assert await office.states() == {"-1": "sent", "-2": "sent"}
    assert (await office.reasons())["-2"] == "人工确认已送达"
    assert office.once.chats() == ["-1"]


async def test_an_older_copy_sends_nothing_by_itself_that_was_due(office: Office) -> None:
    await office.put("-1", "-2")
    await office.put("-3", not_before=office.clock() + timedelta(minutes=1))
    assert await office.outbox.doubt() == 2
    await office.work(2)
    assert office.once.chats() == []
    assert await office.states() == {"-1": "uncertain", "-2": "uncertain", "-3": "queued"}
    assert (await office.reasons())["-1"] == "恢复了备份，不知道发过没有"
    first, *_ = (await office.outbox.report("notice:1")).targets
    assert await office.outbox.resend(first.row_id)
    office.clock.forward(60)
    await office.work(2)
    assert sorted(office.once.chats()) == ["-1", "-3"]


async def test_what_waits_follows_a_chat_to_its_new_id(office: Office) -> None:
    await office.put("-1", not_before=office.clock() + timedelta(minutes=1))
    await office.outbox.moved("telegram", "-1", "-1001")
    office.clock.forward(60)
    await office.work(2)
    assert office.once.chats() == ["-1001"]
    assert await office.put("-1") == 0


async def test_silence_and_topics_are_kept(office: Office) -> None:
    await office.put("-1", silent=True, thread_id="77", reply=FULL)
    await office.work(2)
    [(target, reply)] = office.once.sent
    assert (target.silent, target.thread_id) == (True, "77")
    assert reply.text == FULL.text
    assert reply.buttons == FULL.buttons


# --- edits and recalls ----------------------------------------------------------------------------


async def test_an_edit_reaches_every_copy(office: Office) -> None:
    await office.put("-1", "-2")
    await office.work(2)
    for chat in ("-1", "-2"):
        await office.change(Kind.EDIT, chat, Reply("改到周五开会"))
    await office.work(5)
    assert [(t.chat_id, m, r.text) for t, m, r in office.once.edited] == [
        ("-1", "1", "改到周五开会"),
        ("-2", "2", "改到周五开会"),
    ]
    assert set((await office.states("edit:1")).values()) == {"sent"}


async def test_an_edit_grows_and_shrinks_a_message_of_several_parts(office: Office) -> None:
    await office.put("-1", reply=Reply("一\f二\f三"))
    await office.work(5)
    assert [reply.text for _, reply in office.once.sent] == ["一", "二", "三"]
    await office.change(Kind.EDIT, "-1", Reply("甲"))
    await office.work(5)
    assert [(m, r.text) for _, m, r in office.once.edited] == [("1", "甲")]
    assert [m for _, m in office.once.deleted] == ["2", "3"]
    [line] = (await office.outbox.report("notice:1")).targets
    assert line.message_ids == ("1",)
    order = office.order("-1", "edit:2", key="edit:2", kind=Kind.EDIT, of="notice:1:telegram:-1")
    await office.outbox.put([replace(order, reply=Reply("甲\f乙"))])
    await office.work(5)
    [line] = (await office.outbox.report("notice:1")).targets
    assert line.message_ids == ("1", "4")


async def test_a_recall_takes_every_part_back(office: Office) -> None:
    await office.put("-1", reply=Reply("一\f二"))
    await office.work(5)
    await office.change(Kind.DELETE, "-1")
    await office.work(5)
    assert [m for _, m in office.once.deleted] == ["1", "2"]
    assert await office.states("delete:1") == {"-1": "sent"}


async def test_what_still_waits_is_changed_before_it_is_sent(office: Office) -> None:
    later = office.clock() + timedelta(minutes=1)
    await office.put("-1", "-2", not_before=later)
    await office.change(Kind.EDIT, "-1", Reply("新的"))
    await office.change(Kind.DELETE, "-2")
    office.clock.forward(60)
    await office.work(3)
    assert [(t.chat_id, r.text) for t, r in office.once.sent] == [("-1", "新的")]
    assert not office.once.edited
    assert not office.once.deleted
    assert await office.states() == {"-1": "sent", "-2": "cancelled"}
    assert await office.states("edit:1") == {"-1": "skipped"}
    assert await office.states("delete:1") == {"-2": "skipped"}


async def test_an_edit_waits_for_the_send_that_is_on_its_way(office: Office) -> None:

    office.once.gate = asyncio.Event()
    await office.put("-1")
    await office.worker.step()
    await office.change(Kind.EDIT, "-1", Reply("改了"))
    office.clock.forward(1)
    await office.worker.step()
    assert office.once.edited == []
    office.once.gate.set()
    await office.work(5)
    assert [r.text for _, _, r in office.once.edited] == ["改了"]


async def test_a_change_of_what_never_arrived_says_so(office: Office) -> None:

    office.once.faults = {
        "-1": [ChatGone("kicked", "被移出了群")],
        "-2": [SendUncertain("timed out")],
    }
    await office.put("-1", "-2")
    await office.work(2)
    for chat in ("-1", "-2", "-3"):
        await office.change(Kind.EDIT, chat, Reply("改了"))
    await office.work(3)
    assert await office.states("edit:1") == {"-1": "skipped", "-2": "failed", "-3": "skipped"}
    assert "不清楚" in (await office.reasons("edit:1"))["-2"]
    assert office.once.edited == []


async def test_the_platforms_48_hours_are_said(office: Office) -> None:

    await office.put("-1", "-2", "-3", "-4")
    await office.work(2)
    locked = MessageLocked("message can't be deleted for everyone")
    office.once.faults = {
        "-1": [locked],
        "-2": [MessageMissing("not found")],
        "-3": [MessageMissing("not found")],
        "-4": [locked],
    }
    await office.change(Kind.DELETE, "-4")
    await office.work(2)
    office.clock.forward(49 * 3600)
    await office.change(Kind.DELETE, "-1")
    await office.change(Kind.DELETE, "-2")
    await office.change(Kind.EDIT, "-3", Reply("改了"))
    await office.work(3)
    reasons = await office.reasons("delete:1")
    assert "48 小时" in reasons["-1"]
    assert "早已不在" in reasons["-2"]
    assert "48" not in reasons["-4"]
    states = await office.states("delete:1")
    assert states == {"-4": "failed", "-1": "failed", "-2": "sent"}
    assert await office.states("edit:1") == {"-3": "failed"}
