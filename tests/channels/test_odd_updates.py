"""20,000 odd updates go through the whole of the channel, gate and features without a crash."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.channels.telegram.addressing import Identity
from bot.channels.telegram.channel import TelegramChannel, TelegramOptions
from bot.channels.telegram.polling import parsed
from bot.delivery.outbox import Outbox
from bot.features import Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.gate import Gate
from bot.features.access.rules import Limits
from bot.features.routing import Router
from bot.storage.database import Database
from tests.channels.odd import odd_updates
from tests.fakes import FakeAnswerer, FakeClock, FakeRequest
from tests.organisation.small import small_organisation

COUNT = 20_000
SEED = 20_260_701


@pytest.mark.unmeasured
async def test_odd_updates_never_crash(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    clock = FakeClock()
    request = FakeRequest()
    options = TelegramOptions("7:x", admins=frozenset({42}), call_names=("小党",),
                              overheard={-100: "strict"})  # fmt: skip
    channel = TelegramChannel(options, clock, request)
    database = Database(f"sqlite:///{tmp_path / 'odd.db'}")
    await database.open()
    limits = Limits(messages=1000)
    features = await build_features(
        Ground(
            database,
            channel,
            clock,
            AccessSettings(("42",), frozenset({"-100"})),
            limits,
            await small_organisation(database, clock),
            Outbox(database, clock),
        )
    )
    desk = FakeAnswerer()
    gate = Gate(Router(features.all(), desk), features.access, features.flood, limits, clock)
    await channel.bot.initialize()
    me = Identity(7, "dang_desk_bot", ("小党",))
    channel.attach(me, gate.handle, features.access)
    whole = 0
    for raw in odd_updates(SEED, COUNT):
        update = parsed(raw, channel.bot)
        if update is not None:
            whole += 1
            await channel.take(update)
        if whole % 20 == 0:
            await channel.idle()
    await channel.idle(30)
    await channel.bot.shutdown()
    await database.close()
    assert whole > COUNT // 2
    assert len(desk.heard) > COUNT // 20
    assert len(request.calls) > COUNT // 20
    assert all(incoming.text.encode() is not None for incoming in desk.heard)
    assert [record.getMessage() for record in caplog.records] == []
