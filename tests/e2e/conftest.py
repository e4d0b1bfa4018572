from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot_api import BotApiServer
from tests.e2e.process import Program


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(username="dang_desk_bot", reads_all=True) as server:
        yield server


@pytest.fixture
async def program(server: BotApiServer, tmp_path: Path) -> AsyncIterator[Program]:
    program = Program(server, tmp_path)
    yield program
    if program.process is not None:
        code = await program.stop()
        assert code == 0, program.log
    assert "Traceback" not in program.log, program.log
    assert server.token not in program.log
