"""What is for members only leaks by no door, and numbers are masked in groups at every one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.calendar import poster
from bot.calendar.agenda import when_ok
from bot.dialogue.engine import Desk
from bot.dialogue.located import Located
from bot.dialogue.trials import failures
from bot.dialogue.views import ANYBODY, OPERATOR, Viewer
from bot.dialogue.words import WHOLE_NUMBERS
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from bot.messages import Incoming, Reply
from tests.dialogue.closed import SECRETS, closed_library
from tests.knowledge.folder import build

NOW = datetime(2020, 7, 6, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
STRANGER = Viewer(private=True)
PHONES = ("13812345678", "13712345678", "13612345678", "13912345678", "0537-6211234")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return closed_library(tmp_path_factory.mktemp("closed"))


@pytest.fixture(scope="module")
def desk(library: Library) -> Desk:
    return Desk(library)


def said(text: str, viewer: Viewer, **more: object) -> Incoming:
    chat = "2" if viewer.private else "-5"
    incoming = Incoming("telegram", chat, "2", "1", text, NOW, private=viewer.private)
    return replace(incoming, **more)  # type: ignore[arg-type]


async def hear(desk: Desk, viewer: Viewer, text: str = "", **more: object) -> Reply | None:
    return await desk.seen_by(viewer).handle(said(text, viewer, **more))


def words(reply: Reply | None) -> str:
    """All that can be read of a reply."""
    if reply is None:
        return ""
    labels = [button.label for row in reply.buttons for button in row]
    files = [one.data.decode("utf-8", "ignore").replace("\r\n ", "") for one in reply.attachments]
    return "\n".join([reply.text, reply.toast, *labels, *files])


def everything(library: Library) -> Iterator[str]:
    """Whatever may be asked: phrasings, titles, words of the answers, commands, half sentences."""
    for entry in library.entries():
        for ask in entry.asks:
            yield from (ask, "那电话呢", "那在哪呢", "第一个", "第二个")
        yield from (entry.title, f"/explain {entry.title}", entry.answer, entry.answer[:12])
    yield from ("/start", "/help", "/topics", "/contacts", "/contacts 柳溪", "/about")
    yield from ("/calendar 7月", "/calendar 7月 柳溪县", "7月有什么活动", "7月11日有什么安排")
    yield from (
        "李暗月是谁",
        "13812345678 是谁的",
        "补助金额多少",
        "困难党员的补助金额",
        "工资多少",
    )
    yield from ("孙暗风", "委员的年龄", "2019 年帮扶了谁", "帮扶名单第一名是谁", "委员手机 第3名")


async def all_replies(desk: Desk, viewer: Viewer) -> list[Reply]:
    """Every reply to everything, and to every button that shows up, to the last."""
    found: list[Reply] = []
    pressed: set[str] = set()
    for text in everything(desk.library):
        for more in ({}, {"overheard": True}):
            reply = await hear(desk, viewer, text, **more)
            found += [] if reply is None else [reply]
    waiting = [button for reply in found for row in reply.buttons for button in row]
    while waiting:
        data = waiting.pop().data
        year = int(data[2:6]) if data.startswith("c:") else 2020
        if data in pressed or year != 2020 or data.endswith("png"):
            continue
        pressed.add(data)
        reply = await hear(desk, viewer, pressed=data)
        assert reply is not None
        found.append(reply)
        waiting += [button for row in reply.buttons for button in row]
    assert len(pressed) > 15
    return found


@pytest.mark.parametrize("viewer", [ANYBODY, Viewer(member=True), STRANGER], ids=str)
async def test_nothing_of_it_reaches_anybody_else(desk: Desk, viewer: Viewer) -> None:
    replies = await all_replies(desk, viewer)
    assert len(replies) > 150
    for reply in replies:
        for secret in SECRETS:
            assert secret not in words(reply), reply.text


async def test_members_read_it_in_private(desk: Desk) -> None:
    heard = "\n".join([words(reply) for reply in await all_replies(desk, OPERATOR)])
    for number in range(1, 7):
        assert f"暗{'零一二三四五六'[number]}" in heard, number
    for shown in ("13812345678", "0537-6211234", "孙暗风", "到李暗月家"):
        assert shown in heard


async def test_it_is_said_where_it_can_be_read(desk: Desk) -> None:
    reply = await hear(desk, ANYBODY, "支部委员的手机号是多少")
    assert reply is not None
    assert reply.text == (
        "“支部委员的手机”只给登记过的党员看，群里不说，请私聊我问。"
        "还没登记的，向本支部书记或管理员要一个加入码，私聊发“/join 加入码”给我。"
    )
    assert reply.about is not None
    assert (reply.about.asked, reply.about.ref) == ("withheld", "lianxi/shouji")
    reply = await hear(desk, STRANGER, "支部委员的手机号是多少")
    assert reply is not None
    assert reply.text.startswith("“支部委员的手机”只给登记过的党员看，您还没有登记。")
    assert "出处" not in reply.text


async def test_a_group_hears_it_only_when_it_asks(desk: Desk) -> None:
    assert await hear(desk, ANYBODY, "支部委员的手机号是多少", overheard=True) is None
    assert await hear(desk, ANYBODY, "值班室电话多少", overheard=True) is not None


async def test_a_name_that_only_a_closed_answer_has_leads_nowhere(desk: Desk) -> None:
    """Else a question would tell who is on a list."""
    known = desk.seen_by(STRANGER).consider("李暗月", NOW)
    unknown = desk.seen_by(STRANGER).consider("李明月", NOW)
    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert known.entry is None


async def test_a_member_asks_for_what_the_answer_holds(desk: Desk) -> None:
    """The rules about what an answer lacks do not look into it, and so do not refuse."""
    outcome = desk.seen_by(OPERATOR).consider("支部委员的电话是多少", NOW)
    assert "13812345678" in outcome.text
    late = desk.seen_by(OPERATOR).consider("支部委员的电话是多少", NOW.replace(year=2022))
    assert late.text.startswith("截至2021年12月31日：暗一")
    closed = desk.seen_by(STRANGER).consider("支部委员的电话是多少", NOW.replace(year=2022))
    assert closed.text.startswith("“支部委员的手机”只给")


async def test_an_open_section_of_a_closed_topic_stays_open(desk: Desk) -> None:
    for viewer in (ANYBODY, STRANGER, OPERATOR):
        reply = await hear(desk, viewer, "怎么申请帮扶")
        assert reply is not None
        assert reply.text.startswith("写一张申请交给支部")


async def test_numbers_are_masked_in_groups_but_not_hotlines(desk: Desk) -> None:
    reply = await hear(desk, ANYBODY, "值班室电话多少")
    assert reply is not None
    assert reply.text.startswith("值班室 0537-621****，也可以打 12345。")
    assert reply.text.count(WHOLE_NUMBERS) == 1
    assert reply.text.endswith(WHOLE_NUMBERS)
    reply = await hear(desk, STRANGER, "值班室电话多少")
    assert reply is not None
    assert reply.text.startswith("值班室 0537-6211234，")
    assert WHOLE_NUMBERS not in reply.text


async def test_no_number_gets_into_a_group_by_any_door(desk: Desk) -> None:
    heard = "\n".join([words(reply) for reply in await all_replies(desk, ANYBODY)])
    for number in (*PHONES, "0537-6219999"):
        assert number not in heard, number
    assert "0537-621****" in heard
    assert "136****5678" in heard, "an event's note, on the page or in the file"


async def test_an_entry_may_allow_its_number_in_groups(desk: Desk) -> None:
    reply = await hear(desk, ANYBODY, "信访接待打哪个号")
    assert reply is not None
    assert reply.text.startswith("信访接待打 0537-6215678，")
    asked = await hear(desk, ANYBODY, "0537-6215678")
    assert asked is not None


async def test_contacts_do_not_deny_a_number_that_is_not_shown(desk: Desk) -> None:
    for viewer in (ANYBODY, STRANGER, OPERATOR):
        reply = await hear(desk, viewer, "/contacts")
        assert reply is not None
        assert "没有写电话" not in reply.text


async def test_the_calendar_of_groups_has_no_closed_events(desk: Desk) -> None:
    first, last = date(2020, 7, 1), date(2020, 7, 31)
    names = [due.occasion.event.title for due in desk.agenda.between(first, last)]
    assert names == ["支部学习"]
    assert [one.occasion.event.note for one in desk.agenda.between(first, last)] == [
        "请假打 136****5678"
    ]
    inside = desk.seen_by(OPERATOR).agenda.between(first, last)
    assert [due.occasion.event.title for due in inside] == ["支部学习", "到李暗月家"]


@pytest.mark.parametrize("viewer", [ANYBODY, STRANGER], ids=str)
async def test_posters_are_drawn_from_the_same_words(
    desk: Desk, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(month: object, library: Library, _zone: ZoneInfo) -> bytes:
        drawn.append(f"{month} {library.topics}")
        return b"picture"

    monkeypatch.setattr(poster, "poster", draw)
    assert await hear(desk, viewer, pressed="c:2020-07:png") is not None
    assert len(drawn) == 1
    # Phrasings and titles are no secret; the answers, people and events are.
    assert not any(secret in drawn[0] for secret in SECRETS[1:])
    assert "到李暗月家" not in drawn[0]


def test_the_tests_beside_the_topics_do_not_depend_on_who_asks(desk: Desk) -> None:
    assert failures(desk, NOW.date()) == failures(desk.seen_by(OPERATOR), NOW.date()) == []


@pytest.mark.parametrize("place", ["", "柳溪县", "松岭区"])
async def test_the_viewer_is_asked_for_at_every_private_message(
    library: Library, place: str
) -> None:
    members: set[str] = set()
    asked: list[str] = []

    async def is_member(incoming: Incoming) -> bool:
        asked.append(incoming.member_id)
        return incoming.member_id in members

    located = Located(Desk(library), lambda _channel, _chat: place, is_member)
    question = "支部委员的手机号是多少"

    async def told(viewer: Viewer) -> bool:
        reply = await located.handle(said(question, viewer))
        assert reply is not None
        return "13812345678" in reply.text

    assert not await told(STRANGER)
    members.add("2")
    assert await told(STRANGER), "registered a moment ago"
    assert not await told(ANYBODY)
    members.clear()
    assert not await told(STRANGER), "withdrawn a moment ago"
    assert asked == ["2"] * 3, "a group is told nothing, whoever asks"


async def test_without_anything_closed_nobody_is_looked_up(tmp_path: Path) -> None:
    async def is_member(_incoming: Incoming) -> bool:
        raise AssertionError("no need to ask the database")

    desk = Desk(load_or_raise(build(tmp_path), when_ok))
    answered: Callable[[Incoming], Awaitable[Reply | None]]
    answered = Located(desk, lambda _channel, _chat: "", is_member).handle
    reply = await answered(said("甲是什么", STRANGER))
    assert reply is not None
    assert reply.text.startswith("甲是甲。")


@pytest.mark.parametrize("viewer", [ANYBODY, STRANGER])
async def test_what_a_closed_topic_lacks_is_refused_without_its_words(
    desk: Desk, viewer: Viewer
) -> None:
    question = "困难党员帮扶，一户一年到底给几个钱"
    outcome = desk.seen_by(viewer).consider(question, NOW)
    assert (outcome.status, outcome.rule) == ("unknown", "unsaid")
    heard = words(await hear(desk, viewer, question))
    assert not any(secret in heard for secret in SECRETS)


async def test_who_may_read_a_closed_topic_hears_what_it_lacks(desk: Desk) -> None:
    heard = words(await hear(desk, OPERATOR, "困难党员帮扶，一户一年到底给几个钱"))
    assert "没有写补助多少" in heard
