"""A day of chat, told as a minute: afterwards log and database are searched for what was said.

What may stand there is listed exactly; everything else that a member said, is called or can be
reached by must not.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing

import pytest

from tests.bot_api import BotApiServer, Chat, User, refused
from tests.e2e.process import Program
from tests.e2e.test_organisation import UNITS, tap

NAMES = ("欧阳若曦", "司马砚秋", "端木清越", "上官听雪", "诸葛望舒", "皇甫惊鸿")
PHONES = ("13987654321", "0530-7788991", "15611223344")
SAID = (
    f"我是欧阳若曦，电话{PHONES[0]}，红色代办能办什么",
    f"我家水管漏了谁来修，打{PHONES[1]}找司马砚秋",
    "端木清越想问问玉兰树为什么秃了顶",
    "诸葛望舒昨天和楼上吵架了怎么办",
    "红色驿站在哪",
    "皇甫惊鸿说她不想交党费",
    "'; DROP TABLE roster; --",
)
CORRECTED = f"改一下，电话是{PHONES[2]}，红色代办怎么申请"
NOTICE = "七一党课改到二楼会议室"
ROSTERED = NAMES[0]
PEOPLE = (*NAMES, *PHONES)
"""What members are called and can be reached by."""
WORDS = ("水管", "玉兰树", "吵架", "不想交党费", "DROP TABLE", "改一下")
"""Of what they said."""
STRIPPED = {("questions", "text"), ("questions", "key")}
"""Where words may stand: questions without an answer, without whose they were."""
ALLOWED = {("roster", "name"): {ROSTERED}}
"""Table and column -> what may stand there: the roster holds the names that it was given."""
IDS_ALLOWED = {
    ("roster", "member_id"),
    ("notice_receipts", "member_id"),
    ("audit", "member_id"),
    ("outbox_slots", "chat_id"),
}
"""Where a member's number may stand."""


def cells(program: Program) -> list[tuple[str, str, str]]:
    """Every value of every table: table, column, text."""
    found = []
    with closing(sqlite3.connect(program.folder / "desk.db")) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - our tables
                found += [(table, key, str(row[key])) for key in row.keys()]  # noqa: SIM118
    return found


def break_receipts(program: Program, *, broken: bool) -> None:
    """The database refuses receipts; its error carries the values of the statement."""
    sql = (
        "CREATE TRIGGER broken BEFORE INSERT ON notice_receipts "
        "BEGIN SELECT RAISE(ABORT, 'no receipts today'); END"
    )
    with closing(sqlite3.connect(program.folder / "desk.db", timeout=10)) as connection:
        connection.execute(sql if broken else "DROP TRIGGER broken")
        connection.commit()


async def morning(server: BotApiServer, program: Program, member: User) -> None:
    """A roster is brought in, and one member joins it."""
    table = program.folder / "names.csv"
    table.write_bytes(f"姓名,单位\n{ROSTERED},沁园春小区党支部\n".encode("gbk"))
    assert await program.command("roster", "import", str(table), "--yes") == 0
    out = program.folder / "codes.csv"
    assert await program.command("roster", "codes", "--out", str(out)) == 0
    table.unlink()
    code = out.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[2]
    out.unlink()
    home = server.private(member)
    server.say(home, member, f"/start {code}")
    assert "已绑定" in (await server.next_sent(home)).text


async def chatter(server: BotApiServer, group: Chat, people: list[User]) -> None:
    """Questions in private and in the group, one corrected; a broken update; a refused answer."""
    for person, text in zip(people, SAID, strict=False):
        home = server.private(person)
        server.say(home, person, text)
        await server.next_sent(home)
        server.say(group, person, f"小党，{text}")
        await server.next_sent(group)
    home = server.private(people[0])
    message = server.say(home, people[0], SAID[0])
    await server.next_sent(home)
    server.edit_message(message, CORRECTED)
    await server.wait_for(lambda book: book.edited(home.id))
    server.updates.add("message", {"message_id": "kein", "text": SAID[1], "chat": {"x": NAMES[3]}})
    server.updates.add(
        "callback_query", {"id": 5, "data": SAID[2], "from": {"first_name": NAMES[4]}}
    )
    server.faults.next(refused(f"{NAMES[4]} blocked the bot"), "sendMessage", chat_id=group.id)
    server.say(group, people[1], f"小党，{SAID[1]}")
    await server.wait_for(lambda book: book.refused(chat_id=group.id))


