"""Codes of the roster, leaving it, looking at it, and importing it from a file."""

from __future__ import annotations

from bot.errors import SendLater
from bot.messages import Attachment
from bot.organisation.roster import Person as Line
from bot.storage.sheets import FILE_BYTES_MAX
from tests.features.stage import BOSS, DESK, GROUP, Person, Stage, labels

ZHAO, WANG, LI = Person("20002"), Person("30003"), Person("40004")
LINES = (("王芳", "qyc"), ("李强", "qyc"), ("赵敏", "cun"))


async def joined(stage: Stage) -> dict[str, str]:
    """A roster, and a code for each name."""
    await stage.org.import_roster(None, [Line(*line) for line in LINES])
    given = await stage.org.roster_codes(await stage.org.roster(), 30)
    return {entry.name: text for entry, text in given}


def table(text: str, name: str = "花名册.csv") -> tuple[Attachment, ...]:
    return (Attachment("document", name, text.encode("gbk")),)


async def test_a_member_joins_and_leaves(stage: Stage) -> None:
    codes = await joined(stage)
    text = await stage.text(WANG, codes["王芳"])
    assert text.startswith("已绑定：王芳，江阳区委")
    assert "/leave" in text
    assert "花名册上的您：王芳" in await stage.text(WANG, "/roles")
    await stage.press(WANG, "退出花名册")
    assert "已取消" in await stage.press_text(WANG, "取消")
    await stage.say(WANG, "/leave")
    assert "已退出" in await stage.press_text(WANG, "确定退出")
    assert await stage.org.member("telegram", WANG.id) == []
    assert "不用退出" in await stage.text(WANG, "/leave")
    reply = await stage.say(WANG, "", pressed="org:j:y")
    assert reply is not None
    assert "不用退出" in reply.text


async def test_a_name_is_bound_once(stage: Stage) -> None:
    codes = await joined(stage)
    await stage.say(WANG, codes["王芳"])
    assert "不对" in await stage.text(LI, codes["王芳"])
    [entry] = await stage.org.member("telegram", WANG.id)
    for who, words in ((LI, "不能用了"), (WANG, "已经绑定过")):
        [(_, again)] = await stage.org.roster_codes([entry], 30)
        assert words in await stage.text(who, again)


async def test_looking_at_the_roster(stage: Stage) -> None:
    assert "还没有花名册" in await stage.text(BOSS, "/roster")
    codes = await joined(stage)
    await stage.say(WANG, codes["王芳"])
    assert "名册上 3 人，已绑定 1 人" in await stage.text(BOSS, "/roster")
    for label in ("北城", "学士山"):
        await stage.press(BOSS, label)
    text = await stage.press_text(BOSS, "沁园春")
    assert "已绑定（1）：王芳" in text
    assert "没绑定（1）：李强" in text
    assert labels(stage.last[BOSS.id]) == ["返回", "取消"]
    assert "学士山社区大党委：名册上 2 人" in await stage.press_text(BOSS, "返回")


async def test_a_secretary_sees_the_own_units_alone(stage: Stage) -> None:
    await joined(stage)
    await stage.say(BOSS, f"/grant 书记 sq {ZHAO.id}")
    assert "名册上 2 人" in await stage.text(ZHAO, "/roster")
    for data in ("org:n:p:cun", "org:n:o:jy:0"):
        reply = await stage.say(ZHAO, "", pressed=data)
        assert reply is not None
        assert "赵敏" not in reply.text
        assert "名册上 2 人" in reply.text
    assert "给管理员和书记用" in await stage.text(WANG, "/roster")
    reply = await stage.say(WANG, "", pressed="org:n:p:qyc")
    assert reply is not None
    assert "王芳" not in reply.text


async def test_a_table_is_previewed_and_imported(stage: Stage) -> None:
    codes = await joined(stage)
    await stage.say(WANG, codes["王芳"])
    sent = table("姓名,单位\n李强,沁园春小区党支部\n孙立,况场村党支部\n")
    text = await stage.text(BOSS, "", attachments=sent)
    assert "新增 1 人，保留 1 人，去掉 2 人。去掉的人里有 1 人绑定了账号" in text
    assert len(await stage.org.roster()) == 3
    assert "已导入" in await stage.press_text(BOSS, "导入")
    assert [entry.name for entry in await stage.org.roster()] == ["李强", "孙立"]


async def test_a_table_is_fetched_from_the_platform(stage: Stage) -> None:
    sent = (Attachment("document", "花名册.csv", file_id="f1"),)
    stage.channel.files["f1"] = "姓名,单位\n李强,qyc\n".encode()
    assert "新增 1 人" in await stage.text(BOSS, "", attachments=sent)
    stage.channel.files["f1"] = b"x" * (FILE_BYTES_MAX + 1)
    assert "5 MB" in await stage.text(BOSS, "", attachments=sent)
    stage.channel.broken["f1"] = SendLater(1)
    assert "再发一次" in await stage.text(BOSS, "", attachments=sent)


async def test_a_table_with_slips_changes_nothing(stage: Stage) -> None:
    text = await stage.text(BOSS, "", attachments=table("姓名,单位\n李强,某村\n"))
    assert "一行都没有导入" in text
    assert "第 2 行：没有“某村”这个组织" in text
    assert labels(stage.last[BOSS.id]) == []
    assert ".xlsx" in await stage.text(BOSS, "", attachments=table("旧", "名册.xls"))


async def test_an_import_is_dropped_or_too_old(stage: Stage) -> None:
    sent = table("姓名,单位\n李强,qyc\n")
    await stage.say(BOSS, "", attachments=sent)
    assert "已取消" in await stage.press_text(BOSS, "取消")
    await stage.say(BOSS, "", attachments=sent)
    preview = stage.last[BOSS.id]
    stage.clock.forward(901)
    assert "再发一次" in await stage.press_text(BOSS, "导入")
    stage.last[BOSS.id] = preview
    assert "再发一次" in await stage.press_text(BOSS, "导入"), "a button works once"
    await stage.say(BOSS, "", attachments=sent)
    other = Person("9", admin=True)
    stage.last[other.id] = stage.last[BOSS.id]
    assert "再发一次" in await stage.press_text(other, "导入")
    assert await stage.org.roster() == []


async def test_only_an_admin_in_private_imports(stage: Stage) -> None:
    sent = table("姓名,单位\n李强,qyc\n")
    assert await stage.say(WANG, "看这个", attachments=sent) == DESK
    assert await stage.say(BOSS, "看这个", GROUP, attachments=sent) == DESK
    assert await stage.say(BOSS, "看这个", attachments=table("x", "活动.pdf")) == DESK
    await stage.say(BOSS, "", attachments=sent)
    stage.last[WANG.id] = stage.last[BOSS.id]
    assert "给管理员" in await stage.press_text(WANG, "导入")
    assert await stage.org.roster() == []


async def test_forgotten_tables_and_accounts(stage: Stage) -> None:
    codes = await joined(stage)
    await stage.say(WANG, codes["王芳"])
    await stage.say(BOSS, "", attachments=table("姓名,单位\n李强,qyc\n"))
    for feature in stage.features.all():
        await feature.forget("telegram", WANG.id)
        await feature.forget("telegram", BOSS.id)
    assert await stage.org.member("telegram", WANG.id) == []
    assert "再发一次" in await stage.press_text(BOSS, "导入")
