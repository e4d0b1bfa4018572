"""Files mended while the real program runs: what members hear, and what admins are told."""

from __future__ import annotations

from pathlib import Path

from tests.bot_api import BotApiServer
from tests.cli.runner import TOPIC
from tests.e2e.process import Program
from tests.knowledge.folder import SOURCES

QUESTION = "红色驿站有几处"


def save(folder: Path, topic: str) -> None:
    for name, text in {"practices/yizhan.yaml": topic, "sources.yaml": SOURCES}.items():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def test_from_a_wrong_answer_to_the_right_one(server: BotApiServer, program: Program) -> None:
    admin, wang = server.user("赵主任"), server.user("王芳")
    office, chat = server.private(admin), server.private(wang)
    save(program.folder, TOPIC)
    program.settings["DANGBOT_KNOWLEDGE"] = str(program.folder / "files")
    program.settings["DANGBOT_TELEGRAM__ADMINS"] = str(admin.id)
    program.settings["XDG_CACHE_HOME"] = str(program.folder / "cache")
    await program.start()
    server.say(chat, wang, QUESTION)
    assert (await server.next_sent(chat)).text.startswith("12 处")

    save(program.folder, TOPIC.replace("answer: 12 处", "anser: 21 处"))
    told = (await server.next_sent(office)).text
    assert "practices/yizhan.yaml:14: 错误：不认识的名称“anser”（是不是想写“answer”）" in told
    server.say(chat, wang, QUESTION)
    assert (await server.next_sent(chat)).text.startswith("12 处")
    server.say(office, admin, "/reload")
    assert "没有换上" in (await server.next_sent(office)).text

    save(program.folder, TOPIC.replace("answer: 12 处", "answer: 21 处"))
    assert (await server.next_sent(office)).text.startswith("资料已改好")
    server.say(chat, wang, QUESTION)
    assert (await server.next_sent(chat)).text.startswith("21 处")
    server.say(chat, wang, "/reload")
    assert "管理员" in (await server.next_sent(chat)).text


async def test_a_start_on_faulty_files(server: BotApiServer, program: Program) -> None:
    admin, wang = server.user("赵主任"), server.user("王芳")
    office, chat = server.private(admin), server.private(wang)
    program.settings["DANGBOT_KNOWLEDGE"] = str(program.folder / "files")
    program.settings["DANGBOT_TELEGRAM__ADMINS"] = str(admin.id)
    program.settings["XDG_CACHE_HOME"] = str(program.folder / "cache")
    save(program.folder, TOPIC.replace("answer: 12 处", "anser: 12 处"))
    await program.start(wait=False)
    assert await program.ended() == 1
    assert "practices/yizhan.yaml:14: 错误" in program.log

    save(program.folder, TOPIC)
    await program.start()
    assert await program.stop() == 0
    save(program.folder, TOPIC.replace("answer: 12 处", "anser: 12 处"))
    await program.start()
    assert "暂用上一份好的资料" in (await server.next_sent(office)).text
    server.say(chat, wang, QUESTION)
    assert (await server.next_sent(chat)).text.startswith("12 处")
    save(program.folder, TOPIC)
    assert (await server.next_sent(office)).text.startswith("资料已改好")
