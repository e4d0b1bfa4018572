"""An admin's private chat with the real desk on a folder of its own, and a group that asks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import considering
from bot.calendar.agenda import when_ok
from bot.dialogue.editions import CurrentDesk, live_desk
from bot.dialogue.engine import Desk
from bot.features.access.gate import Gate
from bot.features.editing.feature import Editing
from bot.features.routing import Router
from bot.knowledge.edit import Editor
from bot.knowledge.folder import shipped_folder
from bot.knowledge.live import Live
from bot.messages import Reply
from bot.storage.database import Database
from tests.fakes import FakeClock
from tests.features.stage import BOSS, PLENTY, Person, Stage, build_stage, buttons
from tests.knowledge.folder import SOURCES, build

BOSS_TWO = Person("2", admin=True)
MEMBER = Person("40004")
FILE = "services/zhaocha.yaml"
TOPIC = """\
# 抬头的备注
id: zhaocha
title: 柳溪：便民代办
aliases: [便民代办, 代办点]
source: s1
overview:
  ask:
    - 介绍一下便民代办
    - 便民代办是怎么回事
  answer: 便民代办是柳溪社区给居民跑腿办手续的服务，有窗口和上门两种。
sections:
  # 在哪里
  - id: nali
    title: 便民代办：在哪里办
    ask:
      - 便民代办在哪里办
      - 代办点设在什么地方
    answer: 在柳溪社区党群服务中心一楼，工作日都有人。  # 核对过

  - id: shenme
    title: 便民代办：能办什么
    ask:
      - 便民代办能办什么
      - 代办点管哪些手续
    answer: 营业执照、社保登记、老年证这三样都能代办。
tests:
  - ask: 代办点在哪
    expect: nali
"""
OTHER = """\
id: dangke
title: 柳溪：每月党课
source: s1
overview:
  ask:
    - 介绍一下每月党课
    - 党课是怎么安排的
  answer: 每月第一个星期五下午三点在二楼会议室上党课，支部书记主讲。
sections:
  - id: jiangshi
    title: 每月党课：谁来讲
    ask:
      - 党课谁来讲
      - 党课的老师是谁
    answer: 支部书记主讲，每季度请一位老党员讲一次。
"""
SMALL = {FILE: TOPIC, "activities/dangke.yaml": OTHER, "sources.yaml": SOURCES}


@dataclass
class Office:
    """Everything that a test of editing looks at."""

    stage: Stage
    live: Live[Desk]
    folder: Path
    editor: Editor
    database: Database

    @property
    def editing(self) -> Editing:
        found = self.stage.features.editing
        assert isinstance(found, Editing)
        return found

    def text(self, file: str = FILE) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    async def say(self, text: str, who: Person = BOSS) -> Reply:
        reply = await self.stage.say(who, text)
        assert reply is not None
        return reply

    async def tap(self, label: str, who: Person = BOSS) -> Reply:
        """Press a button of the last reply, by its whole label or the beginning of it."""
        found = buttons(self.stage.last[who.id])
        fits = [b for b in found if b.label == label] or [
            b for b in found if b.label.startswith(label)
        ]
        assert fits, (label, shown(self.stage.last[who.id]))
        reply = await self.stage.say(who, "", pressed=fits[0].data)
        assert reply is not None, label
        return reply

    async def taps(self, *names: str, who: Person = BOSS) -> Reply:
        for name in names:
            reply = await self.tap(name, who)
        return reply

    async def undo(self) -> Reply:
        """Take the last change back."""
        await self.say("/undo")
        return await self.tap("撤回")

    def asked(self, text: str) -> str:
        """What a member would read now."""
        desk = self.live.edition.value
        now = FakeClock()()
        return desk.reply(desk.consider(text, now)).text


async def open_office(
    database: Database, folder: Path, files: dict[str, str] | None = None, **more: Any
) -> Office:
    """An office on a small folder of its own, or on what lies in ``folder`` already."""
    if not (folder / "sources.yaml").exists():
        given: dict[str, str | bytes] = dict(files or SMALL)
        build(folder, given)
        if FILE in given:
            (folder / "services" / "t1.yaml").unlink()
    clock = FakeClock()
    live = live_desk(folder, "", clock().tzinfo, clock)  # type: ignore[arg-type]
    live.open()
    options = {"consider": considering(clock), "date_ok": when_ok, **more}
    stage = await build_stage(database, live, **options)
    stage.gate = Gate(
        Router(stage.features.all(), CurrentDesk(live)),
        stage.features.access, stage.features.flood, PLENTY, clock,
    )  # fmt: skip
    return Office(stage, live, folder, Editor(folder, clock, when_ok), database)


def shipped(folder: Path) -> Path:
    """A copy of the shipped knowledge."""
    shutil.copytree(shipped_folder(), folder)
    return folder


def shown(reply: Reply) -> str:
    rows = ["  ".join(f"[{button.label}]" for button in row) for row in reply.buttons]
    return "\n".join([reply.text, *rows])