async def test_a_day_leaves_no_words_and_no_names(server: BotApiServer, program: Program) -> None:
    admin = server.user("管理员甲")
    people = [server.user(name, f"handle_{number}") for number, name in enumerate(NAMES)]
    group = server.group("沁园春群", admin, *people)
    file = program.folder / "units.yaml"
    file.write_text(UNITS, encoding="utf-8")
    program.settings |= {
        "DANGBOT_ORGANISATION__FILE": str(file),
        "DANGBOT_TELEGRAM__ADMINS": str(admin.id),
        "DANGBOT_TELEGRAM__APPROVED_CHATS": str(group.id),
        "DANGBOT_LIMITS__MESSAGES": "1000",
    }
    await program.start()
    await morning(server, program, people[0])
    await chatter(server, group, people)
    office = server.private(admin)
    server.say(office, admin, f"/notice 会议通知 回执 {NOTICE}")
    for _ in ("as the group will see it", "what to do with it"):
        await server.next_sent(office)
    await tap(server, office, admin, "确认发送")
    call = await server.wait_for(
        lambda book: [one for one in book.sent(group.id) if NOTICE in one.text], 20
    )
    assert call
    break_receipts(program, broken=True)
    for person in people[1:3]:
        refused_press = await server.answer_to(server.press(group, person, "收到"), 15)
        assert "已记下" not in refused_press.params.get("text", "")
    server.say(server.private(people[4]), people[4], SAID[3])
    await server.next_sent(server.private(people[4]), 15)
    break_receipts(program, broken=False)
    answer = await server.answer_to(server.press(group, people[3], "收到"), 15)
    assert "已记下" in answer.params["text"]
    assert await program.stop() == 0
    assert program.log.count("\n") > 2, "there is a log to be searched"
    assert "出错" in program.log, "the database error was to be seen"
    ids = [str(person.id) for person in people]
    for word in (*PEOPLE, *WORDS, *ids, *(f"handle_{n}" for n in range(len(people))), NOTICE):
        assert word not in program.log, word
    for table, column, text in cells(program):
        for word in PEOPLE if (table, column) in STRIPPED else (*PEOPLE, *WORDS):
            allowed = text in ALLOWED.get((table, column), set())
            assert allowed or word not in text, f"{table}.{column}: {text}"
        if any(number in text for number in ids):
            assert (table, column) in IDS_ALLOWED, f"{table}.{column}: {text}"
    for path in program.folder.glob("desk.db*"):
        raw = path.read_bytes()
        for word in PEOPLE:
            if word != ROSTERED:
                assert word.encode() not in raw, f"{path.name}: {word}"


@pytest.mark.parametrize("kind", ["main", "task", "thread"])
async def test_errors_that_nobody_caught_are_told_without_their_values(kind: str) -> None:
    code = f"""
import asyncio, logging, threading, warnings
from zoneinfo import ZoneInfo
from bot.logs import PlainFormatter, catch_the_rest, to_stderr
to_stderr(PlainFormatter("", ZoneInfo("Asia/Shanghai")), logging.DEBUG)
catch_the_rest()
def fails():
    raise ValueError("{NAMES[0]} {PHONES[0]}")
async def task():
    one = asyncio.create_task(asyncio.to_thread(fails))
    await asyncio.sleep(0.2)
    del one
if "{kind}" == "task":
    asyncio.run(task(), debug=True)
elif "{kind}" == "thread":
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
else:
    try:
        fails()
    except ValueError as error:
        warnings.warn("{PHONES[0]}")
        raise RuntimeError("{NAMES[0]}") from error
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    said = err.decode()
    assert "ValueError" in said
    assert NAMES[0] not in said
    assert PHONES[0] not in said
    assert "Traceback" not in said
