"""The guide for editors cannot rot: its examples are loaded, its wrong examples are refused."""

import re
from pathlib import Path

import pytest

from bot.calendar.agenda import when_ok
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load
from bot.knowledge.schema import KINDS, Topic
from bot.knowledge.snapshot import EXTRA_FILES

from .folder import build
from .test_reader import assert_readable

GUIDE = (shipped_folder() / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- (\w+) -->\n```yaml\n(.*?)```\n", GUIDE, re.DOTALL)
SHIPPED_SOURCES = (shipped_folder() / "sources.yaml").read_text(encoding="utf-8")
HEAD = "id: x1\ntitle: 主题\nsource: yutai\n"
OVERVIEW = "overview:\n  ask: [介绍一下]\n  answer: 这是概况。\n"


def files_of(kind: str, text: str) -> dict[str, str | bytes]:
    """The folder in which an example of the guide has its place."""
    topic = HEAD + OVERVIEW
    if kind == "topic":
        return {"services/x1.yaml": text}
    if kind == "sources":
        return {"services/x1.yaml": topic, "sources.yaml": text}
    if kind == "thesaurus":
        return {"services/x1.yaml": topic, "thesaurus.yaml": text}
    if kind == "events":
        return {"calendar/x1.yaml": topic + text}
    if kind == "tests":
        section = "sections:\n  - {id: shixiang, title: 事, ask: [办什么], answer: 办执照。}\n"
        return {"services/x1.yaml": topic + section + text}
    body = HEAD + ("" if "overview:" in text else OVERVIEW) + text
    if text.startswith(("id:", "title:")):
        body = OVERVIEW + "source: yutai\n" + text
    return {"services/x1.yaml": body}


def examples(*, wrong: bool) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in BLOCKS if (kind == "wrong") == wrong]


def folder(tmp_path: Path, kind: str, text: str) -> Path:
    others: dict[str, str | bytes] = {"sources.yaml": SHIPPED_SOURCES}
    build(tmp_path, others | files_of(kind, text))
    (tmp_path / "services" / "t1.yaml").unlink()  # the small folder's own topic
    if kind in {"events", "ambiguous"}:  # what these examples point to is in the shipped files
        for path in shipped_folder().glob("*/*.yaml"):
            target = tmp_path / path.parent.name / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize(("kind", "text"), examples(wrong=False))
def test_examples_load(tmp_path: Path, kind: str, text: str) -> None:
    loaded = load(folder(tmp_path, kind, text), when_ok)
    assert [str(problem) for problem in loaded.problems] == []


@pytest.mark.parametrize(("kind", "text"), examples(wrong=True))
def test_wrong_examples_are_refused_with_a_hint(tmp_path: Path, kind: str, text: str) -> None:
    problems = load(folder(tmp_path, kind, text), when_ok).errors()
    assert problems
    for problem in problems:
        assert problem.file == "services/x1.yaml"
        assert_readable(problem)


def test_every_shape_has_its_example() -> None:
    kinds = {kind for kind, _ in BLOCKS}
    assert {
        "sections", "topic", "sources", "people", "events", "not_covered", "ambiguous",
        "thesaurus", "tests", "wrong", "right",
    } <= kinds  # fmt: skip
    assert len(examples(wrong=True)) >= 5
    assert len(BLOCKS) == GUIDE.count("```yaml")


def test_every_place_is_explained() -> None:
    for name in (*(f"{kind}/" for kind in KINDS), *EXTRA_FILES, "schema/"):
        assert f"| `{name}` |" in GUIDE


def test_every_key_of_a_topic_is_shown() -> None:
    for key in Topic.model_fields:
        assert f"{key}:" in GUIDE


def test_the_message_in_the_guide_is_real(tmp_path: Path) -> None:
    shown = re.search(r"^services/yutai-daiban\.yaml:\d+: (.*)$", GUIDE, re.MULTILINE)
    assert shown
    section = "  - {id: s%d, title: 节, ask: [在哪里办], answer: 在大厅办。}\n"
    lost = "  - {id: s3, title: 节, ask: [在哪里办]}\n"
    text = HEAD + OVERVIEW + "sections:\n" + section % 1 + section % 2 + lost
    [problem] = load(folder(tmp_path, "topic", text)).problems
    assert str(problem) == f"services/x1.yaml:10: {shown[1]}"
