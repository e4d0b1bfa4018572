"""What a whole Telegram update costs, beside the library's own floor, and where the rest goes.

    python -m benchmarks.update [--updates 2000] [--processor]

The floor is python-telegram-bot alone: ``Update.de_json`` and the dispatch through an Application
with one handler that does nothing. Ours is the same update through the real channel, lanes, gate,
router and desk, to the answer handed to a transport that stands in for the Bot API in process.
Both run in turns in one process on one core; the clock is wall time unless told otherwise. The
parts are measured one by one afterwards on the same updates; what is left over are tasks, lanes and
routing.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import BaseRequest, RequestData

from benchmarks.measuring import machine, markdown, one_core, percentile
from benchmarks.synthetic import noised
from bot.app import (
    build_gate,
    ground,
    open_knowledge,
    open_organisation,
    telegram_options,
)
from bot.channels.base import Target
from bot.channels.telegram.addressing import Identity
from bot.channels.telegram.channel import TelegramChannel
from bot.config import Settings
from bot.delivery.outbox import Outbox
from bot.dialogue.editions import CurrentDesk
from bot.dialogue.engine import Desk
from bot.dialogue.outcome import Outcome
from bot.features import Features, build_features
from bot.features.access.gate import Gate
from bot.features.access.rules import Limits
from bot.matching.decide import Context, Decision, Matcher
from bot.matching.smalltalk import SmallTalkMatcher
from bot.messages import Incoming, Reply
from bot.storage.database import Database
from bot.text.dates import find_times
from bot.text.normalise import normalise

UPDATES = 2_000
WARM_UP = 100
TIMES_MAX = 10
"""The bound that is to hold: a whole update costs at most this many floors."""
IN_DESK = ("normalise", "decide", "courtesies", "time words", "words")
"""Parts of ``Desk.ask`` that are measured by themselves."""
GROUP = -1001
_NOW = datetime(2020, 7, 10, 2, 0, tzinfo=UTC)
_TOKEN = "7:x"  # noqa: S105 - not a secret


class Stopwatch:
    """Nanoseconds: by the wall, or of this process on the processor, for a machine that is busy."""

    now: Callable[[], int] = staticmethod(time.perf_counter_ns)


class Transport(BaseRequest):
    """Stands in for the Bot API: every request is taken and answered at once, in process."""

    def __init__(self) -> None:
        self.sent = 0

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
        del method
        if url.endswith("/getMe"):
            result: dict[str, Any] = {"id": 7, "is_bot": True, "first_name": "台"}
            result["username"] = "dang_desk_bot"
        else:
            self.sent += 1
            text = request_data.parameters["text"] if request_data is not None else ""
            result = {"message_id": self.sent, "date": int(_NOW.timestamp()), "text": text}
            result["chat"] = {"id": GROUP, "type": "supergroup", "title": "群"}
        return 200, json.dumps({"ok": True, "result": result}).encode()


class Silent:
    """Answers nothing, to time the gate alone."""

    async def handle(self, incoming: Incoming) -> Reply | None:
        del incoming
        return None


@dataclass(slots=True)
class Stand:
    """Everything that is measured, put together as ``dangbot run`` does it."""

    desk: Desk
    matcher: TimedMatcher
    channel: TelegramChannel
    features: Features
    idle_gate: Gate
    floor: Application[Any, Any, Any, Any, Any, Any]
    raws: list[dict[str, Any]]
    times: dict[str, list[float]] = field(default_factory=dict)

    async def timed(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        started = Stopwatch.now()
        await work()
        self.times.setdefault(name, []).append((Stopwatch.now() - started) / 1000)


class TimedMatcher(Matcher):
    """Keeps how long each decision took inside the desk, the caches as cold as they are there."""

    last_us = 0.0

    @classmethod
    def over(cls, matcher: Matcher) -> TimedMatcher:
        """The same matcher as it stands, with a clock."""
        made = cls.__new__(cls)
        vars(made).update(vars(matcher))
        return made

    def decide(self, question: str, context: Context | None = None) -> Decision:
        """Decide and remember the time."""
        started = Stopwatch.now()
        decision = super().decide(question, context)
        self.last_us = (Stopwatch.now() - started) / 1000
        return decision


class Watch:
    """Laps of a stop watch, kept by name."""

    def __init__(self, times: dict[str, list[float]]) -> None:
        self._times = times
        self._last = Stopwatch.now()

    def lap(self, name: str) -> None:
        """Keep the time since the last lap."""
        elapsed = (Stopwatch.now() - self._last) / 1000
        self._times.setdefault(name, []).append(elapsed)
        self._last = Stopwatch.now()

    def skip(self) -> None:
        """Do not count the time since the last lap."""
        self._last = Stopwatch.now()


def raw_update(number: int, question: str) -> dict[str, Any]:
    """A question in an approved group, as the platform sends it."""
    text = f"@dang_desk_bot {question}"
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": int(_NOW.timestamp()),
            "chat": {"id": GROUP, "type": "supergroup", "title": "村民群"},
            "from": {"id": 42 + number, "is_bot": False, "first_name": "王", "last_name": "某"},
            "text": text,
            "entities": [{"type": "mention", "offset": 0, "length": len("@dang_desk_bot")}],
        },
    }


async def _nothing(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    del update, context


async def stand(database: Database, count: int, folder: Path | None = None) -> Stand:
    """Put the parts together with the program's own functions, around two stand-ins for the API."""

    def clock() -> datetime:
        return _NOW

    telegram = {"token": _TOKEN, "approved_chats": [GROUP]}
    settings = Settings.model_validate({"telegram": telegram, "knowledge": folder})
    channel = TelegramChannel(telegram_options(settings), clock, Transport())
    await channel.bot.initialize()
    live = open_knowledge(settings, clock)
    desk = live.edition.value
    desk.matcher = matcher = TimedMatcher.over(desk.matcher)
    org = await open_organisation(settings, database, clock)
    outbox = Outbox(database, clock)
    features = await build_features(ground(settings, channel, org, outbox, live))
    gate = build_gate(settings, features, CurrentDesk(live), org)
    channel.attach(Identity(7, "dang_desk_bot"), gate.handle, features.access)
    floor = Application.builder().bot(Bot(_TOKEN, request=Transport())).build()
    floor.add_handler(MessageHandler(filters.TEXT, _nothing))
    await floor.initialize()
    questions = [question for question, _ in noised(desk.library, count + WARM_UP)]
    raws = [raw_update(number, question) for number, question in enumerate(questions, 1)]
    idle = Gate(Silent(), features.access, features.flood, Limits(messages=1_000_000), clock)
    # As the program does at the start, itself or in what goes on beside the answers.
    await features.inbox.step()
    gc.collect()
    return Stand(desk, matcher, channel, features, idle, floor, raws)


