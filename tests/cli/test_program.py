"""A command loads its own modules and no others."""

from __future__ import annotations

import subprocess
import sys

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
HEAVY = {"ruamel.yaml", "watchfiles", "sqlalchemy", "telegram", "bot.cli.check", "bot.cli.chat"}


def test_an_answer_does_not_wait_for_what_other_commands_need() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", ASKED], check=True, capture_output=True, text=True, encoding="utf-8"
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
