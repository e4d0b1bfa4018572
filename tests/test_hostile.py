"""Whatever members write, press, send or are called: no crash, no markup, no file, no secret."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.organisation import Role
from tests.hostile import GROUP, INPUTS, PARTS, PEOPLE, Desk, build_desk, faults

TABLE: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "authorisation.yaml").read_text(encoding="utf-8")
)
ADMIN, SECRETARY, MEMBER, STRANGER = PEOPLE.values()
SHORT = [text for text in INPUTS if len(text) < 200]


@pytest.fixture
async def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Desk]:
    here = tmp_path / "a" / "b" / "c"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    desk = await build_desk(here)
    assert not faults(desk.sent())
    before = files(tmp_path)
    caplog.clear()
    caplog.set_level(logging.WARNING)
    yield desk
    assert faults(desk.sent()) == []
    errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert errors == []
    await desk.close()
    new = {name for name in files(tmp_path) - before if "desk.db" not in name}
    assert {name.rpartition("/")[2] for name in new} <= OURS, f"a file where none may be: {new}"


OURS = {".changes.jsonl", ".changes.lock", ".locks.json"}
"""What changing and locking leave beside the knowledge."""


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def check(desk: Desk) -> None:
    assert faults(desk.sent()) == []


@pytest.mark.parametrize("text", INPUTS, ids=range(len(INPUTS)))
async def test_words(desk: Desk, text: str) -> None:
    """As a question, after a call name, in a title, in a name, under a file, to a draft."""
    names = {name for feature in desk.features.all() for name in feature.commands}
    for who in PEOPLE.values():
        await desk.say(who, text, title=text[:120])
        await desk.say(who, f"小党，{text}", GROUP, title=text[:120])
        check(desk)
    for name in sorted(names | set(desk.desk.commands)):
        for who in (ADMIN, SECRETARY, STRANGER):
            await desk.say(who, f"/{name} {text}")
        await desk.say(ADMIN, f"/{name} {text}", GROUP)
        check(desk)
    for who in (ADMIN, SECRETARY, STRANGER):
        await desk.say(who, f"/notice 会议通知 {text}")
        for _ in range(3):
            await desk.say(who, text)
        await desk.send_file(who, f"../../{text[:40]}/名册.csv", text[:900], table(text))
        await desk.send_file(who, "../../../evil.txt", "", text.encode("utf-8", "replace"))
        check(desk)


def table(text: str) -> bytes:
    cell = text.replace('"', '""').replace("\x00", "")[:200]
    return f'姓名,单位\n"{cell}","{cell}"\n'.encode("utf-8", "replace")


@pytest.mark.parametrize("text", SHORT, ids=range(len(SHORT)))
async def test_a_notice_with_these_words_goes_out_as_they_are(desk: Desk, text: str) -> None:
    await desk.say(ADMIN, f"/notice 会议通知 正文 {text}")
    shown = [given["text"] for name, given in desk.request.calls if name == "sendMessage"]
    assert shown
    check(desk)
    for number in range(2, 6):
        for revision in range(1, 6):
            await desk.press(ADMIN, f"notices:go:{number}:{revision}")
    await desk.deliver()
    check(desk)


def presses() -> Iterator[str]:
    """Every known button, one field of it replaced by each odd one; and none that is known."""
    known = {row["press"].replace("{secretary}", "1").replace("{helper}", "2")
             for row in TABLE if "press" in row}  # fmt: skip
    known |= {
        "e:0123456789ab",
        "k:services",
        "c:2020-07",
        "c:2020-07@0a0b0c0d:ics",
        "c:2020-07:ics",
    }
    found = set(known)
    for data in known:
        fields = data.split(":")
        for number in range(1, len(fields) + 1):
            for part in PARTS:
                found.add(":".join([*fields[:number], part, *fields[number + 1 :]]))
    found |= {f"{data.split(':')[0]}:{part}:{other}" for data in known
              for part in PARTS for other in PARTS[:8]}  # fmt: skip
    for verb in "abcdefghijklmnopqrstuvwxyz":
        found |= {f"notices:{verb}:2:{part}" for part in PARTS}
        found |= {f"org:{verb}:{part}:{other}" for part in "opsxyw" for other in PARTS[:8]}
    fitting = {data.encode("utf-8", "ignore")[:64].decode("utf-8", "ignore") for data in found}
    yield from sorted(fitting | {"", ":", "\x00", "x" * 64})


def dealt(count: int) -> list[list[str]]:
    """All presses in a few hands."""
    rows = list(presses())
    return [rows[number::count] for number in range(count)]


@pytest.mark.unmeasured
@pytest.mark.parametrize("rows", dealt(8), ids=range(8))
async def test_buttons(desk: Desk, rows: list[str]) -> None:
    """Presses can be forged: their data may be anything."""
    for number, data in enumerate(rows):
        who = (ADMIN, SECRETARY, STRANGER)[number % 3]
        await desk.press(ADMIN, data)
        await desk.press(who, data, GROUP if number % 2 else 0)
        check(desk)
    granted = {(one.member_id, one.role) for one in await desk.org.grants()}
    assert all(member in map(str, PEOPLE.values()) for member, _ in granted)
    assert (str(STRANGER), Role.SECRETARY) not in granted


def test_there_are_enough_of_both() -> None:
    assert len(INPUTS) > 25
    assert len(list(presses())) > 3000


async def test_the_database_has_all_its_tables_and_people(desk: Desk) -> None:
    for text in SHORT:
        await desk.say(STRANGER, f"/join {text}")
        await desk.say(ADMIN, f"/grant 书记 {text}")
        await desk.say(ADMIN, f"/bind {text}", GROUP)
    assert [one.member_id for one in await desk.org.grants()] == [str(SECRETARY)]
    assert {one.name for one in await desk.org.roster()} == {"王芳", "=cmd()"}
    check(desk)
