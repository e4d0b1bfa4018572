from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Update

from bot.channels.base import Sent, Target
from bot.channels.telegram.addressing import Identity
from bot.channels.telegram.answered import Answered, AnsweredQuestions
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions, api_root
from bot.errors import ChatGone, SendLater, SendRejected, SendUncertain
from bot.messages import Button, Reply
from tests.fakes import START, FakeAnswerer, FakeClock, FakeEvents, FakeRequest

Answer = tuple[int, dict[str, Any]]
WANG = {"id": 42, "is_bot": False, "first_name": "王"}
LONG = "\n\n".join(letter * 3000 for letter in "甲乙丙")


@pytest.fixture
def request_() -> FakeRequest:
    return FakeRequest()


@pytest.fixture
async def channel(request_: FakeRequest) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TelegramOptions("7:x"), FakeClock(), request_)
    await channel.bot.initialize()
    request_.calls.clear()
    yield channel
    await channel.bot.shutdown()


def once(code: int, description: str, **parameters: Any) -> Any:
    """A fault for the first send, edit or delete."""
    left = [1]

    def fault(name: str) -> Answer | None:
        if not left[0] or name.startswith("get"):
            return None
        left[0] -= 1
        return code, {"ok": False, "description": description, "parameters": parameters}

    return fault


async def test_parts_buttons_and_parameters(
    channel: TelegramChannel, request_: FakeRequest
) -> None:
    target = Target("-100", "9", "5", silent=True)
    sent = await channel.send(target, Reply(LONG + "<&>", ((Button("看", "e:1"),),)))
    assert len(sent.message_ids) == 3
    given = [given for _, given in request_.calls]
    assert given[0]["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}
    assert "reply_parameters" not in given[1]
    assert all(each["message_thread_id"] == 9 for each in given)
    assert all(each["disable_notification"] for each in given)
    assert [("reply_markup" in each) for each in given] == [False, False, True]
    assert given[2]["text"].endswith("&lt;&amp;&gt;")
    with pytest.raises(SendRejected):
        await channel.send(target, Reply(" \n "))


@pytest.mark.parametrize(
    ("description", "check"),
    [
        ("Bad Request: can't parse entities: unclosed tag", ("parse_mode", False)),
        ("Bad Request: message thread not found", ("message_thread_id", False)),
    ],
)
async def test_falls_back(
    channel: TelegramChannel, request_: FakeRequest, description: str, check: tuple[str, bool]
) -> None:
    request_.faults.append(once(400, description))
    await channel.send(Target("-100", "9"), Reply("1 < 2"))
    key, there = check
    assert (key in request_.calls[0][1]) is not there
    assert (key in request_.calls[1][1]) is there


async def test_follows_a_move(channel: TelegramChannel, request_: FakeRequest) -> None:
    events = FakeEvents()
    channel.attach(Identity(7, "b"), FakeAnswerer().handle, events)
    request_.faults.append(once(400, "upgraded", migrate_to_chat_id=-1009))
    sent = await channel.send(Target("-100"), Reply("好的"))
    assert sent.target.chat_id == "-1009"
    assert events.seen == [("moved", "-100", "-1009")]
    request_.faults.append(once(400, "upgraded", migrate_to_chat_id=-1010))
    edited = await channel.edit(sent, Reply("好的"))
    assert [name for name, _ in request_.calls[-2:]] == ["editMessageText", "sendMessage"]
    assert edited.message_ids != sent.message_ids


async def test_errors_come_out_as_ours(channel: TelegramChannel, request_: FakeRequest) -> None:
    request_.faults.append(once(403, "Forbidden: bot was blocked by the user"))
    with pytest.raises(ChatGone):
        await channel.send(Target("42"), Reply("好的"))
    request_.faults.append(once(400, "Bad Request: chat not found"))
    with pytest.raises(ChatGone):
        await channel.delete(Sent(Target("42"), ("1",)))
    request_.faults.append(once(400, "Bad Request: odd"))
    with pytest.raises(SendRejected):
        await channel.edit(Sent(Target("42"), ("1",)), Reply("好的"))
    with pytest.raises(SendRejected):
        await channel.edit(Sent(Target("42"), ("1",)), Reply(""))
    request_.faults.append(once(429, "Too Many Requests", retry_after=3600))
    with pytest.raises(SendLater):
        await channel.send(Target("42"), Reply("好的"))


async def test_an_uncertain_send_is_not_repeated(
    channel: TelegramChannel, request_: FakeRequest
) -> None:
    def lost(_name: str) -> Answer | None:
        raise TimeoutError

    request_.faults.append(lost)
    with pytest.raises(SendUncertain):
        await channel.send(Target("42"), Reply("好的"))
    assert len(request_.calls) == 1


async def test_editing_adds_and_deletes_parts(
    channel: TelegramChannel, request_: FakeRequest
) -> None:
    sent = Sent(Target("-100"), ("1",))
    longer = await channel.edit(sent, Reply(LONG))
    assert [name for name, _ in request_.calls] == ["editMessageText"] + ["sendMessage"] * 2
    request_.calls.clear()
    shorter = await channel.edit(longer, Reply("短"))
    names = [name for name, _ in request_.calls]
    assert names == ["editMessageText", "deleteMessage", "deleteMessage"]
    assert shorter.message_ids == ("1",)


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ("Bad Request: message is not modified: same", ["editMessageText"]),
        ("Bad Request: message to edit not found", ["editMessageText", "sendMessage"]),
        ("Bad Request: can't parse entities", ["editMessageText", "editMessageText"]),
    ],
)
async def test_an_edit_that_cannot_be(
    channel: TelegramChannel, request_: FakeRequest, description: str, names: list[str]
) -> None:
    request_.faults.append(once(400, description))
    await channel.edit(Sent(Target("-100"), ("1",)), Reply("好的"))
    assert [name for name, _ in request_.calls] == names


