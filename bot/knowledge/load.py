"""A folder of YAML files -> a Library, or every problem at once with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import KnowledgeError
from bot.knowledge.library import OVERVIEW, Library
from bot.knowledge.problems import Path, Problem, explain, report
from bot.knowledge.reader import Document, read_file
from bot.knowledge.schema import (
    KINDS,
    UNKNOWN,
    GuardFile,
    Kind,
    SmallTalkFile,
    SourceFile,
    ThesaurusFile,
    Topic,
)

FILES_MAX = 5_000

ModelT = TypeVar("ModelT", bound=BaseModel)
DateCheck = Callable[[str], bool]


@dataclass(slots=True)
class Loaded:
    """What came of reading a folder; ``library`` is None when there is an error."""

    library: Library | None
    problems: list[Problem] = field(default_factory=list)

    def errors(self) -> list[Problem]:
        """The problems that prevent use."""
        return [problem for problem in self.problems if not problem.warning]


@dataclass(slots=True)
class _Read:
    """A topic and the document it came from, for lines in later messages."""

    topic: Topic
    kind: Kind
    document: Document


def shipped_folder() -> FilePath:
    """The knowledge that comes with the program: in a wheel inside the package, else beside it."""
    package = FilePath(__file__).resolve().parent.parent
    inside = package / "_knowledge"
    return inside if inside.is_dir() else package.parent / "knowledge"


def load_or_raise(folder: FilePath, date_ok: DateCheck = lambda _: True) -> Library:
    """The library of a folder; ``KnowledgeError`` with the whole report if it has errors."""
    loaded = load(folder, date_ok)
    if loaded.library is None:
        raise KnowledgeError(report(loaded.errors()))
    return loaded.library


def load(folder: FilePath, date_ok: DateCheck = lambda _: True) -> Loaded:
    """Read every file of a folder.

    Args:
        folder: has a folder per kind, and sources, smalltalk, thesaurus and guards beside them.
        date_ok: says whether a ``when`` of an event can be understood.
    """
    if not folder.is_dir():
        what = f"没有这个文件夹：{folder}"
        return Loaded(None, [Problem(str(folder), 1, what, "检查设置里的 knowledge")])
    problems: list[Problem] = []
    reads = list(_read_topics(folder, problems))
    extras = _read_extras(folder, problems)
    _check_topics(reads, extras, problems, date_ok)
    if not reads and not problems:
        problems.append(
            Problem(str(folder), 1, "一个主题也没有", "把主题文件放进 services 等文件夹")
        )
    if any(not problem.warning for problem in problems):
        return Loaded(None, sorted(problems))
    return Loaded(_library(reads, extras), sorted(problems))


def _read_topics(folder: FilePath, problems: list[Problem]) -> Iterator[_Read]:
    count = 0
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.y*ml")):
            count += 1
            if count > FILES_MAX:
                problems.append(
                    Problem(str(folder), 1, f"文件超过 {FILES_MAX} 个", "分成几个资料库")
                )
                return
            document = read_file(path, f"{kind}/{path.name}")
            topic = _validate(Topic, document, problems)
            if topic is not None and isinstance(document, Document):
                yield _Read(topic, kind, document)  # type: ignore[arg-type]


@dataclass(slots=True)
class _Extras:
    """The files beside the topics, each with its document."""

    sources: tuple[SourceFile, Document] | None
    smalltalk: tuple[SmallTalkFile, Document] | None
    thesaurus: tuple[ThesaurusFile, Document] | None
    guards: tuple[GuardFile, Document] | None


def _read_extras(folder: FilePath, problems: list[Problem]) -> _Extras:
    def extra(model: type[ModelT], name: str) -> tuple[ModelT, Document] | None:
        if not (folder / name).exists():
            if name == "sources.yaml":
                problems.append(Problem(name, 1, "缺少 sources.yaml", "出处都登记在这个文件里"))
            return None
        document = read_file(folder / name, name)
        found = _validate(model, document, problems)
        return (found, document) if found is not None and isinstance(document, Document) else None

    return _Extras(
        extra(SourceFile, "sources.yaml"),
        extra(SmallTalkFile, "smalltalk.yaml"),
        extra(ThesaurusFile, "thesaurus.yaml"),
        extra(GuardFile, "guards.yaml"),
    )


def _validate(
    model: type[ModelT], document: Document | Problem, problems: list[Problem]
) -> ModelT | None:
    if isinstance(document, Problem):
        problems.append(document)
        return None
    if not isinstance(document.value, dict):
        what = "文件是空的" if document.value is None else "文件开头不是“名称: 内容”"
        problems.append(Problem(document.file, 1, what, "照同一文件夹里别的文件写"))
        return None
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            allowed = _allowed_keys(model, detail["loc"][:-1])
            what, hint = explain(detail, allowed)
            problems.append(Problem(document.file, document.line(detail["loc"]), what, hint))
        return None


def _allowed_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model at ``path`` knows, to suggest the right one."""
    here: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int) or here is None:
            continue
        annotation = here.model_fields[step].annotation if step in here.model_fields else None
        here = _model_in(annotation)
    return list(here.model_fields) if here else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found:
            return found
    return None


