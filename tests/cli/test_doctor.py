from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer
from telegram import Bot
from telegram.error import Conflict
from typer.testing import CliRunner

from bot.channels.telegram.channel import TelegramOptions
from bot.channels.telegram.polling import Stopper
from bot.channels.telegram.probe import ChatView, View, probe
from bot.cli.doctor import doctor
from bot.clock import system_clock
from bot.config import Settings
from bot.doctor import examine, telegram_findings
from tests.bot_api import BotApiServer, Cut, server_error
from tests.fakes import FakeClock


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


def options(server: BotApiServer, token: str = "") -> TelegramOptions:
    return TelegramOptions(token or server.token, server.root_url)


def settings(tmp_path: Path, **more: object) -> Settings:
    database = {"url": f"sqlite:///{tmp_path / 'desk.db'}"}
    return Settings(**({"database": database} | more))  # type: ignore[arg-type]


def changed(**fields: object) -> View:
    view = View("", "desk_bot", reads_all=True, webhook=False, other_poller=False)
    view.skew_seconds = 1.0
    for name, value in fields.items():
        setattr(view, name, value)
    return view


@pytest.mark.parametrize(
    ("view", "mark", "words"),
    [
        (changed(), "✓", "令牌：有效"),
        (changed(), "✓", "隐私模式：已关闭"),
        (changed(reads_all=False), "!", "只喊称呼（小党、答疑台）收不到"),
        (changed(webhook=True), "✗", "webhook"),
        (changed(other_poller=True), "!", "有一个程序正用这个令牌"),
        (changed(), "!", "一个也没有"),
        (changed(chats=[ChatView("-1", "支部", admin=True)]), "✓", "是管理员"),
        (changed(chats=[ChatView("-1", "支部", "机器人不在群里")]), "✗", "机器人不在群里"),
        (changed(skew_seconds=400.0), "✗", "快 400 秒"),
        (changed(skew_seconds=-400.0), "✗", "慢 400 秒"),
        (changed(skew_seconds=None), "!", "没法比对"),
        (changed(error="token"), "✗", "令牌：Telegram 不认"),
        (changed(error="network"), "✗", "连不上"),
    ],
)
def test_each_finding(view: View, mark: str, words: str) -> None:
    findings = telegram_findings(view, Settings())
    found = [finding for finding in findings if words in finding.what]
    assert [finding.mark for finding in found] == [mark]
    assert found[0].hint or mark != "✗"
    if view.error:
        assert len(findings) == 1, "what cannot be looked at is not guessed"


async def test_a_healthy_server(server: BotApiServer) -> None:
    wang = server.user("王芳")
    group = server.group("一支部", wang)
    out = server.group("二支部", wang, bot_status="left")
    kicked = server.group("三支部", wang, bot_status="kicked")
    boss = server.group("四支部", wang, bot_status="administrator")
    chats = [str(chat.id) for chat in (group, out, kicked, boss)]
    clock = system_clock(Settings().zone)
    view = await probe(options(server), [*chats, "-5"], clock, poll_seconds=0)
    assert view.error == ""
    assert view.username == "dang_desk_bot"
    assert (view.reads_all, view.webhook, view.other_poller) == (False, False, False)
    assert view.skew_seconds is not None
    assert abs(view.skew_seconds) < 10
    assert [bool(chat.problem) for chat in view.chats] == [False, True, True, False, True]
    assert view.chats[3].admin


async def test_looking_takes_no_updates_away(server: BotApiServer) -> None:
    wang = server.user("王芳")
    server.say(server.private(wang), wang, "党课几点")
    await probe(options(server), [], FakeClock(), poll_seconds=0)
    assert len(server.updates.queue) == 1


@pytest.mark.parametrize("token", ["700000009:AAsomebodyElse0000000000000000000"])
async def test_a_wrong_token(server: BotApiServer, token: str) -> None:
    view = await probe(options(server, token), [], FakeClock())
    assert view.error == "token"


async def test_no_network(server: BotApiServer) -> None:
    server.faults.always(Cut(), "getMe")
    assert (await probe(options(server), [], FakeClock())).error == "network"
    server.faults.clear()
    server.faults.always(server_error(502), "getMe")
    assert (await probe(options(server), [], FakeClock())).error == "NetworkError"


async def test_another_poller_comes_back_and_is_seen(server: BotApiServer) -> None:
    other = Bot(server.token, base_url=server.base_url)
    await other.initialize()
    stopper = Stopper()

    async def poll() -> None:
        while not stopper.stopped:
            try:
                await other.get_updates(timeout=5)
            except Conflict:
                await stopper.pause(0.1)

    polling = asyncio.ensure_future(poll())
    await server.polling()
    view = await probe(options(server), [], FakeClock(), poll_seconds=5)
    stopper.stop()
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await other.shutdown()
    assert view.other_poller is True


async def test_the_page_without_a_token(tmp_path: Path) -> None:
    findings = await examine(settings(tmp_path), None, FakeClock())
    page = "\n".join(map(str, findings))
    assert "✗ 令牌：没有设置" in page
    assert "✓ 资料：" in page
    assert "✓ 数据库：SQLite" in page
    assert "Asia/Shanghai" in page
    assert "! 管理员" in page


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ([], "! 组织：没有写"),
        ([{"id": "a", "name": "甲"}, {"id": "b", "name": "乙", "parent": "a"}], "✓ 组织：2 个"),
        ([{"id": "b", "name": "乙", "parent": "a"}], "✗ 组织：组织 b（乙）的上级“a”没有写。"),
    ],
)
async def test_the_tree_of_units(tmp_path: Path, units: list[object], words: str) -> None:
    given = settings(tmp_path, organisation={"units": units})
    findings = await examine(given, None, FakeClock())
    assert words in "\n".join(map(str, findings))


async def test_bad_knowledge_and_database(tmp_path: Path) -> None:
    (tmp_path / "desk.db").mkdir()
    empty = tmp_path / "knowledge"
    empty.mkdir()
    findings = await examine(settings(tmp_path, knowledge=empty), None, FakeClock())
    wrong = [finding.what for finding in findings if finding.mark == "✗"]
    assert len(wrong) == 3
    assert wrong[1].startswith("资料：")
    assert wrong[2].startswith("数据库：")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(doctor)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DANGBOT_TELEGRAM__TOKEN", raising=False)
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 1
    assert "有 1 处要改" in done.output
    (tmp_path / "config.yaml").write_text("plase: x\n")
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 1
    assert "✗ 设置：" in done.output
    assert "place" in done.output
