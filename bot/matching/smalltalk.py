"""Courtesies: matched on the whole message, before and apart from facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from rapidfuzz import fuzz, process

from bot.knowledge.schema import SmallTalk
from bot.matching.chatting import cores, one_way
from bot.matching.facets import ASKING, asks_name
from bot.matching.forms import Forms
from bot.matching.frozen import Store, kept
from bot.matching.terms import units
from bot.text.normalise import normalise

CHARS_MAX = 24
"""Longer messages are never mere courtesy."""
LIKE_MIN = 84.0
"""Least likeness (percent of equal sounds in order) of a message or clause to a phrase."""
_FIRST_LETTER = 0xE000
"""The Unicode private use area."""
_YOU = ("你", "您", "侬", "恁")
_LATIN = re.compile(r"[a-z0-9]")
_ABOUT_US = re.compile(r"[你您](?!好|们好)|侬|恁")
_WHO = (
    r"(?:各位|诸位|亲爱的?)?(?:老|小|大)?(?:同志|党员|领导|书记|主任|支书|师傅|老师|哥|姐|弟|妹|兄弟|姐妹|朋友|伙计|乡亲"
    r"|父老乡亲|街坊|邻居|街坊邻居|家人|群友|大爷|大妈|大娘|大叔|大婶|婶子|婶|叔|姨|叔叔|阿姨|爷爷|奶奶|爷|奶|老乡|同学|战友"
    r"|同事|同仁|姑娘|小伙子|小伙|宝贝|宝|美女|帅哥|哥们儿?|助手|小助手|机器人|助理|小党|答疑台|大家|大伙儿?|各位|诸位)们?"
)
_CALLED = re.compile(rf"^{_WHO}(?=..)|(?<=..){_WHO}$")
_HAILED = re.compile(
    rf"^{_WHO}(?=(?:你们?|您|们)?(?:早|好|早上|上午|中午|下午|晚上|晚安|辛苦|新年|节日))"
)
"""Whoever is addressed, beside a courtesy or before a greeting."""
_TO_DESK = re.compile(r"[你您]|在[吗不没]")
_TURNS = "想要没不能别们"
"""Words that turn a sentence into another one: no slip of the ear adds or loses one."""

_Shelf = tuple[int, bool, str]
_Keys = tuple[dict[str, int], dict[int, list[tuple[str, int]]]]
"""The number of the courtesy of each phrase's key; keys and numbers by how many sounds they have.
"""


class SmallTalkMatcher:
    """Finds the courtesy that a whole message is, if it is one."""

    def __init__(self, items: tuple[SmallTalk, ...], store: Store | None = None) -> None:
        """``store`` may keep the phrases in the form in which they are compared."""
        self._items = items
        self._letters: dict[str, str] = {}
        self._forms = Forms(items)
        self._shelves: dict[_Shelf, tuple[list[str], list[tuple[str, SmallTalk]]]] = {}
        """Phrases by number of sounds, whether they say you, and their first or last sound: how
        they sound, how they are written, what they mean. One slip of the ear leaves the first or
        the last sound."""
        asks = [each.ask for each in items]
        self._exact, self._waiting = kept(store, "smalltalk", asks, _keys)
        """``_waiting``: phrases that are not on a shelf yet, by how many sounds they will have: a
        start does not wait for thousands of phrases to be spelt."""

    def prepare(self) -> None:
        """Lay the forms out now, so that no message waits for it."""
        self._forms.prepare()

    def _shelve(self, size: int) -> None:
        """Put the phrases with so many sounds on their shelves."""
        for key, number in self._waiting.pop(size, ()):
            sounds = self._spell(key)
            says_you = any(word in key for word in _YOU)
            for end in _ends(sounds):
                known, meant = self._shelves.setdefault((size, says_you, end), ([], []))
                known.append(sounds)
                meant.append((key, self._items[number]))

    def _spell(self, text: str) -> str:
        """Each sound as one letter of a private alphabet, so that likeness counts sounds."""
        letters = self._letters
        return "".join(
            letters.setdefault(step.sound, chr(_FIRST_LETTER + len(letters)))
            for step in units(text)
        )

    def find(self, raw: str, text: str | None = None) -> SmallTalk | None:
        """The courtesy for a raw message, or None when it is (also) something else.

        Args:
            raw: as it came.
            text: the same normalised, where that is known.
        """
        text = normalise(raw) if text is None else text
        if not text:
            return self._meant(_signs(raw)) or self._any_sign(raw)
        if len(text) > CHARS_MAX:
            return None
        to_us = any(word in text for word in _YOU)
        whole = self._one(text.replace(" ", ""), to_us=to_us)
        if whole is not None:
            return whole
        clauses = text.split()
        if len(clauses) < 2:
            return None
        last = None
        for clause in clauses:
            last = self._one(clause, to_us=to_us)
            if last is None:
                return None
        return last

    def _any_sign(self, raw: str) -> SmallTalk | None:
        """The courtesy of the first sign that is known, in whatever colour of skin."""
        return next((self._meant(sign) for sign in raw if sign in self._exact), None)

    def about_us(self, raw: str) -> SmallTalk | None:
        """A clause that asks about the desk itself ("你是谁，……"), when no fact answers the rest.

        A mere 你好 before another question is no such clause.
        """
        text = normalise(raw)
        if len(text) > CHARS_MAX:
            return None
        clauses = [clause for clause in text.split() if _ABOUT_US.search(clause)]
        found = (self._one(clause, to_us=True) for clause in clauses)
        return next((item for item in found if item is not None), None)

    def _one(self, text: str, *, to_us: bool) -> SmallTalk | None:
        """The courtesy that a clause is; ``to_us``: the message says you somewhere."""
        key = one_way(text)
        if not key:
            return None
        exact = self._meant(key) or self._meant(_once(key))
        if exact is not None:
            return exact
        asking = ASKING.search(key) is not None
        exact = self._called(key, asking=asking) or self._forms.find(key)
        if exact is None and not (asking and key[-1] != "吗"):
            exact = self._core(key)
        if exact is not None or len(key) < 3 or asks_name(text):
            return exact  # "记者是哪位" sounds like "这是哪位", but a post is asked for
        return self._heard(key, asked=asking and not to_us, to_us=to_us)

    def _heard(self, key: str, *, asked: bool, to_us: bool) -> SmallTalk | None:
        """The courtesy that a clause sounds like, but for one slip."""
        steps = units(key)
        size = len(steps)  # a question with a word more or less asks for something else
        lengths = (size,) if asked else (size, size - 1, size + 1)
        for length in lengths:
            if length in self._waiting:
                self._shelve(length)
        sounds = "".join(self._letters.get(step.sound, "?") for step in steps)
        # "李明是谁" sounds like "你是谁", but it is not about us.
        about = (False, True) if to_us else (False,)
        best, best_item = LIKE_MIN, None
        for shelf in product(lengths, about, _ends(sounds)):
            if shelf not in self._shelves:
                continue
            known, meant = self._shelves[shelf]
            hit = process.extractOne(sounds, known, scorer=fuzz.ratio, score_cutoff=best)
            if hit is None or (best_item is not None and hit[1] <= best):
                continue
            phrase, item = meant[hit[2]]
            if _is_slip(key, phrase, asked=asked):
                best, best_item = hit[1], item
        return best_item

    def _core(self, key: str) -> SmallTalk | None:
        """The courtesy that is led in or strengthened (今天好冷, 困得很)."""
        found = (self._meant(core) or self._forms.find(core) for core in cores(key))
        return next((item for item in found if item is not None), None)

    def _called(self, key: str, *, asking: bool) -> SmallTalk | None:
        """The courtesy beside the name of whoever is addressed (老哥好, 晚上好各位老党员)."""
        called, hailed = _CALLED.search(key), _HAILED.match(key)
        if called is None and hailed is None:
            return None
        if asks_name(key) or (asking and not _TO_DESK.search(key)):
            return None  # 书记是谁 is not 是谁 said to a secretary
        plain = (_once(one_way(_CALLED.sub("", key, count=1))), _HAILED.sub("大家", key, count=1))
        return next((self._meant(each) for each in plain if each in self._exact), None)

    def _meant(self, key: str) -> SmallTalk | None:
        number = self._exact.get(key)
        return None if number is None else self._items[number]


def _keys(phrases: Sequence[Sequence[str]]) -> _Keys:
    exact: dict[str, int] = {}
    waiting: dict[int, list[tuple[str, int]]] = {}
    for number, mine in enumerate(phrases):
        for phrase in mine:
            key = _key(phrase)
            exact.setdefault(key or _signs(phrase), number)
            if key:
                # Typed pinyin and the like have fewer sounds than letters.
                size = len(units(key)) if _LATIN.search(key) else len(key)
                waiting.setdefault(size, []).append((key, number))
    return exact, waiting


def _ends(sounds: str) -> tuple[str, ...]:
    return (f"^{sounds[0]}", f"{sounds[-1]}$") if sounds else ()


def _is_slip(heard: str, phrase: str, *, asked: bool) -> bool:
    """Is what was heard the phrase with a slip of the ear, and no other sentence?

    "我想入党" sounds like "我入党了", and "管饭不" like "官方吗".
    """
    if any((word in heard) != (word in phrase) for word in _TURNS):
        return False
    return not asked or len(set(heard[:-1]) & set(phrase[:-1])) * 2 >= len(heard) - 1


def _key(text: str) -> str:
    """The words in the one spelling without spaces and final particles."""
    return one_way.__wrapped__(normalise(text).replace(" ", ""))


def _once(key: str) -> str:
    """您好您好 -> 您好; any other text as it is."""
    half = len(key) // 2
    return key[:half] if half and key[:half] * 2 == key else key


def _signs(text: str) -> str:
    """What is left of a message without words: its signs, each once."""
    return "".join(dict.fromkeys("".join(text.split())))
