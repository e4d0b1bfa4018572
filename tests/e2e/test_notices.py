"""A notice queued by the command line is sent by the desk that runs on the same database."""

from __future__ import annotations

import asyncio
import json
import sys

from tests.bot_api import BotApiServer, refused
from tests.e2e.process import Program


async def dangbot(program: Program, *args: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *args,
        cwd=program.folder, env=program.environment(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode or 0, out.decode(), err.decode()


async def test_from_the_command_line_to_the_groups(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    groups = [server.group(f"第{number}支部", wang) for number in range(3)]
    program.settings["DANGBOT_TELEGRAM__APPROVED_CHATS"] = ",".join(
        str(group.id) for group in groups
    )
    text = "category: 会议通知\ntext: 七一党课在二楼\ntargets: all\nreceipt: true\n"
    (program.folder / "n.yaml").write_text(text, encoding="utf-8")
    server.faults.next(refused(), "sendMessage", chat_id=groups[2].id)
    await program.start()
    code, out, err = await dangbot(program, "notice", "send", "n.yaml", "--yes")
    assert (code, out) == (0, "1\n"), err
    for group in groups[:2]:
        call = await server.next_sent(group)
        assert "七一党课在二楼" in call.text
        assert call.labels == ("收到", "请假", "有疑问")
    query = server.press(groups[0], wang, "收到")
    answer = await server.answer_to(query)
    assert answer.params["text"].startswith("已记下：收到")
    await server.wait_for(lambda book: book.edited(groups[0].id))
    assert server.ledger.edited(groups[0].id)[-1].labels == ("收到 1", "请假", "有疑问")
    code, out, err = await dangbot(program, "notice", "report", "1", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["total"], told["sent"], told["failed"]) == (3, 2, 1)
    by_chat = {target["chat_id"]: target for target in told["targets"]}
    sent = server.ledger.sent(groups[0].id)[0]
    assert by_chat[groups[0].id]["message_id"] == sent.message_id
    assert "屏蔽" in by_chat[groups[2].id]["reason"]
    assert [len(server.ledger.sent(group.id)) for group in groups] == [1, 1, 0]
