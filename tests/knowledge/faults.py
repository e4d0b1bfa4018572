"""Structural faults that stand on a known line: what is reported can be compared with it."""

import random
import re
from collections.abc import Callable

Fault = Callable[[random.Random, list[str]], int | None]
"""Spoils the rows in place and gives the line (from 1) of the fault; None if it does not fit."""

_KEY = re.compile(r"^( *(?:- )?)([a-z_]+): ?(\S.*)?$")
_REQUIRED = ("title", "answer", "source")


def _keys(rows: list[str]) -> list[int]:
    return [n for n, row in enumerate(rows) if _KEY.match(row)]


def _pick(dice: random.Random, numbers: list[int]) -> int | None:
    return dice.choice(numbers) if numbers else None


def unknown_key(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, _keys(rows))
    if at is None:
        return None
    rows[at] = _KEY.sub(lambda m: f"{m[1]}{m[2]}x: {m[3] or ''}", rows[at])
    return at + 1


def _is_only_child(rows: list[str], at: int) -> bool:
    """Is a line the only one of a group that a key above begins?"""
    depth = _depth(rows[at])
    after = _depth(rows[at + 1]) if at + 1 < len(rows) else 0
    return depth > 0 and rows[at - 1].rstrip().endswith(":") and after < depth


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip())


def chinese_colon(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, [n for n in _keys(rows) if (m := _KEY.match(rows[n])) and m[3]])
    if at is None or _is_only_child(rows, at):
        return None  # what is spoilt is then the group above, and told with that line
    rows[at] = rows[at].replace(": ", "：", 1)
    return at + 1


def tab(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, [n for n in _keys(rows) if rows[n].startswith("  ")])
    if at is None:
        return None
    rows[at] = "\t" + rows[at].lstrip()
    return at + 1


def control_character(dice: random.Random, rows: list[str]) -> int | None:
    at = dice.randrange(len(rows))
    rows[at] += "\x07"
    return at + 1


def key_twice(dice: random.Random, rows: list[str]) -> int | None:
    fitting = [n for n in _keys(rows) if (m := _KEY.match(rows[n])) and m[3] and "- " not in m[1]]
    at = _pick(dice, fitting)
    if at is None:
        return None
    rows.insert(at + 1, rows[at])
    return at + 2


def reference_sign(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, [n for n, row in enumerate(rows) if re.match(r" +- [^a-z\"'\[{]", row)])
    if at is None:
        return None
    rows[at] = rows[at].replace("- ", "- *", 1)
    return at + 1


def too_long(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, [n for n, row in enumerate(rows) if re.match(r" +answer: [^\"']", row)])
    if at is None:
        return None
    rows[at] += "长" * 330
    return at + 1


def bad_id(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, [n for n, row in enumerate(rows) if re.match(r" *- id: ", row)])
    if at is None:
        return None
    rows[at] += "坏"
    return at + 1


def empty_value(dice: random.Random, rows: list[str]) -> int | None:
    at = _pick(dice, [n for n, row in enumerate(rows) if re.match(r" +(answer|title): ", row)])
    if at is None:
        return None
    rows[at] = rows[at].partition(":")[0] + ":"
    return at + 1


def missing_key(dice: random.Random, rows: list[str]) -> int | None:
    """An answer is left out: told at the line where its section begins."""
    at = _pick(dice, [n for n, row in enumerate(rows) if row.startswith("    answer: ")])
    if at is None:
        return None
    del rows[at]
    while not rows[at - 1].startswith("  - "):
        at -= 1
    return at


FAULTS: tuple[Fault, ...] = (
    unknown_key,
    chinese_colon,
    tab,
    control_character,
    key_twice,
    reference_sign,
    too_long,
    bad_id,
    empty_value,
    missing_key,
)
