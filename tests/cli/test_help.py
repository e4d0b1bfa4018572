"""Help texts: Chinese, for every command and every option."""

from __future__ import annotations

import re

import pytest
import typer

from bot.cli import program
from tests.cli.runner import Runner

HAN = re.compile("[\u4e00-\u9fff]")
COMMANDS = ("ask", "calendar", "chat", "check", "schema", "eval", "run", "doctor")


def test_the_agreed_commands_are_there() -> None:
    group = typer.main.get_command(program())
    assert set(getattr(group, "commands", {})) >= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_in_chinese(dangbot: Runner, name: str) -> None:
    ran = dangbot.plain(name, "--help")
    assert ran.code == 0
    assert ran.err == ""
    blocks = [block for block in ran.out.split("\n\n") if block.strip()]
    assert HAN.search(blocks[1]), ran.out
    assert "[[" not in ran.out


def test_every_option_and_argument_is_told_in_chinese() -> None:
    group = typer.main.get_command(program())
    seen = 0
    for name, command in getattr(group, "commands", {}).items():
        assert HAN.search(command.help or ""), name
        for parameter in command.params:
            seen += 1
            words = getattr(parameter, "help", None) or ""
            # The list of formats is its own explanation.
            assert HAN.search(words) or "、" in words, (name, parameter.name)
    assert seen > len(COMMANDS)


def test_the_first_page_lists_commands_and_exit_codes(dangbot: Runner) -> None:
    ran = dangbot.plain("--help")
    assert ran.code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S*[\u4e00-\u9fff]", ran.out, re.MULTILINE), name
    assert "退出码" in ran.out


def test_nothing_at_all_shows_the_help(dangbot: Runner) -> None:
    ran = dangbot.plain()
    assert ran.code == 2
    assert "退出码" in ran.out + ran.err
