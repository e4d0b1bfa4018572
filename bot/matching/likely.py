"""A second look at a message that no fact answers: is it most likely a courtesy?

Nobody can write down all the ways of greeting and grumbling. So the courtesies are also documents
of an index of their own, few with many phrasings, sharpened against one another: what is said of
each as a whole tells more than any one phrase. It is asked only when the facts are weak, and
believed only when it is plain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from bot.knowledge.schema import SmallTalk
from bot.matching.facets import ASKING
from bot.matching.frozen import Store, digest, freeze, thaw
from bot.matching.holders import Holders
from bot.matching.index import Document, Index, build
from bot.matching.match import rank
from bot.matching.terms import units
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

_TO_US = re.compile(r"[你您侬恁]|助手|机器人|答疑台|小党")


class LikelyCourtesy:
    """Courtesies as documents; built when first asked, or taken from the store."""

    def __init__(self, items: Sequence[SmallTalk], store: Store | None = None) -> None:
        self._items = {item.id: item for item in items}
        self._store = store

    @cached_property
    def _words(self) -> list[tuple[str, SmallTalk]]:
        return [(normalise(word), item) for item in self._items.values() for word in item.words]

    def prepare(self) -> None:
        """Build the index now, so that no message waits for it."""
        if self._items:
            self.index  # noqa: B018 - it is kept

    def find(self, text: str, *, lost: bool = False) -> SmallTalk | None:
        """The courtesy that a normalised message most likely is.

        Args:
            text: the message.
            lost: no fact comes near it, so that a telling word is believed in a question, too.
        """
        if not 0 < len(text) <= CHARS_MAX or not self._items:
            return None
        index, asks = self.index, ASKING.search(text) is not None
        about_us = not asks or _TO_US.search(text) is not None
        found = rank(index, text, units(text), limit=1) if about_us else []
        if found and found[0].score >= (ASKING_MIN if asks else SCORE_MIN):
            return self._items[index.documents[found[0].number].ref]
        return self._by_word(text.replace(" ", "")) if about_us or lost else None

    def _by_word(self, text: str) -> SmallTalk | None:
        """The courtesy with the longest telling word in a message, the last of several."""
        hits = [(len(word), text.rfind(word), item) for word, item in self._words if word in text]
        return max(hits, key=lambda hit: hit[:2])[2] if hits else None

    @cached_property
    def index(self) -> Index:
        """Every so many-th phrase of each courtesy: so many can be sharpened at all."""
        total = sum(len(item.ask) for item in self._items.values())
        step = -(-total // PHRASINGS_MAX)
        documents = [
            Document(item.id, item.id, tuple(item.ask[::step])) for item in self._items.values()
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
