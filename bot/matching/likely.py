"""A second look at a message that no fact answers: is it most likely a courtesy?

Nobody can write down all the ways of greeting and grumbling. So the courtesies are also documents
of an index of their own, few with many phrasings, sharpened against one another: what is said of
each as a whole tells more than any one phrase. It is asked only when the facts are weak, and
believed only when it is plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from bot.knowledge.schema import SmallTalk
from bot.matching.chatting import spelled
from bot.matching.facets import asks
from bot.matching.frozen import Store, digest, freeze, kept_arrays, thaw
from bot.matching.holders import Holders
from bot.matching.index import Document, Index, build
from bot.matching.match import rank
from bot.matching.odds import Odds
from bot.matching.packed import Arrays
from bot.matching.terms import units
from bot.matching.wishes import asks_about_desk, wants_something
from bot.text.normalise import normalise

CHARS_MAX = 24
"""Longer messages are never mere courtesy."""
PHRASINGS_MAX = 2_000
"""So many are sharpened within a second."""
SCORE_MIN = 3.4
"""Courtesies that no phrase foresaw score 3.5 to 8 here, other messages that ask nothing
1 to 3.3."""
ASKING_MIN = 4.0
"""The same for messages that ask the desk something; who asks and does not say you is not asking
about the desk: “一楼是干什么的” scores 5.5."""
UNMISTAKABLE_MIN, UNMISTAKABLE_KNOWN_MIN = 5.0, 0.75
UNMISTAKABLE_CHARS_MIN = 6
"""“谁把我踢了又拉进来” scores 6.7, and four fifths of it are known."""
NEAR_MAX = 3
"""Looked at: of the second nearest more may be known."""
OF_DESK_MIN = 1.5
"""The same for what is plainly about the desk itself and nothing else."""
KNOWN_MIN = 0.42
"""So much of a courtesy's neighbouring characters stand in its phrases; of “垃圾没人收”, which
scores 4.1 for one word, it is a third."""
KNOWN_PULL, LEAST_SCORE = 3.5, 2.4
"""A long courtesy scores low, but nearly all of it is known: what is known beyond the least counts
this much."""

CHAT_MIN, CHAT_ASKING_MIN = 0.4, 0.8
"""Courtesies that nothing else finds lie from 0.7 up but for a few, and what no file answers below
0.35, or 0.55 where it asks."""
LIKE_MIN, LIKE_SHARE = 2.3, 1.2
"""Such a one is like a courtesy that is so near, and so many times as near as the next."""
ANY_CHAT = "daily"
"""What is said to any other."""
ASKED_MAX = 20_000
"""So many questions are enough to compare with."""

_TO_US = re.compile(r"[你您侬恁]|助手|机器人|答疑台|小党")


class LikelyCourtesy:
    """Courtesies as documents; built when first asked, or taken from the store."""

    def __init__(
        self,
        items: Sequence[SmallTalk],
        store: Store | None = None,
        *,
        asked: Callable[[], Sequence[str]] = list,
    ) -> None:
        """``asked``: ways of asking for what the files know, and for what they do not."""
        self._items = {item.id: item for item in items}
        self._asked = asked
        self._pairs: dict[str, frozenset[str]] = {}
        """Neighbouring characters of the courtesies that were looked at so far."""
        self._store = store

    @cached_property
    def _words(self) -> list[tuple[str, SmallTalk]]:
        return [(_spelled(word), item) for item in self._items.values() for word in item.words]

    def prepare(self) -> None:
        """Build the index now, so that no message waits for it."""
        if self._items:
            self.index, self._odds  # noqa: B018 - they are kept

    def find(self, text: str, *, lost: bool = False, named: bool = False) -> SmallTalk | None:
        """The courtesy that a normalised message most likely is.

        Args:
            text: the message.
            lost: no fact comes near it, so that a question may be about the desk itself.
            named: it names a topic, a place or a person of the files.
        """
        if not 0 < len(text) <= CHARS_MAX or not self._items:
            return None
        text = spelled(text)
        if wants_something(text):
            return None
        asked = asks(text)
        if asked and not _TO_US.search(text):
            return self._unmistakable(text) or (None if named else self._chat(text, asked=True))
        near = self._near(text, asked=asked, about_desk=asked and lost and asks_about_desk(text))
        if near is not None:
            return near
        word = self._by_word(text.replace(" ", ""))
        if word is not None:
            return word if self._leans_to_chat(text, 0.0) else None
        return None if named else self._chat(text, asked=asked)

    def _leans_to_chat(self, text: str, least: float) -> bool:
        """Is a text said in the words of chat? Without questions to compare it may be."""
        return self._odds is None or self._odds.of(text.replace(" ", "")) >= least

    def _chat(self, text: str, *, asked: bool) -> SmallTalk | None:
        """What is said in the words of chat and not in those of questions: whatever it is like."""
        needed = CHAT_ASKING_MIN if asked else CHAT_MIN
        if self._odds is None or not self._leans_to_chat(text, needed):
            return None
        index = self.index
        ranked = rank(index, text, units(text), limit=2)
        second = ranked[1].score if len(ranked) > 1 else 0.0
        if ranked and ranked[0].score >= max(LIKE_MIN, LIKE_SHARE * second):
            return self._items[index.documents[ranked[0].number].ref]
        return self._items.get(ANY_CHAT)

    @cached_property
    def _odds(self) -> Odds | None:
        """For the words of courtesies, against those of questions; None if none are known."""
        talk = [_spelled(ask).replace(" ", "") for item in self._items.values() for ask in item.ask]
        asked = self._asked()
        if not asked:
            return None
        some = asked[:: -(-len(asked) // ASKED_MAX)]

        def made() -> Arrays:
            odds = Odds.between(talk, [_spelled(ask).replace(" ", "") for ask in some])
            return {"codes": odds.codes, "values": odds.values}

        found = kept_arrays(self._store, "chat", (talk, some), made)
        return Odds(found["codes"], found["values"])

    def _unmistakable(self, text: str) -> SmallTalk | None:
        """The courtesy of a question that does not say you: only when nearly all of it is known."""
        if len(text) < UNMISTAKABLE_CHARS_MIN:
            return None
        index = self.index
        for found in rank(index, text, units(text), limit=1):
            ref = index.documents[found.number].ref
            if found.score >= UNMISTAKABLE_MIN and self._known(text, ref) >= UNMISTAKABLE_KNOWN_MIN:
                return self._items[ref]
        return None

    def _near(self, text: str, *, asked: bool, about_desk: bool) -> SmallTalk | None:
        """The first of the nearest courtesies that a text plainly is."""
        index = self.index
        for found in rank(index, text, units(text), limit=NEAR_MAX):
            ref = index.documents[found.number].ref
            plain = _is_plain(found.score, self._known(text, ref), asked=asked)
            if plain or (about_desk and found.score >= OF_DESK_MIN):
                return self._items[ref]
        return None

    def _by_word(self, text: str) -> SmallTalk | None:
        """The courtesy with the longest telling word in a message, the last of several."""
        hits = [(len(word), text.rfind(word), item) for word, item in self._words if word in text]
        return max(hits, key=lambda hit: hit[:2])[2] if hits else None

    def _known(self, text: str, ref: str) -> float:
        """Which share of a message's neighbouring characters stands in a courtesy's phrases."""
        pairs = _pairs(text)
        if ref not in self._pairs:
            asks = map(_spelled, self._items[ref].ask)
            self._pairs[ref] = frozenset(pair for ask in asks for pair in _pairs(ask))
        known = self._pairs[ref]
        return sum(pair in known for pair in pairs) / len(pairs)

    @cached_property
    def index(self) -> Index:
        """Every so many-th phrase of each courtesy: so many can be sharpened at all."""
        total = sum(len(item.ask) for item in self._items.values())
        step = -(-total // PHRASINGS_MAX)
        documents = [
            Document(item.id, item.id, tuple(map(_spelled, item.ask[::step])))
            for item in self._items.values()
        ]
        if self._store is None:
            return build(documents)
        name = digest(documents, (), ())
        data = self._store.get(name)
        parts = thaw(data, documents) if data is not None else None
        if parts is not None:
            return parts[0]
        made = build(documents)
        none = Holders.of([])
        self._store.put(name, freeze(made, none, none, [""] * len(documents)))
        return made


def _spelled(phrase: str) -> str:
    return spelled(normalise(phrase))


def _pairs(text: str) -> list[str]:
    """Neighbouring characters, both ends included."""
    whole = f"^{text.replace(' ', '')}$"
    return [whole[at : at + 2] for at in range(len(whole) - 1)]


def _is_plain(score: float, known: float, *, asked: bool) -> bool:
    """Is a message plainly a courtesy, by its score and the share of it that is known?"""
    if known < KNOWN_MIN:
        return False
    if asked:
        return score >= ASKING_MIN
    return score >= max(LEAST_SCORE, SCORE_MIN - KNOWN_PULL * (known - KNOWN_MIN))
