"""Grows the shipped knowledge to any number of phrasings, and noises questions; seeded.

Below the shipped size whole topics are left out. Above it topics are copied, and each copy is
about something else: its county, its people and its names are invented (as long as the true ones),
and every phrasing is said in another way: a word of the thesaurus swapped, fillers put in or taken
out, the parts of the sentence turned round, or a homophone as from voice input. So there are
proportionally more topics and sections, not only more phrasings of the same.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, Kind, Topic
from bot.text.pinyin import syllable

SEED = 20200701
PHRASE_CHARS = range(4, 41)
TRIES_MAX = 8
NOISE_CHARS_MIN = 4
"""A shorter question is not noised beyond recognition by leaving a character out."""

_NAME_CHARS = (
    "云溪龙泉安平清河柳石桥松岭梅竹兰菊桂樟枫桐槐榆白青红金银玉珠丹碧翠东西南北阳明光华永吉福祥瑞和顺宁康"
    "泰丰盛昌兴隆嘉宏远博文武英俊才德仁义礼智信忠孝廉"
)
_FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_FRONT = (
    "请问",
    "问一下",
    "那个",
    "我想知道",
    "麻烦问下",
    "俺想问",
    "你好，",
    "同志，",
    "帮我看看",
)
_BACK = ("呢", "啊", "呀", "吗", "来着", "谢谢", "，急", "，在线等", "，给说说")
_FILLERS = "的了呢啊吧就都还也"
_HOMOPHONE_COUNT_MIN = 2
_ALIAS_CHARS_MIN = 4
"""Shorter aliases (代办) are everyday words: in a copy they get a name in front instead."""
_LIBRARY = TypeAdapter(Library)


def dumped(library: Library) -> bytes:
    """A library as JSON, to hand it to a fresh process."""
    return _LIBRARY.dump_json(library)


def undumped(text: bytes) -> Library:
    """A library from :func:`dumped`."""
    return _LIBRARY.validate_json(text)


def phrasings(library: Library) -> list[tuple[str, str]]:
    """(phrasing, reference of its section) of a whole library."""
    return [(ask, entry.ref) for entry in library.entries() for ask in entry.asks]


def original(ref: str) -> str:
    """The shipped section that a section of a copy was made from: ``a--3/b`` -> ``a/b``."""
    topic, _, section = ref.partition("/")
    return f"{topic.partition('-copy')[0]}/{section}"


def grow(library: Library, wanted: int, seed: int = SEED) -> Library:
    """A library of about ``wanted`` phrasings: whole topics, the last one cut at a section."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    vary = Variation(library, chance)
    order = list(library.topics)
    topics: dict[str, Topic] = {}
    kinds: dict[str, Kind] = {}
    if wanted < len(phrasings(library)):
        chance.shuffle(order)
    for topic in _endless(library, order, vary):
        left = wanted - sum(_size(other) for other in topics.values())
        if left <= 0:
            break
        cut = _cut(topic, left)
        topics[cut.id] = cut
        kinds[cut.id] = library.kinds[cut.id.partition("-copy")[0]]
    return consistent(replace(library, topics=topics, kinds=kinds, places={}))


def _size(topic: Topic) -> int:
    return len(topic.overview.ask) + sum(len(section.ask) for section in topic.sections)


def _endless(library: Library, order: Iterable[str], vary: Variation) -> Iterator[Topic]:
    shipped = [library.topics[name] for name in order]
    yield from shipped
    number = 1
    while True:
        for topic in shipped:
            yield vary.topic(topic, number)
        number += 1


def _cut(topic: Topic, left: int) -> Topic:
    """The topic with as many sections as fit (its overview stays)."""
    room = left - len(topic.overview.ask)
    kept = []
    for section in topic.sections:
        if room <= 0:
            break
        kept.append(section)
        room -= len(section.ask)
    return topic.model_copy(update={"sections": kept})


def consistent(library: Library) -> Library:
    """Without references to what is not there."""
    known = {entry.ref for entry in library.entries()} | set(library.topics)

    def sound(rules: Iterable[Ambiguous]) -> list[Ambiguous]:
        found = []
        for rule in rules:
            choices = [ref for ref in rule.choices if ref in known]
            if len(choices) > 1:
                found.append(rule.model_copy(update={"choices": choices}))
        return found

    topics = {}
    for name, topic in library.topics.items():
        events = [
            event if event.see in known else event.model_copy(update={"see": None})
            for event in topic.events
        ]
        # What the shipped tests expect does not hold among copies of the same.
        update = {"ambiguous": sound(topic.ambiguous), "events": events, "tests": []}
        topics[name] = topic.model_copy(update=update)
    guards = tuple(sound(library.ambiguous))
    return replace(library, topics=topics, ambiguous=guards, tests=())


