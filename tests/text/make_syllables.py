"""Makes ``bot/text/syllables.txt`` from pypinyin's table of characters (MIT licence).

    python -m tests.text.make_syllables

The desk reads the small table: the library itself takes 0.15 s and 13 MB at every start.
"""

from __future__ import annotations

from pathlib import Path

from pypinyin import Style, pinyin_dict
from pypinyin.style import convert

FILE = Path(__file__).parents[2] / "bot" / "text" / "syllables.txt"
RANGES = ((0x3007, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000))


def table() -> str:
    """A line a syllable: the syllable without tone, a space, the characters read that way first."""
    rows: dict[str, list[str]] = {}
    for first, last in RANGES:
        for number in range(first, last):
            readings = pinyin_dict.pinyin_dict.get(number)
            if readings:
                plain = str(convert(readings.split(",")[0], Style.NORMAL, strict=False))
                rows.setdefault(plain.replace("ü", "v"), []).append(chr(number))
    return "".join(f"{sound} {''.join(chars)}\n" for sound, chars in sorted(rows.items()))


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
