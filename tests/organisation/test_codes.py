from __future__ import annotations

import ast
import inspect
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.organisation import codes
from bot.organisation.codes import (
    ALPHABET,
    Attempts,
    fits,
    looks_like_code,
    make_code,
    make_codes,
    read_code,
)
from tests.fakes import FakeClock


def test_a_code_is_read_back_and_fits_only_itself() -> None:
    code, other = make_codes(2)
    read = read_code(code.text)
    assert read is not None
    selector, secret = read
    assert selector == code.selector
    assert fits(secret, code.salt, code.digest)
    assert not fits(secret, other.salt, code.digest)
    assert not fits(secret, None, None)
    assert not fits(secret[:-1] + ("2" if secret[-1] != "2" else "3"), code.salt, code.digest)
    assert secret not in repr(code.digest)
    assert code.text != other.text


SIGNS = st.text(ALPHABET, min_size=12, max_size=12)
DASH = st.sampled_from(["-", " ", "—", "", "－", " - "])


@given(SIGNS, DASH, DASH, st.booleans(), st.booleans())
def test_however_it_is_typed(signs: str, one: str, two: str, lower: bool, wide: bool) -> None:
    typed = f"{signs[:4]}{one}{signs[4:8]}{two}{signs[8:]}"
    if lower:
        typed = typed.lower()
    if wide:
        typed = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in typed)
    assert read_code(f" {typed}\n") == (signs[:4], signs[4:])


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    read = read_code(text)
    assert read is None or set("".join(read)) <= set(ALPHABET)
    if looks_like_code(text):
        assert read is not None


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("K7M2-9QXD-4TFB", True),
        ("k7m2 9qxd 4tfb", True),
        ("k7m29qxd4tfb", True),
        ("ABCD-EFGH-JKLM", True),
        ("hongsedaiban", False),
        ("hong se dai ban", False),
        ("234567892345", False),
        ("K7M2-9QXD", False),
        ("红色代办在哪办", False),
        ("K7M2-9QXD-4TFB 谢谢", False),
    ],
)
def test_what_looks_like_a_code(text: str, yes: bool) -> None:
    assert looks_like_code(text) is yes


def test_codes_are_spread_over_the_alphabet() -> None:
    used = {sign for _ in range(60) for sign in make_code().text.replace("-", "")}
    assert len(used) > 25
    assert used <= set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_who_guesses_must_wait() -> None:
    clock = FakeClock()
    attempts = Attempts(tries_max=3, seconds=600, members_max=2)
    for _ in range(3):
        assert attempts.wait_seconds("a", clock.now) == 0
        attempts.tried("a", clock.now)
        clock.forward(60)
    assert attempts.wait_seconds("a", clock.now) == 420
    assert attempts.wait_seconds("b", clock.now) == 0
    clock.forward(420)
    assert attempts.wait_seconds("a", clock.now) == 0
    attempts.tried("a", clock.now)
    assert attempts.wait_seconds("a", clock.now) > 0
    attempts.right("a")
    assert attempts.wait_seconds("a", clock.now) == 0
    for member in "xyz":
        attempts.tried(member, clock.now)
    assert len(attempts._wrong) == 2
    attempts.tidy(clock.now)
    assert len(attempts._wrong) == 2
    clock.forward(600)
    attempts.tidy(clock.now)
    assert len(attempts._wrong) == 0, "nobody is remembered for longer than it counts"


def test_a_code_cannot_be_foretold_and_comparing_tells_nothing() -> None:
    """A fixed seed gives no code away, and digests are compared in constant time."""
    made = set()
    for _ in range(5):
        random.seed(1)
        made.add(make_code().text)
    assert len(made) == 5
    tree = ast.parse(inspect.getsource(codes))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
                for alias in node.names}  # fmt: skip
    assert "secrets" in imported
    assert "random" not in imported
    body = ast.parse(inspect.getsource(fits))
    called = {ast.unparse(node.func) for node in ast.walk(body) if isinstance(node, ast.Call)}
    assert "hmac.compare_digest" in called
    compared = [node for node in ast.walk(body) if isinstance(node, ast.Compare)]
    assert all(isinstance(node.ops[0], ast.Is | ast.IsNot) for node in compared)
