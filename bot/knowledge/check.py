"""Cross-checks: ids, sources, references and dates that the model of one file cannot judge.

They look at the plain values, so that a file with another fault is checked too and an editor sees
everything at once; wherever a value has the wrong shape the models have already said so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.knowledge.check_events import event_faults
from bot.knowledge.library import OVERVIEW
from bot.knowledge.problems import Path, Problem
from bot.knowledge.reader import Document
from bot.knowledge.schema import UNKNOWN, Day

_ID = re.compile(r"[a-z0-9-]+")
"""What could be an id; anything else the models have already refused."""

_REF = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?")

DateCheck = Callable[[str], bool]


@dataclass(slots=True)
class Files:
    """Every file that could be read, whether its values are sound or not."""

    topics: list[tuple[str, Document]] = field(default_factory=list)
    """(kind, document) of each topic file."""
    sources: Document | None = None
    guards: Document | None = None
    smalltalk: Document | None = None
    thesaurus: Document | None = None
    unreadable: set[str] = field(default_factory=set)
    """Topic ids of files that could not be read: references to them are not judged."""
    id_unknown: bool = False
    """True: a file could not be read and its id is unknown, so no reference is judged."""


def cross_check(files: Files, date_ok: DateCheck) -> list[Problem]:
    """Every problem between the values of the files; ``date_ok`` judges a ``when``."""
    problems: list[Problem] = []
    refs = _refs(files)
    sources = _ids(files.sources, "sources", "出处编号", problems)
    _ids(files.smalltalk, "smalltalk", "寒暄编号", problems)
    seen: dict[str, Document] = {}
    for kind, document in files.topics:
        found = _Checks(document, problems)
        found.unique(seen)
        if sources is not None:
            found.sources(sources)
        found.section_ids()
        found.events(kind, date_ok)
        found.dates()
        found.validity()
        if not files.id_unknown:
            found.references(refs, files.unreadable)
    if files.guards is not None and not files.id_unknown:
        _Checks(files.guards, problems).references(refs, files.unreadable)
    return problems


def _text(value: Any, key: str) -> str | None:
    found = value.get(key) if isinstance(value, dict) else None
    return found.strip() if isinstance(found, str) else None


def _items(value: Any, key: str) -> Iterator[tuple[int, Any]]:
    found = value.get(key) if isinstance(value, dict) else None
    return enumerate(found if isinstance(found, list) else ())


def _refs(files: Files) -> set[str]:
    known: set[str] = set()
    for _, document in files.topics:
        topic = _text(document.value, "id")
        if topic is None:
            continue
        known |= {topic, f"{topic}/{OVERVIEW}"}
        for key in ("sections", "events"):
            known |= {f"{topic}/{_text(item, 'id')}" for _, item in _items(document.value, key)}
    return known


def _ids(
    document: Document | None, key: str, name: str, problems: list[Problem]
) -> set[str] | None:
    """The ids of a list beside the topics, repeated ones reported; None without the file."""
    if document is None:
        return None
    seen: set[str] = set()
    for index, item in _items(document.value, key):
        found = _text(item, "id")
        if found is None:
            continue
        if found in seen:
            line = document.line((key, index, "id"))
            problems.append(Problem(document.file, line, f"{name}“{found}”重复", "换一个编号"))
        seen.add(found)
    return seen


class _Checks:
    """The checks of one file; each adds what it finds to the common list."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document = document
        self.value = document.value
        self.problems = problems

    def add(self, path: Path, what: str, hint: str, *, warning: bool = False) -> None:
        line = self.document.line(path)
        self.problems.append(Problem(self.document.file, line, what, hint, warning))

    def unique(self, seen: dict[str, Document]) -> None:
        """The topic's id must be its own."""
        topic = _text(self.value, "id")
        if topic is None:
            return
        if topic in seen:
            other = seen[topic]
            where = f"{other.file}:{other.line(('id',))}"
            self.add(("id",), f"主题编号“{topic}”和 {where} 重复", "换一个编号")
        seen.setdefault(topic, self.document)

    def sources(self, known: set[str]) -> None:
        """Every source must be registered."""
        one = _text(self.value, "source")
        named: list[tuple[Path, str]] = [(("source",), one)] if one else []
        named += [
            (("source", index), name)
            for index, name in _items(self.value, "source")
            if isinstance(name, str)
        ]
        for path, name in named:
            if name not in known and _ID.fullmatch(name):
                self.add(path, f"出处“{name}”没有登记", "在 sources.yaml 里加上，或改成已有的编号")

    def section_ids(self) -> None:
        """Sections are told apart by their id."""
        seen: dict[str, int] = {}
        for index, item in _items(self.value, "sections"):
            path = ("sections", index, "id")
            section = _text(item, "id")
            if section is None:
                continue
            if section == OVERVIEW:
                self.add(path, f"节编号不能用“{OVERVIEW}”，它是留给概况的", "换一个编号")
            elif section in seen:
                self.add(path, f"节编号“{section}”和第 {seen[section]} 行重复", "换一个编号")
            seen.setdefault(section, self.document.line(path))

    def events(self, kind: str, date_ok: DateCheck) -> None:
        """Events stand in the calendar, and their days can be understood."""
        if kind != "calendar" and any(True for _ in _items(self.value, "events")):
            hint = "把这些事项移到 calendar/ 的文件"
            self.add(("events",), "events 只能写在 calendar 文件夹里", hint)
        seen: set[str] = set()
        for index, item in _items(self.value, "events"):
            event, when = _text(item, "id"), _text(item, "when")
            if event is not None and event in seen:
                self.add(("events", index, "id"), f"事项编号“{event}”重复", "换一个编号")
            if event is not None:
                seen.add(event)
            for fault in event_faults(item):
                path = ("events", index, fault.key)
                self.add(path, fault.what, fault.hint, warning=fault.warning)
            if when and when != UNKNOWN and (impossible(when) or not date_ok(when)):
                if _text(item, "rrule"):  # the rule says when; the words are for people
                    continue
                hint = "写成 2020年7月1日、6月30日、2020年7月、每月5日、农历五月初五 或 未定"
                self.add(("events", index, "when"), f"看不懂日期“{when}”", hint)

    def dates(self) -> None:
        """Dates in the article's words may be vague, but not impossible."""
        for index, item in _items(self.value, "dates"):
            when = _text(item, "when")
            if when and impossible(when):
                path = ("dates", index, "when")
                self.add(path, f"日期“{when}”不成立", "照原文写；没有写明的填 未定")

    def validity(self) -> None:
        """Nothing ends before it begins."""
        parts: list[tuple[Path, Any]] = []
        if isinstance(self.value, dict):
            parts.append((("overview",), self.value.get("overview")))
        parts += [(("sections", i), item) for i, item in _items(self.value, "sections")]
        for path, part in parts:
            days = [_day(_text(part, key)) for key in ("valid_from", "valid_to")]
            if days[0] and days[1] and days[0] > days[1]:
                what = f"valid_to {days[1]} 比 valid_from {days[0]} 还早"
                self.add((*path, "valid_to"), what, "检查两个日期是不是写反了")

    def references(self, known: set[str], unreadable: set[str]) -> None:
        """What is pointed to must exist."""
        for path, ref in self._pointers(known):
            if ref in known or ref.partition("/")[0] in unreadable:
                continue
            topic = ref.partition("/")[0]
            hint = (
                f"主题“{topic}”里没有这一节，对照那个文件里的 id"
                if topic in known
                else "写成 主题编号 或 主题编号/节编号，对照文件里的 id"
            )
            self.add(path, f"引用的“{ref}”不存在", hint)

    def _pointers(self, known: Collection[str]) -> Iterator[tuple[Path, str]]:
        for index, item in _items(self.value, "events"):
            see = _text(item, "see")
            if see:
                yield ("events", index, "see"), see
        for index, item in _items(self.value, "ambiguous"):
            for place, ref in _items(item, "choices"):
                if isinstance(ref, str):
                    yield ("ambiguous", index, "choices", place), ref
        mine = _text(self.value, "id") or ""
        sections = {_text(item, "id") or "" for _, item in _items(self.value, "sections")}
        for index, item in _items(self.value, "tests"):
            expect = _text(item, "expect")
            if expect and _REF.fullmatch(expect):
                ref = full_ref(expect, mine, sections, known)
                yield ("tests", index, "expect"), ref