class Variation:
    """Says things in another way; every phrasing it makes is new."""

    def __init__(self, library: Library, chance: random.Random) -> None:
        self._chance = chance
        self._known = {ask for ask, _ in phrasings(library)}
        self._synonyms: dict[str, tuple[str, ...]] = {}
        for words in library.thesaurus:
            for word in words:
                if len(word) > 1:
                    self._synonyms[word] = words
        longest_first = sorted(self._synonyms, key=len, reverse=True)
        self._words = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def topic(self, topic: Topic, number: int) -> Topic:
        """Copy ``number`` of a topic, with invented names."""
        renamed = self._renamed(topic)
        copy = f"{topic.id}-copy{number}"
        sections = [
            section.model_copy(
                update={
                    "title": renamed(section.title),
                    "ask": [self.phrasing(renamed(ask)) for ask in section.ask],
                    "answer": renamed(section.answer),
                }
            )
            for section in topic.sections
        ]
        overview = topic.overview.model_copy(
            update={
                "ask": [self.phrasing(renamed(ask)) for ask in topic.overview.ask],
                "answer": renamed(topic.overview.answer),
            }
        )
        guards = [
            rule.model_copy(
                update={
                    "choices": [
                        re.sub(rf"^{re.escape(topic.id)}(?=/|$)", copy, ref) for ref in rule.choices
                    ]
                }
            )
            for rule in topic.ambiguous
        ]
        changed: dict[str, object] = {
            "id": copy,
            "title": renamed(topic.title),
            "aliases": list(dict.fromkeys(map(renamed.alias, topic.aliases))),
            "sections": sections,
            "overview": overview,
            "ambiguous": guards,
            "events": [],
            "people": [p.model_copy(update={"name": renamed(p.name)}) for p in topic.people],
        }
        if topic.place is not None:
            levels = topic.place.model_dump()
            changed["place"] = topic.place.model_copy(
                update={key: renamed(value) for key, value in levels.items() if value}
            )
        return topic.model_copy(update=changed)

    def phrasing(self, text: str) -> str:
        """The text said in another way, unlike every phrasing before."""
        made = text
        for _ in range(TRIES_MAX):
            made = self._chance.choice(_WAYS)(self, made).strip(" ，")
            if made not in self._known and len(made) in PHRASE_CHARS:
                break
        self._known.add(made)
        return made[: PHRASE_CHARS.stop - 1]

    def synonym(self, text: str) -> str:
        """One word of the thesaurus swapped for another of its line."""
        found = list(self._words.finditer(text))
        if not found:
            return self.filler(text)
        hit = self._chance.choice(found)
        others = [word for word in self._synonyms[hit.group()] if word != hit.group()]
        return text[: hit.start()] + self._chance.choice(others) + text[hit.end() :]

    def filler(self, text: str) -> str:
        """A filler put in front or behind, or a particle taken out."""
        which = self._chance.random()
        if which < 0.4:
            return self._chance.choice(_FRONT) + text
        if which < 0.8:
            return text + self._chance.choice(_BACK)
        at = [i for i, char in enumerate(text) if char in _FILLERS]
        if not at or len(text) <= NOISE_CHARS_MIN:
            return text + self._chance.choice(_BACK)
        cut = self._chance.choice(at)
        return text[:cut] + text[cut + 1 :]

    def order(self, text: str) -> str:
        """The sentence turned round at a comma, else somewhere in its middle third."""
        if "，" in text:
            front, _, back = text.partition("，")
            return f"{back}，{front}"
        third = len(text) // 3
        if third < 2:
            return self.filler(text)
        at = self._chance.randrange(third, len(text) - third + 1)
        return f"{text[at:]}，{text[:at]}"

    def homophone(self, text: str) -> str:
        """One character written as another that sounds the same."""
        at = self._chance.randrange(len(text))
        others = [char for char in homophones().get(syllable(text[at]), "") if char != text[at]]
        if not others:
            return self.filler(text)
        return text[:at] + self._chance.choice(others) + text[at + 1 :]

    def missing(self, text: str) -> str:
        """One character left out."""
        if len(text) <= NOISE_CHARS_MIN:
            return self.filler(text)
        at = self._chance.randrange(len(text))
        return text[:at] + text[at + 1 :]

    def _renamed(self, topic: Topic) -> Renamed:
        pick = self._chance.choice
        brand = pick(_NAME_CHARS) + pick(_NAME_CHARS)
        table: dict[str, str] = {}
        for alias in topic.aliases:
            if len(alias) >= _ALIAS_CHARS_MIN:
                table[alias] = brand + alias[2:]
        for name in topic.place.levels() if topic.place else ():
            invented = pick(_NAME_CHARS) + pick(_NAME_CHARS)
            table[name] = invented + name[2:]
            table[name[:2]] = invented
        for person in topic.people:
            if person.name != "未载":
                given = "".join(pick(_NAME_CHARS) for _ in person.name[1:])
                table[person.name] = pick(_FAMILY_NAMES) + given
        return Renamed(table, brand)


