"""The gate before features and desk: approved chats, no floods, a desk that reads what is short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.features.access import words
from bot.features.access.feature import Access
from bot.features.access.rules import Flood, Limits, Verdict, shortened
from bot.messages import Incoming, Reply
from bot.turn import Answerer

if TYPE_CHECKING:
    from bot.clock import Clock

_OPENING = ("/id", "/bind")

_PRIVATE_PRESSES = 6
"""So many times as many presses as messages in private: a dialogue is led by buttons."""


class Gate:
    """Lets through what is to be answered; it is itself an Answerer."""

    def __init__(
        self, inner: Answerer, access: Access, flood: Flood, limits: Limits, clock: Clock
    ) -> None:
        self._inner = inner
        self._access = access
        self._flood = flood
        self._limits = limits
        self._clock = clock

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message, or keep silent about it."""
        if not incoming.private and not self._access.serves(incoming.channel, incoming.chat_id):
            return await self._outside(incoming)
        verdict = self._judged(incoming)
        if verdict is not Verdict.SERVE:
            warn = verdict is Verdict.WARN
            return words.too_fast(self._limits.mute_seconds) if warn else None
        return await self._inner.handle(incoming)

    def _judged(self, incoming: Incoming) -> Verdict:
        """Whether a member asks too much; presses are counted apart, without a word about it."""
        member = f"{incoming.channel}:{incoming.member_id}"
        if incoming.overheard or (incoming.admin and incoming.pressed is not None):
            return Verdict.SERVE
        if incoming.pressed is None:
            return self._flood.judge(member, self._clock())
        times = _PRIVATE_PRESSES if incoming.private else 1
        verdict = self._flood.judge(f"{member}:pressed", self._clock(), times)
        return verdict if verdict is Verdict.SERVE else Verdict.IGNORE

    async def _outside(self, incoming: Incoming) -> Reply | None:
        """A group that is not approved: an admin may see its id and approve it, no more."""
        if incoming.overheard:
            return None
        opening = incoming.pressed is None and incoming.text.split(" ", 1)[0] in _OPENING
        if incoming.admin and opening:
            # Whoever binds a group that nobody approved yet finds the button to approve it.
            return await self._inner.handle(replace(incoming, text="/id"))
        if incoming.admin and words.pressed(incoming.pressed or "") is not None:
            return await self._inner.handle(incoming)
        if incoming.pressed is None:
            await self._access.noticed(incoming)
        return None


class Brief:
    """The desk behind a cut: of a long question only the beginning is read, and it is said.

    Features read the whole text: a notice may be long.
    """

    def __init__(self, desk: Answerer, chars_max: int) -> None:
        self._desk = desk
        self._chars_max = chars_max

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message."""
        text, cut = shortened(incoming.text, self._chars_max)
        reply = await self._desk.handle(replace(incoming, text=text) if cut else incoming)
        if reply is None or not cut:
            return reply
        notice = f"{words.cut_notice(self._chars_max)}\n\n"
        spans = tuple(
            replace(span, start=span.start + len(notice), end=span.end + len(notice))
            for span in reply.spans
        )
        return replace(reply, text=notice + reply.text, spans=spans)
