from __future__ import annotations

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.errors import translated
from bot.errors import (
    ChatGone,
    ChatMoved,
    MessageLocked,
    MessageMissing,
    SendError,
    SendFlooded,
    SendLater,
    SendOffline,
    SendRejected,
    SendUncertain,
)


class ConnectError(Exception):
    """Stands for the transport's error of this name."""


class ReadError(Exception):
    """Stands for the transport's error of this name."""


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BadRequest("Message text is empty"), SendRejected),
        (BadRequest("Chat not found"), ChatGone),
        (BadRequest("Not enough rights to send text messages to the chat"), ChatGone),
        (Forbidden("bot was kicked from the group chat"), ChatGone),
        (ChatMigrated(-100), ChatMoved),
        (RetryAfter(3), SendFlooded),
        (NetworkError("Bad Gateway"), SendLater),
        (caused(NetworkError("httpx.ConnectError"), ConnectError()), SendOffline),
        (caused(NetworkError("httpx.ReadError"), ReadError()), SendUncertain),
        (TimedOut(), SendUncertain),
        (caused(TimedOut(), ConnectError()), SendOffline),
        (caused(NetworkError("html page"), TelegramError("Invalid server response")), SendLater),
        (Conflict("two"), SendLater),
        (InvalidToken("bad"), SendOffline),
        (TelegramError("Invalid server response"), SendUncertain),
        (BadRequest("Message to edit not found"), MessageMissing),
        (BadRequest("Message can't be deleted for everyone"), MessageLocked),
    ],
)
def test_each_error_says_what_can_be_done(error: TelegramError, kind: type[SendError]) -> None:
    assert type(translated(error)) is kind


def test_details_are_kept() -> None:
    moved = translated(ChatMigrated(-1005))
    assert isinstance(moved, ChatMoved)
    assert moved.new_id == "-1005"
    later = translated(RetryAfter(timedelta(seconds=7)))
    assert isinstance(later, SendLater)
    assert later.seconds == 7
