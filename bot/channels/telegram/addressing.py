"""Is this message for the desk? Pure rules over text, marks and whom it replies to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?=\s|$)")
_TYPED_MENTION = re.compile(r"(?:^|(?<=\s))@([^\s@,，。:：!！?？、]+)")
_AFTER_NAME = re.compile(r"[\s,，.。:：;；!！?？、~～…—\-]+")
_AFTER_MENTION = " \n,，:：、"
_CALLING_ON = ("请", "你", "您", "帮", "问", "我想", "我要", "告诉", "在吗", "在不在", "查一")
"""What may follow a call name without a break: 小党请问… calls, 小党员… and 小党课… do not."""


class Replied(Enum):
    """Whom a message replies to."""

    NOBODY = auto()
    US = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is @-ed: ``text[start:end]``, in characters."""

    start: int
    end: int
    us: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, and what it is called."""

    user_id: int
    username: str
    call_names: tuple[str, ...] = ()

    def is_me(self, username: str) -> bool:
        """Whether a user name, without @, is the bot's."""
        return bool(self.username) and username.casefold() == self.username.casefold()


@dataclass(frozen=True, slots=True)
class Addressed:
    """The words without mention, call name and bot name."""

    text: str
    overheard: bool = False


def addressed(
    text: str,
    mentions: tuple[Mention, ...],
    me: Identity,
    replied: Replied,
    *,
    overheard: bool = False,
) -> Addressed | None:
    """What a message in a group says to the desk, or None when it is not for the desk.

    Args:
        text: the whole text.
        mentions: who is @-ed, as the platform marked it.
        me: the bot.
        replied: whom the message replies to.
        overheard: whether the chat lets the desk speak unasked.
    """
    command = _COMMAND.match(text.lstrip())
    if command:
        name = command.group(2)
        return Addressed(own_words(text, mentions, me)) if not name or me.is_me(name) else None
    mentions += _typed(text, mentions, me)
    ours = [mention for mention in mentions if mention.us]
    bare = _without(text, ours)
    if ours or _after_call_name(bare, me.call_names) is not None:
        return Addressed(_said(bare, me))
    if mentions or replied is Replied.OTHER:
        return None
    if replied is Replied.US:
        return Addressed(_said(bare, me))
    return Addressed(text.strip(), overheard=True) if overheard and text.strip() else None


def own_words(text: str, mentions: tuple[Mention, ...], me: Identity) -> str:
    """The text without @mentions of the bot, its call name and the bot name of a command."""
    ours = [mention for mention in mentions + _typed(text, mentions, me) if mention.us]
    return _said(_without(text, ours), me)


def _said(bare: str, me: Identity) -> str:
    """What is said by a text without mentions of the bot."""
    bare = bare.lstrip(_AFTER_MENTION).strip()
    command = _COMMAND.match(bare)
    if command:
        return f"/{command.group(1)}{bare[command.end() :]}".strip()
    rest = _after_call_name(bare, me.call_names)
    return bare if rest is None else rest


def _typed(text: str, mentions: tuple[Mention, ...], me: Identity) -> tuple[Mention, ...]:
    """Mentions typed by hand that the platform did not mark, such as ``@小党`` or ``@老王``."""
    if "@" not in text:
        return ()
    found: list[Mention] = []
    if me.username:
        marked = {mention.start for mention in mentions}
        found += [
            Mention(match.start(), match.end(), us=True)
            for match in _own_mention(me.username).finditer(text)
            if match.start() not in marked
        ]
    mentions += tuple(found)
    for match in _TYPED_MENTION.finditer(text):
        if any(mention.start < match.end() and match.start() < mention.end for mention in mentions):
            continue
        word = match.group(1)
        call = next((name for name in me.call_names if word.startswith(name)), None)
        if call is None:
            found.append(Mention(match.start(), match.end(), us=False))
        else:
            found.append(Mention(match.start(), match.start() + 1 + len(call), us=True))
    return tuple(found)


@lru_cache(maxsize=8)
def _own_mention(username: str) -> re.Pattern[str]:
    """Before a Chinese character the platform marks no mention: @desk_bot怎么办."""
    return re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(username)}(?![A-Za-z0-9_])", re.IGNORECASE)


def _without(text: str, mentions: list[Mention]) -> str:
    for mention in sorted(mentions, key=lambda mention: mention.start, reverse=True):
        before, after = text[: mention.start], text[mention.end :]
        gap = " " if before[-1:].strip() and after[:1].strip() else ""
        text = before.rstrip(" ") + (gap or " ") + after.lstrip(" ")
    return text.strip()


def _after_call_name(text: str, call_names: tuple[str, ...]) -> str | None:
    """What follows the call name at the start; None when the text does not begin with one."""
    start = text.lstrip().removeprefix("@")
    for name in sorted(call_names, key=len, reverse=True):
        if not start.casefold().startswith(name.casefold()):
            continue
        rest = start[len(name) :]
        again = _after_call_name(rest, (name,)) if rest else None
        if again is not None:
            return again
        if not rest or _AFTER_NAME.match(rest):
            return _AFTER_NAME.sub("", rest, count=1) if rest else ""
        if name[-1].isascii() and rest[0].isascii():
            continue
        if rest.startswith(_CALLING_ON):
            return rest
    return None
