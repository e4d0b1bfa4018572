from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.addressing import Identity
from bot.channels.telegram.incoming import Asked, Event, Joined, Left, Moved, Pressed, Reader
from bot.messages import Attachment, Span
from tests.fakes import START, FakeClock

NOW = int(START.timestamp())
WANG = {"id": 42, "is_bot": False, "first_name": "王"}
LI = {"id": 43, "is_bot": False, "first_name": "李"}
BOT = {"id": 7, "is_bot": True, "first_name": "台", "username": "dang_desk_bot"}
GROUP = {"id": -100, "type": "supergroup", "title": "支部"}
PRIVATE = {"id": 42, "type": "private", "first_name": "王"}
CHANNEL = {"id": -300, "type": "channel", "title": "公告"}
PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]


@pytest.fixture
def reader() -> Reader:
    me = Identity(7, "dang_desk_bot", ("小党",))
    return Reader(me, FakeClock(), frozenset({42, -100}), {-100: "strict"})


def message(chat: dict[str, Any] = GROUP, **fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": NOW, "chat": chat, "from": WANG} | fields


def read(reader: Reader, kind: str, value: dict[str, Any]) -> Event | None:
    update = Update.de_json({"update_id": 1, kind: value}, None)
    return reader.read(update)


def asked(reader: Reader, **fields: Any) -> Asked | None:
    event = read(reader, "message", message(**fields))
    assert event is None or isinstance(event, Asked)
    return event


def test_a_question_in_a_group(reader: Reader) -> None:
    event = asked(reader, text="小党，党课几点")
    assert event is not None
    incoming = event.incoming
    assert (incoming.chat_id, incoming.member_id, incoming.message_id) == ("-100", "42", "5")
    assert incoming.text == "党课几点"
    assert incoming.sent_at == START
    assert incoming.admin
    assert not incoming.private
    assert event.target.reply_to == "5"
    assert event.target.silent


def test_mentions_count_in_utf16(reader: Reader) -> None:
    text = "🚩🚩 @dang_desk_bot 党课"
    marks = [{"type": "mention", "offset": 5, "length": 14}]
    event = asked(reader, text=text, entities=marks)
    assert event is not None
    assert event.incoming.text == "🚩🚩 党课"


def test_a_mention_without_a_name_and_captions(reader: Reader) -> None:
    marks = [{"type": "text_mention", "offset": 0, "length": 2, "user": BOT}]
    event = asked(reader, photo=PHOTO, caption="台子 党课", caption_entities=marks)
    assert event is not None
    assert event.incoming.text == "党课"
    other = [{"type": "text_mention", "offset": 0, "length": 2, "user": LI}]
    assert asked(reader, text="老李 党课", entities=other) is None


def test_the_member_who_spoke_may_hide(reader: Reader) -> None:
    machine = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    event = asked(reader, text="小党，党课", **{"from": machine}, sender_chat=GROUP)
    assert event is not None
    assert event.incoming.member_id == "-100"
    assert not event.incoming.admin, "an anonymous admin of a group is no admin of the desk"
    event = asked(reader, text="小党，党课", **{"from": machine}, sender_chat=CHANNEL)
    assert event is not None
    assert not event.incoming.admin


@pytest.mark.parametrize(
    "fields",
    [
        {"from": dict(LI, is_bot=True)},
        {"via_bot": BOT},
        {"is_automatic_forward": True, "sender_chat": CHANNEL},
        {"chat": CHANNEL},
        {"text": None, "photo": PHOTO},
        {"text": None, "new_chat_title": "小党"},
    ],
)
def test_machines_posts_and_pictures_are_not_for_us(reader: Reader, fields: Any) -> None:
    assert asked(reader, **({"text": "小党，党课"} | fields)) is None


def test_topics(reader: Reader) -> None:
    opened = message(forum_topic_created={"name": "学习", "icon_color": 1}, message_id=9)
    event = asked(
        reader,
        text="小党，党课",
        is_topic_message=True,
        message_thread_id=9,
        reply_to_message=opened,
    )
    assert event is not None
    assert event.incoming.thread_id == event.target.thread_id == "9"
    general = asked(reader, text="小党，党课", is_topic_message=True, message_thread_id=1)
    assert general is not None
    assert general.incoming.thread_id is None
    thread = asked(reader, text="小党，党课", message_thread_id=77)
    assert thread is not None
    assert thread.incoming.thread_id is None, "a thread of replies is no topic"


def test_overheard_where_the_settings_say_so(reader: Reader) -> None:
    event = asked(reader, text="党课几点")
    assert event is not None
    assert event.incoming.overheard
    quiet = dict(GROUP, id=-200)
    assert asked(reader, text="党课几点", chat=quiet) is None
    reader.moved("-100", "-200")
    assert asked(reader, text="党课几点", chat=quiet) is not None
    reader.moved("odd", "-200")


def test_private_needs_no_name_and_takes_one_picture_of_an_album(reader: Reader) -> None:
    event = asked(reader, chat=PRIVATE, text="党课几点")
    assert event is not None
    assert not event.target.silent
    first = asked(reader, chat=PRIVATE, photo=PHOTO, media_group_id="1")
    assert first is not None
    assert first.incoming.text == ""
    assert asked(reader, chat=PRIVATE, photo=PHOTO, media_group_id="1") is None
    assert asked(reader, chat=PRIVATE, new_chat_title="x") is None


def test_formatting_pictures_and_files_come_in(reader: Reader) -> None:
    marks = [{"type": "mention", "offset": 0, "length": 14}]
    marks += [{"type": "bold", "offset": 15, "length": 2}]
    event = asked(reader, text="@dang_desk_bot 党课八点 ", entities=marks)
    assert event is not None
    assert event.incoming.text == "党课八点"
    assert event.incoming.spans == (Span(0, 2, "bold"),)
    large = PHOTO[0] | {"file_id": "large"}
    event = asked(reader, chat=PRIVATE, photo=[*PHOTO, large], caption="海报")
    assert event is not None
    assert event.incoming.attachments == (Attachment("photo", "图片.jpg", file_id="large"),)
    document = {"file_id": "d", "file_unique_id": "e", "file_name": "通知.pdf"}
    event = asked(reader, chat=PRIVATE, document=document)
    assert event is not None
    assert event.incoming.attachments == (Attachment("document", "通知.pdf", file_id="d"),)
    sticker = {"file_id": "s", "file_unique_id": "t", "width": 1, "height": 1, "type": "regular"}
    event = asked(reader, chat=PRIVATE, sticker=sticker | {"is_animated": False, "is_video": False})
    assert event is not None
    assert event.incoming.attachments == ()


def test_edits_within_two_minutes(reader: Reader) -> None:
    def edit(seconds: int) -> Event | None:
        fields = message(text="小党，党课", edit_date=NOW + seconds)
        return read(reader, "edited_message", fields)

    soon = edit(120)
    assert isinstance(soon, Asked)
    assert soon.incoming.edited
    assert edit(121) is None


def query(**fields: Any) -> dict[str, Any]:
    return {
        "id": "q",
        "from": WANG,
        "chat_instance": "1",
        "data": "e:1",
        "message": message(text="选哪个", **{"from": BOT}),
    } | fields


def test_a_press(reader: Reader) -> None:
    event = read(reader, "callback_query", query())
    assert isinstance(event, Pressed)
    assert event.incoming is not None
    assert event.incoming.pressed == "e:1"
    assert event.incoming.admin
    assert event.incoming.sent_at == START


@pytest.mark.parametrize(
    "fields", [{"message": None}, {"data": None}, {"from": BOT}, {"message": message(CHANNEL)}]
)
def test_a_press_that_means_nothing(reader: Reader, fields: dict[str, Any]) -> None:
    assert read(reader, "callback_query", query(**fields)) == Pressed("q", None, None)


def test_a_press_on_a_message_that_is_too_old_to_see(reader: Reader) -> None:
    gone = {"message_id": 5, "date": 0, "chat": GROUP}
    event = read(reader, "callback_query", query(message=gone))
    assert isinstance(event, Pressed)
    assert event.incoming is not None


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("left", "member", Joined),
        ("kicked", "administrator", Joined),
        ("member", "left", Left),
        ("administrator", "kicked", Left),
        ("member", "administrator", type(None)),
        ("left", "kicked", type(None)),
    ],
)
def test_coming_and_going(reader: Reader, old: str, new: str, kind: type) -> None:
    rights = dict.fromkeys(
        (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
            "can_manage_video_chats", "can_restrict_members", "can_promote_members",
            "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    )  # fmt: skip

    def member(status: str) -> dict[str, Any]:
        return {"user": BOT, "status": status, "until_date": 0} | rights

    change = {"chat": GROUP, "from": WANG, "date": NOW, "old_chat_member": member(old)}
    change["new_chat_member"] = member(new)
    assert isinstance(read(reader, "my_chat_member", change), kind)
    assert read(reader, "my_chat_member", change | {"chat": CHANNEL}) is None
    assert read(reader, "my_chat_member", change | {"chat": PRIVATE}) is None


def test_service_messages(reader: Reader) -> None:
    assert isinstance(read(reader, "message", message(new_chat_members=[LI, BOT])), Joined)
    assert isinstance(read(reader, "message", message(left_chat_member=BOT)), Left)
    assert read(reader, "message", message(new_chat_members=[LI])) is None
    assert read(reader, "message", message(migrate_to_chat_id=-9)) == Moved("-100", "-9")
    assert read(reader, "message", message(migrate_from_chat_id=-9)) == Moved("-9", "-100")


def test_other_kinds_of_updates(reader: Reader) -> None:
    assert read(reader, "channel_post", message(CHANNEL, text="小党，党课")) is None
    assert read(reader, "something_new", {}) is None
