"""/calendar in the chat: pages to turn, posters and files to take away."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import icalendar
import pytest

from bot.channels.telegram.outgoing import parts
from bot.dialogue.engine import Desk
from bot.messages import Incoming, Reply
from tests.conftest import DeskAt

NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


async def say(desk: Desk, text: str, pressed: str | None = None) -> Reply:
    incoming = Incoming("telegram", "-100", "7", "1", text, NOW, pressed=pressed)
    reply = await desk.handle(incoming)
    assert reply is not None
    return reply


def labels(reply: Reply) -> list[list[str]]:
    return [[button.label for button in row] for row in reply.buttons]


def data(reply: Reply, label: str) -> str:
    found = [button.data for row in reply.buttons for button in row if button.label == label]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    return desk_at("")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("/calendar", "2020年7月"),
        ("/calendar 七月", "2020年7月"),
        ("/calendar 7月", "2020年7月"),
        ("/calendar 六月", "2020年6月"),
        ("/calendar 下个月", "2020年8月"),
        ("/calendar 2021年3月", "2021年3月"),
        ("/calendar 12月", "2020年12月"),
        ("/calendar 7月 中泰街道", "【中泰街道】2020年7月"),
        ("/calendar 中泰 下个月", "【中泰街道】2020年8月"),
        ("/calendar 中泰街道", "【中泰街道】2020年7月"),
    ],
)
async def test_a_month_is_shown(desk: Desk, text: str, start: str) -> None:
    assert (await say(desk, text)).text.startswith(start)


async def test_the_page_can_be_turned(desk: Desk) -> None:
    reply = await say(desk, "/calendar 12月")
    assert labels(reply) == [["上个月（11月）", "下个月（1月）"], ["海报", "日历文件"]]
    turned = await say(desk, "", pressed=data(reply, "下个月（1月）"))
    assert turned.text.startswith("2021年1月")
    assert labels(turned)[0] == ["上个月（12月）", "下个月（2月）"]


async def test_a_place_stays_while_pages_turn(desk: Desk) -> None:
    reply = await say(desk, "/calendar 6月 中泰街道")
    turned = await say(desk, "", pressed=data(reply, "下个月（7月）"))
    assert turned.text.startswith("【中泰街道】2020年7月")
    assert "鱼台" not in turned.text


async def test_the_poster_comes_as_a_picture(desk: Desk) -> None:
    reply = await say(desk, "", pressed=data(await say(desk, "/calendar"), "海报"))
    [picture] = reply.attachments
    assert (picture.kind, picture.name) == ("photo", "2020-07.png")
    assert picture.data.startswith(b"\x89PNG")
    assert "2020年7月的海报" in reply.text
    again = await say(desk, "", pressed="c:2020-07:png")
    assert again.attachments[0].data is picture.data  # drawn once
    assert len(parts(reply)) == 1


async def test_the_file_comes_as_a_document(desk: Desk) -> None:
    reply = await say(desk, "", pressed=data(await say(desk, "/calendar 6月"), "日历文件"))
    [file] = reply.attachments
    assert (file.kind, file.name) == ("document", "2020-06.ics")
    assert icalendar.Calendar.from_ical(file.data)
    assert "有 3 项资料没有写年份，没有放进去" in reply.text


async def test_without_the_extra_there_is_no_button_and_an_old_one_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert labels(await say(desk, "/calendar"))[1] == ["日历文件"]
    reply = await say(desk, "", pressed="c:2020-03:png")
    assert "还不能画海报" in reply.text
    assert reply.attachments == ()


@pytest.mark.parametrize("pressed", ["c:1890-01", "c:2020-13", "c:9999-12", "c:2020-00:png"])
async def test_a_month_out_of_range_is_said(desk: Desk, pressed: str) -> None:
    assert "超出" in (await say(desk, "", pressed=pressed)).text


async def test_the_first_and_last_month_have_one_way_on(desk: Desk) -> None:
    first = await say(desk, "", pressed="c:1990-01")
    assert labels(first)[0] == ["下个月（2月）"]
    last = await say(desk, "", pressed="c:2099-12")
    assert labels(last)[0] == ["上个月（11月）"]


async def test_a_place_that_is_gone_shows_all_places(desk: Desk) -> None:
    reply = await say(desk, "", pressed="c:2020-07@00000000")
    assert reply.text.startswith("2020年7月")


async def test_a_month_that_is_none(desk: Desk) -> None:
    assert "看不懂" in (await say(desk, "/calendar 红色代办")).text
