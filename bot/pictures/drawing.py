"""One typst template and some words -> PNG or PDF; needs the extra ``dangbot[poster]``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from bot.errors import ConfigError, DangbotError
from bot.pictures.glyphs import covered

Kind = Literal["png", "pdf"]
FAMILY = "Noto Sans CJK SC"
"""The one font that is there on every machine; templates take it from their data."""
_PPI = 96.0


class PictureError(DangbotError):
    """A picture cannot be drawn; ``str()`` says why, in Chinese and in the compiler's words."""


def available() -> bool:
    """Are the packages of the extra installed?"""
    try:
        _tools()
    except ConfigError:
        return False
    return True


def drawn(template: Path, data: Mapping[str, Any], kind: Kind = "png") -> bytes:
    """Fill a template with data and draw it; takes up to a second: do it in a thread.

    Args:
        template: a typst file that reads ``sys.inputs.data`` as JSON; its lengths are points, four
            pixels of the PNG are three of them.
        data: all words of the picture; the template itself has none.
        kind: of the bytes that come back.

    Raises:
        ConfigError: the extra ``poster`` is not installed.
        PictureError: it cannot be drawn.
    """
    typst, fonts = _tools()
    try:
        made: bytes = typst.compile(
            template,
            format=kind,
            ppi=_PPI,
            font_paths=[fonts.parent],
            ignore_system_fonts=True,  # the same picture on every machine
            sys_inputs={"data": _as_json(data)},
        )
    except typst.TypstError as error:
        # Its own words may quote what was to be drawn, and callers log ours.
        raise PictureError(f"图片没有画成（{type(error).__name__}）。") from error
    return made


def missing_glyphs(template: Path, data: Mapping[str, Any]) -> str:
    """Characters that the font has no glyph for, each once; they would be blank boxes.

    Raises:
        ConfigError: the extra ``poster`` is not installed.
    """
    words = _as_json(data)
    words += re.sub(r"(?m)^\s*//.*$", "", template.read_text(encoding="utf-8"))
    known = font_characters()
    return "".join(sorted({char for char in words if char.isprintable() and char not in known}))


def font_characters() -> frozenset[str]:
    """All characters that the font can show.

    Raises:
        ConfigError: the extra ``poster`` is not installed.
    """
    return _covered(_tools()[1])


@lru_cache(maxsize=1)
def _covered(font: Path) -> frozenset[str]:
    return covered(font.read_bytes())


def _as_json(data: Mapping[str, Any]) -> str:
    return json.dumps({"family": FAMILY, **data}, ensure_ascii=False)


def _tools() -> tuple[Any, Path]:
    """The typst compiler and the font's file."""
    try:
        import manimgx_fonts_cjk  # noqa: PLC0415 - optional
        import typst  # noqa: PLC0415 - optional
    except ImportError:
        raise ConfigError(
            "这台机器没有装画图的组件。",
            f"运行：{sys.executable} -m pip install 'dangbot[poster]'（含一套开源中文字体）。",
        ) from None
    return typst, next(Path(manimgx_fonts_cjk.__path__[0]).glob("*.ttc"))
