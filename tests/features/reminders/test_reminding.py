"""Never lost, never doubled, never at the wrong hour: restarts, downtime, a clock that jumps."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.calendar.reminders import Rules
from bot.delivery.content import thawed
from bot.delivery.store import contents
from bot.features.reminders.reminding import Reminding
from bot.features.reminders.store import Fate
from bot.messages import Incoming
from bot.organisation import Role
from bot.storage.database import Database
from tests.calendar.small import event
from tests.fakes import FakeClock
from tests.features.reminders.conftest import GROUPS, Town, moment
from tests.organisation.small import ADMIN

LECTURE = "提醒：专题党课"


def to_all(line: str) -> list[tuple[str, str]]:
    return [(chat, line) for chat in GROUPS]


async def fates(town: Town, reminding: Reminding | None = None) -> list[tuple[str, str]]:
    """(chat, fate) of the lecture's reminder of the day before."""
    town.clock.now = moment("09-16 12:00")
    ones = [one for one in (reminding or town.reminding).upcoming() if one.rule == "d1-1700"]
    entries = await town.reminding.store.of(ones[:1])
    return sorted((entry.chat_id, entry.fate.value) for entry in entries)


async def test_a_day_and_an_hour_before_each_group_is_told_once(town: Town) -> None:
    await town.at("09-17 16:59:59")
    assert town.sent() == []
    await town.at("09-17 17:00")
    assert sorted(town.sent()) == sorted(to_all(LECTURE))
    [text] = town.texts("-1")
    assert text.splitlines() == [
        "提醒：专题党课",
        "时间：9月18日（周五）15:00（北京时间）",
        "地点：二楼会议室",
        "出处：《湖边的一年里大家做了哪些事情和打算》",
    ]
    for text in ("09-17 17:00:30", "09-17 18:00", "09-18 13:59"):
        await town.at(text)
    assert len(town.sent()) == 3
    await town.at("09-18 14:00")
    assert len(town.sent()) == 6
    await town.at("09-30 12:00")
    assert len(town.sent()) == 6


async def test_the_first_start_says_nothing_of_the_past(database: Database) -> None:
    from tests.organisation.small import small_organisation, small_plan  # noqa: PLC0415

    clock = FakeClock(moment("09-18 14:30"))
    org = await small_organisation(database, clock, small_plan(approved=GROUPS))
    town = Town(database, clock, org)
    await town.at("09-18 14:30")
    await town.at("09-18 14:31")
    assert town.sent() == []


async def test_restarts_and_a_second_process_double_nothing(town: Town) -> None:
    town.clock.now = moment("09-17 17:00:05")
    workers = [town.hire() for _ in range(4)]
    await asyncio.gather(*(one.step() for one in workers))
    await asyncio.gather(*(town.hire().step() for _ in range(4)))
    await town.deliver()
    assert sorted(town.sent()) == sorted(to_all(LECTURE))


async def test_a_crash_between_looking_and_sending_loses_nothing(town: Town) -> None:
    town.clock.now = moment("09-17 17:00:05")
    await town.reminding.step()  # queued; the process ends before anything is sent
    assert LECTURE not in [line for _, line in town.sent()]
    await town.at("09-17 17:04", town.hire())
    assert [line for _, line in town.sent()].count(LECTURE) == 3


async def test_a_database_that_refuses_is_asked_again(town: Town) -> None:
    await town.database.close()
    town.clock.now = moment("09-17 17:00")
    with pytest.raises(Exception, match="数据库"):
        await town.reminding.step()
    await town.database.open()
    await town.at("09-17 17:01")
    assert [line for _, line in town.sent()].count(LECTURE) == 3


async def test_an_hour_of_downtime_is_told_late_with_a_note(town: Town) -> None:
    await town.at("09-17 16:50")
    town.once.sent.clear()
    await town.at("09-17 20:00", town.hire())
    assert sorted(town.sent()) == sorted(to_all(LECTURE))
    assert town.texts("-1")[0].endswith(
        "（晚发说明：这条提醒本该在 9月17日（周四）17:00 发出，当时程序没有运行。）"
    )


