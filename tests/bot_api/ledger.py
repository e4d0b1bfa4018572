"""The complete book of what the bot did: every call, accepted or refused, in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import Json
    from .model import Message

Kind = Literal["send", "edit", "delete", "answer", "other"]
T = TypeVar("T")

PATIENCE = 60.0
"""Seconds until what does not come is missing: on a busy machine a program is slow to start."""

_EDITS = {"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "stopPoll"}
_QUIET = {"sendChatAction"}


def kind_of(method: str) -> Kind:
    if method in _QUIET:
        return "other"
    if method.startswith("send") or method == "copyMessage":
        return "send"
    if method in _EDITS:
        return "edit"
    if method == "deleteMessage":
        return "delete"
    return "answer" if method == "answerCallbackQuery" else "other"


@dataclass(frozen=True)
class Call:
    """One call of the bot. `code` 200: it took effect; 0: the connection was cut before it did."""

    number: int
    time: float
    method: str
    kind: Kind
    code: int
    chat_id: int | None
    thread_id: int | None
    message_id: int | None
    params: Json
    description: str = ""
    message: Message | None = None
    """The message as it stands in the world now, later edits included."""
    text: str = ""
    """Text or caption as this call set it, without markup."""
    labels: tuple[str, ...] = ()
    """Inline buttons as this call set them."""
    by_limit: bool = False
    """Refused because the platform's limit was exceeded, not by an injected fault."""
    answered: bool = True
    """False: it took effect, but the answer was withheld."""
    unknown: tuple[str, ...] = ()
    """Parameters that the method does not know; the platform ignores them."""

    @property
    def accepted(self) -> bool:
        return self.code == 200

    def __str__(self) -> str:
        what = self.text or self.description or str(self.params)
        return f"#{self.number} {self.method} {self.code} chat={self.chat_id} {what!r:.120}"


class Ledger:
    """Calls in order, with the questions that tests ask."""

    def __init__(self) -> None:
        self.all: list[Call] = []
        self._waiting: list[asyncio.Future[None]] = []

    def record(self, call: Call) -> None:
        self.all.append(call)
        self.wake()

    def wake(self) -> None:
        """Lets everyone who waits look again."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def calls(self, method: str | None = None) -> list[Call]:
        return [c for c in self.all if method in {None, c.method}]

    def sent(self, chat_id: int | None = None, thread_id: int | None = None) -> list[Call]:
        """Messages that arrived, also those whose answer was lost."""
        found = self._accepted("send", chat_id)
        return [c for c in found if thread_id is None or c.thread_id == thread_id]

    def edited(self, chat_id: int | None = None) -> list[Call]:
        return self._accepted("edit", chat_id)

    def deleted(self, chat_id: int | None = None) -> list[Call]:
        return self._accepted("delete", chat_id)

    def answers(self, query_id: str | None = None) -> list[Call]:
        """Answers to button presses."""
        found = self._accepted("answer", None)
        return [c for c in found if query_id in {None, c.params["callback_query_id"]}]

    def refused(self, code: int | None = None, chat_id: int | None = None) -> list[Call]:
        """Calls without effect: error answers and cut connections (code 0)."""
        return [
            c
            for c in self.all
            if not c.accepted and code in {None, c.code} and chat_id in {None, c.chat_id}
        ]

    @property
    def floods(self) -> int:
        """How often the bot exceeded the platform's limits."""
        return sum(call.by_limit for call in self.all)

    def busiest(self, seconds: float, chat_id: int | None = None) -> int:
        """The most messages that arrived within any stretch of this many seconds."""
        times = [call.time for call in self.sent(chat_id)]
        return max((sum(t <= u < t + seconds for u in times) for t in times), default=0)

    def texts(self, chat_id: int | None = None) -> list[str]:
        return [call.text for call in self.sent(chat_id)]

    async def wait_for(self, look: Callable[[Ledger], T], timeout: float = PATIENCE) -> T:  # noqa: ASYNC109
        """The first truthy thing that `look` finds; it looks again after every change.

        Raises:
            AssertionError: nothing came in time; lists the last calls.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            found = look(self)
            if found:
                return found
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.append(future)
            try:
                await asyncio.wait_for(future, end - loop.time())
            except TimeoutError:
                last = "\n  ".join(map(str, self.all[-15:])) or "no call at all"
                raise AssertionError(
                    f"not seen within {timeout} s; last calls:\n  {last}"
                ) from None

    def _accepted(self, kind: Kind, chat_id: int | None) -> list[Call]:
        return [
            c for c in self.all if c.accepted and c.kind == kind and chat_id in {None, c.chat_id}
        ]
