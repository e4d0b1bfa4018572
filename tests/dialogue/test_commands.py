"""Slash commands mean the same on every channel; their buttons lead on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import __version__
from bot.dialogue.commands import COMMANDS
from bot.dialogue.engine import Desk
from bot.knowledge.library import Library
from bot.messages import BUTTON_LABEL_CHARS_MAX, Incoming, Reply
from tests.conftest import DeskAt

NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


def message(text: str, **more: object) -> Incoming:
    row: dict[str, object] = {
        "channel": "telegram",
        "chat_id": "-100",
        "member_id": "7",
        "message_id": "1",
        "text": text,
        "sent_at": NOW,
    }
    return Incoming(**(row | more))  # type: ignore[arg-type]


async def say(desk: Desk, text: str, **more: object) -> Reply:
    reply = await desk.handle(message(text, **more))
    assert reply is not None
    return reply


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    return desk_at("")


def test_the_agreed_commands_are_there(desk: Desk) -> None:
    wanted = {"start", "help", "topics", "contacts", "calendar", "id", "about", "explain"}
    assert wanted == set(COMMANDS)
    assert desk.commands == COMMANDS
    assert all(command.name == name and command.summary for name, command in COMMANDS.items())


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"explain"}))
@pytest.mark.parametrize("channel", ["console", "telegram"])
async def test_every_command_answers_the_same_everywhere(
    desk: Desk, name: str, channel: str
) -> None:
    reply = await say(desk, f"/{name}", channel=channel)
    assert reply.text.strip()
    assert "命令" not in reply.text
    for written in (f"/{name}@dang_desk_bot", f"  /{name.upper()} "):
        assert await say(desk, written, channel=channel, private=False) == reply
    for row in reply.buttons:
        assert all(len(button.label) <= BUTTON_LABEL_CHARS_MAX for button in row)


async def test_help_gives_examples_that_are_answered(desk: Desk) -> None:
    reply = await say(desk, "/help")
    examples = [line[2:] for line in reply.text.splitlines() if line.startswith("· ")]
    assert len(examples) >= 4
    for example in examples:
        assert desk.ask(example, NOW, example).status == "answer", example
    for name, command in COMMANDS.items():
        assert (f"/{name} " in reply.text) != command.admin_only


async def test_start_greets_and_leads_on(desk: Desk) -> None:
    text = (await say(desk, "/start")).text
    assert "您好" in text
    assert "/help" in text
    assert text.count("· ") == 3


async def test_topics_can_be_opened_by_buttons(desk: Desk, shipped_library: Library) -> None:
    reply = await say(desk, "/topics")
    for topic in shipped_library.topics.values():
        assert topic.title in reply.text
    kinds = [row[0] for row in reply.buttons]
    opened = await say(desk, "", pressed=kinds[0].data)
    assert opened.buttons[-1][0].label == "返回"
    answer = await say(desk, "", pressed=opened.buttons[0][0].data)
    assert "出处" in answer.text
    assert await say(desk, "", pressed=opened.buttons[-1][0].data) == reply


async def test_contacts_of_all_and_of_one_place(desk: Desk) -> None:
    everyone = (await say(desk, "/contacts")).text
    assert "李显庆" in everyone
    assert "吉兆民" in everyone
    one = (await say(desk, "/contacts 镇平")).text
    assert "李显庆" in one
    assert "吉兆民" not in one
    assert "记者" not in everyone
    none = (await say(desk, "/contacts 月球")).text
    assert "没有“月球”" in none


@pytest.mark.parametrize("data", ["k:nothing", "c:2020", "c:2020-07-01", "x", "k"])
async def test_other_buttons_are_left_alone(desk: Desk, data: str) -> None:
    assert await desk.handle(message("", pressed=data)) is None


async def test_ids(desk: Desk) -> None:
    text = (await say(desk, "/id")).text
    assert "-100" in text
    assert "7" in text
    assert "话题" not in text
    assert "话题编号：42" in (await say(desk, "/id", thread_id="42")).text


async def test_about_names_the_sources(desk: Desk, shipped_library: Library) -> None:
    text = (await say(desk, "/about")).text
    assert __version__ in text
    for source in shipped_library.sources.values():
        assert f"《{source.title}》" in text


@pytest.mark.parametrize("text", ["/nothing", "/nothing@dang_desk_bot 7月", "/HELPME"])
async def test_a_command_that_is_none(desk: Desk, text: str) -> None:
    reply = await say(desk, text)
    assert "没有 /" in reply.text
    assert "/help" in reply.text


@pytest.mark.parametrize("text", ["/", "/ help", "/红色代办在哪办", "/1"])
async def test_a_slash_alone_is_no_command(desk: Desk, text: str) -> None:
    reply = await say(desk, text)
    assert "没有 /" not in reply.text


async def test_a_command_is_not_a_question_of_the_member(desk: Desk) -> None:
    await say(desk, "联盟", member_id="99")
    await say(desk, "/id", member_id="99")
    assert "出处" in (await say(desk, "第二个", member_id="99")).text


async def test_explain_is_for_admins_in_private(desk: Desk) -> None:
    told = await say(desk, "/explain 县委书记是谁", admin=True, private=True)
    for word in ("为什么这样答", "候选 1", "决定：choices", "要是不对", "unless"):
        assert word in told.text
    for more in ({"admin": False}, {"admin": True, "private": False}):
        refused = await say(desk, "/explain 县委书记是谁", **({"private": True} | more))
        assert "只给管理员" in refused.text
        assert "候选" not in refused.text


async def test_explain_wants_a_question(desk: Desk) -> None:
    assert "/explain 红色代办" in (await say(desk, "/explain", admin=True, private=True)).text


async def test_explain_leaves_the_conversation_alone(desk: Desk) -> None:
    await say(desk, "红色代办在哪办", admin=True)
    await say(desk, "/explain 县委书记是谁", admin=True)
    assert "电话" in (await say(desk, "办好了怎么知道", admin=True)).text


async def test_explain_is_in_no_members_list(desk: Desk) -> None:
    assert "/explain" not in (await say(desk, "/help")).text
