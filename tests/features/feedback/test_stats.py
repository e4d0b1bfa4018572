"""/stats and the word of the week: for admins alone, and once."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock
from bot.delivery.outbox import Order, Outbox
from bot.delivery.worker import Worker
from bot.features.feedback.digest import Digest
from bot.features.feedback.stats import Stats
from bot.features.feedback.stats_words import Known
from bot.features.feedback.store import What
from bot.features.feedback.tally import StatsOptions, Tally
from bot.messages import Incoming, Reply
from bot.storage.database import Database, Transaction
from bot.text.timing import Weekly, weekly
from bot.turn import Turn
from tests.fakes import FakeListener, FakeOnce
from tests.features.feedback.conftest import REF, Booth, rows

ZONE = ZoneInfo("Asia/Shanghai")
ADMINS = (("telegram", "1"), ("telegram", "2"))
MONDAY = datetime(2026, 6, 29, 9, 0, tzinfo=ZONE)


class OpenOutbox(Outbox):
    """An outbox that shows what was put into it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self.orders: list[Order] = []

    async def put(self, orders: Iterable[Order], connection: Transaction | None = None) -> int:
        self.orders = list(orders)
        return await super().put(self.orders, connection)


class Bureau:
    """The counts of a booth, with an outbox that delivers to admins."""

    def __init__(self, booth: Booth, when: str = "周一 9:00") -> None:
        self.booth = booth
        self.once = FakeOnce()
        self.outbox = OpenOutbox(booth.database, booth.clock)
        self.worker = Worker(self.outbox, self.once, FakeListener())
        self.when: Weekly | None = weekly(when)
        self.digest = self.hire()
        self.stats = Stats(booth.tally, self.digest, Known(lambda: booth.library, inbox=True))

    def hire(self) -> Digest:
        """Another process, or the same one after a restart."""
        tally = Tally(self.booth.store, self.booth.clock, StatsOptions())
        return Digest(tally, self.outbox, ADMINS, self.when, Known(lambda: self.booth.library))

    async def asked(self, days_before: int, count: int = 1) -> None:
        day = self.booth.tally.today() - timedelta(days=days_before)
        self.booth.tally.count(What.ANSWERED, REF, private=True, day=day, by=count)
        await self.booth.tally.flush()

    async def at(self, moment: datetime, digest: Digest | None = None) -> float:
        self.booth.clock.now = moment
        pause = await (digest or self.digest).step()
        for _ in range(4):
            await self.worker.step()
            await self.worker.idle()
        return pause

    async def say(self, *, admin: bool = True, **more: str) -> Reply | None:
        incoming = Incoming(
            "telegram", "1", "1", "5", "", self.booth.clock(), admin=admin,
            pressed=more.get("pressed"), private="group" not in more,
        )  # fmt: skip
        return await self.stats.handle(Turn(incoming, "" if "pressed" in more else "stats"))


@pytest.fixture
def bureau(booth: Booth) -> Bureau:
    booth.clock.now = MONDAY
    return Bureau(booth)


async def test_stats_show_the_last_30_days_and_turn_to_others(bureau: Bureau) -> None:
    await bureau.asked(29)
    await bureau.asked(30)
    shown = await bureau.say()
    assert shown is not None
    assert shown.text.startswith("【近30天】5月31日至6月29日\n问了 1 次：私聊 1，群里 0")
    assert rows(shown) == [["看本周", "看本月"], ["看四周的图"]]
    week = await bureau.say(pressed="stats:w")
    assert week is not None
    assert week.text == "【本周】6月29日\n这段时间没有人提问。"
    odd = await bureau.say(pressed="stats:zzz")
    assert odd is not None
    assert odd.text == shown.text


async def test_what_was_asked_a_second_ago_is_there(bureau: Bureau) -> None:
    bureau.booth.tally.count(What.UNKNOWN, private=True)
    shown = await bureau.say(pressed="stats:m")
    assert shown is not None
    assert "没答上 1 次；发 /inbox 看都问了什么" in shown.text


