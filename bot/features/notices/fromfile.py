"""A notice from a YAML file: its keys read, or every slip with file, line and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.features.notices.model import Aim
from bot.features.notices.rules import TEXT_CHARS_MAX
from bot.features.notices.when import Moment, read_when, stamp
from bot.knowledge.problems import Problem
from bot.knowledge.reader import Document
from bot.organisation import BoundChat, Units

KEYS = ("category", "text", "targets", "when", "receipt", "silent")
_YES = frozenset({"true", "yes", "on", "1", "是", "要"})
_NO = frozenset({"false", "no", "off", "0", "否", "不要", ""})
_CHAT = re.compile(r"(?:telegram:)?(-[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class FromFile:
    """What the file says; ``problems`` is empty when it can be sent."""

    category: str = ""
    text: str = ""
    aim: Aim = field(default_factory=lambda: Aim("all"))
    send_at: datetime | None = None
    receipt: bool = False
    deadline: datetime | None = None
    silent: bool = False
    problems: tuple[Problem, ...] = ()


class _Reading:
    """One file on its way."""

    def __init__(self, document: Document, now: datetime) -> None:
        self._document = document
        self._now = now
        self.value: dict[str, Any] = {}
        self.problems: list[Problem] = list(document.warnings)

    def slip(self, key: str, what: str, hint: str, *more: int) -> None:
        """Note what is wrong at a key, or at an item of its list."""
        line = self._document.line((key, *more))
        self.problems.append(Problem(self._document.file, line, what, hint))

    def word(self, key: str) -> str:
        """A value that must be one text."""
        value = self.value.get(key)
        if isinstance(value, (dict, list)):
            self.slip(key, f"{key} 应是一段文字", "去掉“- ”；有“: ”时整段加英文双引号")
            return ""
        return str(value or "").strip()

    def moment(self, key: str, words: str) -> datetime | None:
        """A moment in words, None for now or for what cannot be read (which is noted)."""
        read = read_when(words, self._now)
        if isinstance(read, Moment):
            return read.at
        choices = "或".join(f"{choice:%Y-%m-%d %H:%M}" for choice in read.choices)
        self.slip(key, read.question, f"写成 {choices}" if choices else "改好再发")
        return None

    def flag(self, key: str) -> bool:
        """Yes or no."""
        word = self.word(key).lower()
        if word not in _YES | _NO:
            self.slip(key, f"{key} 写的是“{word[:24]}”", "写 true（是）或 false（否）")
        return word in _YES


def read_notice(
    document: Document,
    categories: Sequence[str],
    units: Units,
    chats: Sequence[BoundChat],
    now: datetime,
) -> FromFile:
    """Read the keys of a file.

    Args:
        document: of the YAML reader.
        categories: those that there are.
        units: the tree.
        chats: every approved chat.
        now: aware; its zone is the desk's.
    """
    reading = _Reading(document, now)
    if not isinstance(document.value, dict):
        what = "文件里应是“名称: 内容”的几行"
        return FromFile(problems=(Problem(document.file, 1, what, "照 README 的例子写"),))
    reading.value = document.value
    for key in reading.value:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.5)
            hint = f"是不是想写“{near[0]}”" if near else f"可用的有：{'、'.join(KEYS)}"
            reading.slip(key, f"不认识的名称“{key[:24]}”", hint)
    category = _category(reading, categories)
    text = _text(reading)
    aim = _aim(reading, units, chats)
    when = reading.word("when")
    send_at = reading.moment("when", when) if when else None
    receipt, deadline = _receipt(reading, send_at or now)
    silent = reading.flag("silent")
    problems = tuple(sorted(reading.problems))
    return FromFile(category, text, aim, send_at, receipt, deadline, silent, problems)


def _category(reading: _Reading, categories: Sequence[str]) -> str:
    word = reading.word("category")
    known = f"可用的有：{'、'.join(categories)}"
    if not word:
        reading.slip("category", "没写类别（category）", known)
    elif word not in categories:
        near = difflib.get_close_matches(word, categories, n=1, cutoff=0.5)
        reading.slip("category", f"没有“{word[:24]}”这个类别", _meant(near, known))
    return word


def _meant(near: Sequence[str], known: str) -> str:
    return f"是不是想写“{near[0]}”" if near else known


def _text(reading: _Reading) -> str:
    text = reading.word("text")
    if not text:
        reading.slip("text", "没写正文（text）", "写成 text: 正文；几段时用 text: | 换行缩进")
    if len(text) > TEXT_CHARS_MAX:
        what = f"正文有 {len(text)} 个字，太长了"
        reading.slip("text", what, f"最多 {TEXT_CHARS_MAX} 个字，删短或分两次发")
    return text


def _receipt(reading: _Reading, after: datetime) -> tuple[bool, datetime | None]:
    """Whether receipts are wanted, and until when."""
    word = reading.word("receipt")
    if word.lower() in _YES | _NO:
        return word.lower() in _YES, None
    deadline = reading.moment("receipt", word)
    if deadline is not None and deadline <= after:
        what = f"回执的截止时间 {stamp(deadline)}早于发送时间"
        reading.slip("receipt", what, "写一个发送以后的时间，或只写 true")
    return True, deadline


def _aim(reading: _Reading, units: Units, chats: Sequence[BoundChat]) -> Aim:
    value = reading.value.get("targets")
    if value is None:
        hint = "写 all（全部已开通的群）、组织编号或群编号"
        reading.slip("targets", "没写发给谁（targets）", hint)
        return Aim("all")
    if isinstance(value, str):
        value = [part for part in re.split(r"[,，、\s]+", value.strip("[]")) if part]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        hint = "一行一个，每行以“- ”开头"
        reading.slip("targets", "targets 应是 all、组织编号或群编号", hint)
        return Aim("all")
    if value in (["all"], ["全部"]):
        return Aim("all")
    known = {f"{chat.channel}:{chat.chat_id}" for chat in chats}
    listed = isinstance(reading.value["targets"], list)
    found: list[str] = []
    for number, word in enumerate(value):
        match = _CHAT.fullmatch(word)
        found.append(f"telegram:{match.group(1)}" if match else word)
        _known_target(reading, found[-1], units, known, number if listed else None)
    chosen = [word for word in found if ":" in word]
    if chosen and len(chosen) < len(found):
        hint = "要么都写组织编号，要么都写群编号"
        reading.slip("targets", "组织编号和群编号混在一起了", hint)
    if not found:
        reading.slip("targets", "没写发给谁（targets）", "写 all、组织编号或群编号")
    return Aim("chats" if chosen else "units", tuple(dict.fromkeys(found)))


def _known_target(
    reading: _Reading, word: str, units: Units, known: Collection[str], number: int | None
) -> None:
    place = () if number is None else (number,)
    if ":" in word:
        if word not in known:
            hint = "管理员在那个群里发 /id 开通，或写进设置 telegram.approved_chats"
            reading.slip("targets", f"群 {word.partition(':')[2]} 还没有开通", hint, *place)
    elif word not in units:
        near = units.nearest(word)
        hint = f"是不是“{near}”" if near else "组织编号见设置 organisation.units"
        reading.slip("targets", f"没有编号为“{word[:24]}”的组织", hint, *place)
