"""A lazy pattern does what a compiled one does, and is compiled when it is first asked."""

from __future__ import annotations

import re

import pytest

from bot.text.patterns import Pattern

TEXT = "Ab12 cd345"


def test_it_finds_what_a_compiled_one_finds() -> None:
    lazy, plain = Pattern(r"([a-z]+)(\d+)", re.IGNORECASE), re.compile(r"(?i)([a-z]+)(\d+)")
    assert [hit.span() for hit in lazy.finditer(TEXT)] == [
        hit.span() for hit in plain.finditer(TEXT)
    ]
    assert lazy.sub(r"\2\1", TEXT) == plain.sub(r"\2\1", TEXT)
    for pos in range(len(TEXT)):
        for first, second in (
            (lazy.search(TEXT, pos), plain.search(TEXT, pos)),
            (lazy.match(TEXT, pos), plain.match(TEXT, pos)),
        ):
            assert (first and first.span()) == (second and second.span())


def test_only_asking_compiles() -> None:
    broken = Pattern("(")
    with pytest.raises(re.error):
        broken.search("")
