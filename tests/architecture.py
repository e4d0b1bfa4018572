"""Reads the source tree and says where it breaks the plan of the house; imports nothing of it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "clock", "logs", "text"),
    ("messages",),
    ("config", "knowledge", "storage", "channels", "pictures"),
    ("matching", "delivery", "calendar", "organisation", "backup"),
    ("turn",),
    ("features", "dialogue", "web", "background"),
    ("app", "doctor"),
    ("cli",),
    ("__main__",),
)
"""From the ground up; imports only go down, neighbours do not know each other."""

FLOOR = {part: number for number, parts in enumerate(FLOORS) for part in parts}

DOORS: Mapping[str, tuple[str, ...]] = {
    "telegram": ("channels/telegram",),
    "rapidfuzz": ("matching/",),
    "yaml": ("knowledge/", "config/"),
    "ruamel": ("knowledge/", "config/"),
    "pydantic": ("knowledge/", "config/"),
    "pydantic_core": ("knowledge/", "config/"),
    "pydantic_settings": ("config/",),
    "sqlalchemy": ("storage/", "/store.py"),
    "alembic": ("storage/", "/store.py"),
    "starlette": ("web/",),
    "typer": ("cli/",),
    "opencc": ("text/",),
    "borax": ("text/",),
    "chinese_calendar": ("calendar/",),
    "dateutil": ("calendar/",),
    "icalendar": ("calendar/",),
    "typst": ("pictures/",),
    "manimgx_fonts_cjk": ("pictures/",),
    "numpy": ("matching/",),
    "openpyxl": ("storage/sheets.py",),
    "watchfiles": ("knowledge/",),
}
"""One door a library: the folder or file that may import it (``/x.py``: any file of that name)."""

UNREACHED = ("bot.storage.migrations",)
"""Alembic loads these by their path, not by an import."""


@dataclass(slots=True)
class Tree:
    """The modules of a package: name -> file, and what each imports."""

    root: Path
    files: dict[str, Path] = field(default_factory=dict)
    imports: dict[str, set[str]] = field(default_factory=dict)
    """Module -> modules of the package and top names of libraries."""


def read(root: Path) -> Tree:
    """Every module under ``root`` (the folder of the package)."""
    tree = Tree(root)
    for path in sorted(root.rglob("*.py")):
        parts = [root.name, *path.relative_to(root).with_suffix("").parts]
        tree.files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    for name, path in tree.files.items():
        tree.imports[name] = set(_imports(name, path, tree))
    return tree


def _imports(name: str, path: Path, tree: Tree) -> Iterator[str]:
    """All imports, also those inside functions and under TYPE_CHECKING."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _own(alias.name, tree)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield _own(full if full in tree.files else base, tree)


def _own(name: str, tree: Tree) -> str:
    package = tree.root.name
    return name if name == package or name.startswith(f"{package}.") else name.partition(".")[0]


def part_of(module: str) -> str:
    """The part of the house a module belongs to: ``bot.text.dates`` -> ``text``."""
    return [*module.split("."), ""][1]


def unplaced(tree: Tree) -> list[str]:
    """Modules whose part stands on no floor."""
    return [name for name in tree.files if part_of(name) and part_of(name) not in FLOOR]


def wrong_imports(tree: Tree) -> list[str]:
    """Imports that go up, or to a neighbour."""
    found = []
    for name, imported in tree.imports.items():
        here = part_of(name)
        for other in sorted(imported):
            there = part_of(other)
            if not other.startswith(f"{tree.root.name}.") or there == here:
                continue
            if other not in tree.files and other.rpartition(".")[0] not in tree.files:
                found.append(f"{name} imports {other}, which is not there")
            elif not here or FLOOR.get(there, 99) > FLOOR.get(here, -1):
                found.append(f"{name} imports {other}: upwards")
            elif FLOOR[there] == FLOOR[here]:
                found.append(f"{name} imports {other}: a neighbour")
    return found


def feature_imports(tree: Tree) -> list[str]:
    """Imports from one feature to another."""
    package = f"{tree.root.name}.features."
    found = []
    for name, imported in tree.imports.items():
        mine = name.split(".")[2:3]
        if not name.startswith(package) or not _is_folder(tree, name):
            continue
        for other in sorted(imported):
            if not other.startswith(package) or not _is_folder(tree, other):
                continue
            if other.split(".")[2:3] != mine:
                found.append(f"{name} imports {other}: another feature")
    return found


def _is_folder(tree: Tree, module: str) -> bool:
    """Is the module in the folder of a feature (and not a helper beside the folders)?"""
    feature = tree.files.get(".".join(module.split(".")[:3]))
    return feature is not None and feature.name == "__init__.py"


def wrong_doors(tree: Tree) -> list[str]:
    """Libraries that are imported elsewhere than at their door, and libraries without a door."""
    found = []
    for name, imported in tree.imports.items():
        path = tree.files[name].relative_to(tree.root).as_posix()
        for library in sorted(imported):
            if library.partition(".")[0] == tree.root.name or library in sys.stdlib_module_names:
                continue
            doors = DOORS.get(library)
            if doors is None:
                found.append(f"{name} imports {library}, which has no door")
            elif not any(_fits(path, door) for door in doors):
                found.append(f"{name} imports {library}; its door is {' or '.join(doors)}")
    return found


def _fits(path: str, door: str) -> bool:
    return path.endswith(door) if door.startswith("/") else path.startswith(door)


def dead(tree: Tree) -> list[str]:
    """Modules that nothing reaches from ``__main__``."""
    package = tree.root.name
    todo, reached = [f"{package}.__main__"], set[str]()
    while todo:
        name = todo.pop()
        if name in reached or name not in tree.files:
            continue
        reached.add(name)
        todo += [*tree.imports[name], name.rpartition(".")[0]]
    return [name for name in tree.files if name not in reached and not name.startswith(UNREACHED)]


def hidden_imports(tree: Tree) -> list[str]:
    """Imports by a string, which no reader of the imports can see."""
    found = []
    for name, path in tree.files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            word = getattr(called, "attr", getattr(called, "id", ""))
            if word in {"import_module", "__import__"}:
                found.append(f"{name}:{getattr(node, 'lineno', 0)} imports by a string")
    return found


def long_files(paths: list[Path]) -> dict[str, int]:
    """Files with too many lines."""
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return {path.as_posix(): size for path, size in sizes.items() if size > FILE_LINES_MAX}


def long_functions(paths: list[Path]) -> dict[str, int]:
    """Functions with too many lines, as ``file:function``."""
    found = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LINES_MAX:
                    found[f"{path.as_posix()}:{node.name}"] = size
    return found


def without_a_job(paths: list[Path]) -> list[str]:
    """Files whose first line does not say their job."""
    return [
        path.as_posix()
        for path in paths
        if not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]
