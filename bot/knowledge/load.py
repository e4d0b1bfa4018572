"""A folder of YAML files -> a Library, or every problem at once with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import KnowledgeError
from bot.knowledge.check import DateCheck, Files, cross_check, full_ref
from bot.knowledge.library import OVERVIEW, Library, Placed
from bot.knowledge.problems import Path, Problem, explain, plain_errors, report
from bot.knowledge.reader import Document, read_bytes
from bot.knowledge.schema import (
    KINDS,
    GuardFile,
    Kind,
    Overview,
    Section,
    SmallTalkFile,
    SourceFile,
    ThesaurusFile,
    Topic,
    Trial,
)
from bot.knowledge.snapshot import Snapshot, take

_ID_BYTES_MAX = 4_000
_ID = re.compile(rb"^id:[ \t]*([a-z0-9-]+)", re.MULTILINE)

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(slots=True)
class Loaded:
    """What came of reading a folder; ``library`` is None when there is an error."""

    library: Library | None
    problems: list[Problem] = field(default_factory=list)
    files: Files = field(default_factory=Files)
    """The plain values of every file that could be read, with the lines they stand on."""

    def errors(self) -> list[Problem]:
        """The problems that prevent use."""
        return [problem for problem in self.problems if not problem.warning]


@dataclass(slots=True)
class _Read:
    """A topic and the document it came from, for lines in later messages."""

    topic: Topic
    kind: Kind
    document: Document


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
    return load_snapshot(take(folder), date_ok)


Parsed = dict[str, tuple[bytes, Document | Problem]]
"""File name -> its bytes and what they were read as; a file that stayed the same is not read
again."""


def load_snapshot(
    snapshot: Snapshot, date_ok: DateCheck = lambda _: True, parsed: Parsed | None = None
) -> Loaded:
    """The same for files that were read already; ``parsed`` is used and kept up to date."""
    if not snapshot.files and any(not problem.warning for problem in snapshot.problems):
        return Loaded(None, list(snapshot.problems))
    reading = _Reading(snapshot, {} if parsed is None else parsed)
    reading.topics()
    extras = reading.extras()
    problems = reading.problems
    problems += cross_check(reading.files, date_ok)
    if not reading.reads and not any(not problem.warning for problem in problems):
        what = "一个主题也没有"
        problems.append(Problem(snapshot.folder, 1, what, "把主题文件放进 services 等文件夹"))
    if any(not problem.warning for problem in problems):
        return Loaded(None, sorted(problems), reading.files)
    return Loaded(_library(reading.reads, extras, reading.files), sorted(problems), reading.files)


@dataclass(slots=True)
class _Extras:
    """The files beside the topics; None for one that is missing or wrong."""

    sources: SourceFile | None
    smalltalk: SmallTalkFile | None
    thesaurus: ThesaurusFile | None
    guards: GuardFile | None


class _Reading:
    """Reads the files of one folder and gathers values and problems."""

    def __init__(self, snapshot: Snapshot, parsed: Parsed) -> None:
        self.snapshot = snapshot
        self.parsed = parsed
        for gone in [name for name in parsed if name not in snapshot.files]:
            del parsed[gone]
        self.problems: list[Problem] = list(snapshot.problems)
        self.files = Files()
        self.reads: list[_Read] = []

    def topics(self) -> None:
        """Every topic file of every kind."""
        for name in self.snapshot.files:
            kind = name.rpartition("/")[0]
            if kind not in KINDS:
                continue
            document = self._document(name)
            if isinstance(document, Problem):
                self.problems.append(document)
                self._unreadable(name)
                continue
            self.files.topics.append((kind, document))
            topic = self._validate(Topic, document)
            if topic is not None:
                self.reads.append(_Read(topic, kind, document))  # type: ignore[arg-type]

    def _document(self, name: str) -> Document | Problem:
        raw = self.snapshot.files[name]
        if isinstance(raw, Problem):
            return raw
        known = self.parsed.get(name)
        if known is None or known[0] != raw:
            known = self.parsed[name] = (raw, read_bytes(raw, name))
        return known[1]

    def extras(self) -> _Extras:
        """The files beside the folders."""
        return _Extras(
            self._extra(SourceFile, "sources.yaml"),
            self._extra(SmallTalkFile, "smalltalk.yaml"),
            self._extra(ThesaurusFile, "thesaurus.yaml"),
            self._extra(GuardFile, "guards.yaml"),
        )

    def _extra(self, model: type[ModelT], name: str) -> ModelT | None:
        if name not in self.snapshot.files:
            if name == "sources.yaml":
                what, hint = "缺少 sources.yaml", "建一个，出处都登记在这个文件里"
                self.problems.append(Problem(self.snapshot.folder, 1, what, hint))
            return None
        document = self._document(name)
        if isinstance(document, Problem):
            self.problems.append(document)
            return None
        if model is SourceFile:
            self.files.sources = document
        elif model is GuardFile:
            self.files.guards = document
        elif model is SmallTalkFile:
            self.files.smalltalk = document
        else:
            self.files.thesaurus = document
        return self._validate(model, document)

    def _validate(self, model: type[ModelT], document: Document) -> ModelT | None:
        self.problems += document.warnings
        if not isinstance(document.value, dict):
            what = "文件是空的" if document.value is None else "文件开头不是“名称: 内容”"
            problem = Problem(document.file, document.line(()), what, "照同一文件夹里别的文件写")
            self.problems.append(problem)
            return None
        try:
            return model.model_validate(document.value)
        except ValidationError as error:
            for detail in plain_errors(error):
                allowed = _allowed_keys(model, detail["loc"][:-1])
                what, hint = explain(detail, allowed)
                line = document.line(detail["loc"])
                self.problems.append(Problem(document.file, line, what, hint))
            return None

    def _unreadable(self, name: str) -> None:
        """Remember whose file it is, so that references to it are not called broken."""
        raw = self.snapshot.files[name]
        found = _ID.search(raw[:_ID_BYTES_MAX]) if isinstance(raw, bytes) else None
        if found:
            self.files.unreadable.add(found[1].decode())
        else:
            self.files.id_unknown = True


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


def _library(reads: list[_Read], extras: _Extras, files: Files) -> Library:
    places: dict[str, tuple[str, int]] = {}
    lines: dict[str, tuple[int, ...]] = {}
    tests: list[Placed] = []
    topics = {read.topic.id: read.topic for read in reads}
    for read in reads:
        document, topic = read.document, read.topic
        places[topic.id] = (document.file, document.line(("id",)))
        parts: list[tuple[str, Path, Path, Overview | Section]] = [
            (OVERVIEW, ("overview",), ("overview",), topic.overview)
        ]
        for index, section in enumerate(topic.sections):
            path: Path = ("sections", index)
            parts.append((section.id, path, (*path, "id"), section))
        for name, path, head, part in parts:
            ref = f"{topic.id}/{name}"
            places[ref] = (document.file, document.line(head))
            numbers = range(len(part.ask))
            lines[ref] = tuple(document.line((*path, "ask", number)) for number in numbers)
        tests += _tests(document, topic.tests, topic, topics)
    guards = extras.guards or GuardFile()
    if files.guards is not None:
        tests += _tests(files.guards, guards.tests, None, topics)
    kinds: Mapping[str, Kind] = {read.topic.id: read.kind for read in reads}
    return Library(
        topics=topics,
        kinds=kinds,
        sources={s.id: s for s in extras.sources.sources} if extras.sources else {},
        smalltalk=tuple(extras.smalltalk.smalltalk) if extras.smalltalk else (),
        thesaurus=tuple(map(tuple, extras.thesaurus.words)) if extras.thesaurus else (),
        not_covered=tuple(guards.not_covered),
        ambiguous=tuple(guards.ambiguous),
        places=places,
        ask_lines=lines,
        tests=tuple(tests),
    )


def _tests(
    document: Document, trials: list[Trial], topic: Topic | None, topics: Mapping[str, Topic]
) -> Iterator[Placed]:
    for index, trial in enumerate(trials):
        line = document.line(("tests", index))
        expect = full_ref(trial.expect, topic.id if topic else "", _section_ids(topic), topics)
        yield Placed(trial.ask, expect, trial.now, document.file, line)


def _section_ids(topic: Topic | None) -> set[str]:
    return {section.id for section in topic.sections} if topic else set()