def _check_topics(
    reads: list[_Read], extras: _Extras, problems: list[Problem], date_ok: DateCheck
) -> None:
    known = _refs(reads)
    seen: dict[str, _Read] = {}
    source_ids = _source_ids(extras, problems)
    for read in reads:
        topic, document = read.topic, read.document

        def add(path: Path, what: str, hint: str, document: Document = document) -> None:
            problems.append(Problem(document.file, document.line(path), what, hint))

        if topic.id in seen:
            other = seen[topic.id].document
            where = f"{other.file}:{other.line(('id',))}"
            add(("id",), f"主题编号“{topic.id}”和 {where} 重复", "换一个编号")
        seen.setdefault(topic.id, read)
        for name in [topic.source] if isinstance(topic.source, str) else topic.source:
            if source_ids is not None and name not in source_ids:
                add(
                    ("source",), f"出处“{name}”没有登记", "在 sources.yaml 里加上，或改成已有的编号"
                )
        _check_sections(topic, add)
        _check_events(read, known, add, date_ok)
        _check_refs(topic.ambiguous, known, add)
    if extras.guards:
        guards, document = extras.guards

        def add_guard(path: Path, what: str, hint: str) -> None:
            problems.append(Problem(document.file, document.line(path), what, hint))

        _check_refs(guards.ambiguous, known, add_guard)


def _refs(reads: Iterable[_Read]) -> set[str]:
    known: set[str] = set()
    for read in reads:
        known.add(read.topic.id)
        known.add(f"{read.topic.id}/{OVERVIEW}")
        known |= {f"{read.topic.id}/{section.id}" for section in read.topic.sections}
        known |= {f"{read.topic.id}/{event.id}" for event in read.topic.events}
    return known


def _source_ids(extras: _Extras, problems: list[Problem]) -> set[str] | None:
    if extras.sources is None:
        return None
    found, document = extras.sources
    ids: set[str] = set()
    for index, source in enumerate(found.sources):
        if source.id in ids:
            line = document.line(("sources", index, "id"))
            problems.append(
                Problem(document.file, line, f"出处编号“{source.id}”重复", "换一个编号")
            )
        ids.add(source.id)
    return ids


Add = Callable[[Path, str, str], None]


def _check_sections(topic: Topic, add: Add) -> None:
    seen: set[str] = {OVERVIEW}
    for index, section in enumerate(topic.sections):
        if section.id in seen:
            path = ("sections", index, "id")
            add(path, f"节编号“{section.id}”在本文件里重复（或用了 {OVERVIEW}）", "换一个编号")
        seen.add(section.id)


def _check_events(read: _Read, known: set[str], add: Add, date_ok: DateCheck) -> None:
    topic = read.topic
    if topic.events and read.kind != "calendar":
        add(("events",), "events 只能写在 calendar 文件夹里", "把这些事项移到 calendar/ 的文件")
    seen: set[str] = set()
    for index, event in enumerate(topic.events):
        if event.id in seen:
            add(("events", index, "id"), f"事项编号“{event.id}”重复", "换一个编号")
        seen.add(event.id)
        if event.when != UNKNOWN and not date_ok(event.when):
            hint = "写成 2020年7月1日、6月30日、2020年7月、每月5日、农历五月初五 或 未定"
            add(("events", index, "when"), f"看不懂日期“{event.when}”", hint)
        if event.see and event.see not in known:
            add(("events", index, "see"), f"引用的“{event.see}”不存在", "写成 主题编号/节编号")
    for index, note in enumerate(topic.dates):
        if _impossible(note.when):
            path = ("dates", index, "when")
            add(path, f"日期“{note.when}”不成立", "照原文写；没有写明的填 未定")


_MONTH_DAY = re.compile(r"(\d{1,4})\s*月(?:\s*(\d{1,4})\s*[日号])?")


def _impossible(when: str) -> bool:
    """Does a date in the article's words name a month or day that does not exist?"""
    for month, day in _MONTH_DAY.findall(when):
        if not 1 <= int(month) <= 12:
            return True
        longest = 29 if int(month) == 2 else 30 + (int(month) in {1, 3, 5, 7, 8, 10, 12})
        if day and not 1 <= int(day) <= longest:
            return True
    return False


def _check_refs(items: Iterable[Any], known: set[str], add: Add) -> None:
    for index, item in enumerate(items):
        for place, ref in enumerate(item.choices):
            if ref not in known:
                path = ("ambiguous", index, "choices", place)
                add(path, f"引用的“{ref}”不存在", "写成 主题编号 或 主题编号/节编号")


def _library(reads: list[_Read], extras: _Extras) -> Library:
    places: dict[str, tuple[str, int]] = {}
    for read in reads:
        document = read.document
        places[read.topic.id] = (document.file, document.line(("id",)))
        overview = document.line(("overview",))
        places[f"{read.topic.id}/{OVERVIEW}"] = (document.file, overview)
        for index, section in enumerate(read.topic.sections):
            line = document.line(("sections", index, "id"))
            places[f"{read.topic.id}/{section.id}"] = (document.file, line)
    kinds: Mapping[str, Kind] = {read.topic.id: read.kind for read in reads}
    guards = extras.guards[0] if extras.guards else GuardFile()
    return Library(
        topics={read.topic.id: read.topic for read in reads},
        kinds=kinds,
        sources={s.id: s for s in extras.sources[0].sources} if extras.sources else {},
        smalltalk=tuple(extras.smalltalk[0].smalltalk) if extras.smalltalk else (),
        thesaurus=tuple(map(tuple, extras.thesaurus[0].words)) if extras.thesaurus else (),
        not_covered=tuple(guards.not_covered),
        ambiguous=tuple(guards.ambiguous),
        places=places,
    )
