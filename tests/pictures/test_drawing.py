"""Templates are drawn with the one font, and a clear word is said where that cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.pictures.drawing import PictureError, available, drawn, font_characters, missing_glyphs

SMALL = """#let data = json(bytes(sys.inputs.data))
// 注释里的字不算：𓀁
#set page(width: 30pt, height: 15pt, margin: 0pt)
#set text(font: data.family)
#data.word
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "small.typ"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_a_template_becomes_png_or_pdf(template: Path) -> None:
    png = drawn(template, {"word": "好"})
    assert png.startswith(b"\x89PNG")
    assert (png[16:20], png[20:24]) == (b"\0\0\0\x28", b"\0\0\0\x14")  # 40 x 20 pixels
    assert drawn(template, {"word": "好"}, "pdf").startswith(b"%PDF")
    assert drawn(template, {"word": "坏"}) != png


def test_a_glyph_that_the_font_lacks_is_named(template: Path) -> None:
    assert missing_glyphs(template, {"word": "好"}) == ""
    assert missing_glyphs(template, {"word": "𓀀好"}) == "𓀀"


def test_the_font_s_table_is_read() -> None:
    known = font_characters()
    assert set("红色七月·“”—１𠮷〇") <= known
    assert "𓀀" not in known
    assert len(known) > 40_000


def test_without_the_extra_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, template: Path
) -> None:
    assert available()
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not available()
    with pytest.raises(ConfigError, match=r"pip install 'dangbot\[poster\]'"):
        drawn(template, {"word": "好"})


def test_a_picture_that_cannot_be_drawn_says_so_without_quoting(template: Path) -> None:
    template.write_text('#panic("王芳")', encoding="utf-8")
    with pytest.raises(PictureError, match="图片没有画成") as caught:
        drawn(template, {})
    assert "王芳" not in str(caught.value)
    assert "王芳" in str(caught.value.__cause__), "who looks for the fault finds it"