def full_ref(expect: str, topic: str, sections: Collection[str], topics: Collection[str]) -> str:
    """What a test expects, as ``topic/section``; the words for no section stay as they are.

    Args:
        expect: as written.
        topic: the topic whose file it stands in, "" for a file beside the topics.
        sections: the sections of that topic.
        topics: all topics.
    """
    if not _REF.fullmatch(expect) or "/" in expect:
        return expect
    if topic and (expect == OVERVIEW or expect in sections or expect not in topics):
        return f"{topic}/{expect}"
    return f"{expect}/{OVERVIEW}"


def _day(text: str | None) -> date | None:
    """A day as the models read it; None for one that they refuse, and say so."""
    try:
        return _DAYS.validate_python(text)
    except ValidationError:
        return None


_DAYS: TypeAdapter[date] = TypeAdapter(Day, config=ConfigDict(defer_build=True))
_MONTH_DAY = re.compile(r"(\d{1,4})\s*月(?:\s*(\d{1,4})\s*[日号])?")


def impossible(when: str) -> bool:
    """Does a text or date in the article's words name a month or day that does not exist?"""
    lunar = "农历" in when or "阴历" in when
    for month, day in _MONTH_DAY.findall(when):
        if not 1 <= int(month) <= 12:
            return True
        longest = 29 if int(month) == 2 else 30 + (int(month) in {1, 3, 5, 7, 8, 10, 12})
        if day and not 1 <= int(day) <= (30 if lunar else longest):
            return True
    return False
