"""The READMEs say what is so: links, commands, and every line of the transcripts."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest

from bot.channels.console import converse
from bot.cli import program
from bot.cli.common import open_desk, read_now
from bot.dialogue.commands import COMMANDS
from bot.features.access.feature import Access
from bot.features.editing.feature import Editing
from bot.features.feedback.stats import Stats
from bot.features.inbox.feature import Inbox
from bot.features.knowledge.feature import Upkeep
from bot.features.notices.feature import Notices
from bot.features.organisation.feature import OrganisationFeature
from bot.features.privacy.feature import Privacy
from bot.features.reminders.feature import Reminders

ROOT = Path(__file__).resolve().parent.parent
NOW = "2020-07-06"
PAGES = (
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/architecture.md",
    "docs/teaching.md",
)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page(name))
    local = [link for link in links if "://" not in link]
    missing = [link for link in local if not (ROOT / name).parent.joinpath(link).exists()]
    assert missing == []


def test_every_command_is_told() -> None:
    names = {str(command.name) for command in program().registered_commands}
    assert names >= {"ask", "chat", "check", "run"}
    assert {name for name in names if f"dangbot {name}" not in page("README.md")} == set()


def test_slash_commands_are_told_in_chinese() -> None:
    told = set(re.findall(r"`/([a-z_]+)", page("README.zh-CN.md")))
    assert {"help", "topics", "contacts", "calendar", "about"} <= told
    features = (
        Access, Notices, OrganisationFeature, Privacy, Upkeep, Reminders, Stats, Inbox, Editing,
    )  # fmt: skip
    known = {*COMMANDS, *(name for feature in features for name in feature.commands)}
    assert told - {"newbot"} <= known  # /newbot is BotFather's
    ours = (OrganisationFeature, Notices, Privacy, Editing)
    assert {name for feature in ours for name in feature.commands} <= told


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_transcripts_are_real(name: str) -> None:
    blocks = re.findall(r"```text\n(.*?)```", page(name), re.DOTALL)
    assert blocks
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    said = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    assert len(said) >= 4
    out = io.StringIO()
    desk = open_desk(None, None)
    asyncio.run(converse(desk, io.StringIO("\n".join(said)), out, moment=read_now(NOW)))
    heard = [line.removesuffix("……") for line in lines if not line.startswith("> ")]
    assert [line for line in heard if line not in out.getvalue()] == []
