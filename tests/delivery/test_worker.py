from __future__ import annotations

import asyncio
import logging

import pytest

from bot.delivery.outbox import State
from bot.errors import (
    ChatGone,
    ChatMoved,
    SendError,
    SendFlooded,
    SendLater,
    SendOffline,
    SendRejected,
    SendUncertain,
)
from bot.messages import Reply
from bot.storage.database import StorageError
from tests.delivery.conftest import Office

OTHERS = [f"-{number}" for number in range(10, 15)]


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (ChatGone("kicked", "机器人被移出了这个群"), "failed", "移出"),
        (SendRejected("Message text is empty"), "failed", "不接受这条消息"),
        (SendUncertain("timed out"), "uncertain", "可能已送达"),
        (SendError("unknown"), "uncertain", "可能已送达"),
        (ZeroDivisionError("a bug"), "uncertain", "程序出错"),
    ],
)
async def test_an_error_ends_its_target_and_no_other(
    office: Office, error: Exception, state: str, said: str
) -> None:
    office.once.faults = {"-12": [error, error]}
    await office.put(*OTHERS)
    await office.work(60)
    states = await office.states()
    assert states.pop("-12") == state
    assert set(states.values()) == {"sent"}
    assert said in (await office.reasons())["-12"]
    assert sorted(office.once.chats()) == [chat for chat in OTHERS if chat != "-12"]


async def test_a_chat_that_is_gone_is_told_and_a_member_is_not(office: Office) -> None:
    office.once.faults = {"-12": [ChatGone("x", "被移出")], "42": [ChatGone("x", "屏蔽")]}
    await office.put("-12", "42")
    await office.work(2)
    assert office.listener.told == [("gone", "-12", "被移出")]


