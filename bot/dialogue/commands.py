"""Slash commands with the same meaning on every channel, and the buttons they bring along."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot import __version__
from bot.dialogue.answers import choice_title
from bot.dialogue.months import MonthDesk
from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.knowledge.places import short_place
from bot.knowledge.schema import KINDS, Topic
from bot.messages import Button, Incoming, Reply
from bot.text.normalise import normalise
from bot.turn import Command

KIND_WORDS: Mapping[str, str] = {
    "services": "办事服务",
    "activities": "活动",
    "practices": "做法和成效",
    "contacts": "找谁",
    "calendar": "日历",
}
EXAMPLES_MAX = 6
EXAMPLE_CHARS_MAX = 18
_NOT_IN_CHARGE = ("记者", "通讯员", "作者", "村民", "贫困户", "群众")
"""Roles that are named in the sources but that nobody turns to."""

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("start", "打个招呼"),
        Command("help", "我能答什么、怎么问"),
        Command("topics", "资料里有哪些主题"),
        Command("contacts", "资料里写到的负责人和岗位"),
        Command("calendar", "某个月的活动、海报和日历文件，如 /calendar 7月"),
        Command("id", "看本群和自己的编号"),
        Command("about", "资料从哪来、不做什么"),
        Command("explain", "说明为什么这样答", admin_only=True, private_only=True),
    )
}


class CommandDesk:
    """Answers commands and the buttons under their replies from one library."""

    def __init__(self, library: Library, months: MonthDesk, by_ref: dict[str, Entry]) -> None:
        self._library = library
        self._months = months
        self._by_ref = by_ref
        self._answers: Mapping[str, Callable[[str, datetime, Incoming], Reply]] = {
            "start": lambda _rest, _now, _incoming: self.start(),
            "help": lambda _rest, _now, _incoming: self.help(),
            "topics": lambda _rest, _now, _incoming: self.topics(),
            "contacts": lambda rest, _now, _incoming: self.contacts(rest),
            "id": lambda _rest, _now, incoming: ids(incoming),
            "about": lambda _rest, _now, _incoming: self.about(),
        }

    def answer(
        self, text: str, now: datetime, incoming: Incoming, home: Sequence[str] = ()
    ) -> Reply | None:
        """The reply to a text that begins with a slash; None if it is no command at all."""
        match = re.match(r"^/([A-Za-z_]+)(?:@\w+)?(?:\s+(.*))?$", text.strip(), re.DOTALL)
        if match is None:
            return None
        name, rest = match.group(1).lower(), (match.group(2) or "").strip()
        if name == "calendar":
            return self._months.command(rest, now, home)
        found = self._answers.get(name)
        if found is None:
            return Reply(f"没有 /{match.group(1)[:20]} 这个命令。发 /help 看有哪些。")
        return found(rest, now, incoming)

    async def pressed(self, data: str) -> Reply | None:
        """The reply to a button of ours; None if it is somebody else's."""
        if data == "k:":
            return self.topics()
        if data.startswith("k:") and data[2:] in KINDS:
            return self._topics_of(data[2:])
        return await self._months.pressed(data)

    def start(self) -> Reply:
        """A greeting that says what the desk is good for."""
        examples = "\n".join(f"· {ask}" for ask in self._examples(3))
        return Reply(
            "您好，我是答疑台。我只照审定的资料回答，答案后面写明出处；资料里没有的，我会直说。\n\n"
            f"可以这样问：\n{examples}\n\n发 /help 看更多。"
        )

    def help(self) -> Reply:
        """What can be asked, with examples taken from the knowledge, and the commands."""
        examples = "\n".join(f"· {ask}" for ask in self._examples(EXAMPLES_MAX))
        commands = "\n".join(
            f"/{c.name} {c.summary}" for c in COMMANDS.values() if not c.admin_only
        )
        return Reply(
            "直接打字问就行，说大白话、打错字、打拼音都可以。比如：\n"
            f"{examples}\n\n"
            "接着问时可以省略，如“那在哪办？”“有多少个？”“第二个”。\n"
            "问时间可以说“下周有什么活动”“七一前后有什么安排”。\n\n"
            f"{commands}"
        )

    def _examples(self, count: int) -> list[str]:
        """A short phrasing of the first section of topics of different kinds and places."""
        found: list[str] = []
        seen: set[str] = set()
        for kind in ("services", "activities", "practices", "contacts", "calendar", "services"):
            for topic in self._library.topics.values():
                place = short_place(topic)
                if self._library.kinds[topic.id] != kind or place in seen or not topic.sections:
                    continue
                asks = [ask for ask in topic.sections[0].ask if len(ask) <= EXAMPLE_CHARS_MAX]
                if asks:
                    seen.add(place)
                    found.append(asks[0])
                    break
        return found[:count]

    def topics(self) -> Reply:
        """The kinds of topics, each with a button."""
        lines: list[str] = []
        rows: list[tuple[Button, ...]] = []
        for kind, word in KIND_WORDS.items():
            topics = self._of_kind(kind)
            if topics:
                lines.append(f"{word}（{len(topics)}）：" + "；".join(t.title for t in topics))
                rows.append((Button(f"看{word}", f"k:{kind}"),))
        return Reply("资料里有这些主题：\n\n" + "\n\n".join(lines), tuple(rows))

    def _topics_of(self, kind: str) -> Reply:
        entries = [self._by_ref[f"{topic.id}/{OVERVIEW}"] for topic in self._of_kind(kind)]
        rows = (*choice_buttons(entries), (Button("返回", "k:"),))
        return Reply(f"{KIND_WORDS[kind]}：想看哪一个？", rows)

    def _of_kind(self, kind: str) -> list[Topic]:
        kinds = self._library.kinds
        return [topic for topic in self._library.topics.values() if kinds[topic.id] == kind]

    def contacts(self, rest: str) -> Reply:
        """Public roles by place; ``rest`` may name a place."""
        wanted = normalise(rest).replace(" ", "")
        lines: list[str] = []
        for topic in self._of_kind("contacts"):
            place = short_place(topic)
            full = str(topic.place or "")
            if wanted and wanted not in full and not any(w in wanted for w in _short_levels(topic)):
                continue
            people = "；".join(
                person.role if person.name == "未载" else f"{person.name}，{person.role}"
                for person in topic.people
                if not any(word in person.role for word in _NOT_IN_CHARGE)
            )
            lines.append(f"{place}：{people}。")
        if not lines:
            return Reply(f"资料里没有“{rest[:20]}”的负责人。发 /contacts 看全部。")
        head = "资料里写到的负责人和岗位（资料没有写电话）："
        return Reply(head + "\n\n" + "\n\n".join(lines))

    def about(self) -> Reply:
        """Where the words come from, and what the desk does not do."""
        library = self._library
        sources = "\n".join(f"· 《{source.title}》" for source in library.sources.values())
        entries = sum(1 for _ in library.entries())
        return Reply(
            f"答疑台 {__version__}，开源（MIT）。\n"
            f"资料共 {len(library.topics)} 个主题、{entries} 条，每条都出自下面的文章：\n"
            f"{sources}\n\n"
            "只照资料原样回答，不生成文字，不联网查找。谁问的不作记录；没答上的问题去掉姓名和号码，"
            "最多留 90 天，给管理员补资料用。为了接得上半句话，最近一问在内存里留 20 分钟。"
        )


def ids(incoming: Incoming) -> Reply:
    """Where we are and who asks, for settings and admins."""
    lines = [f"本聊天编号：{incoming.chat_id}"]
    if incoming.thread_id:
        lines.append(f"话题编号：{incoming.thread_id}")
    lines.append(f"您的编号：{incoming.member_id}")
    return Reply("\n".join(lines))


def entry_token(ref: str) -> str:
    """A short button id that stays the same over restarts: 14 bytes."""
    return "e:" + hashlib.blake2b(ref.encode(), digest_size=6).hexdigest()


def choice_buttons(entries: Iterable[Entry]) -> tuple[tuple[Button, ...], ...]:
    """One row a choice."""
    return tuple((Button(choice_title(e), entry_token(e.ref)),) for e in entries)


def _short_levels(topic: Topic) -> Sequence[str]:
    levels = topic.place.levels() if topic.place else ()
    return [level[:2] for level in levels]
