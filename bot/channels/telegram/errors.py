"""From the library's errors to ours: the class says what can be done."""

from __future__ import annotations

from datetime import timedelta

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

_SERVER_PAUSE_SECONDS = 2.0
_TOKEN_PAUSE_SECONDS = 60.0
_INVALID_ANSWER = "Invalid server response"
_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol")
_NO_RIGHT = "机器人在这里没有发言的权限"
_GONE = {
    "chat not found": "找不到这个会话：编号不对，或机器人从没进去过",
    "user not found": "找不到这个人",
    "peer_id_invalid": "找不到这个会话",
    "group chat was deactivated": "这个群已经解散",
    "group is deactivated": "这个群已经解散",
    "chat_write_forbidden": _NO_RIGHT,
    "have no rights to send": _NO_RIGHT,
    "not enough rights to send": _NO_RIGHT,
    "need administrator rights": _NO_RIGHT,
    "bot is not a member": "机器人不在这个群里",
}
"""What the platform says of a chat that cannot be reached -> what a secretary reads."""
_FORBIDDEN = {
    "kicked": "机器人被移出了这个群",
    "not a member": "机器人不在这个群里",
    "blocked": "对方屏蔽了机器人",
    "deactivated": "对方的账号已经注销",
    "initiate": "对方还没有私聊过机器人",
}
_MISSING = (
    "message to edit not found",
    "message to delete not found",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
)
_LOCKED = ("message can't be edited", "message can't be deleted")


def translated(error: TelegramError) -> SendError:
    """Our error for one of the library's.

    ``TimedOut`` and ``BadRequest`` are kinds of ``NetworkError`` there: the order matters.
    """
    text = error.message
    match error:
        case ChatMigrated():
            ours: SendError = ChatMoved(str(error.new_chat_id))
        case RetryAfter():
            ours = SendFlooded(wait_seconds(error), "flood control")
        case Forbidden():
            ours = ChatGone(text, _said(text, _FORBIDDEN) or "对方不让机器人说话")
        case BadRequest():
            ours = _refused(text)
        case InvalidToken():
            # The message is sound: it goes out when the token is mended.
            ours = SendOffline(_TOKEN_PAUSE_SECONDS, "the token is refused")
        case NetworkError():
            ours = _network(error)
        case Conflict():
            ours = SendLater(_SERVER_PAUSE_SECONDS, text)
        case _ if _INVALID_ANSWER in text:
            ours = SendUncertain("the answer is no JSON")
        case _:
            ours = SendRejected(text)
    return ours


def _said(text: str, table: dict[str, str]) -> str:
    return next((said for word, said in table.items() if word in text.lower()), "")


def _refused(text: str) -> SendError:
    reason = _said(text, _GONE)
    if reason:
        return ChatGone(text, reason)
    if any(word in text.lower() for word in _MISSING):
        return MessageMissing(text)
    if any(word in text.lower() for word in _LOCKED):
        return MessageLocked(text)
    return SendRejected(text)


def _network(error: NetworkError) -> SendError:
    cause = "" if error.__cause__ is None else type(error.__cause__).__name__
    if cause in _NOT_SENT:
        return SendOffline(_SERVER_PAUSE_SECONDS, f"not sent: {cause}")
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


def is_file_forgotten(error: SendRejected) -> bool:
    """Whether the platform does not know a file any more that it had."""
    lower = str(error).lower()
    return any(word in lower for word in ("file identifier", "file_id", "file reference"))


def is_thread_missing(error: SendRejected) -> bool:
    """Whether the forum topic is gone, so that the message could go to General."""
    return "message thread not found" in str(error).lower()


def is_unchanged(error: SendRejected) -> bool:
    """Whether an edit would have changed nothing."""
    return "message is not modified" in str(error).lower()
