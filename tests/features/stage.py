"""The gate, all features and a desk without a platform: people say and press, and hear replies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.delivery.outbox import Outbox
from bot.features import Features, Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Gate
from bot.features.access.rules import Limits
from bot.features.routing import Router
from bot.knowledge.live import Live
from bot.messages import Button, Incoming, Reply
from bot.organisation import Organisation
from bot.storage.database import Database
from tests.fakes import START, FakeAnswerer, FakeChannel, FakeClock
from tests.organisation.small import ADMIN, small_organisation

GROUP = "-500"
PLENTY = Limits(messages=1000)
DESK = Reply("好的")


@dataclass(frozen=True)
class Person:
    """Somebody who speaks in private or in a group."""

    id: str
    admin: bool = False


BOSS = Person(ADMIN, admin=True)


class Stage:
    """What people say goes in, what they hear comes out; ``last``: the last reply of each chat."""

    def __init__(
        self,
        features: Features,
        org: Organisation,
        channel: FakeChannel,
        clock: FakeClock,
        outbox: Outbox,
    ) -> None:
        self.features = features
        self.org = org
        self.channel = channel
        self.clock = clock
        self.outbox = outbox
        self.desk = FakeAnswerer(DESK)
        self.last: dict[str, Reply] = {}
        router = Router(features.all(), self.desk)
        self.gate = Gate(router, features.access, features.flood, PLENTY, clock)

    async def say(self, who: Person, text: str, group: str = "", **more: object) -> Reply | None:
        """Somebody writes, in a private chat or in a group."""
        chat = group or who.id
        said = Incoming(
            "telegram",
            chat,
            who.id,
            "5",
            text,
            START,
            private=not group,
            admin=who.admin,
            chat_title="沁园春群" if group else "",
        )
        reply = await self.gate.handle(replace(said, **more))  # type: ignore[arg-type]
        if reply is not None:
            self.last[chat] = reply
        return reply

    async def press(self, who: Person, label: str, group: str = "", **more: object) -> Reply | None:
        """Somebody presses a button of the last reply in the chat, by its label."""
        button = next(b for b in buttons(self.last[group or who.id]) if label in b.label)
        return await self.say(who, "", group, pressed=button.data, **more)

    async def text(self, who: Person, text: str, group: str = "", **more: object) -> str:
        """The words that somebody hears."""
        reply = await self.say(who, text, group, **more)
        assert reply is not None
        return reply.text

    async def press_text(self, who: Person, label: str, group: str = "", **more: object) -> str:
        """The words after a press."""
        reply = await self.press(who, label, group, **more)
        assert reply is not None
        return reply.text


def buttons(reply: Reply) -> list[Button]:
    """All buttons of a reply."""
    return [button for row in reply.buttons for button in row]


def labels(reply: Reply | None) -> list[str]:
    """What the buttons of a reply say."""
    assert reply is not None
    return [button.label for button in buttons(reply)]


async def build_stage(database: Database, knowledge: Live[Any] | None = None, **more: Any) -> Stage:
    """A stage with one admin (``1``) and one approved group (``-500``).

    ``more`` is of the ground.
    """
    clock, channel = FakeClock(), FakeChannel()
    org = await small_organisation(database, clock)
    access = AccessSettings((ADMIN,), frozenset({GROUP}), ("小党",))
    outbox = Outbox(database, clock)
    ground = Ground(
        database, channel, clock, access, PLENTY, org, outbox, knowledge=knowledge, **more
    )
    return Stage(await build_features(ground), org, channel, clock, outbox)
