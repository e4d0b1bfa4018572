"""The whole desk behind Telegram's channel, and people who mean it ill."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from telegram.request import RequestData

from bot.app import membership
from bot.channels.telegram.addressing import Identity
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.channels.telegram.outgoing import TEXT_UNITS_MAX, units
from bot.channels.telegram.polling import parsed
from bot.delivery.outbox import Outbox
from bot.delivery.worker import Worker
from bot.dialogue.editions import CurrentDesk, live_desk
from bot.dialogue.located import Located
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Brief, Gate
from bot.features.access.rules import Limits
from bot.features.routing import Router
from bot.messages import BUTTON_DATA_BYTES_MAX, BUTTON_LABEL_CHARS_MAX, Incoming
from bot.organisation import Organisation, Role
from bot.organisation.roster import Person
from bot.storage.database import Database
from tests.bot_api.markup import parse_html
from tests.dialogue.closed import FILES
from tests.fakes import FakeClock, FakeListener, FakeRequest
from tests.knowledge.folder import build
from tests.organisation.small import ADMIN, UNITS, small_organisation, small_plan

GROUP = -100
PEOPLE = {"admin": int(ADMIN), "secretary": 20002, "member": 40004, "stranger": 50005}
ZONE = ZoneInfo("Asia/Shanghai")
PLENTY = Limits(messages=10_000_000)
PASSWORDS = "root:x:0:0"
INPUTS: tuple[str, ...] = (
    "<b>粗</b><script>alert(1)</script><a href='tg://user?id=1'>点</a>",
    "</b></code></blockquote>&lt;b&gt;&#60;i&#62; & <",
    "*粗* _斜_ [点](http://evil.example) `码` ||藏|| ~~~",
    "{0.__class__} {self} {incoming.member_id} {} %s%n%d %(a)s $HOME ${x}",
    "'; DROP TABLE grants; --",
    '" OR 1=1 /* % _ \\',
    "../../etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd ..\\..\\windows\\win.ini",
    "\x00\x01\x08\x1b[31m红\x7f",
    "\u202e反着\u202c \u200b\u200d\u2066隐\u2069 \ufeff",
    "م小党 مرحبا Z̷̢͓a̸͎͝l̵̰̾g̸͇̈o̷̖͐",
    "\ud83d 半个 \udc00",
    "👨‍👩‍👧‍👦" * 300,
    "🇨🇳" * 400,
    "长" * 4097,
    "a" * 20_000,
    "!!python/object/apply:os.system ['id']",
    "&a [*a, *a]\n- : |\n  &b\n<<: *b",
    '#read("/etc/passwd") #import "x.typ" $x$ @ref <label>',
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd",
    "²³①٣०１２ ½ 一",
    "9" * 400,
    "-1",
    "::::",
    "\n" * 300,
    "()[]{}.*+?^$|\\(?P<a>(a+)+)$",
)
"""Each is an attack on something that a program may do with words."""
PARTS: tuple[str, ...] = (
    "", "²", "٣", "-1", "1", "0", "9" * 40, "x" * 60, "../..", "<b>", "{0}", "%s", "';--", "\x00",
    "\ud800", "\u202e", "y", "p", "o", "al", "nan", "1e9", "2100000000", "99999999", "qyc", "２",
)  # fmt: skip
"""For each field of a button's data."""


class Recorder(FakeRequest):
    """Gives files that hold anything, and keeps what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.file = b""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *more: object,
        **named: object,
    ) -> tuple[int, bytes]:  # fmt: skip
        if method == "GET":
            return 200, self.file
        return await super().do_request(url, method, request_data, *more, **named)

    def _result(self, name: str, given: Any) -> object:
        if name == "getFile":
            return {"file_id": "f", "file_unique_id": "f", "file_path": "documents/file_1"}
        if name in {"sendDocument", "sendPhoto", "editMessageMedia", "editMessageCaption"}:
            return super()._result("sendMessage", {"text": given.get("caption") or "x"})
        return super()._result(name, given)


@dataclass
class Desk:
    """Everything between Telegram's updates and its methods."""

    channel: TelegramChannel
    request: Recorder
    database: Database
    features: Features
    org: Organisation
    worker: Worker
    desk: CurrentDesk
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def close(self) -> None:
        await self.channel.bot.shutdown()
        await self.database.close()

    async def take(self, update: dict[str, Any]) -> None:
        """One update, whatever it leads to."""
        found = parsed({"update_id": next(self.numbers), **update}, self.channel.bot)
        if found is not None:
            await self.channel.take(found)
            await self.channel.idle(30)

    def _message(self, who: int, chat: int, **more: Any) -> dict[str, Any]:
        private = chat == who
        title = more.pop("title", "支部")
        place = {"type": "private", "first_name": title} if private else {
            "type": "supergroup", "title": title
        }  # fmt: skip
        return {
            "message_id": next(self.numbers),
            "date": 1_780_000_000,
            "chat": {"id": chat, **place},
            "from": {"id": who, "is_bot": False, "first_name": title, "username": "u"},
            **more,
        }

    async def say(self, who: int, text: str, chat: int = 0, **more: Any) -> None:
        await self.take({"message": self._message(who, chat or who, text=text, **more)})

    async def send_file(self, who: int, name: str, caption: str, data: bytes) -> None:
        self.request.file = data
        document = {"file_id": "f", "file_unique_id": "f", "file_name": name, "file_size": 9}
        await self.take({"message": self._message(who, who, document=document, caption=caption)})

    async def press(self, who: int, data: str, chat: int = 0) -> None:
        me = {"id": 7, "is_bot": True, "first_name": "台"}
        message = {**self._message(who, chat or who, text="问"), "from": me}
        sender = {"id": who, "is_bot": False, "first_name": "王"}
        query = {"id": str(next(self.numbers)), "from": sender, "message": message,
                 "chat_instance": "1", "data": data}  # fmt: skip
        await self.take({"callback_query": query})

    async def deliver(self) -> None:
        """What waits in the outbox goes out."""
        for _ in range(4):
            await self.worker.step()
            await self.worker.idle()

    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """What was sent since the last look."""
        calls = list(self.request.calls)
        self.request.calls.clear()
        return calls


