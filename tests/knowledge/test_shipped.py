"""The shipped files help their editors: a schema for the editor, a how-to in Chinese on top."""

import json
import re
from pathlib import Path

import pytest

from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.schema import KINDS
from bot.knowledge.schemas import SCHEMAS, json_schema
from bot.knowledge.snapshot import EXTRA_FILES
from bot.text.normalise import normalise

FOLDER = shipped_folder()
TOPICS = sorted(path for kind in KINDS for path in (FOLDER / kind).glob("*.yaml"))
FILES = [*TOPICS, *(FOLDER / name for name in EXTRA_FILES)]
HEAD = "# yaml-language-server: $schema="


def test_there_are_topics_of_every_kind() -> None:
    assert {path.parent.name for path in TOPICS} == set(KINDS)


def test_every_yaml_file_is_one_that_is_read() -> None:
    assert set(FOLDER.rglob("*.y*ml")) == set(FILES)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_current(name: str) -> None:
    written = json.loads((FOLDER / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    assert written == json_schema(name), "run: dangbot schema --to knowledge/schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_explained_in_chinese(name: str) -> None:
    found = json_schema(name)
    for model in (found, *found.get("$defs", {}).values()):
        assert "description" not in model
        for key, value in model["properties"].items():
            assert re.search("[\u4e00-\u9fff]", value.get("description", "")), key


def test_no_schema_is_left_over() -> None:
    assert {path.stem for path in (FOLDER / "schema").iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_the_first_line_names_the_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(HEAD)
    schema = (path.parent / first.removeprefix(HEAD)).resolve()
    wanted = "topic" if path.parent.name in KINDS else path.stem
    assert schema == (FOLDER / "schema" / f"{wanted}.json").resolve()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_each_file_begins_with_how_to_add(path: Path) -> None:
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    head = []
    for row in rows:
        if not row.startswith("#"):
            break
        head.append(row)
    text = "\n".join(head)
    assert "dangbot check" in text
    assert any(word in text for word in ("怎么加", "写"))
    if path in TOPICS:
        assert "怎么加一节" in text
        assert "ask" in text
        assert "answer" in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_files_are_plain_utf8_text(path: Path) -> None:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert b"\t" not in raw
    assert raw.endswith(b"\n")
    raw.decode("utf-8")


def test_every_topic_has_tests(shipped_library: Library) -> None:
    tested = {test.file for test in shipped_library.tests}
    assert {path.relative_to(FOLDER).as_posix() for path in TOPICS} - tested == set()


def test_tests_are_no_copies(shipped_library: Library) -> None:
    """A phrasing of the files is always answered rightly and proves nothing."""
    asks = {normalise(ask) for entry in shipped_library.entries() for ask in entry.asks}
    assert [test.ask for test in shipped_library.tests if normalise(test.ask) in asks] == []
