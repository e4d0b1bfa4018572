"""``dangbot replay``: yesterday's questions to the edited files; what changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.calendar.agenda import when_ok
from bot.cli.common import ZONE, KnowledgeOption, NowOption, PlaceOption, open_desk, read_now
from bot.dialogue.engine import Desk
from bot.dialogue.replay import KINDS, Asked, Compared, Heard, counted, replay
from bot.dialogue.views import OPERATOR
from bot.errors import ConfigError, KnowledgeError
from bot.knowledge.cache import Cache
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load_snapshot
from bot.knowledge.problems import report
from bot.knowledge.snapshot import Snapshot, take
from bot.knowledge.versions import committed, good_versions, last_good

SHOWN_CHARS = 70
GOOD, GIT = "good", "git"


def replay_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="文件", help="问过的话：每行一句，或每行一个 JSON（q、now、history）"
        ),
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="哪一份",
            help="和哪一份比：文件夹；good 是上一份用过的好资料；git 或 git:版本 是提交过的。"
            "不写就先找 git，再找 good",
        ),
    ] = None,
    now: NowOption = None,
    place: PlaceOption = None,
    knowledge: KnowledgeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，每句一项")] = False,
) -> None:
    """把问过的话拿改过的资料再问一遍，列出答得和原来不一样的。只看，不改任何文件。"""
    folder = knowledge or shipped_folder()
    questions = _questions(file, now)
    old = _base(folder, against)
    after = open_desk(folder, place)
    before = _desk(old, place)
    rows = replay(questions, before, after)
    if as_json:
        typer.echo(json.dumps([_row(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        for kind in KINDS[:-1]:
            for row in rows:
                if row.kind == kind:
                    typer.echo(_lines(row))
    numbers = "，".join(f"{kind} {count}" for kind, count in counted(rows).items())
    typer.echo(f"{len(rows)} 句，和 {old.folder} 比：{numbers}。", err=True)


def _base(folder: Path, against: str | None) -> Snapshot:
    if against is None:
        try:
            return committed(folder)
        except ConfigError:
            against = GOOD
    if against == GOOD:
        found = last_good(folder, good_versions())
        if found is None:
            hint = "用 --against 文件夹，指另一份资料；或 --against git:版本"
            raise ConfigError("还没有用过的好资料可比", hint)
        return found
    if against == GIT or against.startswith(f"{GIT}:"):
        return committed(folder, against.partition(":")[2] or "HEAD")
    return take(Path(against))


def _desk(snapshot: Snapshot, place: str | None) -> Desk:
    loaded = load_snapshot(snapshot, when_ok)
    if loaded.library is None:
        raise KnowledgeError(f"用来比的那一份 {snapshot.folder}：\n{report(loaded.errors())}")
    desk = Desk(loaded.library, home=place or "", zone=ZONE, store=Cache())
    return desk.seen_by(OPERATOR)


def _questions(file: Path, now: str | None) -> list[Asked]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不了 {file}：{error}", "检查文件是否存在、是否 UTF-8 编码") from None
    default = read_now(now)
    found: list[Asked] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        if not text.startswith("{"):
            found.append(Asked(text, default))
            continue
        row = _json_row(text, number)
        moment = read_now(row["now"]) if row.get("now") else default
        found.append(Asked(row["q"], moment, tuple(row.get("history") or ())))
    if not found:
        raise ConfigError(f"{file} 里没有问题", "每行写一句问话")
    return found


def _json_row(text: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    history = row.get("history") or [] if isinstance(row, dict) else None
    sound = (
        isinstance(row, dict)
        and isinstance(row.get("q"), str)
        and isinstance(row.get("now") or "", str)
        and isinstance(history, list)
        and all(isinstance(item, str) for item in history)
    )
    if not sound or not isinstance(row, dict):
        hint = "每行一句问话，或一个有 q 的 JSON；now 是时间，history 是一列先前的话"
        raise ConfigError(f"第 {number} 行看不懂", hint)
    return row


def _lines(row: Compared) -> str:
    return (
        f"{row.kind}：“{row.asked.text}”\n  原来：{_short(row.before)}\n  现在：{_short(row.after)}"
    )


def _short(heard: Heard) -> str:
    where = f"{heard.led_to}（{heard.place}）" if heard.place else heard.led_to
    text = " ".join(heard.text.split())
    return f"{where} {text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + '…'}"


def _row(row: Compared) -> dict[str, object]:
    def told(heard: Heard) -> dict[str, str]:
        return {"led_to": heard.led_to, "text": heard.text, "place": heard.place}

    return {
        "q": row.asked.text,
        "change": row.kind,
        "before": told(row.before),
        "after": told(row.after),
    }
