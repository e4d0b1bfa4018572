"""Hears every answer, counts it, and asks whether it helped; takes the votes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.errors import DangbotError
from bot.features.feedback import rules, words
from bot.features.feedback.store import What
from bot.features.feedback.tally import Tally
from bot.features.feedback.votes import Answer, Recent, Votes
from bot.knowledge.library import Entry, Library
from bot.knowledge.offers import choice_buttons
from bot.messages import About, Incoming, Reply
from bot.turn import Command, Kept, Turn

_log = logging.getLogger(__name__)

Complain = Callable[[str, str, Sequence[str]], Awaitable[None]]
"""Hands a question to the admins: the question's words, the entry that was answered, the nearest
entries. It is told nothing of who asked.

Raises:
    DangbotError: it could not be kept; the member is asked to press again.
"""
_GROUPS_MAX = 1000


class Feedback:
    """Counts questions and votes.

    Args:
        tally: where counts go.
        library: the knowledge of this moment; None gives no buttons.
        complain: takes what members tell the admins; None if nobody does.
    """

    name = words.NAME
    summary = "答得有没有用"
    commands: Mapping[str, Command] = {}

    def __init__(
        self,
        tally: Tally,
        library: Callable[[], Library] | None = None,
        complain: Complain | None = None,
    ) -> None:
        self.tally = tally
        self._library = library
        self._complain = complain
        self._votes = Votes()
        self._recent = Recent()
        self._day = date.min
        self._shown: dict[tuple[str, str], list[str]] = {}
        """By channel and group: the entries under which the buttons stood today."""
        self._refs: tuple[Library | None, Mapping[str, str]] = (None, {})

    async def answered(self, turn: Turn, reply: Reply) -> Reply:
        """Count an answer; ask whether it helped where that is wanted."""
        try:
            return self._answered(turn.incoming, reply)
        except Exception as error:  # noqa: BLE001 - the member still wants the answer
            _log.warning("一次回答没有计数：%s", type(error).__name__)
            return reply

    def _answered(self, incoming: Incoming, reply: Reply) -> Reply:
        about = reply.about
        if about is None:
            return reply
        what, today = rules.counted_as(about, incoming), self.tally.today()
        self.tally.count(what, rules.counted_ref(about), private=incoming.private, day=today)
        if self._library is None:
            return reply
        if not rules.wants_vote(about, incoming, self._shown_on(today, incoming)):
            if incoming.private:
                self._recent.offered(incoming, about)
            return reply
        return self._with_votes(incoming, about, reply)

    def _with_votes(self, incoming: Incoming, about: About, reply: Reply) -> Reply:
        nonce = ""
        if incoming.private:
            nonce = self._recent.keep(incoming, about, reply)
            self._recent.offered(incoming, about)
        else:
            self._note_shown(incoming, about.ref)
        row = words.votes(rules.token(about.ref), nonce)
        return replace(reply, buttons=(*reply.buttons, row))

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer our buttons; anybody may vote, and none of them says who did."""
        incoming = turn.incoming
        if incoming.pressed is None:
            return None
        _, act, entry, nonce, *_ = [*incoming.pressed.split(":"), "", "", ""]
        ref = self._ref_of(entry)
        if ref is None:
            return words.RENEWED
        if act in words.ACTS:
            return self._vote(incoming, ref, words.ACTS[act], nonce)
        return await self._next(incoming, act, ref, nonce) if incoming.private else None

    async def _next(self, incoming: Incoming, act: str, ref: str, nonce: str) -> Reply | None:
        """What a member may do after 没用, in private alone."""
        answer = self._recent.find(incoming, nonce)
        if act == "s":
            return self._near(ref, nonce, answer)
        if act == "b" and answer is not None:
            return self._what_next(ref, nonce, answer)
        return await self._tell(answer) if act == "t" else None

    def _vote(self, incoming: Incoming, ref: str, vote: What, nonce: str) -> Reply:
        today = self.tally.today()
        before = self._votes.cast(incoming, ref, vote, today)
        if before is not vote:
            self.tally.count(vote, ref, private=incoming.private, day=today)
        if before is not None and before is not vote:
            self.tally.count(before, ref, private=incoming.private, day=today, by=-1)
        toast = words.voted(before, vote)
        answer = self._recent.find(incoming, nonce) if incoming.private else None
        if answer is None:
            hint = incoming.private and vote is What.USELESS and self._complain is not None
            # The buttons stay: without the words of the answer the message cannot be written anew.
            return Reply("", toast=toast + (words.TO_TELL if hint else ""))
        if vote is What.USEFUL:
            return replace(answer.reply, toast=toast)
        return replace(self._what_next(ref, nonce, answer), toast=toast)

    def _what_next(self, ref: str, nonce: str, answer: Answer) -> Reply:
        """The answer, and what can be done if it did not help."""
        row = words.what_next(
            rules.token(ref),
            nonce,
            # The desk offered the near ones already where it was in doubt.
            near=not answer.reply.buttons and bool(self._nearest(ref, answer)),
            tell=self._complain is not None and bool(answer.question) and not answer.told,
        )
        return replace(answer.reply, buttons=(*answer.reply.buttons, *row))

    def _near(self, ref: str, nonce: str, answer: Answer | None) -> Reply:
        known = {each.ref: each for each in self._entries()}
        rows = choice_buttons(known[each] for each in self._nearest(ref, answer))
        if answer is None:
            return Reply(words.NEAR_HEAD, rows) if rows else words.RENEWED
        back = words.back(rules.token(ref), nonce)
        return replace(answer.reply, buttons=(*rows, back))

    async def _tell(self, answer: Answer | None) -> Reply:
        if answer is None or self._complain is None or not answer.question:
            return Reply("", toast=words.ASK_AGAIN)
        if answer.told:
            return words.TOLD_ALREADY
        try:
            await self._complain(answer.question, answer.ref, answer.near)
        except DangbotError as error:
            _log.warning("一个问题没有转给管理员：%s", type(error).__name__)
            return words.UNTOLD
        answer.told = True
        return words.handed_on(answer.reply)

    def _nearest(self, ref: str, answer: Answer | None) -> list[str]:
        if self._library is None:
            return []
        return rules.nearest(self._library(), ref, answer.near if answer is not None else ())

    def _entries(self) -> Sequence[Entry]:
        return [*self._library().entries()] if self._library is not None else []

    def _ref_of(self, entry: str) -> str | None:
        """The entry that a button names, if it is still there."""
        if self._library is None:
            return None
        library = self._library()
        if self._refs[0] is not library:
            self._refs = (library, {rules.token(e.ref): e.ref for e in library.entries()})
        return self._refs[1].get(entry)

    def _shown_on(self, today: date, incoming: Incoming) -> Sequence[str]:
        if self._day != today or len(self._shown) > _GROUPS_MAX:
            self._day, self._shown = today, {}
        return self._shown.get((incoming.channel, incoming.chat_id), ())

    def _note_shown(self, incoming: Incoming, ref: str) -> None:
        self._shown.setdefault((incoming.channel, incoming.chat_id), []).append(ref)

    def fade(self, now: datetime) -> None:
        """Drop the questions of more than an hour ago."""
        self._recent.fade(now)

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """The questions of the last hour that a member could still hand to the admins."""
        rows = self._recent.questions(channel, member_id, self.tally.now())
        return (Kept(words.KEPT_WHAT, words.KEPT_UNTIL, tuple(rows)),) if rows else ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Forget these questions; counts and marks lead to nobody."""
        self._recent.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a group to its new id."""
        shown = self._shown.pop((channel, old_chat), None)
        if shown is not None:
            self._shown[channel, new_chat] = shown
