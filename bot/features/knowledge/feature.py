"""Reloading the knowledge, on /reload or because files changed; admins hear what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.channels.base import Target
from bot.errors import SendError
from bot.features.knowledge import words
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.channels.base import Outlet
    from bot.knowledge.live import Live, Reading
    from bot.messages import Reply

_log = logging.getLogger(__name__)


class Upkeep:
    """Watches the files and speaks to admins: once for each set of errors, and when it is mended.

    Args:
        live: the knowledge in use.
        outlet: where admins are reached.
        admins: their private chats.
    """

    name = "knowledge"
    summary = "资料的更新"
    commands: Mapping[str, Command] = {
        # What is wrong is said in the files' own words, closed ones and numbers among them.
        "reload": Command("reload", "马上重读资料", admin_only=True, private_only=True)
    }

    def __init__(self, live: Live[Any], outlet: Outlet, admins: tuple[str, ...]) -> None:
        self._live = live
        self._outlet = outlet
        self._admins = admins
        self._told = ""

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer /reload."""
        if turn.command != "reload":
            return None
        reading = await self._live.reload()
        asked_by = turn.incoming.member_id
        await self._announce(reading, but=asked_by)
        if reading.outcome == "refused":
            return words.refused(reading.problems, self._live.edition)
        return words.reloaded(reading, self._live.edition)

    async def watch(self) -> None:
        """Follow the files until cancelled; first of all, say what was wrong at the start."""
        edition = self._live.edition
        if edition.faults:
            self._told = "start"
            await self._tell(words.at_the_start(edition))
        async for reading in self._live.readings():
            _log.info("资料有变动：%s", _LOGGED[reading.outcome])
            await self._announce(reading)

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Nothing is kept about members."""
        del channel, member_id
        return ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Nothing is kept about members."""

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Nothing is kept about chats."""

    async def _announce(self, reading: Reading, *, but: str = "") -> None:
        """Tell admins what they do not know yet; ``but`` reads it in the reply."""
        if reading.outcome == "refused":
            if self._told != reading.digest:
                self._told = reading.digest
                await self._tell(words.refused(reading.problems, self._live.edition), but)
        elif self._told and not self._live.edition.faults:
            self._told = ""
            await self._tell(words.mended(self._live.edition), but)

    async def _tell(self, reply: Reply, but: str = "") -> None:
        for admin in self._admins:
            if admin == but:
                continue
            try:
                await self._outlet.send(Target(admin), reply)
            except SendError as error:
                _log.warning("没能告诉管理员 %s：%s", admin, type(error).__name__)


_LOGGED = {"new": "已换上", "same": "内容没有变", "refused": "有错误，没有换上"}
