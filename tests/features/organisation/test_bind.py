"""/bind in a group, step by step."""

from __future__ import annotations

import pytest

from bot.messages import Button, Reply
from bot.storage.database import Database
from tests.features.stage import BOSS, GROUP, Person, Stage, build_stage, labels
from tests.organisation.small import small_plan

WANG = Person("2")


async def bound(stage: Stage, **more: object) -> None:
    await stage.say(BOSS, "/bind qyc", GROUP, **more)


async def test_bound_in_three_taps_with_sensible_defaults(stage: Stage, database: Database) -> None:
    reply = await stage.say(BOSS, "/bind", GROUP, thread_id="7")
    assert labels(reply) == [
        "就选：江阳区委",
        "北城街道大工委（1）",
        "况场村党支部",
        "返回",
        "取消",
    ]
    for label in ("北城街道大工委", "学士山社区大党委"):
        await stage.press(BOSS, label, GROUP, thread_id="7")
    text = await stage.press_text(BOSS, "沁园春", GROUP, thread_id="7")
    assert text == (
        "已绑定。下面是默认的设置，要改就按按钮：\n"
        "组织：江阳区委 → 北城街道大工委 → 学士山社区大党委 → 沁园春小区党支部\n"
        "地点：沁园春小区（随组织）\n"
        "发到：话题 7\n"
        "免打扰：22:00-07:00\n"
        "收哪些通知：全部"
    )
    assert "已绑定：江阳区委 → 北城" in await stage.press_text(BOSS, "完成", GROUP)
    assert labels(stage.last[GROUP]) == []
    stage = await build_stage(database)
    [chat] = await stage.org.chats(["qyc"])
    assert (chat.chat_id, chat.thread_id, chat.title) == (GROUP, "7", "沁园春群")


async def test_every_step_goes_back_or_ends(stage: Stage) -> None:
    await stage.say(BOSS, "/bind", GROUP)
    await stage.press(BOSS, "北城", GROUP)
    await stage.press(BOSS, "返回", GROUP)
    assert "已取消" in await stage.press_text(BOSS, "返回", GROUP)
    await stage.say(BOSS, "/bind", GROUP)
    assert "已取消" in await stage.press_text(BOSS, "取消", GROUP)
    assert stage.org.binding("telegram", GROUP) is None
    await bound(stage)
    for label in ("改免打扰", "选通知类别", "改地点", "解绑"):
        reply = await stage.press(BOSS, label, GROUP)
        assert "返回" in labels(reply), label
        assert "组织：江阳区委" in await stage.press_text(BOSS, "返回", GROUP)


@pytest.mark.parametrize(
    ("said", "unit"),
    [("qyc", "qyc"), ("况场", "cun"), ("江阳区委 → 况场村党支部", "cun")],
)
async def test_written_in_one_line(stage: Stage, said: str, unit: str) -> None:
    assert "已绑定" in await stage.text(BOSS, f"/bind {said}", GROUP)
    binding = stage.org.binding("telegram", GROUP)
    assert binding is not None
    assert binding.unit == unit


async def test_what_is_written_fits_several_units_or_none(stage: Stage) -> None:
    assert "有 2 个" in await stage.text(BOSS, "/bind 小区", GROUP)
    assert "小树林" in await stage.press_text(BOSS, "小树林", GROUP)
    assert "是不是“况场村党支部”？" in await stage.text(BOSS, "/bind 况场村支部", GROUP)
    assert "没有找到“某某”" in await stage.text(BOSS, "/bind 某某", GROUP)


async def test_moved_to_another_unit_keeps_the_rest(stage: Stage) -> None:
    await bound(stage, thread_id="7")
    await stage.press(BOSS, "改免打扰", GROUP)
    await stage.press(BOSS, "21:00-08:00", GROUP)
    reply = await stage.press(BOSS, "换组织", GROUP)
    assert reply is not None
    assert "换绑" in reply.text
    assert "组织：江阳区委 → 北城" in await stage.press_text(BOSS, "返回", GROUP)
    text = await stage.text(BOSS, "/bind cun", GROUP)
    assert "已换绑" in text
    assert "免打扰：21:00-08:00" in text
    assert "话题 7" in text


async def test_quiet_hours(stage: Stage) -> None:
    await bound(stage)
    await stage.press(BOSS, "改免打扰", GROUP)
    assert "免打扰：不设" in await stage.press_text(BOSS, "不设", GROUP)
    [chat] = await stage.org.chats(["qyc"])
    assert chat.quiet is None
    text = await stage.text(BOSS, "/bind 免打扰 20:30-6:30", GROUP)
    assert "免打扰：20:30-06:30" in text
    assert "看不懂“夜里”" in await stage.text(BOSS, "/bind 免打扰 夜里", GROUP)
    assert "免打扰：不设" in await stage.text(BOSS, "/bind 免打扰 无", GROUP)


