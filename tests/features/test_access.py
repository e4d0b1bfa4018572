from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import Chat
from bot.delivery.outbox import Outbox
from bot.errors import ChatGone
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Brief, Gate
from bot.features.access.rules import Flood, Limits, Verdict, shortened
from bot.features.routing import Router, as_turn
from bot.messages import About, Attachment, Incoming, Reply
from bot.storage.database import Database
from bot.turn import Command, Feature, Kept, Turn
from tests.fakes import START, FakeAnswerer, FakeChannel, FakeClock
from tests.organisation.small import small_organisation

ADMIN, MEMBER, GROUP = "1", "2", "-100"
SETTINGS = AccessSettings((ADMIN,), frozenset({"-500"}), ("小党",))
TWO = Limits(messages=2)
CHAT = Chat("telegram", GROUP, "第一支部")


class Stage:
    """The gate with everything behind it, and a way to say things."""

    def __init__(self, features: Features, channel: FakeChannel, limits: Limits) -> None:
        self.access = features.access
        self.channel = channel
        self.desk = FakeAnswerer()
        self.clock = FakeClock()
        router = Router(features.all(), Brief(self.desk, limits.input_chars_max))
        self.gate = Gate(router, features.access, features.flood, limits, self.clock)

    async def say(self, text: str = "党课几点", **fields: object) -> Reply | None:
        said = Incoming("telegram", GROUP, MEMBER, "5", text, START, private=False)
        return await self.gate.handle(replace(said, **fields))  # type: ignore[arg-type]

    async def press(self, data: str, **fields: object) -> Reply | None:
        given = {"chat_id": ADMIN, "member_id": ADMIN, "admin": True, "private": True} | fields
        return await self.say("", pressed=data, **given)


MakeStage = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[MakeStage]:
    """Makes a stage on the same database: the second one is "after a restart"."""
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()

    async def stage(settings: AccessSettings = SETTINGS, limits: Limits = TWO) -> Stage:
        channel = FakeChannel()
        org = await small_organisation(database, FakeClock())
        ground = Ground(
            database, channel, FakeClock(), settings, limits, org, Outbox(database, FakeClock())
        )
        return Stage(await build_features(ground), channel, limits)

    yield stage
    await database.close()


async def test_asked_approved_and_remembered(make: MakeStage) -> None:
    stage = await make()
    await stage.access.added(CHAT)
    await stage.access.added(CHAT)
    assert GROUP in stage.channel.texts(GROUP)[0]
    (target, request), _ = stage.channel.sent
    assert target.chat_id == ADMIN
    assert "第一支部" in request.text
    yes, no = (button.data for button in request.buttons[0])
    assert await stage.say() is None
    stage = await make()
    assert await stage.say() is None
    assert stage.channel.sent == [], "the one line was said before the restart"
    reply = await stage.press(yes)
    assert reply is not None
    assert reply.buttons[0][0].data == no
    assert "已开通" in stage.channel.texts(GROUP)[0]
    await stage.press(yes)
    assert len(stage.channel.sent) == 1, "the chat is told once"
    assert await stage.say() == Reply("好的")
    assert await (await make()).say() == Reply("好的")


async def test_refused_and_taken_back(make: MakeStage) -> None:
    stage = await make()
    await stage.access.added(CHAT)
    stage.channel.sent.clear()
    reply = await stage.press(f"access:n:{GROUP}")
    assert reply is not None
    assert "没有开通" in reply.text
    assert stage.channel.sent == []
    await stage.access.removed(CHAT, "被移出")
    await stage.access.added(CHAT)
    assert stage.channel.texts(ADMIN) == [], "admins are not asked again after refusing"
    await stage.press(f"access:y:{GROUP}")
    await stage.press(f"access:n:{GROUP}")
    assert "停用" in stage.channel.texts(GROUP)[-1]
    assert await stage.say() is None


async def test_the_role_is_checked_at_the_press(make: MakeStage) -> None:
    stage = await make()
    await stage.access.added(CHAT)
    reply = await stage.press(f"access:y:{GROUP}", admin=False, member_id=MEMBER)
    assert reply is not None
    assert "只有管理员" in reply.text
    assert await stage.press(f"access:y:{GROUP}", admin=False, private=False, chat_id=GROUP) is None
    assert await stage.say() is None


@pytest.mark.parametrize("data", ["access:", "access:y", "access:y:", "access:z:-100", "access"])
async def test_odd_buttons_do_nothing(make: MakeStage, data: str) -> None:
    stage = await make()
    await stage.press(data)
    assert stage.channel.sent == []
    assert stage.desk.heard == [] or data == "access"


async def test_an_unknown_chat_can_be_approved(make: MakeStage) -> None:
    stage = await make()
    await stage.press("access:y:-900")
    assert stage.access.serves("telegram", "-900")


