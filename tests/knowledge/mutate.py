"""Spoils a YAML file in the ways that hands, editors and copy-and-paste do."""

import random
from collections.abc import Callable

VALUES = (
    "",
    "null",
    "no",
    "1.10",
    "[]",
    "{}",
    "[[[[",
    "{a: {b: c}}",
    "- x",
    "'",
    '"',
    "*a",
    "&a b",
    "!!int 1",
    "!x",
    "@",
    "%",
    "|",
    ">-",
    "# x",
    "a: b: c",
    "镇平：大比武",
    "\t",
    "未定",
    "13月32日",
    "x" * 500,
)
ODD = "\t\x00\x07\x85\u2028\u3000\ufeff：“”、，\U0001f600'\"[]{}#&*!|>%@`:-?,\r\n "

Mutation = Callable[[random.Random, list[bytes]], list[bytes]]


def _at(dice: random.Random, rows: list[bytes]) -> int:
    return dice.randrange(len(rows)) if rows else 0


def delete_lines(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    start = _at(dice, rows)
    return rows[:start] + rows[start + dice.randint(1, 4) :]


def double_lines(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    start = _at(dice, rows)
    end = start + dice.randint(1, 12)
    return rows[:end] + rows[start:end] + rows[end:]


def swap_lines(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    one, other = _at(dice, rows), _at(dice, rows)
    rows = list(rows)
    if rows:
        rows[one], rows[other] = rows[other], rows[one]
    return rows


def indent(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    rows = list(rows)
    start = _at(dice, rows)
    for index in range(start, min(start + dice.randint(1, 3), len(rows))):
        rows[index] = b" " * dice.randint(0, 9) + rows[index].lstrip()
    return rows


def put_tab(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    return _change(dice, rows, lambda row: b"\t" * dice.randint(1, 2) + row.lstrip())


def put_odd(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    def change(row: bytes) -> bytes:
        text = row.decode("utf-8", "replace")
        place = dice.randint(0, len(text))
        signs = "".join(dice.choice(ODD) for _ in range(dice.randint(1, 4)))
        return (text[:place] + signs + text[place:]).encode()

    return _change(dice, rows, change)


def put_unicode(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    signs = "".join(chr(dice.randrange(0x110000)) for _ in range(dice.randint(1, 8)))
    return _change(dice, rows, lambda row: row + signs.encode("utf-8", "surrogatepass"))


def truncate(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    raw = b"\n".join(rows)
    return raw[: dice.randint(0, len(raw))].split(b"\n")


def other_value(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    def change(row: bytes) -> bytes:
        for sign in (b": ", b"- "):
            key, found, _ = row.partition(sign)
            if found:
                return key + sign + dice.choice(VALUES).encode()
        return dice.choice(VALUES).encode()

    return _change(dice, rows, change)


def other_key(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    return _change(dice, rows, lambda row: row.replace(b":", b"s:", 1))


def flip_bytes(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    raw = bytearray(b"\n".join(rows))
    for _ in range(dice.randint(1, 6)):
        if raw:
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return bytes(raw).split(b"\n")


def other_encoding(dice: random.Random, rows: list[bytes]) -> list[bytes]:
    text = b"\n".join(rows).decode("utf-8", "replace")
    return text.encode(dice.choice(["gbk", "utf-16", "utf-8-sig"]), "replace").split(b"\n")


def _change(
    dice: random.Random, rows: list[bytes], change: Callable[[bytes], bytes]
) -> list[bytes]:
    rows = list(rows)
    if rows:
        index = _at(dice, rows)
        rows[index] = change(rows[index])
    return rows


MUTATIONS: tuple[Mutation, ...] = (
    delete_lines,
    double_lines,
    swap_lines,
    indent,
    put_tab,
    put_odd,
    put_unicode,
    truncate,
    other_value,
    other_key,
    flip_bytes,
    other_encoding,
)


def mutate(dice: random.Random, raw: bytes) -> bytes:
    """One to three mutations of a file."""
    rows = raw.split(b"\n")
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        rows = dice.choice(MUTATIONS)(dice, rows)
    return b"\n".join(rows)
