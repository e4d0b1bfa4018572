"""One way of asking for many: 啥子时候, 哪天 and 什么时间 are the same question.

An editor writes one key for an ambiguous word; people ask it in twenty ways. So keys and questions
are brought to one way of asking before they are compared, and only for that.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WAYS = tuple(
    (re.compile(way), plain)
    for plain, way in (
        (
            "",
            r"到底|究竟|请问|想问一?下?|问一?下|我?想知道|晓得不?|知道不|告诉我|麻烦|那个|这个|里头",
        ),
        (
            "",
            r"(?<!目)的(?!确)|(?<=[一-鿿])了(?![解不])|(?<=[一-鿿])[呀啊呢吧嘛哦哈嘞](?=$|[一-鿿])",
        ),
        (
            "什么时候",
            r"(?:什么|啥子?|么子)(?:时候|时间|日子)|几时|何时|多会儿?|几月几?[号日]?|哪一?天|几[号日]|哪日",
        ),
        (
            "哪里",
            r"(?:什么|啥子?|么子|哪个?)(?:地方|地儿|地点|位置|场所)|哪儿|哪块|哪疙瘩|哪旮旯|何处",
        ),
        ("什么", r"啥子|啥|么子|哪样"),
        ("怎么", r"怎么个|怎么样|怎样|怎的|咋个|咋样|咋地|咋的|咋|如何"),
        ("谁", r"哪一?位|哪个人|什么人(?![才员数])"),
        ("多少", r"(?<![这那哪前后好])几(?=[个名位处家项条支])|好多(?!年)|几多"),
        (
            "多少",
            r"多少(?:个|名(?![额次字])|位(?!置)|家(?![庭长])|处(?![分罚理])|项(?!目)|条(?!件)|支(?!部))(?=[一-鿿])",
        ),
        ("一共", r"(?:一共|总共|统共|拢共|共计)有?"),
        ("什么", r"什么些|些什么"),
    )
)
_TAILS = ("的", "了")
_KEY_CHARS_MIN = 3


@lru_cache(maxsize=8)
def plainly(text: str) -> str:
    """Normalised text with its question words in one way and without fillers.

    Few are kept: what people say is not to stay in memory.
    """
    for way, plain in _WAYS:
        text = way.sub(plain, text)
    return text


def plain_key(word: str) -> str:
    """An ambiguous word in the one way; as it is written when the shorter form would mean more.

    Without its 了, 党员干了 would be heard in 党员干部.
    """
    plain = plainly(word)
    shortened = len(plain) < len(word) and len(plain) < _KEY_CHARS_MIN
    return word if shortened or word.endswith(_TAILS) else plain


_SPOKEN = (
    ("哪儿", "哪里"),
    ("啥", "什么"),
    ("咋", "怎么"),
    ("几多", "多少"),
    ("拢共", "一共"),
    ("总共", "一共"),
)
"""How question words are spoken, and how they are written: nobody need author a limit twice."""


def as_written(text: str) -> str:
    """A text with its spoken question words (啥, 咋, 哪儿) as they are written."""
    for spoken, written in _SPOKEN:
        text = text.replace(spoken, written)
    return text
