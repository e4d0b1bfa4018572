"""Which answer belongs to which question, for as long as the question may be corrected."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass

from bot.channels.base import Sent

_KEPT_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Answered:
    """A question as it was answered; ``sent`` is None when the desk kept silent."""

    mark: bytes
    """Of its words, which are not kept: only whether they changed is ever asked."""
    sent: Sent | None


class AnsweredQuestions:
    """A bounded memory; after a restart a corrected question gets a new answer."""

    def __init__(self, kept_max: int = _KEPT_MAX) -> None:
        self._kept: OrderedDict[tuple[str, str], Answered] = OrderedDict()
        self._kept_max = kept_max
        self._key = secrets.token_bytes(32)

    def mark(self, text: str) -> bytes:
        """The same for the same words, as long as the process lives."""
        words = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(words, key=self._key, digest_size=16).digest()

    def keep(self, chat_id: str, message_id: str, answered: Answered) -> None:
        """Remember, and forget the oldest when there are too many."""
        self._kept[chat_id, message_id] = answered
        self._kept.move_to_end((chat_id, message_id))
        while len(self._kept) > self._kept_max:
            self._kept.popitem(last=False)

    def find(self, chat_id: str, message_id: str) -> Answered | None:
        """What was answered, if it is still remembered."""
        return self._kept.get((chat_id, message_id))
