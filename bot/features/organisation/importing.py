"""A roster sent as a file by an admin: read, previewed, imported on a press."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels.base import Files
from bot.errors import FileTooLarge, SendError
from bot.features.organisation import join_words as words
from bot.messages import Attachment, Incoming, Reply
from bot.organisation import Organisation
from bot.organisation.roster import Person, read_roster
from bot.storage.sheets import FILE_BYTES_MAX, SheetError, read_sheet

if TYPE_CHECKING:
    from bot.clock import Clock

_KEPT_MAX = 20
_MINUTES = 15


@dataclass(frozen=True, slots=True)
class _Waiting:
    people: Sequence[Person]
    member_id: str
    until: datetime


class ImportDialogue:
    """Tables wait in memory for a few minutes; a restart drops them, and nothing is half done."""

    def __init__(self, org: Organisation, files: Files, clock: Clock) -> None:
        self._org = org
        self._files = files
        self._clock = clock
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()

    async def received(self, incoming: Incoming, table: Attachment) -> Reply:
        """Show what a table of an admin would change."""
        try:
            data = table.data or await self._files.fetch(table.file_id, FILE_BYTES_MAX)
            rows = read_sheet(data, table.name)
        except SheetError as error:
            return Reply(str(error))
        except FileTooLarge:
            return words.TOO_LARGE
        except SendError:
            return words.NOT_FETCHED
        reading = read_roster(rows, self._org.units)
        if reading.slips:
            return words.slips(reading)
        change = await self._org.roster_change(reading.people)
        removed = set(change.removed)
        people = await self._org.roster()
        lost = sum(one.bound and Person(one.name, one.unit) in removed for one in people)
        token = secrets.token_hex(6)
        until = self._clock() + timedelta(minutes=_MINUTES)
        self._waiting[token] = _Waiting(reading.people, incoming.member_id, until)
        while len(self._waiting) > _KEPT_MAX:
            self._waiting.popitem(last=False)
        return words.preview(change, lost, token)

    async def pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Import, or drop, the table that an admin sent."""
        step, token = (*parts, "", "")[:2]
        waiting = self._waiting.pop(token, None)
        if step == "x":
            return words.CANCELLED
        if step != "y" or waiting is None or waiting.until < self._clock():
            return words.STALE
        if waiting.member_id != incoming.member_id:
            return words.STALE
        return words.imported(await self._org.import_roster(incoming, waiting.people))

    def forget(self, member_id: str) -> None:
        """Drop the tables that a member sent."""
        for token, waiting in list(self._waiting.items()):
            if waiting.member_id == member_id:
                del self._waiting[token]
