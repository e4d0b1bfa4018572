"""/grant, /roles and /audit in private chats."""

from __future__ import annotations

import re

import pytest

from bot.errors import ChatGone
from bot.messages import Incoming
from bot.organisation import Role
from tests.features.stage import BOSS, DESK, GROUP, Person, Stage, buttons, labels
from tests.organisation.small import ADMIN

ZHAO, WANG, LI = Person("20002"), Person("30003"), Person("40004")
CODE = re.compile(r"/join ([0-9A-Z-]{14})$")


async def code(stage: Stage, who: Person, said: str) -> str:
    found = CODE.search(await stage.text(who, said))
    assert found is not None
    return found.group(1)


async def secretary(stage: Stage, unit: str = "sq") -> None:
    """赵 becomes secretary."""
    await stage.text(ZHAO, f"/join {await code(stage, BOSS, f'/grant 书记 {unit}')}")


async def test_a_secretary_in_taps_with_a_code(stage: Stage) -> None:
    reply = await stage.say(BOSS, "/grant")
    assert labels(reply) == ["授予书记", "授予帮办人员", "取消"]
    await stage.press(BOSS, "授予书记")
    await stage.press(BOSS, "北城街道")
    reply = await stage.press(BOSS, "就选：北城街道大工委")
    assert reply is not None
    found = CODE.search(reply.text)
    assert found is not None
    [span] = reply.spans
    assert reply.text[span.start : span.end] == found.group(0)
    text = await stage.text(ZHAO, found.group(1))
    assert text.startswith("您现在是书记：江阳区委 → 北城街道大工委。")
    assert (await stage.org.roles("telegram", ZHAO.id)).secretary_of == {"jd"}
    [(target, told)] = stage.channel.sent
    assert target.chat_id == ADMIN
    assert f"编号 {ZHAO.id} 现在是书记" in told.text
    stage.last[BOSS.id] = told
    await stage.press(BOSS, "收回")
    assert "已收回" in await stage.press_text(BOSS, "确定收回")
    assert not (await stage.org.roles("telegram", ZHAO.id)).secretary


@pytest.mark.parametrize("said", ["{}", "/join {}", "/start {}", " {} "])
async def test_a_code_is_taken_however_it_comes(stage: Stage, said: str) -> None:
    made = await code(stage, BOSS, "/grant helper qyc")
    assert "帮办人员" in await stage.text(WANG, said.format(made))


async def test_a_code_in_a_group_is_not_taken(stage: Stage) -> None:
    made = await code(stage, BOSS, "/grant 帮办人员 qyc")
    assert await stage.say(WANG, made, GROUP) == DESK
    assert "私聊" in await stage.text(WANG, f"/join {made}", GROUP)
    assert "帮办人员" in await stage.text(WANG, made)


async def test_by_id_in_one_line(stage: Stage) -> None:
    text = await stage.text(BOSS, f"/grant 书记 北城 {ZHAO.id}")
    assert text == f"已授予：编号 {ZHAO.id}，书记，江阳区委 → 北城街道大工委。要收回，发 /roles。"
    assert "本来就有" in await stage.text(BOSS, f"/grant 书记 jd {ZHAO.id}")
    assert (await stage.org.roles("telegram", ZHAO.id)).secretary


async def test_what_is_written_must_mean_one_unit(stage: Stage) -> None:
    assert "授予哪个组织的书记" in await stage.text(BOSS, "/grant 书记")
    await stage.text(BOSS, "/grant 书记 小区")
    assert len(labels(stage.last[BOSS.id])) == 3
    await stage.press(BOSS, "小树林")
    assert CODE.search(stage.last[BOSS.id].text)
    assert "是不是“况场村党支部”" in await stage.text(BOSS, "/grant 书记 况场村支部")


async def test_a_secretary_makes_helpers_of_the_own_units_alone(stage: Stage) -> None:
    await secretary(stage)
    reply = await stage.say(ZHAO, "/grant")
    assert labels(reply) == ["授予帮办人员", "取消"]
    await stage.press(ZHAO, "授予帮办人员")
    assert labels(stage.last[ZHAO.id])[0] == "就选：学士山社区大党委"
    await stage.press(ZHAO, "沁园春")
    assert CODE.search(stage.last[ZHAO.id].text)
    assert "没有权限" in await stage.text(ZHAO, "/grant 书记 qyc")
    assert "没有权限" in await stage.text(ZHAO, "/grant 帮办人员 cun")
    for data in ("org:g:s:p:qyc", "org:g:h:p:cun", "org:g:h:p:gone"):
        reply = await stage.say(ZHAO, "", pressed=data)
        assert reply is not None
        assert "没有权限" in reply.text
    reply = await stage.say(ZHAO, "", pressed="org:g:h:o:jy:0")
    assert labels(reply)[0] == "就选：学士山社区大党委", "not above the own unit"
    assert "要授予什么角色" in await stage.press_text(ZHAO, "返回")


