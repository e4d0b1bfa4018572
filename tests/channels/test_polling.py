from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable

import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.polling import Patience, RawUpdates, Stopper, parsed, persist
from bot.errors import ConfigError


@pytest.mark.parametrize(
    ("error", "words", "seconds"),
    [
        (NetworkError("x"), "连不上 Telegram", 0.5),
        (Conflict("x"), "另有一个程序", 5.0),
        (RetryAfter(3), "歇一会儿", 3.0),
        (BadRequest("bad offset"), "bad offset", 0.5),
        (TelegramError("odd"), "odd", 0.5),
    ],
)
def test_each_failure_is_said_once(
    error: TelegramError, words: str, seconds: float, caplog: pytest.LogCaptureFixture
) -> None:
    patience = Patience()
    assert patience.failed(error) == seconds
    patience.failed(error)
    assert caplog.text.count(words) == 1
    patience.well()
    assert "重新连上" in caplog.text


def test_pauses_grow_to_a_bound() -> None:
    patience = Patience()
    pauses = [patience.failed(NetworkError("x")) for _ in range(12)]
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == 30


def test_a_refused_token_ends_the_waiting() -> None:
    with pytest.raises(ConfigError, match="令牌"):
        Patience().failed(InvalidToken("123:geheim was rejected"))


def failing(times: int) -> Callable[[], asyncio.Future[str]]:
    left = [times]

    async def action() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise RetryAfter(0)
        return "done"

    return lambda: asyncio.ensure_future(action())


async def test_persists_until_it_works() -> None:
    assert await persist(failing(2), Stopper(), Patience()) == "done"


async def test_stops_at_once() -> None:
    stopper = Stopper()

    async def hang() -> str:
        await asyncio.Event().wait()
        return "never"

    waiting = asyncio.ensure_future(persist(hang, stopper, Patience()))
    await asyncio.sleep(0)
    stopper.stop()
    assert await asyncio.wait_for(waiting, 60) is None
    await asyncio.wait_for(stopper.pause(100), 60)
    assert await persist(hang, stopper, Patience()) is None


def test_malformed_updates_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    assert parsed({"update_id": 1, "message": {"message_id": 1}}, None) is None
    assert parsed({"message": 5}, None) is None
    assert caplog.text.count("略过") == 2
    assert parsed({"update_id": 1, "something_new": {}}, None) is not None


def test_raw_updates_are_kept_as_they_came() -> None:
    request = RawUpdates()
    kept = json.dumps({"ok": True, "result": [{"update_id": 1}, 5]}).encode()
    assert request.put_aside(200, kept) == (200, b'{"ok":true,"result":[]}')
    assert request.raw == [{"update_id": 1}]
    for code, payload in ((502, b"<html>"), (200, b"<html>"), (200, b"[]"), (200, b'{"ok":1}')):
        assert request.put_aside(code, payload) == (code, payload)