async def test_a_listener_that_fails_stops_no_delivery(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = office.listener.gone
    errors: list[Exception] = [StorageError("磁盘满了"), ZeroDivisionError()]

    async def gone(channel: str, chat_id: str, reason: str) -> None:
        await told(channel, chat_id, reason)
        if errors:
            raise errors.pop(0)

    monkeypatch.setattr(office.listener, "gone", gone)
    office.once.faults = {"-12": [ChatGone("kicked", "被移出")]}
    await office.put("-12", "-13")
    with pytest.raises(StorageError):
        await office.work(3)
    await office.put("-14")
    await office.work(3)
    assert office.listener.told == [("gone", "-12", "被移出")] * 2
    assert sorted(office.once.chats()) == ["-13", "-14"]


async def test_a_flood_halts_everyone_for_as_long_as_the_platform_says(office: Office) -> None:
    office.once.faults = {"-10": [SendFlooded(30, "flood control")]}
    await office.put("-10")
    await office.work(2)
    await office.put(*OTHERS)
    other = office.hire()
    await office.work(27, other)
    assert office.once.sent == []
    await office.work(4, other)
    assert sorted(office.once.chats()) == OTHERS


async def test_server_errors_are_tried_again_more_and_more_slowly_and_end(office: Office) -> None:
    office.once.faults = {"-10": [SendLater(2, "server error")] * 1000}
    await office.put("-10")
    tries: list[float] = []
    for _ in range(3 * 3600):
        before = len(office.once.faults["-10"])
        await office.worker.step()
        await office.worker.idle()
        if len(office.once.faults["-10"]) < before:
            tries.append(office.clock().timestamp())
        if await office.worker.step() >= 1.0 and (await office.states())["-10"] == "failed":
            break
        office.clock.forward(20)
    assert 20 <= len(tries) <= 25
    assert 3600 <= tries[-1] - tries[0] <= 7200
    assert tries[2] - tries[1] <= tries[-1] - tries[-2]
    assert (await office.reasons())["-10"] == "平台多次出错，没有发出去"


async def test_a_server_error_that_passes_is_not_noticed(office: Office) -> None:
    office.once.faults = {"-10": [SendLater(2, "server error")] * 3}
    await office.put(*OTHERS)
    await office.work(30)
    assert set((await office.states()).values()) == {"sent"}
    assert office.once.chats().count("-10") == 1


async def test_a_moved_chat_is_followed_and_served_once(office: Office) -> None:
    office.once.faults = {"-10": [ChatMoved("-10010")]}
    await office.put("-10")
    await office.work(3)
    assert office.once.chats() == ["-10010"]
    assert office.listener.told == [("moved", "-10", "-10010")]
    assert await office.states() == {"-10010": "sent"}


async def test_a_chat_that_moves_for_ever_ends(office: Office) -> None:
    office.once.faults = {
        chat: [ChatMoved(other)] * 100 for chat, other in (("-1", "-2"), ("-2", "-1"))
    }
    await office.put("-1")
    await office.work(60)
    assert set((await office.states()).values()) == {"failed"}


async def test_a_timeout_is_never_sent_again_by_itself(office: Office) -> None:
    office.once.faults = {"-10": [SendUncertain("timed out")]}
    office.once.lost = True
    await office.put("-10")
    await office.work(200)
    assert office.once.chats() == ["-10"]
    assert await office.states() == {"-10": "uncertain"}


async def test_a_worker_that_dies_leaves_what_was_on_its_way_uncertain(office: Office) -> None:
    office.once.gate = asyncio.Event()
    await office.put("-10", "-11")
    await office.worker.step()
    assert await office.states() == {"-10": "sending", "-11": "sending"}
    heir = office.hire()
    await heir.step()
    office.clock.forward(office.options.lease_seconds - 1)
    await heir.step()
    assert set((await office.states()).values()) == {"sending"}
    office.clock.forward(2)
    await heir.step()
    assert set((await office.states()).values()) == {"uncertain"}
    assert (await office.reasons())["-10"] == "发送途中程序停了，可能已送达"
    office.once.gate.set()
    await office.worker.idle()


async def test_the_truth_replaces_uncertain_when_it_comes_late(office: Office) -> None:
    office.once.gate = asyncio.Event()
    await office.put("-10")
    await office.worker.step()
    office.clock.forward(3600)
    await office.hire().step()
    assert await office.states() == {"-10": "uncertain"}
    office.once.gate.set()
    await office.worker.idle()
    await office.worker.step()
    assert await office.states() == {"-10": "sent"}


async def test_what_a_person_decided_is_not_undone_by_a_late_answer(office: Office) -> None:
    office.once.gate = asyncio.Event()
    office.once.faults = {"-10": [ChatGone("x", "被移出")]}
    await office.put("-10")
    await office.worker.step()
    office.clock.forward(3600)
    await office.hire().step()
    [line] = (await office.outbox.report("notice:1")).targets
    await office.outbox.settle(line.row_id)
    office.once.gate.set()
    await office.worker.idle()
    await office.worker.step()
    assert await office.states() == {"-10": "sent"}


async def test_parts_before_a_failure_are_recorded_and_not_repeated(office: Office) -> None:
    office.once.faults = {"-10": [None, SendUncertain("timed out")]}
    await office.put("-10", reply=Reply("一\f二\f三"))
    await office.work(10)
    [line] = (await office.outbox.report("notice:1")).targets
    assert (line.state, line.message_ids) == (State.UNCERTAIN, ("1",))
    await office.outbox.resend(line.row_id)
    await office.work(10)
    assert [reply.text for _, reply in office.once.sent] == ["一", "二", "三"]
    assert await office.states() == {"-10": "sent"}


async def test_an_empty_reply_fails_with_a_reason(office: Office) -> None:
    await office.put("-10", reply=Reply(""))
    await office.work(2)
    assert await office.states() == {"-10": "failed"}


async def test_a_stop_waits_for_what_is_on_its_way(office: Office) -> None:
    office.once.gate = asyncio.Event()
    await office.put("-10")
    await office.worker.step()
    asyncio.get_running_loop().call_later(0.05, office.once.gate.set)
    await office.worker.close(5)
    assert await office.states() == {"-10": "sent"}
    await office.put("-11")
    assert await office.worker.step() > 0
    assert await office.states("notice:1") == {"-10": "sent", "-11": "queued"}


async def test_a_stop_does_not_wait_for_ever(office: Office) -> None:
    office.once.gate = asyncio.Event()
    await office.put("-10")
    await office.worker.step()
    await office.worker.close(0.01)
    assert await office.states() == {"-10": "uncertain"}


async def test_the_log_tells_no_words(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    office.once.faults = {"-10": [RuntimeError("this quotes 开会")]}
    await office.put("-10", "-11")
    await office.work(2)
    assert "RuntimeError" in caplog.text
    assert "开会" not in "".join(
        record.getMessage() + str(record.exc_info) for record in caplog.records
    )


# --- the network is gone --------------------------------------------------------------------------


async def test_an_hour_without_network_loses_nothing_and_is_told_once(office: Office) -> None:
    away = SendOffline(2, "not sent: ConnectError")
    office.once.faults = {chat: [away] * 10_000 for chat in OTHERS}
    office.once.alive = away
    await office.put(*OTHERS)
    for _ in range(360):
        await office.round()
        office.clock.forward(10)
    assert set((await office.states()).values()) == {"queued"}
    assert 50 < office.once.probes < 80
    assert office.listener.told == []
    office.once.alive, office.once.faults = None, {}
    await office.work(70)
    assert set((await office.states()).values()) == {"sent"}
    assert sorted(office.once.chats()) == OTHERS
    [(what, seconds, waiting)] = office.listener.told
    assert (what, waiting) == ("recovered", len(OTHERS))
    assert isinstance(seconds, float)
    assert 3500 < seconds < 3700


async def test_a_short_outage_is_not_worth_a_word(office: Office) -> None:
    office.once.faults = {"-10": [SendOffline(2, "not sent")]}
    await office.put(*OTHERS)
    await office.work(30)
    assert set((await office.states()).values()) == {"sent"}
    assert office.listener.told == []


async def test_a_day_without_network_gives_up(office: Office) -> None:
    away = SendOffline(2, "not sent")
    office.once.faults = {"-10": [away] * 10_000}
    await office.put("-10")
    await office.work(2)
    office.clock.forward(25 * 3600)
    await office.work(5)
    assert await office.states() == {"-10": "failed"}
    assert "连不上" in (await office.reasons())["-10"]


async def test_silence_after_sending_stops_the_sending(office: Office) -> None:
    """A network that swallows everything must not turn all targets into uncertain ones."""
    chats = [f"-{number}" for number in range(100, 150)]
    office.once.faults = {chat: [SendUncertain("timed out")] * 9 for chat in chats}
    office.once.alive = SendUncertain("timed out")
    await office.put(*chats)
    await office.work(120)
    states = list((await office.states()).values())
    uncertain = states.count("uncertain")
    assert 3 <= uncertain <= office.options.in_flight_max
    assert states.count("queued") == len(chats) - uncertain
    office.once.alive, office.once.faults = None, {}
    await office.work(70)
    states = list((await office.states()).values())
    assert states.count("sent") == len(chats) - uncertain
    assert len(office.once.chats()) == len(set(office.once.chats()))