async def test_a_day_of_downtime_is_reported_once_and_told_to_no_group(town: Town) -> None:
    await town.at("09-17 12:00")
    town.once.sent.clear()
    town.clock.now = moment("09-19 12:00")
    await asyncio.gather(*(town.hire().step() for _ in range(3)))
    await town.deliver()
    [(chat, line)] = town.sent()
    assert (chat, line) == (
        ADMIN,
        "程序停过一段时间，有 2 条提醒没有发，现在再发已经没有用：",
    )
    [text] = town.texts(ADMIN)
    assert "· 9月17日（周四）17:00 专题党课，9月18日（周五）15:00" in text
    assert "· 9月18日（周五）14:00 专题党课" in text
    await town.at("09-19 12:10", town.hire())
    assert len(town.sent()) == 1


async def test_a_secretary_hears_of_the_own_groups_alone(town: Town) -> None:
    await town.bind("-1", "qyc")
    await town.bind("-2", "cun")
    by = Incoming("telegram", ADMIN, ADMIN, "1", "", town.clock(), admin=True)
    await town.org.grant(by, "70", Role.SECRETARY, "sq")
    await town.org.grant(by, "80", Role.SECRETARY, "cun")
    town.events.append(event("x", "只在城外", "2026年9月10日") | {"time": "9:00"})
    town.reminding = town.hire()
    await town.at("09-06 12:00")
    town.once.sent.clear()
    await town.at("09-12 12:00")
    heard = {chat for chat, _ in town.sent()}
    assert heard == {ADMIN, "70", "80"}


async def test_the_clock_goes_back(town: Town) -> None:
    await town.at("09-17 17:00")
    town.once.sent.clear()
    await town.at("09-17 16:58")
    await town.at("09-17 17:00")
    await town.at("09-17 17:00:20")
    assert town.sent() == []
    await town.at("09-18 14:00")
    assert sorted(town.sent()) == sorted(to_all(LECTURE))


async def test_the_clock_jumps_ahead_and_comes_back(town: Town) -> None:
    await town.at("09-17 16:30")
    town.once.sent.clear()
    await town.at("12-01 12:00")  # all is over and reported
    assert {chat for chat, _ in town.sent()} == {ADMIN}
    town.once.sent.clear()
    await town.at("09-17 16:31")  # the clock is set right
    # What was reported as missed while the clock was wrong is sent all the same when it is due.
    await town.at("09-17 17:00")
    assert sorted(town.sent()) == sorted(to_all(LECTURE))
    await town.at("09-17 17:01")
    await town.at("09-18 14:00")
    assert [line for _, line in town.sent()] == [LECTURE] * 6


async def test_quiet_hours_put_it_off_until_their_end(town: Town) -> None:
    town.events.append(event("zao", "早市宣传", "2026年9月20日") | {"remind": ["当天6:00"]})
    town.reminding = town.hire()
    await town.at("09-20 05:59")
    town.once.sent.clear()
    await town.at("09-20 06:00")
    assert town.sent() == []
    await town.at("09-20 07:00")
    assert sorted(town.sent()) == sorted(to_all("提醒：早市宣传"))
    assert "晚发" not in town.texts("-1")[0]


async def test_quiet_hours_that_end_too_late_swallow_it_with_a_reason(town: Town) -> None:
    town.events.append(event("zao", "晨练", "2026年9月20日") | {"time": "6:40"})
    town.reminding = town.hire()
    await town.at("09-20 05:00")
    town.once.sent.clear()
    await town.at("09-20 05:40")
    await town.at("09-20 07:30")
    assert town.sent() == []
    town.clock.now = moment("09-20 05:00")
    ones = [one for one in town.reminding.upcoming() if one.rule == "m60"]
    entries = await town.reminding.store.of(ones[:1])
    assert {entry.fate for entry in entries} == {Fate.QUIET}
    assert entries[0].reason == "免打扰到 07:00 才结束，那时已过 9月20日（周日）06:40，再提醒没有用"


async def test_a_group_s_own_quiet_hours_categories_place_and_topic(town: Town) -> None:
    town.events.append(
        event("hui", "支部大会", "2026年9月21日") | {"time": "19:00", "category": "会议通知"}
    )
    town.reminding = town.hire()
    await town.bind("-1", "qyc", refused=frozenset({"会议通知"}))
    await town.bind("-2", "qyc", quiet="16:00-18:30", thread_id="7")
    await town.at("09-20 16:59")
    town.once.sent.clear()
    await town.at("09-20 17:00")
    assert town.sent() == [("-3", "提醒：支部大会")]
    await town.at("09-20 18:30")
    assert [chat for chat, _ in town.sent()] == ["-3", "-2"]
    assert town.once.sent[-1][0].thread_id == "7"


