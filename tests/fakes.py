"""Stand-ins that fit the real protocols; the type checker proves it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.channels.base import Capabilities, Channel, Chat, ChatEvents, Handler, Once, Sent, Target
from bot.errors import FileTooLarge, SendError, SendUncertain
from bot.messages import Incoming, Reply
from bot.turn import Answerer

START = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


class FakeClock:
    """Time that stands still until it is told to go on."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


async def eventually(look: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            if await look():
                return
            await asyncio.sleep(0.01)


@dataclass
class FakeAnswerer:
    """Answers everything with the same words, and remembers what it heard."""

    reply: Reply | None = field(default_factory=lambda: Reply("好的"))
    heard: list[Incoming] = field(default_factory=list)
    error: Exception | None = None

    async def handle(self, incoming: Incoming) -> Reply | None:
        self.heard.append(incoming)
        if self.error is not None:
            raise self.error
        return self.reply


@dataclass
class FakeEvents:
    """Remembers what happened to chats."""

    seen: list[tuple[str, ...]] = field(default_factory=list)

    async def added(self, chat: Chat) -> None:
        self.seen.append(("added", chat.chat_id))

    async def removed(self, chat: Chat, reason: str) -> None:
        self.seen.append(("removed", chat.chat_id, reason))

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        assert channel
        self.seen.append(("moved", old_chat, new_chat))


class FakeChannel:
    """A channel without a platform: keeps what is sent; chats in ``broken`` refuse."""

    name = "telegram"
    capabilities = Capabilities(4096, 8, buttons=True, edits=True, threads=True)

    def __init__(self) -> None:
        self.once = FakeOnce()
        self.sent: list[tuple[Target, Reply]] = []
        self.broken: dict[str, SendError] = {}
        self.files: dict[str, bytes] = {}

    def texts(self, chat_id: str) -> list[str]:
        return [reply.text for target, reply in self.sent if target.chat_id == chat_id]

    async def run(self, handler: Handler, events: ChatEvents, menu: Mapping[str, str]) -> None:
        del handler, events, menu

    def stop(self) -> None:
        pass

    async def send(self, target: Target, reply: Reply) -> Sent:
        if target.chat_id in self.broken:
            raise self.broken[target.chat_id]
        self.sent.append((target, reply))
        return Sent(target, (str(len(self.sent)),))

    def count(self, reply: Reply) -> int:
        assert reply
        return 1

    async def edit(self, sent: Sent, reply: Reply) -> Sent:
        self.sent.append((sent.target, reply))
        return sent

    async def delete(self, sent: Sent) -> None:
        del sent

    async def fetch(self, file_id: str, bytes_max: int) -> bytes:
        if file_id in self.broken:
            raise self.broken[file_id]
        data = self.files[file_id]
        if len(data) > bytes_max:
            raise FileTooLarge
        return data

    async def close(self) -> None:
        pass


@dataclass
class FakeOnce:
    """A channel for the outbox without a platform; ``faults`` are raised one after the other."""

    name: str = "telegram"
    sent: list[tuple[Target, Reply]] = field(default_factory=list)
    edited: list[tuple[Target, str, Reply]] = field(default_factory=list)
    deleted: list[tuple[Target, str]] = field(default_factory=list)
    faults: dict[str, list[Exception | None]] = field(default_factory=dict)
    """By chat id; None lets one through. After the last everything goes through."""
    lost: bool = False
    """Timeouts strike after the message arrived."""
    gate: asyncio.Event | None = None
    """Nothing is answered before it is set."""
    alive: SendError | None = None
    """What a probe meets."""
    probes: int = 0

    def chats(self) -> list[str]:
        return [target.chat_id for target, _ in self.sent]

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        texts = [text for text in reply.text.split("\f") if text]
        return tuple(Reply(text, reply.buttons if text is texts[-1] else ()) for text in texts)

    def is_group(self, chat_id: str) -> bool:
        return chat_id.startswith("-")

    async def send(self, target: Target, part: Reply) -> Sent:
        await self._struck(target.chat_id, lambda: self.sent.append((target, part)))
        self.sent.append((target, part))
        return Sent(target, (str(len(self.sent)),))

    async def edit(self, target: Target, message_id: str, part: Reply) -> None:
        await self._struck(target.chat_id, lambda: None)
        self.edited.append((target, message_id, part))

    async def delete(self, target: Target, message_id: str) -> None:
        await self._struck(target.chat_id, lambda: None)
        self.deleted.append((target, message_id))

    async def probe(self) -> None:
        self.probes += 1
        if self.alive is not None:
            raise self.alive

    async def _struck(self, chat_id: str, arrive: Callable[[], None]) -> None:
        if self.gate is not None:
            await self.gate.wait()
        faults = self.faults.get(chat_id)
        fault = faults.pop(0) if faults else None
        if isinstance(fault, SendUncertain) and self.lost:
            arrive()
        if fault is not None:
            raise fault


@dataclass
class FakeListener:
    """Remembers what deliveries told."""

    told: list[tuple[object, ...]] = field(default_factory=list)

    async def gone(self, channel: str, chat_id: str, reason: str) -> None:
        assert channel
        self.told.append(("gone", chat_id, reason))

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        assert channel
        self.told.append(("moved", old_chat, new_chat))

    async def recovered(self, channel: str, seconds: float, waiting: int) -> None:
        assert channel
        self.told.append(("recovered", seconds, waiting))


class FakeRequest(BaseRequest):
    """Answers the library's requests without a network; ``faults`` come first."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[Callable[[str], tuple[int, dict[str, Any]] | None]] = []
        self._last_id = 1000

    @property
    def read_timeout(self) -> float | None:
        return 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: object,
        **_more: object,
    ) -> tuple[int, bytes]:
        assert method == "POST"
        name = url.rpartition("/")[2]
        given = request_data.parameters if request_data is not None else {}
        self.calls.append((name, given))
        for fault in self.faults:
            answer = fault(name)
            if answer is not None:
                return answer[0], json.dumps(answer[1]).encode()
        return 200, json.dumps({"ok": True, "result": self._result(name, given)}).encode()

    def _result(self, name: str, given: Mapping[str, Any]) -> object:
        if name in {"sendMessage", "editMessageText"}:
            self._last_id += 1
            return {
                "message_id": given.get("message_id", self._last_id),
                "date": int(START.timestamp()),
                "chat": {"id": 1, "type": "private"},
                "text": given["text"],
            }
        if name == "getMe":
            return {"id": 7, "is_bot": True, "first_name": "台", "username": "dang_desk_bot"}
        return True


_fits: tuple[type[Channel], type[Answerer], type[ChatEvents], type[Once]] = (
    FakeChannel,
    FakeAnswerer,
    FakeEvents,
    FakeOnce,
)
