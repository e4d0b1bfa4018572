"""Who was forgotten is found again in old copies without being written down: by a digest."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.features.privacy.store import ForgottenStore, Wish

if TYPE_CHECKING:
    from bot.storage.database import Database
    from bot.turn import Feature

_STRETCH = 2**12
"""About ten milliseconds a guess: to try all ten thousand million account numbers takes years."""


def stretched(salt: bytes, tag: str) -> bytes:
    """The digest of ``channel:id``."""
    return hashlib.scrypt(tag.encode(), salt=salt, n=_STRETCH, r=8, p=1, dklen=32)


class Matcher:
    """Finds who is meant by wishes; what it worked out once it knows."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, str], bytes] = {}

    def clear(self) -> None:
        """Keep no id in memory either."""
        self._known.clear()

    async def digest(self, salt: bytes, tag: str) -> bytes:
        """The digest of ``channel:id``."""
        key = (salt, tag)
        if key not in self._known:
            self._known[key] = await asyncio.to_thread(stretched, salt, tag)
        return self._known[key]

    async def meant(self, wishes: Sequence[Wish], tags: Iterable[str]) -> list[str]:
        """Those of the tags that wished to be forgotten."""
        by_salt: dict[bytes, set[bytes]] = {}
        for wish in wishes:
            by_salt.setdefault(wish.salt, set()).add(wish.digest)
        return [
            tag
            for tag in sorted(tags)
            for salt, digests in by_salt.items()
            if await self.digest(salt, tag) in digests
        ]


async def wish_of(store: ForgottenStore, matcher: Matcher, tag: str, at: float) -> int:
    """Write down that somebody wishes to be forgotten; gives the number of the wish."""
    there = await store.all()
    salt = there[0].salt if there else secrets.token_bytes(16)
    return await store.add(salt, await matcher.digest(salt, tag), at)


async def forget_again(
    database: Database,
    features: Sequence[Feature],
    wishes: Sequence[Wish],
    matcher: Matcher,
    beside: Iterable[str] = (),
) -> list[str]:
    """Delete from a copy whoever wished to be forgotten; gives them as ``channel:id``.

    Args:
        database: the copy.
        features: on it.
        wishes: whose authors are looked for.
        matcher: tells who is meant.
        beside: ``channel:id`` of people who may stand elsewhere than in the database.

    Raises:
        StorageError: the database refuses.
    """
    if not wishes:
        return []
    people = {*await ForgottenStore(database).people(), *beside}
    meant = await matcher.meant(wishes, people)
    for tag in meant:
        channel, _, member_id = tag.partition(":")
        for feature in features:
            await feature.forget(channel, member_id)
    await database.scrub()
    return meant
