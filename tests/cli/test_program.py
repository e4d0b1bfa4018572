"""A command loads its own modules and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import COMMANDS

ASKED = """
import sys
sys.argv = ["dangbot", "ask", "红色代办能办哪些手续"]
from bot.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sys.modules, file=sys.stderr)
"""
HEAVY = {
    "ruamel.yaml",
    "watchfiles",
    "sqlalchemy",
    "telegram",
    "asyncio",
    "ssl",
    "opencc",
    "yaml",
    "dateutil",
    "bot.cli.check",
    "bot.cli.chat",
    "bot.knowledge.load",
    "bot.dialogue.commands",
    "bot.calendar.agenda",
}
"""Some of it a first start needs, which reads and checks the files; a second does not."""


def test_an_answer_does_not_wait_for_what_other_commands_need(tmp_path: Path) -> None:
    for _ in range(2):
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", ASKED],
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        )
        assert "出处" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_alone(name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", name, "--help"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert f"Usage: python -m bot {name}" in done.stdout
