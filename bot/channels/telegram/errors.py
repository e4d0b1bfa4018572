"""From the library's errors to ours: the class says what can be done."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import ChatGone, ChatMoved, SendError, SendLater, SendRejected, SendUncertain

_SERVER_PAUSE_SECONDS = 2.0
_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol")
_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "group is deactivated",
    "chat_write_forbidden",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "bot is not a member",
)


def translated(error: TelegramError) -> SendError:
    """Our error for one of the library's.

    ``TimedOut`` and ``BadRequest`` are kinds of ``NetworkError`` there: the order matters.
    """
    text = error.message
    match error:
        case ChatMigrated():
            ours: SendError = ChatMoved(str(error.new_chat_id))
        case RetryAfter():
            ours = SendLater(wait_seconds(error), "flood control")
        case Forbidden():
            ours = ChatGone(text)
        case BadRequest():
            gone = any(word in text.lower() for word in _GONE)
            ours = ChatGone(text) if gone else SendRejected(text)
        case NetworkError():
            ours = _network(error)
        case Conflict():
            ours = SendLater(_SERVER_PAUSE_SECONDS, text)
        case _:
            ours = SendRejected(text)
    return ours


def _network(error: NetworkError) -> SendError:
    cause = "" if error.__cause__ is None else type(error.__cause__).__name__
    if cause in _NOT_SENT:
        return SendLater(_SERVER_PAUSE_SECONDS, f"not sent: {cause}")
    if cause in {"", "TelegramError"} and not isinstance(error, TimedOut):
        # The server answered with a status of its own: it did not take the message.
        return SendLater(_SERVER_PAUSE_SECONDS, "server error")
    return SendUncertain(cause or "timed out")


def wait_seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_markup_refused(error: SendRejected) -> bool:
    """Whether only the markup was wrong, so that plain text would go out."""
    return "parse entities" in str(error).lower()


def is_thread_missing(error: SendRejected) -> bool:
    """Whether the forum topic is gone, so that the message could go to General."""
    return "message thread not found" in str(error).lower()


def is_unchanged(error: SendRejected) -> bool:
    """Whether an edit would have changed nothing."""
    return "message is not modified" in str(error).lower()


def is_message_missing(error: SendRejected) -> bool:
    """Whether the message is gone or can be edited or deleted no more."""
    lower = str(error).lower()
    return any(
        word in lower
        for word in (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "message to delete not found",
            "message can't be deleted",
            "there is no text in the message to edit",
        )
    )