async def run_whole(on: Stand) -> None:
    """Floor and ours in turns on the same updates."""

    async def floor(raw: dict[str, Any]) -> None:
        await on.floor.process_update(Update.de_json(raw, on.floor.bot))

    async def ours(raw: dict[str, Any]) -> None:
        await on.channel.take(Update.de_json(raw, on.channel.bot))
        await on.channel.idle()

    for raw in on.raws[:WARM_UP]:
        await floor(raw)
        await ours(raw)
    for raw in on.raws[WARM_UP:]:
        await on.timed("floor", lambda raw=raw: floor(raw))  # type: ignore[misc]
        await on.timed("whole", lambda raw=raw: ours(raw))  # type: ignore[misc]


async def run_parts(on: Stand) -> None:
    """Each part by itself on the same updates."""
    courtesies = SmallTalkMatcher(on.desk.library.smalltalk)
    for raw in on.raws[:WARM_UP]:
        courtesies.find(_question(raw))
    names = on.desk.matcher.names
    for raw in on.raws[WARM_UP:]:
        question = _question(raw)
        number = str(raw["update_id"])
        incoming = Incoming(
            "telegram", str(GROUP), f"{number}-parts", number, question, _NOW, private=False
        )
        watch = Watch(on.times)
        Update.de_json(raw, on.channel.bot)
        watch.lap("parse")
        await on.idle_gate.handle(incoming)
        watch.lap("gate")
        outcome = on.desk.ask(question, _NOW, "parts", incoming.member_id)
        watch.lap("desk")
        on.times.setdefault("decide", []).append(on.matcher.last_us if outcome.decision else 0.0)
        watch.skip()
        normalise(question)
        watch.lap("normalise")
        courtesies.find(question)
        watch.lap("courtesies")
        plain, _ = names.without_places(normalise(question))
        find_times(plain, _NOW)
        watch.lap("time words")
        _worded(on.desk, outcome)
        watch.lap("words")
        reply = on.desk.reply(outcome)
        watch.skip()
        await on.channel.send(Target(str(GROUP), None, "1"), reply)
        watch.lap("send")


