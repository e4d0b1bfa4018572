"""The real program as a process: started, waited for, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bot_api import BotApiServer

ROOT = Path(__file__).parents[2]
LAUNCH = ("-m", "bot")
START_SECONDS = 120.0
STOP_SECONDS = 60.0


class Program:
    """``python -m bot run`` with settings from the environment alone."""

    def __init__(self, server: BotApiServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.settings: dict[str, str] = {}
        self.process: asyncio.subprocess.Process | None = None
        self.log = ""

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.upper().startswith("DANGBOT_")}
        return (
            kept
            | {
                "PYTHONPATH": str(ROOT),
                "PYTHONWARNINGS": "error",
                "DANGBOT_TELEGRAM__TOKEN": self.server.token,
                "DANGBOT_TELEGRAM__BASE_URL": self.server.root_url,
                "DANGBOT_DATABASE__URL": f"sqlite:///{self.folder / 'desk.db'}",
            }
            | self.settings
        )

    async def start(self, *, wait: bool = True) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *LAUNCH,
            "run",
            cwd=self.folder,
            env=self.environment(),
            stderr=asyncio.subprocess.PIPE,
        )
        if not wait:
            return
        polls = asyncio.ensure_future(self.server.polling(START_SECONDS))
        ends = asyncio.ensure_future(self.process.wait())
        await asyncio.wait({polls, ends}, return_when=asyncio.FIRST_COMPLETED)
        ended = ends.done()
        ends.cancel()
        if ended:
            polls.cancel()
            await asyncio.gather(polls, ends, return_exceptions=True)
            code = await self.ended()
            raise AssertionError(f"the program ended with {code}: {self.log}")
        await polls

    async def command(self, *args: str) -> int:
        """Run another command on the same settings and give its exit code."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, *LAUNCH, *args, cwd=self.folder, env=self.environment()
        )
        return await asyncio.wait_for(process.wait(), START_SECONDS)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it and give its exit code; its stderr is in ``log`` then."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        assert self.process is not None
        _, err = await asyncio.wait_for(self.process.communicate(), STOP_SECONDS)
        self.log += err.decode()
        code = self.process.returncode
        self.process = None
        assert code is not None
        return code
