"""One vote a member and answer, and what a private answer was about: all of it in memory only.

A vote leaves a mark: a keyed one-way hash of member, chat, message and entry. The key is random,
is written nowhere, and goes with all marks when the day ends. So whoever gets hold of the
database, a backup or the log finds no trace of who voted; who could read the memory of the running
process could try out members. What it costs: after a restart or midnight a member may vote once
more under the same old answer.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.features.feedback.store import What
from bot.messages import About, Incoming, Reply

MARKS_MAX = 20_000
RECENT_MAX = 300
RECENT = timedelta(hours=1)
_NONCE_BYTES = 6


class Votes:
    """Remembers for the rest of the day that somebody voted, not who."""

    def __init__(self) -> None:
        self._day = date.min
        self._key = b""
        self._marks: OrderedDict[bytes, What] = OrderedDict()

    def cast(self, incoming: Incoming, ref: str, vote: What, today: date) -> What | None:
        """Take a vote; gives what the same member said of the same answer before, if anything."""
        if today != self._day:
            self._day, self._key = today, secrets.token_bytes(32)
            self._marks.clear()
        who = (incoming.channel, incoming.member_id, incoming.chat_id, incoming.message_id, ref)
        mark = hashlib.blake2b("\0".join(who).encode(), key=self._key, digest_size=16).digest()
        before = self._marks.get(mark)
        self._marks[mark] = vote
        while len(self._marks) > MARKS_MAX:
            self._marks.popitem(last=False)
        return before


@dataclass(slots=True)
class Answer:
    """What was answered in a private chat a moment ago."""

    channel: str
    member_id: str
    question: str
    """Empty if it is not known any more."""
    ref: str
    near: tuple[str, ...]
    reply: Reply
    """As it was before our buttons."""
    at: datetime
    told: bool = False
    """Handed to the admins."""


class Recent:
    """The newest private answers, for an hour at most; never written down."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._offered: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        """By channel and member: the last question that was answered with a choice."""

    def keep(self, incoming: Incoming, about: About, reply: Reply) -> str:
        """Remember an answer; gives the word that finds it again."""
        now = incoming.sent_at
        self.fade(now)
        made = self._made(incoming, about, reply)
        if about.asked == "slip" or not about.question:
            made.question = self._question(made)
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        self._answers[nonce] = made
        while len(self._answers) > RECENT_MAX:
            self._answers.popitem(last=False)
        return nonce

    def offered(self, incoming: Incoming, about: About) -> None:
        """Remember a question whose answer may be taken from the offered ones by a press."""
        if not about.near or not about.question:
            return
        key = _who(incoming)
        self._offered.pop(key, None)
        self._offered[key] = self._made(incoming, about, Reply(""))
        while len(self._offered) > RECENT_MAX:
            self._offered.popitem(last=False)

    def find(self, incoming: Incoming, nonce: str) -> Answer | None:
        """The answer under which somebody presses a button; only for whom it was."""
        self.fade(incoming.sent_at)
        found = self._answers.get(nonce)
        if found is None or not _is_of(found, *_who(incoming)):
            return None
        return None if _is_old(found, incoming.sent_at) else found

    def questions(self, channel: str, member_id: str, now: datetime) -> list[str]:
        """What of a member is remembered, each question once."""
        self.fade(now)
        mine = (each for each in self._all() if _is_of(each, channel, member_id))
        return [*dict.fromkeys(each.question for each in mine if each.question)]

    def forget(self, channel: str, member_id: str) -> None:
        """Forget all of a member."""
        self._offered.pop((channel, member_id), None)
        for nonce, each in list(self._answers.items()):
            if _is_of(each, channel, member_id):
                del self._answers[nonce]

    @staticmethod
    def _made(incoming: Incoming, about: About, reply: Reply) -> Answer:
        return Answer(
            *_who(incoming),
            about.question,
            about.ref,
            about.near,
            reply,
            incoming.sent_at,
        )

    def _question(self, made: Answer) -> str:
        """The question of which this answer was one of the offered."""
        found = self._offered.get((made.channel, made.member_id))
        return found.question if found is not None and made.ref in found.near else ""

    def _all(self) -> Iterator[Answer]:
        yield from self._offered.values()
        yield from self._answers.values()

    def fade(self, now: datetime) -> None:
        """Drop what is older than an hour; the oldest stand first, so a look costs little."""
        while self._answers and _is_old(next(iter(self._answers.values())), now):
            self._answers.popitem(last=False)
        while self._offered and _is_old(next(iter(self._offered.values())), now):
            self._offered.popitem(last=False)


def _who(incoming: Incoming) -> tuple[str, str]:
    return (incoming.channel, incoming.member_id)


def _is_old(answer: Answer, now: datetime) -> bool:
    return now - answer.at > RECENT


def _is_of(answer: Answer, channel: str, member_id: str) -> bool:
    return (answer.channel, answer.member_id) == (channel, member_id)
