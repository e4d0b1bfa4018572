"""A group is bound, a secretary made and a member joined, with the real program."""

from __future__ import annotations

import re
from pathlib import Path

from bot.storage.sheets import write_xlsx
from tests.bot_api import BotApiServer, Call, Chat, User
from tests.e2e.process import Program

UNITS = """\
units:
  - {id: jy, name: 江阳区委, place: 江阳区}
  - {id: jd, name: 北城街道大工委, parent: jy}
  - {id: qyc, name: 沁园春小区党支部, parent: jd}
"""
CODE = re.compile(r"/join ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})")


def prepared(program: Program, admin_id: int, chat_id: int) -> None:
    file = program.folder / "units.yaml"
    Path(file).write_text(UNITS, encoding="utf-8")
    program.settings |= {
        "DANGBOT_ORGANISATION__FILE": str(file),
        "DANGBOT_TELEGRAM__ADMINS": str(admin_id),
        "DANGBOT_TELEGRAM__APPROVED_CHATS": str(chat_id),
    }


async def tap(server: BotApiServer, chat: Chat, user: User, label: str) -> Call:
    """Press a button and wait until the message has changed."""
    before = len(server.ledger.edited(chat.id))
    server.press(chat, user, label)
    edits = await server.wait_for(lambda book: book.edited(chat.id)[before:])
    return edits[0]


async def test_bound_in_a_topic_by_buttons_over_a_restart(
    server: BotApiServer, program: Program
) -> None:
    admin = server.user("赵主任")
    wang = server.user("王芳")
    forum = server.group("沁园春群", admin, wang, forum=True)
    prepared(program, admin.id, forum.id)
    await program.start()
    thread = server.topic(forum, "通知")
    server.say(forum, wang, "/bind qyc", thread_id=thread)
    assert "只给管理员" in (await server.next_sent(forum)).text
    server.say(forum, admin, "/bind", thread_id=thread)
    first = await server.next_sent(forum)
    assert first.thread_id == thread
    await server.answer_to(server.press(forum, wang, "北城街道大工委（1）"))
    for label in ("北城街道大工委（1）", "沁园春小区党支部"):
        last = await tap(server, forum, admin, label)
    assert last.message_id == first.message_id
    assert f"发到：话题 {thread}" in last.text
    assert "地点：江阳区（随组织）" in last.text
    assert await program.stop() == 0
    await program.start()
    await tap(server, forum, admin, "改免打扰")
    assert "免打扰：21:00-08:00" in (await tap(server, forum, admin, "21:00-08:00")).text
    done = await tap(server, forum, admin, "完成")
    assert "已绑定：江阳区委 → 北城街道大工委" in done.text
    assert done.labels == ()
    assert await program.stop() == 0
    assert f"拒绝：编号 {wang.id} 在 {forum.id} 用 /bind" in program.log
    assert "王芳" not in program.log


async def test_a_secretary_by_a_code_and_taken_back(server: BotApiServer, program: Program) -> None:
    admin, wang = server.user("赵主任"), server.user("王芳")
    office, home = server.private(admin), server.private(wang)
    group = server.group("沁园春群", admin, wang)
    prepared(program, admin.id, group.id)
    await program.start()
    server.say(office, admin, "/grant 书记 北城")
    found = CODE.search((await server.next_sent(office)).text)
    assert found is not None
    server.say(home, wang, found.group(1).lower())
    assert "您现在是书记：江阳区委 → 北城街道大工委。" in (await server.next_sent(home)).text
    told = await server.next_sent(office)
    assert f"编号 {wang.id} 现在是书记" in told.text
    server.say(home, wang, "/roles")
    assert "您是书记" in (await server.next_sent(home)).text
    await tap(server, office, admin, "收回")
    assert "已收回" in (await tap(server, office, admin, "确定收回")).text
    server.say(home, wang, "/roles")
    assert "没有特别的角色" in (await server.next_sent(home)).text
    assert await program.stop() == 0
    assert found.group(1) not in program.log


async def test_a_member_joins_with_a_code_from_the_command_line(
    server: BotApiServer, program: Program
) -> None:
    admin, wang = server.user("赵主任"), server.user("王芳")
    home = server.private(wang)
    prepared(program, admin.id, server.group("群", admin).id)
    await program.start()
    table = program.folder / "names.csv"
    table.write_bytes("姓名,单位\n王芳,沁园春小区党支部\n".encode("gbk"))
    out = program.folder / "codes.csv"
    assert await program.command("roster", "import", str(table), "--yes") == 0
    assert await program.command("roster", "codes", "--out", str(out)) == 0
    code = out.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[2]
    server.say(home, wang, f"/start {code}")
    assert "已绑定：王芳，江阳区委" in (await server.next_sent(home)).text
    server.say(home, wang, "/leave")
    await server.next_sent(home)
    assert "已退出" in (await tap(server, home, wang, "确定退出")).text


async def test_a_roster_is_sent_as_a_file(server: BotApiServer, program: Program) -> None:
    admin, wang = server.user("赵主任"), server.user("王芳")
    office, home = server.private(admin), server.private(wang)
    prepared(program, admin.id, server.group("群", admin).id)
    await program.start()
    table = write_xlsx(["姓名", "单位"], [["王芳", "沁园春小区党支部"], ["李强", "某处"]])
    server.say_document(office, admin, "花名册.xlsx", table)
    assert "第 3 行：没有“某处”这个组织" in (await server.next_sent(office)).text
    table = write_xlsx(["姓名", "单位"], [["王芳", "沁园春小区党支部"]])
    server.say_document(home, wang, "花名册.xlsx", table)
    assert "看得懂文字" in (await server.next_sent(home)).text
    server.say_document(office, admin, "花名册.xlsx", table)
    assert "新增 1 人" in (await server.next_sent(office)).text
    assert "已导入" in (await tap(server, office, admin, "导入")).text
    server.say(office, admin, "/roster")
    assert "名册上 1 人，已绑定 0 人" in (await server.next_sent(office)).text