_WAYS: tuple[Callable[[Variation, str], str], ...] = (
    Variation.synonym,
    Variation.synonym,
    Variation.filler,
    Variation.order,
    Variation.homophone,
)


class Renamed:
    """Puts the invented names of one copy in place of the true ones."""

    def __init__(self, table: dict[str, str], brand: str) -> None:
        self._table = table
        self._brand = brand
        longest_first = sorted(table, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """The text with invented names, as long as before."""
        return self._names.sub(lambda hit: self._table[hit.group()], text)

    def alias(self, alias: str) -> str:
        """A short alias gets the invented name in front."""
        return self(alias) if len(alias) >= _ALIAS_CHARS_MIN else self._brand + alias


@lru_cache(maxsize=1)
def homophones() -> dict[str, str]:
    """Syllable -> common characters (GB 2312, level 1) of that sound."""
    found: defaultdict[str, str] = defaultdict(str)
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", "ignore")
            sound = syllable(char) if char else ""
            if sound:
                found[sound] += char
    return {s: chars for s, chars in found.items() if len(chars) >= _HOMOPHONE_COUNT_MIN}


def noised(library: Library, count: int, seed: int = SEED) -> list[tuple[str, str]]:
    """(question, reference): phrasings drawn by chance, each with one or two slips in it."""
    chance = random.Random(seed + 1)  # noqa: S311 - repeatable, not secret
    vary = Variation(library, chance)
    pool = phrasings(library)
    drawn = [chance.choice(pool) for _ in range(count)]
    slips = (vary.homophone, vary.filler, vary.missing, vary.synonym)
    found = []
    for ask, ref in drawn:
        text = ask
        for slip in chance.sample(slips, chance.choice((1, 2))):
            text = slip(text)
        found.append((text, ref))
    return found


def write_folder(library: Library, folder: Path) -> None:
    """Write a library as a knowledge folder that ``dangbot check`` accepts."""
    for name, topic in library.topics.items():
        path = folder / library.kinds[name] / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_yaml(topic.model_dump(exclude_none=True)), encoding="utf-8")
    extras: dict[str, object] = {
        "sources": {"sources": [s.model_dump(exclude_none=True) for s in library.sources.values()]},
        "smalltalk": {"smalltalk": [s.model_dump() for s in library.smalltalk]},
        "thesaurus": {"words": [list(words) for words in library.thesaurus]},
        "guards": {
            "not_covered": [rule.model_dump() for rule in library.not_covered],
            "ambiguous": [rule.model_dump() for rule in library.ambiguous],
        },
    }
    for stem, value in extras.items():
        (folder / f"{stem}.yaml").write_text(_yaml(value), encoding="utf-8")


_PLAIN = re.compile(
    r"[\u4e00-\u9fffa-zA-Z0-9][\u3000-\u303f\u4e00-\u9fff\uff00-\uffefa-zA-Z0-9/-]*"
)


def _yaml(value: object, depth: int = 0) -> str:
    """Block style, as an editor would write it."""
    pad = "  " * depth
    if isinstance(value, dict):
        rows = [f"{pad}{key}:{_under(inner, depth)}" for key, inner in value.items()]
        return "".join(rows)
    if isinstance(value, list):
        rows = []
        for inner in value:
            if isinstance(inner, dict):
                body = _yaml(inner, depth + 1)
                rows.append(f"{pad}- {body[len(pad) + 2 :]}")
            elif isinstance(inner, list):
                rows.append(f"{pad}- [{', '.join(map(_scalar, inner))}]\n")
            else:
                rows.append(f"{pad}- {_scalar(inner)}\n")
        return "".join(rows)
    return f"{pad}{_scalar(value)}\n"


def _under(value: object, depth: int) -> str:
    if isinstance(value, dict | list):
        if not value:
            return f" {'{}' if isinstance(value, dict) else '[]'}\n"
        return "\n" + _yaml(value, depth + 1)
    return f" {_scalar(value)}\n"


def _scalar(value: object) -> str:
    text = str(value)
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
