"""The plan of the house holds: floors, doors, no dead file, no giant."""

import os
from pathlib import Path

import pytest

from . import architecture as house

ROOT = Path(__file__).resolve().parent.parent

IMPORT_EXCEPTIONS: dict[str, str] = {}
"""Wrong import -> why it must be. Empty is best."""

SIZE_EXCEPTIONS: dict[str, str] = {}
"""File, or file:function -> why it may be longer."""


@pytest.fixture(scope="module")
def tree() -> house.Tree:
    return house.read(ROOT / "bot")


def sources(*folders: str) -> list[Path]:
    """Python files, relative to the repository, which is the working directory of these tests."""
    return sorted(
        path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py")
    )


@pytest.fixture(scope="module", autouse=True)
def at_the_root() -> object:
    before = Path.cwd()
    os.chdir(ROOT)
    yield None
    os.chdir(before)


def test_the_walk_finds_the_house(tree: house.Tree) -> None:
    assert len(tree.files) > 60
    assert {house.part_of(name) for name in tree.files} >= {
        "__main__", "app", "calendar", "channels", "cli", "clock", "config", "dialogue", "errors",
        "features", "knowledge", "matching", "messages", "storage", "text", "turn",
    }  # fmt: skip
    assert sum(map(len, tree.imports.values())) > 300
    assert len(sources("tests")) > 30


def test_every_module_stands_on_a_floor(tree: house.Tree) -> None:
    assert house.unplaced(tree) == []


def test_imports_only_go_down(tree: house.Tree) -> None:
    found = [line for line in house.wrong_imports(tree) if line not in IMPORT_EXCEPTIONS]
    assert found == []


def test_features_know_neither_each_other_nor_the_dialogue(tree: house.Tree) -> None:
    assert house.feature_imports(tree) == []


def test_the_calendar_knows_only_texts_pictures_and_knowledge(tree: house.Tree) -> None:
    known = {
        house.part_of(other)
        for name, imported in tree.imports.items()
        if house.part_of(name) == "calendar"
        for other in imported
        if other.startswith("bot.")
    }
    assert known <= {"calendar", "errors", "knowledge", "pictures", "text"}


def test_each_library_has_one_door(tree: house.Tree) -> None:
    assert house.wrong_doors(tree) == []


def test_every_door_is_in_use_or_planned(tree: house.Tree) -> None:
    used = set().union(*tree.imports.values())
    planned = {
        "starlette",
    }  # fmt: skip
    assert set(house.DOORS) - used <= planned


def test_no_file_is_dead(tree: house.Tree) -> None:
    assert house.dead(tree) == []


def test_no_import_is_hidden_in_a_string(tree: house.Tree) -> None:
    assert house.hidden_imports(tree) == []


def test_files_and_functions_stay_small() -> None:
    paths = sources("bot", "tests", "benchmarks", "docs")
    found = house.long_files(paths) | house.long_functions(paths)
    assert {name: size for name, size in found.items() if name not in SIZE_EXCEPTIONS} == {}


def test_every_file_says_its_job() -> None:
    assert house.without_a_job(sources("bot", "benchmarks", "docs")) == []


def test_exceptions_are_still_needed(tree: house.Tree) -> None:
    paths = sources("bot", "tests", "benchmarks", "docs")
    assert set(IMPORT_EXCEPTIONS) <= set(house.wrong_imports(tree))
    assert set(SIZE_EXCEPTIONS) <= set(house.long_files(paths) | house.long_functions(paths))


# The watchman is watched: each fault, built on purpose, is found.

SOUND = {
    "__init__.py": "",
    "__main__.py": "from bot.cli import main\n",
    "cli/__init__.py": "from bot.app import App\nimport typer\n",
    "app.py": "from .features import a\nfrom bot.dialogue import engine\n",
    "features/__init__.py": "",
    "features/a/__init__.py": "from bot.features import routing\n",
    "features/routing.py": "",
    "dialogue/__init__.py": "",
    "dialogue/engine.py": "from bot.text import dates\nimport json\n",
    "text/__init__.py": "",
    "text/dates.py": "",
    "storage/__init__.py": "",
    "storage/migrations/env.py": "import alembic\n",
}


def built(root: Path, changes: dict[str, str] | None = None) -> house.Tree:
    files = dict(SOUND)
    files["app.py"] += "import bot.storage\n"
    for name, text in (changes or {}).items():
        files[name] = files.get(name, "") + text
    for name, text in files.items():
        path = root / "bot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return house.read(root / "bot")


def faults(tree: house.Tree) -> list[str]:
    return [
        *house.unplaced(tree),
        *house.wrong_imports(tree),
        *house.feature_imports(tree),
        *house.wrong_doors(tree),
        *house.dead(tree),
        *house.hidden_imports(tree),
    ]


def test_a_sound_house_has_no_fault(tmp_path: Path) -> None:
    assert faults(built(tmp_path)) == []


UPWARDS = [
    "import bot.dialogue.engine\n",
    "from bot.dialogue import engine\n",
    "from ..dialogue import engine\n",
    "def f():\n    from bot.dialogue.engine import x\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bot.dialogue\n",
]


@pytest.mark.parametrize("line", UPWARDS)
def test_an_import_upwards_is_found(tmp_path: Path, line: str) -> None:
    [found] = faults(built(tmp_path, {"text/dates.py": line}))
    assert found.startswith("bot.text.dates imports bot.dialogue")
    assert found.endswith("upwards")


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("dialogue/engine.py", "import bot.features.routing\n", "a neighbour"),
        ("features/a/x.py", "import bot.dialogue.engine\n", "a neighbour"),
        ("text/x.py", "", "bot.text.x"),
        ("dialogue/engine.py", "import telegram\n", "its door is channels/telegram"),
        ("dialogue/engine.py", "def f():\n    import sqlalchemy.ext\n", "its door is storage/"),
        ("dialogue/engine.py", "import requests\n", "has no door"),
        ("dialogue/engine.py", "import importlib\nimportlib.import_module('x')\n", "by a string"),
        ("dialogue/engine.py", "import bot.text.gone.far\n", "not there"),
    ],
)
def test_each_other_fault_is_found(tmp_path: Path, file: str, line: str, said: str) -> None:
    found = faults(built(tmp_path, {file: line}))
    assert any(said in fault for fault in found), found


def test_an_unplaced_and_a_mutual_feature_are_found(tmp_path: Path) -> None:
    changes = {
        "extra.py": "",
        "features/b/__init__.py": "import bot.features.a\n",
        "app.py": "import bot.extra\nimport bot.features.b\n",
    }
    tree = built(tmp_path, changes)
    assert house.unplaced(tree) == ["bot.extra"]
    assert house.feature_imports(tree) == ["bot.features.b imports bot.features.a: another feature"]


def test_giants_and_files_without_a_job_are_found(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("def f():\n" + "    x = 1\n" * 500, encoding="utf-8")
    assert list(house.long_files([path]).values()) == [501]
    assert list(house.long_functions([path])) == [f"{path.as_posix()}:f"]
    assert house.without_a_job([path]) == [path.as_posix()]
