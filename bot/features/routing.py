"""Features first, then the desk: whose command or button is it?"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from bot.messages import Incoming, Reply
from bot.turn import Answerer, Feature, Listener, Observer, Turn

_log = logging.getLogger(__name__)

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:\s+|$)")
_ODD = re.compile(r"[^\w:/.-]")
_WHAT_CHARS_MAX = 40
_LAST_MAX = 1_000
"""So many members are remembered by who spoke last with them; in memory only."""
_ADMINS_ONLY = Reply("这个命令只给管理员用。")
_ANONYMOUS = Reply("匿名发言看不出您是不是管理员。请在群里先关掉自己的“匿名”，再发一次。")
_ONLY_TEXT = Reply("目前只看得懂文字，请把想问的打成一句话发来。")
_PRIVATE_ONLY = Reply("这个命令请私聊我发。")


def as_turn(incoming: Incoming) -> Turn:
    """Take the command off the text."""
    match = _COMMAND.match(incoming.text)
    if match is None or incoming.pressed is not None:
        return Turn(incoming, rest=incoming.text)
    return Turn(incoming, match.group(1).lower(), incoming.text[match.end() :].strip())


def note_refusal(incoming: Incoming, what: str) -> None:
    """Log that somebody may not do something: ids only; a button's data may be anything."""
    plain = _ODD.sub("?", what)[:_WHAT_CHARS_MAX]
    _log.info("拒绝：编号 %s 在 %s 用 %s", incoming.member_id, incoming.chat_id, plain)


@runtime_checkable
class _Hearing(Feature, Listener, Protocol):
    """A feature that waits for words."""


@runtime_checkable
class _Observing(Feature, Observer, Protocol):
    """A feature that hears what the desk answered."""


class Router:
    """Gives each message to its feature, all else to the desk.

    Args:
        features: in the order in which they are asked.
        desk: answers what no feature owns.
        commands: the desk's own; in a group an unknown one is another bot's affair.
    """

    def __init__(
        self, features: Sequence[Feature], desk: Answerer, commands: Collection[str] = ()
    ) -> None:
        self._features = tuple(features)
        # Told apart once: asking a class for its shape takes longer than most answers.
        self._listeners = tuple(each for each in features if isinstance(each, _Hearing))
        self._observers = tuple(each for each in features if isinstance(each, _Observing))
        self._desk = desk
        self._commands = frozenset(commands)
        self._last: dict[tuple[str, str], Feature] = {}

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message."""
        turn = as_turn(incoming)
        # Plain words are no feature's, unless it listens.
        for feature in self._features if turn.command or incoming.pressed is not None else ():
            # A button's data begins with the name of the feature that made it.
            if incoming.pressed is not None and incoming.pressed.startswith(f"{feature.name}:"):
                return await self._heard(feature, turn)
            command = feature.commands.get(turn.command)
            if command is None:
                continue
            if command.admin_only and not incoming.admin:
                note_refusal(incoming, f"/{command.name}")
                nameless = not incoming.private and incoming.member_id == incoming.chat_id
                return _ANONYMOUS if nameless else _ADMINS_ONLY
            if command.private_only and not incoming.private:
                return _PRIVATE_ONLY
            return await self._heard(feature, turn)
        if incoming.pressed is None and not incoming.overheard:
            for feature in self._heard_first(incoming):
                if feature.listens(turn):
                    return await self._heard(feature, turn)
        return await self._unowned(turn)

    async def _heard(self, feature: Feature, turn: Turn) -> Reply | None:
        """Let a feature answer, and remember that it spoke last with this member."""
        reply = await feature.handle(turn)
        incoming = turn.incoming
        if reply is not None and incoming.private:
            who = (incoming.channel, incoming.member_id)
            self._last.pop(who, None)
            self._last[who] = feature
            if len(self._last) > _LAST_MAX:
                del self._last[next(iter(self._last))]
        return reply

    def _heard_first(self, incoming: Incoming) -> Sequence[_Hearing]:
        """Who may wait for words: first of all who spoke last with the member."""
        last = self._last.get((incoming.channel, incoming.member_id))
        if last is None:
            return self._listeners
        return sorted(self._listeners, key=lambda feature: feature is not last)

    async def _unowned(self, turn: Turn) -> Reply | None:
        """Words and presses that no feature owns are the desk's."""
        incoming = turn.incoming
        if incoming.private and incoming.pressed is None and not incoming.text:
            return _ONLY_TEXT
        foreign = turn.command and turn.command not in self._commands and not incoming.private
        if foreign:
            return None
        reply = await self._desk.handle(incoming)
        if reply is None or reply.about is None:
            return reply
        for feature in self._observers:
            reply = await _told(feature, turn, reply)
        return reply


async def _told(feature: _Observing, turn: Turn, reply: Reply) -> Reply:
    """Let a feature hear an answer; the answer goes out whatever it does."""
    try:
        return await feature.answered(turn, reply)
    except Exception as error:  # noqa: BLE001 - the member still wants the answer
        # The words of an error may hold those of the member.
        _log.warning("%s 没能听一次回答：%s", feature.name, type(error).__name__)
        return reply