async def test_events_of_other_places_are_not_told(town: Town) -> None:
    town.events[:] = [event("jian", "捡垃圾", "2026年9月21日") | {"see": "songling/duanwu"}]
    await town.bind("-1", "qyc", place="松岭区")
    await town.bind("-2", "qyc", place="柳溪县")
    reminding = town.hire(home="北原省黑水市松岭区")
    town.once.sent.clear()
    await town.at("09-20 16:59", reminding)
    await town.at("09-20 17:00", reminding)
    assert sorted(chat for chat, _ in town.sent()) == ["-1", "-3"]  # the third is where the desk is


async def test_the_overview_comes_with_the_poster_on_the_first(town: Town) -> None:
    town.rules = Rules(time(9), leads=())
    town.reminding = town.hire()
    await town.at("09-30 23:00")
    town.once.sent.clear()
    await town.at("10-01 09:00")
    assert len(town.once.sent) == 3
    [text] = town.texts("-1")
    assert text.startswith("2026年10月的安排：\n· 10月8日 09:00 主题党日")
    assert "时间为北京时间。" in text
    await town.at("10-01 09:10")
    assert len(town.once.sent) == 3
    rows = (await town.outbox.report("reminder:month:2026-10:overview")).targets
    assert len(rows) == 3
    async with town.database.read() as connection:
        found = (await connection.execute(select(contents.c.body))).scalars().all()
    [picture] = [file for body in found for file in thawed(body).attachments]
    assert (picture.kind, picture.name) == ("photo", "2026-10.png")
    assert picture.data.startswith(b"\x89PNG")


async def test_an_overview_without_a_poster_still_comes(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "poster.typ"
    broken.write_text("#nonsense", encoding="utf-8")
    monkeypatch.setattr("bot.calendar.poster._TEMPLATE", broken)
    town.rules = Rules(time(9), leads=())
    town.reminding = town.hire()
    await town.at("09-30 23:00")
    town.once.sent.clear()
    await town.at("10-01 09:00")
    assert len(town.sent()) == 3
    assert town.texts("-1")[0].startswith("2026年10月的安排：")


async def test_a_month_of_which_nothing_is_known_is_no_news(town: Town) -> None:
    town.events.clear()
    town.rules = Rules(time(9), leads=())
    town.reminding = town.hire()
    await town.at("09-30 23:00")
    await town.at("10-01 09:00")
    assert town.sent() == []


async def test_what_comes_at_the_same_moment_comes_in_one_message(town: Town) -> None:
    town.events.append(event("dushu", "读书会", "2026年9月18日") | {"time": "19:00"})
    town.reminding = town.hire()
    await town.at("09-17 17:00")
    assert len(town.sent()) == 3
    [text] = town.texts("-2")
    assert text.count("提醒：") == 2
    assert "提醒：读书会\n时间：9月18日（周五）19:00" in text
    await town.at("09-17 17:01", town.hire())
    await town.at("09-17 16:59")
    await town.at("09-17 17:00")
    assert len(town.sent()) == 3
    await town.at("09-18 14:00")
    await town.at("09-18 18:00")
    assert len(town.sent()) == 9  # an hour before each, at its own hour


async def test_a_group_that_moves_is_not_told_again(town: Town) -> None:
    await town.at("09-17 17:00")
    await town.feature.moved("telegram", "-1", "-1001")
    await town.feature.moved("telegram", "-1", "-1001")
    chats = [chat for chat, _ in await fates(town)]
    assert chats == ["-1001", "-2", "-3"]


async def test_the_pause_ends_when_the_next_one_is_due(town: Town) -> None:
    assert await town.at("09-17 16:59:48") == 12.0
    assert await town.at("09-17 12:00") == 30.0


async def test_old_rows_are_tidied_away(town: Town) -> None:
    await town.at("09-17 17:00")
    assert len(await fates(town)) == 3
    town.clock.now = moment("09-17 17:00") + timedelta(days=500)
    await town.reminding.step()
    assert await fates(town) == []