async def test_deleting_what_is_gone_is_fine(
    channel: TelegramChannel, request_: FakeRequest
) -> None:
    request_.faults.append(once(400, "Bad Request: message to delete not found"))
    await channel.delete(Sent(Target("-100"), ("1", "2")))
    assert len(request_.calls) == 2


async def test_a_bug_in_the_desk_is_a_friendly_line(
    channel: TelegramChannel, request_: FakeRequest, caplog: pytest.LogCaptureFixture
) -> None:
    desk = FakeAnswerer(error=ZeroDivisionError("党课几点"))
    channel.attach(Identity(7, "b"), desk.handle, FakeEvents())
    message = {"message_id": 5, "date": int(START.timestamp()), "from": WANG, "text": "党课几点"}
    message["chat"] = {"id": 42, "type": "private"}
    await channel.take(Update.de_json({"update_id": 1, "message": message}, channel.bot))
    await channel.idle()
    assert "差错" in request_.calls[0][1]["text"]
    assert "ZeroDivisionError" in caplog.text
    assert "党课" not in caplog.text


async def test_attach_comes_first(channel: TelegramChannel) -> None:
    with pytest.raises(RuntimeError):
        await channel.take(Update(1))


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:81", "http://127.0.0.1:81/", "http://127.0.0.1:81/bot"]
)
def test_the_servers_address_with_or_without_bot(base_url: str) -> None:
    assert api_root(base_url) == "http://127.0.0.1:81/bot"


def test_the_token_is_in_no_repr() -> None:
    assert "geheim" not in repr(TelegramOptions("7:geheim"))


def test_the_memory_of_answers_is_bounded() -> None:
    memory = AnsweredQuestions(kept_max=2)
    for number in range(3):
        memory.keep("1", str(number), Answered(memory.mark("x"), None))
    assert memory.find("1", "0") is None
    assert memory.find("1", "2") is not None


async def test_the_words_of_a_question_are_not_kept(channel: TelegramChannel) -> None:
    """Two thousand questions with the chat they were asked in would be a log of who asks what."""
    channel.attach(Identity(7, "b"), FakeAnswerer(Reply("一")).handle, FakeEvents())
    message = {
        "message_id": 5,
        "date": int(START.timestamp()),
        "chat": {"id": 42, "type": "private"},
        "from": WANG,
        "text": "王芳的转正材料",
    }
    await channel.take(Update.de_json({"update_id": 1, "message": message}, channel.bot))
    await channel.idle()
    answered = channel._answered
    assert answered.find("42", "5") is not None
    assert "王芳" not in repr(vars(answered))


def test_words_are_known_again_but_not_by_another_process() -> None:
    memory = AnsweredQuestions()
    assert memory.mark("a") == memory.mark("a") != memory.mark("b")
    assert memory.mark("a") != AnsweredQuestions().mark("a")
    assert memory.mark("\ud800")


async def press(channel: TelegramChannel) -> None:
    message = {
        "message_id": 5,
        "date": int(START.timestamp()),
        "chat": {"id": 42, "type": "private"},
    }
    query = {"id": "q", "from": WANG, "chat_instance": "1", "data": "e:1", "message": message}
    await channel.take(Update.de_json({"update_id": 1, "callback_query": query}, channel.bot))
    await channel.idle()


async def test_a_toast_goes_to_who_pressed_and_the_message_stays(
    channel: TelegramChannel, request_: FakeRequest
) -> None:
    desk = FakeAnswerer(Reply("", toast="已记下" * 100))
    channel.attach(Identity(7, "b"), desk.handle, FakeEvents())
    await press(channel)
    ((name, given),) = request_.calls
    assert name == "answerCallbackQuery"
    assert given["text"] == ("已记下" * 100)[:200]


async def test_a_press_without_a_word_is_confirmed_all_the_same(
    channel: TelegramChannel, request_: FakeRequest
) -> None:
    channel.attach(Identity(7, "b"), FakeAnswerer(Reply("好的")).handle, FakeEvents())
    await press(channel)
    assert sorted(name for name, _ in request_.calls) == ["answerCallbackQuery", "editMessageText"]
    desk = FakeAnswerer(error=ZeroDivisionError())
    channel.attach(Identity(7, "b"), desk.handle, FakeEvents())
    await press(channel)
    answers = [given for name, given in request_.calls if name == "answerCallbackQuery"]
    assert len(answers) == 2
    assert "再按一次" in answers[1]["text"]
    edits = [name for name, _ in request_.calls if name == "editMessageText"]
    assert len(edits) == 1, "an error leaves the message alone: a whole group may read it"