async def test_a_chat_of_the_settings_cannot_be_closed_by_a_button(make: MakeStage) -> None:
    stage = await make()
    reply = await stage.press("access:n:-500")
    assert reply is not None
    assert "approved_chats" in reply.text
    assert stage.access.serves("telegram", "-500")
    await stage.access.added(Chat("telegram", "-500"))
    assert "已开通" in stage.channel.texts("-500")[0]


async def test_a_chat_nobody_told_of_is_noticed_once(make: MakeStage) -> None:
    stage = await make()
    for _ in range(3):
        assert await stage.say(chat_title="第一支部") is None
    assert len(stage.channel.texts(GROUP)) == len(stage.channel.texts(ADMIN)) == 1
    assert await stage.say(overheard=True, chat_id="-7") is None
    assert stage.channel.texts("-7") == []


async def test_without_admins_the_line_says_what_to_do(make: MakeStage) -> None:
    stage = await make(AccessSettings())
    await stage.access.added(CHAT)
    assert "approved_chats" in stage.channel.texts(GROUP)[0]


async def test_an_admin_who_cannot_be_reached(make: MakeStage) -> None:
    stage = await make()
    stage.channel.broken[ADMIN] = ChatGone("blocked")
    await stage.access.added(CHAT)
    assert "/start" in stage.channel.texts(GROUP)[0]
    reply = await stage.say("/id", admin=True, member_id=ADMIN, thread_id="9")
    assert reply is not None
    assert reply.text == f"本群编号：{GROUP}（未开通）\n话题编号：9\n您的编号：{ADMIN}"
    assert reply.buttons[0][0].label == "批准"


async def test_ids_for_everyone_where_we_serve(make: MakeStage) -> None:
    stage = await make()
    assert await stage.say("/id") is None
    reply = await stage.say("/id", chat_id="-500")
    assert reply == Reply("本群编号：-500（已开通）\n您的编号：2")
    assert await stage.say("/ID", private=True, chat_id=MEMBER) == Reply("您的编号：2")


async def test_migration_takes_everything_along(make: MakeStage) -> None:
    stage = await make()
    await stage.access.added(CHAT)
    await stage.access.moved("telegram", GROUP, "-1009")
    await stage.access.moved("telegram", GROUP, "-1009")
    stage = await make()
    await stage.press(f"access:y:{GROUP}")
    assert stage.access.serves("telegram", "-1009"), "the button still names the old id"
    assert stage.channel.texts("-1009")
    await stage.access.moved("telegram", "-500", "-501")
    await stage.access.moved("telegram", "-77", "-78")
    stage = await make()
    assert stage.access.serves("telegram", "-501")
    assert not stage.access.serves("telegram", "-78")


async def test_removal_keeps_the_approval(make: MakeStage) -> None:
    stage = await make()
    await stage.press(f"access:y:{GROUP}")
    await stage.access.removed(CHAT, "被移出")
    await stage.access.removed(CHAT, "被移出")
    stage = await make()
    await stage.access.added(CHAT)
    assert "已开通" in stage.channel.texts(GROUP)[0]
    await stage.access.removed(Chat("telegram", "-66"), "不在群里了")


async def test_a_flood_is_answered_once_then_forgiven(make: MakeStage) -> None:
    stage = await make()
    replies = [await stage.say(chat_id="-500") for _ in range(5)]
    assert [reply.text if reply else None for reply in replies[:2]] == ["好的", "好的"]
    assert replies[2] is not None
    assert "60 秒" in replies[2].text
    assert replies[3:] == [None, None]
    assert await stage.say(chat_id="-500", member_id="3") == Reply("好的")
    stage.clock.forward(60)
    assert await stage.say(chat_id="-500") == Reply("好的")
    await stage.access.forget("telegram", MEMBER)


async def test_presses_are_counted_apart_and_admins_are_free(make: MakeStage) -> None:
    stage = await make()
    for _ in range(5):
        await stage.press("e:1", admin=False, member_id=MEMBER, chat_id="-500", private=False)
    assert len(stage.desk.heard) == 2
    assert await stage.say(chat_id="-500") == Reply("好的")
    for _ in range(5):
        await stage.press("e:1")
    assert len(stage.desk.heard) == 8


async def test_a_dialogue_by_buttons_is_no_flood(make: MakeStage) -> None:
    stage = await make()
    for _ in range(13):
        await stage.press("e:1", admin=False, member_id=MEMBER, chat_id=MEMBER)
    assert len(stage.desk.heard) == 12, "six times as many as messages"


async def test_overheard_lines_are_no_flood(make: MakeStage) -> None:
    stage = await make()
    for _ in range(9):
        assert await stage.say(chat_id="-500", overheard=True) == Reply("好的")


async def test_over_long_input_is_cut_with_a_notice(make: MakeStage) -> None:
    stage = await make(limits=Limits(input_chars_max=20))
    reply = await stage.say("长" * 21, chat_id="-500")
    assert reply == Reply("您这段话比较长，我只看了前 20 个字。\n\n好的")
    assert stage.desk.heard[0].text == "长" * 20
    stage.desk.reply = None
    assert await stage.say("长" * 21, chat_id="-500") is None


