"""Where the knowledge that comes with the program lies, and the bytes of one file."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.problems import Problem

FILE_BYTES_MAX = 1_000_000
TOO_LONG = ("文件超过 1 MB", "一个文件只写一个主题，拆开再放")


def shipped_folder() -> Path:
    """The knowledge that comes with the program: in a wheel inside the package, else beside it."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_knowledge"
    return inside if inside.is_dir() else package.parent / "knowledge"


def raw_file(path: Path, name: str) -> bytes | Problem:
    """The bytes of one file, not yet understood; ``name`` is what messages call it."""
    try:
        if not path.is_file():
            return Problem(name, 1, "这不是一个文件", "检查这个名字是不是文件夹或失效的快捷方式")
        if path.stat().st_size > FILE_BYTES_MAX:
            return Problem(name, 1, *TOO_LONG)
        return path.read_bytes()
    except OSError:
        return Problem(name, 1, "读不了这个文件", "检查文件是否在、是否有权限读")
