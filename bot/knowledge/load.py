"""A folder of YAML files -> a Library, or every problem at once with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import KnowledgeError
from bot.knowledge.check import DateCheck, Files, cross_check
from bot.knowledge.library import OVERVIEW, Library
from bot.knowledge.problems import Path, Problem, explain, plain_errors, report
from bot.knowledge.reader import Document, read_file
from bot.knowledge.schema import (
    KINDS,
    GuardFile,
    Kind,
    SmallTalkFile,
    SourceFile,
    ThesaurusFile,
    Topic,
)

FILES_MAX = 5_000
EXTRA_FILES = ("sources.yaml", "smalltalk.yaml", "thesaurus.yaml", "guards.yaml")
"""The files beside the folders."""

_ID_BYTES_MAX = 4_000
_ID = re.compile(rb"^id:[ \t]*([a-z0-9-]+)", re.MULTILINE)

ModelT = TypeVar("ModelT", bound=BaseModel)


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
    reading = _Reading(folder)
    reading.topics()
    extras = reading.extras()
    problems = reading.problems
    problems += cross_check(reading.files, date_ok)
    if not reading.reads and not any(not problem.warning for problem in problems):
        problems.append(
            Problem(str(folder), 1, "一个主题也没有", "把主题文件放进 services 等文件夹")
        )
    problems += _strays(folder)
    if any(not problem.warning for problem in problems):
        return Loaded(None, sorted(problems))
    return Loaded(_library(reading.reads, extras), sorted(problems))


@dataclass(slots=True)
class _Extras:
    """The files beside the topics; None for one that is missing or wrong."""

    sources: SourceFile | None
    smalltalk: SmallTalkFile | None
    thesaurus: ThesaurusFile | None
    guards: GuardFile | None


class _Reading:
    """Reads the files of one folder and gathers values and problems."""

    def __init__(self, folder: FilePath) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files = Files()
        self.reads: list[_Read] = []

    def topics(self) -> None:
        """Every topic file of every kind."""
        paths = [(kind, path) for kind in KINDS for path in _yaml_files(self.folder / kind)]
        if len(paths) > FILES_MAX:
            what = f"文件超过 {FILES_MAX} 个"
            self.problems.append(Problem(str(self.folder), 1, what, "分成几个资料库"))
        for kind, path in paths[:FILES_MAX]:
            document = read_file(path, f"{kind}/{path.name}")
            if isinstance(document, Problem):
                self.problems.append(document)
                self._unreadable(path)
                continue
            self.files.topics.append((kind, document))
            topic = self._validate(Topic, document)
            if topic is not None:
                self.reads.append(_Read(topic, kind, document))  # type: ignore[arg-type]

    def extras(self) -> _Extras:
        """The files beside the folders."""
        return _Extras(
            self._extra(SourceFile, "sources.yaml"),
            self._extra(SmallTalkFile, "smalltalk.yaml"),
            self._extra(ThesaurusFile, "thesaurus.yaml"),
            self._extra(GuardFile, "guards.yaml"),
        )

    def _extra(self, model: type[ModelT], name: str) -> ModelT | None:
        if not (self.folder / name).exists():
            if name == "sources.yaml":
                what = "缺少 sources.yaml"
                self.problems.append(
                    Problem(str(self.folder), 1, what, "建一个，出处都登记在这个文件里")
                )
            return None
        document = read_file(self.folder / name, name)
        if isinstance(document, Problem):
            self.problems.append(document)
            return None
        if model is SourceFile:
            self.files.sources = document
        elif model is GuardFile:
            self.files.guards = document
        elif model is SmallTalkFile:
            self.files.smalltalk = document
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

    def _unreadable(self, path: FilePath) -> None:
        """Remember whose file it is, so that references to it are not called broken."""
        try:
            with path.open("rb") as file:
                found = _ID.search(file.read(_ID_BYTES_MAX))
        except OSError:
            found = None
        if found:
            self.files.unreadable.add(found[1].decode())
        else:
            self.files.id_unknown = True


def _yaml_files(folder: FilePath) -> list[FilePath]:
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})


def _strays(folder: FilePath) -> list[Problem]:
    """A warning for each file that looks like knowledge and is not read: it would be lost."""
    found: list[Problem] = []
    for pattern in ("*", "*/*"):
        for path in sorted(folder.glob(pattern))[:FILES_MAX]:
            name = path.relative_to(folder).as_posix()
            if name.startswith(".") or not path.is_file():
                continue
            if name.endswith((".yaml.txt", ".yml.txt")):
                what, hint = "没有读这个文件：文件名末尾多了 .txt", "改名，去掉 .txt"
            elif (
                path.suffix not in {".yaml", ".yml"}
                or name in EXTRA_FILES
                or path.parent.name in KINDS
            ):
                continue
            else:
                what = "没有读这个文件：它不在主题的文件夹里"
                hint = "移到 " + "、".join(KINDS) + " 之一"
            found.append(Problem(name, 1, what, hint, warning=True))
    return found


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
    guards = extras.guards or GuardFile()
    return Library(
        topics={read.topic.id: read.topic for read in reads},
        kinds=kinds,
        sources={s.id: s for s in extras.sources.sources} if extras.sources else {},
        smalltalk=tuple(extras.smalltalk.smalltalk) if extras.smalltalk else (),
        thesaurus=tuple(map(tuple, extras.thesaurus.words)) if extras.thesaurus else (),
        not_covered=tuple(guards.not_covered),
        ambiguous=tuple(guards.ambiguous),
        places=places,
    )