async def test_categories_on_and_off(stage: Stage) -> None:
    await bound(stage)
    await stage.press(BOSS, "选通知类别", GROUP)
    reply = await stage.press(BOSS, "收 政策精神", GROUP)
    assert "不收 政策精神" in labels(reply)
    assert "收哪些通知：会议通知、活动预告" in await stage.press_text(BOSS, "返回", GROUP)
    [chat] = await stage.org.chats(["qyc"])
    assert not chat.takes("政策精神")
    await stage.press(BOSS, "选通知类别", GROUP)
    await stage.press(BOSS, "不收 政策精神", GROUP)
    assert "全部" in await stage.press_text(BOSS, "返回", GROUP)


async def test_the_place_of_its_own_and_back(stage: Stage) -> None:
    await bound(stage)
    reply = await stage.press(BOSS, "改地点", GROUP)
    assert labels(reply) == ["沁园春小区", "江阳区", "随组织", "返回"]
    assert "地点：江阳区\n" in await stage.press_text(BOSS, "江阳区", GROUP)
    assert stage.org.place_of("telegram", GROUP) == "江阳区"
    assert "地点：东门街\n" in await stage.text(BOSS, "/bind 地点 东门街", GROUP)
    await stage.press(BOSS, "改地点", GROUP)
    assert "沁园春小区（随组织）" in await stage.press_text(BOSS, "随组织", GROUP)


async def test_the_topic_is_changed_where_it_is_pressed(stage: Stage) -> None:
    await bound(stage)
    reply = await stage.say(BOSS, "/bind", GROUP, thread_id="9")
    assert "改发到本话题" in labels(reply)
    text = await stage.press_text(BOSS, "改发到本话题", GROUP, thread_id="9")
    assert "发到：话题 9" in text
    assert "发到：群里" in await stage.press_text(BOSS, "改发到群里", GROUP, thread_id="9")


async def test_unbound_and_bound_again(stage: Stage) -> None:
    assert "还没有绑定" in await stage.text(BOSS, "/bind 解绑", GROUP)
    assert "还没有绑定" in await stage.text(BOSS, "/bind 地点 东门", GROUP)
    await bound(stage)
    assert "要把本群从“江阳区委" in await stage.text(BOSS, "/bind 解绑", GROUP)
    assert "已解绑" in await stage.press_text(BOSS, "确定解绑", GROUP)
    assert stage.org.binding("telegram", GROUP) is None
    assert await stage.org.chats(["qyc"]) == []
    assert len(await stage.org.chats()) == 1, "still approved"
    old = stage.last[GROUP]
    assert "已绑定" in await stage.press_text(BOSS, "重新绑定", GROUP)
    await stage.say(BOSS, "/bind 解绑", GROUP)
    await stage.press(BOSS, "确定解绑", GROUP)
    stage.last[GROUP] = Reply("旧", ((Button("改地点", "org:b:l"),),))
    assert "还没有绑定" in await stage.press_text(BOSS, "改地点", GROUP)
    assert labels(old) == ["重新绑定"]


async def test_only_admins_may_at_the_moment_of_the_press(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await stage.say(BOSS, "/bind", GROUP)
    assert await stage.press(WANG, "就选：江阳区委", GROUP) is None
    assert "只给管理员" in await stage.text(WANG, "/bind qyc", GROUP)
    anonymous = Person(GROUP)
    assert "匿名" in await stage.text(anonymous, "/bind qyc", GROUP)
    assert stage.org.binding("telegram", GROUP) is None
    assert [r.getMessage() for r in caplog.records if "拒绝" in r.getMessage()] == [
        f"拒绝：编号 2 在 {GROUP} 用 org:b",
        f"拒绝：编号 2 在 {GROUP} 用 /bind",
        f"拒绝：编号 {GROUP} 在 {GROUP} 用 /bind",
    ]


async def test_in_private_it_explains_and_tells_how_groups_stand(stage: Stage) -> None:
    text = await stage.text(BOSS, "/bind")
    assert "在那个群里" in text
    assert "没绑定 1 个" in text
    await bound(stage)
    assert "沁园春群：江阳区委 → 北城" in await stage.text(BOSS, "/bind")


async def test_without_units_it_says_what_to_do(stage: Stage) -> None:
    stage.org.units = small_plan(()).units
    assert "organisation.units" in await stage.text(BOSS, "/bind", GROUP)
    assert "organisation.units" in await stage.text(BOSS, "/bind")
    assert "organisation.units" in await stage.text(BOSS, "/grant")


@pytest.mark.parametrize(
    "data", ["org:", "org:b", "org:b:p", "org:b:p:gone", "org:b:o:gone:x", "org:b:z"]
)
async def test_odd_buttons_harm_nothing(stage: Stage, data: str) -> None:
    await stage.say(BOSS, "", GROUP, pressed=data)
    assert stage.org.binding("telegram", GROUP) is None
    await bound(stage)
    await stage.say(BOSS, "", GROUP, pressed=data)
    assert await stage.say(BOSS, "", pressed=data) is None
    binding = stage.org.binding("telegram", GROUP)
    assert binding is not None
    assert binding.unit == "qyc"


async def test_a_chat_that_moves_keeps_its_unit(stage: Stage) -> None:
    await bound(stage)
    await stage.features.moved("telegram", GROUP, "-501")
    [chat] = await stage.org.chats(["qyc"])
    assert chat.chat_id == "-501"
