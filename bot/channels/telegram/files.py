"""Files that Telegram has already: sent again by their id instead of uploaded anew."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace

from telegram import Bot, Message
from telegram.error import TelegramError

from bot.channels.telegram.errors import translated
from bot.errors import FileTooLarge
from bot.messages import Attachment, Reply

_KEPT_MAX = 64


class KnownFiles:
    """Remembers the ids of the files that were uploaded last; a poster goes to 800 groups once."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, str] = OrderedDict()

    def find(self, part: Reply) -> Reply | None:
        """The part with the id of its file, None when it must be uploaded or has its id."""
        digest = _digest(part)
        file_id = self._ids.get(digest) if digest else None
        if file_id is None:
            return None
        file = part.attachments[0]
        return replace(part, attachments=(Attachment(file.kind, file.name, file_id=file_id),))

    def keep(self, part: Reply, message: Message) -> None:
        """Remember the id that an uploaded file got."""
        digest = _digest(part)
        stored = message.photo[-1] if message.photo else message.document
        if not digest or stored is None:
            return
        self._ids[digest] = stored.file_id
        self._ids.move_to_end(digest)
        while len(self._ids) > _KEPT_MAX:
            self._ids.popitem(last=False)

    def drop(self, part: Reply) -> None:
        """Forget an id that is refused."""
        self._ids.pop(_digest(part), None)


async def fetched(bot: Bot, file_id: str, bytes_max: int) -> bytes:
    """The content of a file that a member sent.

    Raises:
        FileTooLarge: it has more than ``bytes_max`` bytes.
        SendError: Telegram does not give it.
    """
    try:
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > bytes_max:
            raise FileTooLarge(f"{file.file_size} > {bytes_max}")
        data = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        raise translated(error) from error
    if len(data) > bytes_max:
        raise FileTooLarge(f"{len(data)} > {bytes_max}")
    return data


def _digest(part: Reply) -> str:
    """Name of an upload, empty for a part without one."""
    if not part.attachments or part.attachments[0].file_id:
        return ""
    file = part.attachments[0]
    return f"{file.kind} {file.name} {hashlib.sha256(file.data).hexdigest()}"
