"""Questions that ask the same fall together: by the sounds of their words, in whatever order.

Homophones sound alike, and so do a Chinese word and its pinyin. How one asks (怎么, 咋, 如何) is
one word; politeness is none. Numbers must be equal: 第1期 and 第2期 are two questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from bot.text.normalise import normalise
from bot.text.pinyin import near, near_syllable, split_latin

LIKE = 85.0
"""So many hundredths of their sounds must two questions share: a word more or less from four sounds
on, another word from seven on."""
_CHUNK = 256
_FIRST_CODE = 0x20000
_SAME = (
    (re.compile(r"怎么样|怎么|怎样|咋样|咋|如何"), "怎"),
    (re.compile(r"什么地方|啥地方|哪里|哪儿|哪块"), "哪"),
    (re.compile(r"什么时候|啥时候|何时|几时"), "时"),
    (re.compile(r"什么|啥"), "什"),
)
_EMPTY = re.compile(
    r"请问|想问|问一下|问问|麻烦|我们|你们|咱们|我想|想要|知道|一下|可以|应该|需要|能不能|可不可以|"
    r"[吗呢吧啊呀嘛哦的了我你您咱请想要能会]"
)
_PART = re.compile(r"[0-9.%]+|[a-z]+|[\u3400-\u9fff]")
_Core = tuple[str, str]


class _Sounds:
    """Sounds as single characters, so that letters can be compared for sounds."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def core(self, text: str) -> _Core:
        """The sounds of a question in one order, and its numbers."""
        words = normalise(text)
        for pattern, word in _SAME:
            words = pattern.sub(word, words)
        words = _EMPTY.sub(" ", words).strip() or words
        sounds: list[str] = []
        numbers: list[str] = []
        for part in _PART.findall(words):
            if part[0].isdigit():
                numbers.append(part)
            elif part.isascii():
                sounds += map(near, split_latin(part) or (part,))
            else:
                sounds.append(near_syllable(part) or part)
        codes = (self._codes.setdefault(s, chr(_FIRST_CODE + len(self._codes))) for s in sounds)
        return "".join(sorted(codes)), " ".join(sorted(numbers))


def alike(texts: Sequence[str], weights: Sequence[int]) -> list[list[int]]:
    """Put questions into groups.

    Args:
        texts: any number; 5,000 take about a second.
        weights: how much each counts, of the same length.

    Returns:
        Groups of places in ``texts``; in each the heaviest question first, which all others of the
        group are like. No order among the groups.
    """
    sounds = _Sounds()
    same: dict[_Core, list[int]] = {}
    for place, text in enumerate(texts):
        same.setdefault(sounds.core(text), []).append(place)
    order = sorted(same, key=lambda core: (-sum(weights[at] for at in same[core]), same[core][0]))
    leaders: dict[int, list[int]] = {}
    taken: set[int] = set()
    for number, likes in enumerate(_likes(order)):
        if number in taken:
            continue
        mine = [other for other in likes if other not in taken or other == number]
        taken.update(mine)
        leaders[number] = [place for other in mine for place in same[order[other]]]
    return [sorted(group, key=lambda place: (-weights[place], place)) for group in leaders.values()]


def _likes(cores: Sequence[_Core]) -> list[list[int]]:
    """For each core the places of those like it, itself included."""
    found: list[list[int]] = []
    letters = [core[0] for core in cores]
    for start in range(0, len(cores), _CHUNK):
        scores = process.cdist(
            letters[start : start + _CHUNK], letters, scorer=fuzz.ratio, score_cutoff=LIKE
        )
        for offset, row in enumerate(scores):
            number = start + offset
            near_ones = np.flatnonzero(row).tolist()
            mine = [at for at in near_ones if cores[at][1] == cores[number][1] and at != number]
            found.append([number, *mine])
    return found
