"""From a question in vain to the answer, with the real program: asked, seen, mended, told once."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

from tests.bot_api import BotApiServer, Chat, User
from tests.cli.runner import TOPIC
from tests.e2e.process import Program
from tests.e2e.test_organisation import tap
from tests.e2e.test_reload import save

ASKED = "我是王建国，电话13800138000，晾衣绳归谁管"
STRIPPED = "我是〔姓名〕，电话〔号码〕，晾衣绳归谁管"
MENDED = f"""{TOPIC}  - id: liangyi
    title: 驿站：晾衣绳
    ask: [晾衣绳归谁管, 晾衣绳坏了找谁]
    answer: 晾衣绳归驿站管，坏了在驿站登记。
"""
TOLD = f"您问过“{STRIPPED}”，现在有答案了：\n\n晾衣绳归驿站管"
ASK = "有答案时告诉我"


async def opened(server: BotApiServer, program: Program) -> tuple[User, Chat, User, Chat]:
    """The program runs; an admin and a member with their private chats."""
    admin, wang = server.user("赵主任"), server.user("王芳")
    save(program.folder, TOPIC)
    program.settings |= {
        "DANGBOT_KNOWLEDGE": str(program.folder / "files"),
        "DANGBOT_TELEGRAM__ADMINS": str(admin.id),
        "XDG_CACHE_HOME": str(program.folder / "cache"),
    }
    await program.start()
    return admin, server.private(admin), wang, server.private(wang)


def kept(folder: Path) -> str:
    """All that stands in the tables of the inbox."""
    connection = sqlite3.connect(folder / "desk.db")
    tables = ("questions", "question_days", "question_waits")
    rows = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]  # noqa: S608
    connection.close()
    return str(rows)


async def test_asked_in_vain_seen_without_names_mended_and_told_once(
    server: BotApiServer, program: Program
) -> None:
    admin, office, wang, chat = await opened(server, program)
    server.say(chat, wang, ASKED)
    asked = await server.next_sent(chat)
    data = _data(asked.message, ASK)
    assert str(wang.id) not in kept(program.folder)
    edit = await tap(server, chat, wang, ASK)
    assert edit.message_id == asked.message_id
    assert f"记下了：“{STRIPPED}”" in edit.text
    server.press_data(asked.message, wang, data)  # type: ignore[arg-type]

    server.say(office, admin, "/inbox")
    listed = (await server.next_sent(office)).text
    assert f"1. “{STRIPPED}”\n问 1 次" in listed
    assert "1 位在等答案" in listed
    assert "还是答不上" in (await tap(server, office, admin, "看 1")).text
    for word in ("王建国", "13800138000"):
        assert word not in kept(program.folder)

    save(program.folder, MENDED)
    told = await server.next_sent(chat)
    assert told.text.startswith(TOLD)
    assert str(wang.id) not in kept(program.folder)
    server.say(office, admin, "/inbox")
    await server.next_sent(office)
    assert "已经答得上" in (await tap(server, office, admin, "看 1")).text
    assert "已从收件箱拿掉" in (await tap(server, office, admin, "已解决")).text
    assert kept(program.folder) == "[[], [], []]"
    assert await program.stop() == 0
    await program.start()
    server.say(chat, wang, "晾衣绳归谁管")
    assert (await server.next_sent(chat)).text.startswith("晾衣绳归驿站管")
    assert server.ledger.texts(chat.id).count(told.text) == 1
    assert await program.stop() == 0
    for word in ("王建国", "13800138000", "晾衣绳"):
        assert word not in program.log


async def test_who_waits_outlives_a_crash(server: BotApiServer, program: Program) -> None:
    admin, _, wang, chat = await opened(server, program)
    group = server.group("群", admin, wang)
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = str(group.id)
    assert await program.stop() == 0
    await program.start()
    server.say(group, wang, "小党，晾衣绳归谁管")
    assert ASK in (await server.next_sent(group)).labels
    query = server.press(group, wang, ASK)
    answer = await server.answer_to(query)
    assert answer.params["text"] == "记下了，有答案时私聊告诉您。"
    assert "取消等待" in (await server.next_sent(chat)).labels
    await program.stop(signal.SIGKILL)
    save(program.folder, MENDED)
    await program.start()
    assert "现在有答案了" in (await server.next_sent(chat)).text
    assert str(wang.id) not in kept(program.folder)


def _data(message: object, label: str) -> str:
    buttons = message.buttons  # type: ignore[attr-defined]
    return next(str(button["callback_data"]) for button in buttons if button["text"] == label)