async def test_only_admins_and_only_in_private(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    refused = await bureau.say(admin=False, pressed="stats:g")
    assert refused == Reply("这个按钮只给管理员用。")
    assert "拒绝" in caplog.text
    assert await bureau.say(pressed="stats:w", group="-5") is None


async def test_the_picture_by_a_button(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = await bureau.say(pressed="stats:g")
    assert shown is not None
    [picture] = shown.attachments
    assert (picture.kind, picture.name) == ("photo", "2026-06-29.png")
    assert picture.data.startswith(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "typst", None)
    shown = await bureau.say(pressed="stats:g")
    assert shown is not None
    assert (shown.text, shown.toast[:7]) == ("", "这里画不了图：")


async def test_the_word_of_the_week_comes_once_to_each_admin(bureau: Bureau) -> None:
    await bureau.asked(7, 2)
    await bureau.asked(1, 3)
    await bureau.asked(8, 90)
    await bureau.asked(0, 90)
    before = await bureau.at(MONDAY - timedelta(seconds=1))
    assert before == 1.0
    assert bureau.once.sent == []
    await bureau.at(MONDAY)
    for later in (0, 60, 3600):
        for digest in (bureau.digest, bureau.hire()):
            await bureau.at(MONDAY + timedelta(seconds=later), digest)
    assert bureau.once.chats() == ["1", "2"]
    reply = bureau.once.sent[0][1]
    assert reply.text.startswith("【一周提问】6月22日至6月28日\n问了 5 次")
    assert reply.text.endswith("发 /stats 看本周、本月和近30天。")


async def test_the_picture_goes_with_the_words(bureau: Bureau) -> None:
    await bureau.asked(1)
    await bureau.at(MONDAY + timedelta(minutes=5))
    first, second = bureau.outbox.orders
    assert (first.key, second.key) == ("digest:2026-W27:telegram:1", "digest:2026-W27:telegram:2")
    assert (first.not_before, first.expires_at) == (MONDAY, MONDAY + timedelta(hours=24))
    assert first.reply is not None
    [picture] = first.reply.attachments
    assert (picture.kind, picture.name) == ("photo", "2026-W27.png")
    assert picture.data.startswith(b"\x89PNG")


async def test_without_the_extra_the_words_go_alone(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    await bureau.asked(1)
    await bureau.at(MONDAY)
    assert [reply.attachments for _, reply in bureau.once.sent] == [(), ()]


async def test_a_week_without_questions_is_no_news(bureau: Bureau) -> None:
    await bureau.asked(0)
    await bureau.asked(8)
    await bureau.at(MONDAY)
    assert bureau.once.sent == []


@pytest.mark.parametrize(("hours", "count"), [(23.9, 2), (24.1, 0)])
async def test_late_within_a_day_or_not_at_all(bureau: Bureau, hours: float, count: int) -> None:
    await bureau.asked(1)
    await bureau.at(MONDAY + timedelta(hours=hours))
    assert len(bureau.once.sent) == count


async def test_the_next_week_comes_by_itself(bureau: Bureau) -> None:
    await bureau.asked(1)
    await bureau.asked(-3)
    await bureau.at(MONDAY)
    await bureau.at(MONDAY + timedelta(days=7))
    assert bureau.once.chats() == ["1", "2", "1", "2"]


async def test_it_can_be_turned_off(booth: Booth) -> None:
    booth.clock.now = MONDAY
    bureau = Bureau(booth, when="")
    await bureau.asked(1)
    await bureau.at(MONDAY)
    assert bureau.once.sent == []


async def test_on_another_day_it_tells_of_the_seven_days_before(booth: Booth) -> None:
    friday = MONDAY + timedelta(days=4, hours=8)
    booth.clock.now = friday
    bureau = Bureau(booth, when="每周五下午五点")
    await bureau.asked(7)
    await bureau.asked(8)
    await bureau.at(friday)
    assert "【一周提问】6月26日至7月2日\n问了 1 次" in bureau.once.sent[0][1].text


async def test_nothing_is_kept_of_anybody(bureau: Bureau) -> None:
    await bureau.asked(1)
    assert await bureau.stats.kept("telegram", "1") == ()
    await bureau.stats.forget("telegram", "1")
    await bureau.stats.moved("telegram", "-1", "-2")
    shown = await bureau.say()
    assert shown is not None
    assert "问了 1 次" in shown.text