async def build_desk(folder: Path) -> Desk:
    """A desk with an admin, a secretary, a member, an approved group and a small knowledge."""
    clock, request = FakeClock(), Recorder()
    admin = PEOPLE["admin"]
    options = TelegramOptions("7:x", admins=frozenset({admin}), call_names=("小党",))
    channel = TelegramChannel(options, clock, request)
    database = Database(f"sqlite:///{folder / 'desk.db'}")
    await database.open()
    live = live_desk(build(folder / "knowledge", FILES), "", ZONE, clock)
    live.open()
    desk = CurrentDesk(live)
    org = await small_organisation(database, clock, small_plan(UNITS, approved=(str(GROUP),)))
    outbox = Outbox(database, clock)
    access = AccessSettings((str(admin),), frozenset({str(GROUP)}), ("小党",))
    agenda = lambda: desk.desk.agenda  # noqa: E731 - as short as what it stands for
    features = await build_features(
        Ground(database, channel, clock, access, PLENTY, org, outbox, agenda=agenda, knowledge=live)
    )
    brief = Brief(Located(desk, org.home_of, membership(org)), 2000)
    router = Router(features.all(), brief, desk.commands)
    gate = Gate(router, features.access, features.flood, PLENTY, clock)
    await channel.bot.initialize()
    channel.attach(Identity(7, "dang_desk_bot", ("小党",)), gate.handle, features)
    worker = Worker(outbox, channel.once, FakeListener())
    made = Desk(channel, request, database, features, org, worker, desk)
    await _people(made)
    return made


async def _people(desk: Desk) -> None:
    by = Incoming("telegram", ADMIN, ADMIN, "1", "", desk.org.now(), admin=True)
    await desk.org.grant(by, str(PEOPLE["secretary"]), Role.SECRETARY, "sq")
    await desk.org.import_roster(None, [Person("王芳", "qyc"), Person("=cmd()", "xsl")])
    [code, _] = await desk.org.roster_codes(await desk.org.roster(), 30)
    await desk.say(PEOPLE["member"], code[1])
    await desk.say(PEOPLE["admin"], "小党 /bind qyc", GROUP)
    await desk.say(PEOPLE["admin"], "/bind qyc", GROUP)
    await desk.say(PEOPLE["admin"], "/notice 会议通知 回执 开会")
    await desk.press(PEOPLE["admin"], "notices:go:1:2")
    await desk.say(PEOPLE["secretary"], "/notice 会议通知 学习")
    await desk.deliver()
    await asyncio.sleep(0)


def faults(calls: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """What is wrong with what was sent: markup, limits, or something that must not be told."""
    found = []
    for name, given in calls:
        text = given.get("text") or given.get("caption") or ""
        if given.get("parse_mode") == "HTML":
            plain, entities = parse_html(text)  # an error for what Telegram would refuse
            found += [f"{name}: a mark nobody wrote: {plain[:80]} {one}" for one in entities
                      if not _is_ours(plain, one)]  # fmt: skip
        else:
            plain = text
        if units(plain) > TEXT_UNITS_MAX:
            found.append(f"{name}: {units(plain)} units")
        rows = json.loads(given["reply_markup"]) if isinstance(
            given.get("reply_markup"), str
        ) else given.get("reply_markup") or {}  # fmt: skip
        for button in itertools.chain(*rows.get("inline_keyboard", [])):
            if len(button["text"]) > BUTTON_LABEL_CHARS_MAX or not button["text"].strip():
                found.append(f"{name}: label {button['text']!r}")
            if not 1 <= len(button["callback_data"].encode()) <= BUTTON_DATA_BYTES_MAX:
                found.append(f"{name}: data {button['callback_data']!r}")
        for secret in (PASSWORDS, "<class '", "object at 0x", "Traceback", "出了点差错"):
            if secret in plain:
                found.append(f"{name}: tells {secret!r}")
        plain.encode()
    return found


def _is_ours(text: str, entity: dict[str, Any]) -> bool:
    """The category above a notice, and a code to hand on: the desk's own marks."""
    start, length = entity["offset"], entity["length"]
    covered = text.encode("utf-16-le")[start * 2 : (start + length) * 2].decode("utf-16-le")
    pattern = {"bold": r"【(会议通知|活动预告|政策精神|更正)】", "code": r"/join [A-Z0-9-]{14}"}
    return re.fullmatch(pattern.get(entity["type"], "x"), covered) is not None