def _question(raw: dict[str, Any]) -> str:
    return str(raw["message"]["text"]).partition(" ")[2]


def _worded(desk: Desk, outcome: Outcome) -> None:
    if outcome.entry is not None and outcome.decision is not None:
        ranked = [desk.matcher.entries[c.number].ref for c in outcome.decision.candidates]
        desk.view.wording.reply(outcome.entry, ranked)


def report(times: dict[str, list[float]]) -> str:
    """The table: floor, whole, parts, what is left."""
    mean = {name: sum(rows) / len(rows) for name, rows in times.items()}
    floor = mean["floor"]
    other = mean["desk"] - sum(mean[name] for name in IN_DESK)
    left = mean["whole"] - mean["parse"] - mean["gate"] - mean["desk"] - mean["send"]
    labels = {
        "floor": "the library alone: parse and dispatch to nothing",
        "whole": "**a whole update of ours**",
        "parse": "of it: parse (`Update.de_json`)",
        "gate": "of it: gate (approved chat, flood, length)",
        "normalise": "of it: normalise",
        "decide": "of it: decide (names, ranking, rules)",
        "courtesies": "of it: is it a courtesy",
        "time words": "of it: time words (the places out of their way)",
        "other": "of it: the desk around them (follow-ups, calendar, memory)",
        "words": "of it: words of the reply",
        "send": "of it: send (split, escape, request, read the response)",
        "left": "of it: the rest (reading the update, lanes, tasks, routing)",
    }
    mean |= {"other": other, "left": left}
    rows = []
    for name, label in labels.items():
        spread = times.get(name, [])
        cells = [f"{percentile(spread, share):,.0f}" if spread else "" for share in (0.5, 0.99)]
        rows.append([label, f"{mean[name]:,.0f}", *cells, f"{mean[name] / floor:.1f}"])
    return markdown(["what", "mean µs", "p50 µs", "p99 µs", "floors"], rows)


async def measured(count: int, folder: Path | None = None) -> dict[str, list[float]]:
    """Times in µs by name; the names are those of :func:`report`.

    Args:
        count: updates.
        folder: of the knowledge; None is that of the program.
    """
    with tempfile.TemporaryDirectory() as temporary:
        database = Database(f"sqlite:///{Path(temporary) / 'desk.db'}")
        await database.open()
        try:
            on = await stand(database, count, folder)
            await run_whole(on)
            await on.timed("kept", on.features.close)
            await run_parts(on)
            await on.channel.bot.shutdown()
            await on.floor.shutdown()
        finally:
            await database.close()
    return on.times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--processor", action="store_true", help="processor time, not the wall's")
    given = parser.parse_args()
    if given.processor:
        Stopwatch.now = staticmethod(time.process_time_ns)
    core = one_core()
    times = asyncio.run(measured(given.updates))
    print(report(times))
    share = sum(times["whole"]) / sum(times["floor"])
    print(f"\nA whole update costs {share:.1f} floors; at most {TIMES_MAX} are allowed.")
    kept = times["kept"][0] / 1000
    print(
        f"What was counted meanwhile is written by a job beside the answers: {kept:.0f} ms in all."
    )
    clock = "processor time" if given.processor else "wall time"
    print(f"{machine()}, {core}, {given.updates} updates, {clock}.")


if __name__ == "__main__":
    main()