async def test_others_may_not_grant(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert "/roles" in await stage.text(WANG, "/grant 书记 jy")
    await stage.say(BOSS, "/grant 帮办人员 qyc 30003")
    assert "给管理员和书记用" in await stage.text(WANG, "/grant")
    reply = await stage.say(WANG, "", pressed="org:g:s:p:jy")
    assert reply is not None
    assert "没有权限" in reply.text
    assert "拒绝：编号 30003 在 30003 用 /grant" in caplog.text


async def test_a_code_is_made_void_with_a_button(stage: Stage) -> None:
    made = await code(stage, BOSS, "/grant 书记 jd")
    assert "已作废" in await stage.press_text(BOSS, "作废")
    assert "不对" in await stage.text(ZHAO, made)


async def test_guessing_is_told_to_wait(stage: Stage) -> None:
    made = await code(stage, BOSS, "/grant 书记 jd")
    for _ in range(5):
        assert "不对" in await stage.text(WANG, "/join AAAA-AAAA-AAAA")
    assert "15 分钟" in await stage.text(WANG, made)
    assert "怎么" not in await stage.text(ZHAO, made)
    assert "不对" in await stage.text(ZHAO, "/join 随便写的")
    assert "/join" in await stage.text(ZHAO, "/join")


async def test_the_code_of_who_lost_the_right_is_void(stage: Stage) -> None:
    await secretary(stage)
    made = await code(stage, ZHAO, "/grant 帮办人员 qyc")
    await stage.say(BOSS, "/roles")
    await stage.press(BOSS, "收回第 1 个")
    await stage.press(BOSS, "确定收回")
    assert "不能用了" in await stage.text(WANG, made)


async def test_the_giver_cannot_be_reached(stage: Stage) -> None:
    made = await code(stage, BOSS, "/grant 书记 jd")
    stage.channel.broken[ADMIN] = ChatGone("blocked")
    assert "您现在是书记" in await stage.text(ZHAO, made)
    again = await code(stage, BOSS, "/grant 书记 jd")
    assert "已经有这个角色" in await stage.text(ZHAO, again)


async def test_roles_of_everyone(stage: Stage) -> None:
    assert "没有特别的角色" in await stage.text(WANG, "/roles")
    assert await stage.text(BOSS, "/roles") == "您是管理员，由设置指定。"
    await secretary(stage)
    await stage.say(BOSS, f"/grant 帮办人员 qyc {WANG.id}")
    await stage.say(BOSS, f"/grant 帮办人员 cun {LI.id}")
    assert "您是帮办人员：江阳区委" in await stage.text(WANG, "/roles")
    assert labels(stage.last[WANG.id]) == []
    text = await stage.text(ZHAO, "/roles")
    assert f"学士山社区大党委 → 沁园春小区党支部，编号 {WANG.id}" in text
    assert LI.id not in text
    assert labels(stage.last[ZHAO.id]) == ["收回第 2 个"], "not the own role"
    assert LI.id in await stage.text(BOSS, "/roles")
    assert len(labels(stage.last[BOSS.id])) == 3


async def test_withdrawing_is_asked_and_checked_again(stage: Stage) -> None:
    await secretary(stage)
    await stage.say(BOSS, f"/grant 帮办人员 qyc {WANG.id}")
    await stage.say(ZHAO, "/roles")
    assert "要收回这个角色吗" in await stage.press_text(ZHAO, "收回第 2 个")
    assert "您是书记" in await stage.press_text(ZHAO, "返回")
    await stage.press(ZHAO, "收回第 2 个")
    confirm = buttons(stage.last[ZHAO.id])[0].data
    text = await stage.press_text(ZHAO, "确定收回")
    assert f"/grant 帮办人员 qyc {WANG.id}" in text
    reply = await stage.say(ZHAO, "", pressed=confirm)
    assert reply is not None
    assert "已经收回了" in reply.text
    [own] = await stage.org.grants()
    for who in (ZHAO, WANG):
        reply = await stage.say(who, "", pressed=f"org:r:w:{own.id}")
        assert reply is not None
        assert "没有权限" in reply.text
    await stage.say(BOSS, "", pressed=f"org:r:w:{own.id}")
    assert "没有特别的角色" in await stage.text(ZHAO, "/roles")


async def test_many_roles_by_the_page(stage: Stage) -> None:
    for number in range(20):
        await stage.say(BOSS, f"/grant 帮办人员 qyc {50000 + number}")
    assert "第 1 页，共 3 页" in await stage.text(BOSS, "/roles")
    assert "9. 帮办人员" in await stage.press_text(BOSS, "下一页")
    assert "第 3 页" in await stage.press_text(BOSS, "下一页")
    assert labels(stage.last[BOSS.id])[-1] == "上一页"


async def test_a_role_of_a_unit_that_is_gone_is_told(stage: Stage) -> None:
    await stage.org.grant((await said(stage)), WANG.id, Role.HELPER, "old-unit")
    assert "设置里已没有这个组织" in await stage.text(BOSS, "/roles")
    await stage.press(BOSS, "收回第 1 个")
    assert "已收回" in await stage.press_text(BOSS, "确定收回")


async def said(stage: Stage) -> Incoming:
    await stage.say(BOSS, "在吗")
    return stage.desk.heard[-1]


async def test_the_log_for_admins(stage: Stage) -> None:
    assert "还没有" in await stage.text(BOSS, "/audit")
    for number in range(20):
        await stage.say(BOSS, f"/grant 帮办人员 qyc {50000 + number}")
    text = await stage.text(BOSS, "/audit")
    assert text.count("授予角色") == 15
    assert "07-01 08:00 编号 1 授予角色 50019 帮办人员 沁园春小区党支部" in text
    assert (await stage.press_text(BOSS, "看更早的")).count("授予角色") == 5
    assert labels(stage.last[BOSS.id]) == []
    reply = await stage.say(WANG, "", pressed="org:a:99")
    assert reply is not None
    assert "给管理员" in reply.text
    assert "只给管理员" in await stage.text(WANG, "/audit")