async def test_no_words_in_private(make: MakeStage) -> None:
    stage = await make()
    reply = await stage.say("", private=True, chat_id=MEMBER)
    assert reply is not None
    assert "文字" in reply.text


def test_the_flood_window_slides_and_its_memory_is_bounded() -> None:
    clock = FakeClock()
    flood = Flood(Limits(messages=2, window_seconds=10), members_max=2)
    verdicts = []
    for _ in range(5):
        verdicts.append(flood.judge("a", clock.now))
        clock.forward(6)
    assert verdicts == [Verdict.SERVE] * 5
    for member in "bcd":
        flood.judge(member, clock.now)
    assert len(flood._records) == 2
    flood.forget("d")
    flood.forget("unknown")


async def test_a_picture_is_offered_to_the_features_and_else_refused(make: MakeStage) -> None:
    stage = await make()
    photo = (Attachment("photo", "图片.jpg", file_id="a"),)
    reply = await stage.say("", chat_id=MEMBER, private=True, attachments=photo)
    assert reply == Reply("目前只看得懂文字，请把想问的打成一句话发来。")
    assert stage.desk.heard == []
    assert await stage.say("党课几点", chat_id=MEMBER, private=True, attachments=photo)
    assert [heard.text for heard in stage.desk.heard] == ["党课几点"]


def test_shortened() -> None:
    assert shortened("一二三", 3) == ("一二三", False)
    assert shortened("一二三四", 3) == ("一二三", True)


class Private:
    """A feature whose commands are not for everyone."""

    name = "office"
    summary = "办公"
    commands: Mapping[str, Command] = {
        "push": Command("push", "发通知", admin_only=True),
        "mine": Command("mine", "我的", private_only=True),
    }

    async def handle(self, turn: Turn) -> Reply | None:
        return Reply(f"{turn.command}|{turn.rest}")

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        del channel, member_id
        return ()

    async def forget(self, channel: str, member_id: str) -> None:
        del channel, member_id

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        del channel, old_chat, new_chat

    async def answered(self, turn: Turn, reply: Reply) -> Reply:
        del turn
        return replace(reply, text=f"{reply.text}+")


async def test_whoever_listens_hears_what_the_desk_answered() -> None:
    class Knowing(FakeAnswerer):
        async def handle(self, incoming: Incoming) -> Reply | None:
            await super().handle(incoming)
            return Reply("有", about=About(incoming.text, "answered") if incoming.text else None)

    router = Router((Private(),), Knowing())
    said = Incoming("telegram", GROUP, MEMBER, "5", "党课几点", START)
    assert await router.handle(said) == Reply("有+")
    assert await router.handle(replace(said, text="", pressed="x")) == Reply("有")


async def test_the_answer_goes_out_whatever_a_listener_does(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Stumbling(Private):
        async def answered(self, turn: Turn, reply: Reply) -> Reply:
            raise ValueError(f"{turn.rest}{reply.text}")

    class Knowing(FakeAnswerer):
        async def handle(self, incoming: Incoming) -> Reply | None:
            return Reply("有", about=About(incoming.text, "answered"))

    router = Router((Stumbling(), Private()), Knowing())
    said = Incoming("telegram", GROUP, MEMBER, "5", "党课几点", START)
    assert await router.handle(said) == Reply("有+"), "the next one hears it all the same"
    assert "office 没能听一次回答：ValueError" in caplog.text
    assert "党课" not in caplog.text


async def test_commands_that_are_not_for_everyone() -> None:
    feature: Feature = Private()
    router = Router((feature,), FakeAnswerer(), {"help"})
    said = Incoming("telegram", GROUP, MEMBER, "5", "/push 明天  开会", START, private=False)
    refused = await router.handle(said)
    assert refused is not None
    assert "管理员" in refused.text
    assert await router.handle(replace(said, admin=True)) == Reply("push|明天  开会")
    refused = await router.handle(replace(said, text="/mine"))
    assert refused is not None
    assert "私聊" in refused.text
    assert await router.handle(replace(said, text="/mine", private=True)) == Reply("mine|")
    assert await router.handle(replace(said, text="/help")) == Reply("好的")
    assert await router.handle(replace(said, text="/other")) is None, "of another bot"
    assert await router.handle(replace(said, text="/other", private=True)) == Reply("好的")
    assert await router.handle(replace(said, text="", pressed="office:x")) == Reply("|")


def test_as_turn() -> None:
    said = Incoming("telegram", GROUP, MEMBER, "5", "/Calendar\n七月", START)
    assert as_turn(said) == Turn(said, "calendar", "七月")
    plain = replace(said, text="党课/help")
    assert as_turn(plain) == Turn(plain, "", "党课/help")
