"""`dangbot chat` over a pipe and on a terminal."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.console import PROMPT, WELCOME, converse
from bot.cli.chat import FollowingDesk
from bot.cli.common import open_live
from bot.messages import Button, Incoming, Reply
from tests.cli.runner import Runner
from tests.fakes import FakeAnswerer

NOW = datetime(2020, 7, 1, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_of_a_pipe_are_answered_in_order(dangbot: Runner) -> None:
    ran = dangbot("chat", stdin="红色驿站有几处\n\n   \n谢谢\n")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.startswith("12 处")
    assert ran.out.rstrip().endswith("不客气，应该的。")
    assert PROMPT not in ran.out
    assert WELCOME not in ran.out


@pytest.mark.parametrize("word", ["/quit", "/exit", "  /quit  "])
def test_quit(dangbot: Runner, word: str) -> None:
    ran = dangbot("chat", stdin=f"谢谢\n{word}\n红色驿站有几处\n")
    assert ran.code == 0
    assert "12 处" not in ran.out


def test_a_number_picks_a_choice(dangbot: Runner) -> None:
    ran = dangbot("chat", stdin="歇脚\n1\n")
    assert "  1. " in ran.out
    assert "12 处，都在主街上" in ran.out


def test_half_sentences_are_understood(dangbot: Runner) -> None:
    ran = dangbot("chat", stdin="介绍一下红色驿站\n几点开门\n")
    assert "早上 7 点" in ran.out.partition("出处")[2]


def test_commands_mean_the_same_here(dangbot: Runner) -> None:
    ran = dangbot("chat", "--now", "2020-07-01", stdin="/help\n/calendar\n/id\n")
    assert "/topics" in ran.out
    assert "2020年7月" in ran.out
    assert "console" in ran.out


def test_the_last_line_needs_no_line_end(dangbot: Runner) -> None:
    assert "12 处" in dangbot("chat", stdin="红色驿站有几处").out


def test_ctrl_c_stops_it_with_130(dangbot: Runner) -> None:
    command = [sys.executable, "-m", "bot", "chat", "--knowledge", str(dangbot.folder)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write("谢谢\n".encode())
        program.stdin.flush()
        assert "不客气" in program.stdout.readline().decode()
        program.send_signal(signal.SIGINT)
        assert program.wait(60) == 130
        assert b"Traceback" not in program.stderr.read()


async def test_a_terminal_is_greeted_and_prompted() -> None:
    out = io.StringIO()
    await converse(FakeAnswerer(), Terminal("一\n二\n"), out)
    text = out.getvalue()
    assert text.startswith(WELCOME)
    assert text.count(PROMPT) == 3
    assert text.endswith("\n")


async def test_what_is_handed_on() -> None:
    desk = FakeAnswerer()
    await converse(desk, io.StringIO("  一  \n二\n"), io.StringIO(), moment=NOW)
    first, second = desk.heard
    assert first == Incoming(
        channel="console",
        chat_id="console",
        member_id="me",
        message_id="1",
        text="一",
        sent_at=NOW,
        admin=True,
    )
    assert (second.text, second.message_id) == ("二", "2")


async def test_without_a_moment_the_clock_counts() -> None:
    desk = FakeAnswerer()
    before = datetime.now(UTC)
    await converse(desk, io.StringIO("一\n"), io.StringIO())
    assert before <= desk.heard[0].sent_at <= datetime.now(UTC)


async def test_numbers_pick_only_what_is_shown() -> None:
    reply = Reply("选", ((Button("甲", "a"), Button("乙", "b")), (Button("丙", "c"),)))
    desk = FakeAnswerer(reply)
    out = io.StringIO()
    await converse(desk, io.StringIO("问\n3\n4\n0\n-1\n２\n2\n"), out)
    assert [heard.pressed for heard in desk.heard] == [None, "c", None, None, None, None, "b"]
    assert [heard.text for heard in desk.heard] == ["问", "", "4", "0", "-1", "２", ""]
    assert "  3. 丙" in out.getvalue()


async def test_silence_prints_nothing() -> None:
    out = io.StringIO()
    await converse(FakeAnswerer(None), io.StringIO("问\n"), out)
    assert out.getvalue() == ""


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "practices" / "yizhan.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("new", "answer", "note", "reload"),
    [
        ("answer: 21 处", "21 处，", "已换上新资料。", "资料没有变过"),
        ("anser: 12 处", "12 处，", "practices/yizhan.yaml:14: 错误", "仍用上一份"),
    ],
)
async def test_a_changed_file_counts_from_the_next_line_on(
    dangbot: Runner, new: str, answer: str, note: str, reload: str
) -> None:
    notes = io.StringIO()
    desk = FollowingDesk(open_live(dangbot.folder, None), notes)

    async def ask(text: str = "红色驿站有几处") -> str:
        reply = await desk.handle(Incoming("console", "c", "me", "1", text, NOW, admin=True))
        assert reply is not None
        return reply.text

    assert (await ask()).startswith("12 处")
    assert notes.getvalue() == ""
    change(dangbot.folder, "answer: 12 处", new)
    assert (await ask()).startswith(answer)
    assert note in notes.getvalue()
    said = len(notes.getvalue())
    assert reload in await ask("/reload")
    assert len(notes.getvalue()) == said


def test_a_start_on_faulty_files_says_so_and_uses_the_last_good_ones(dangbot: Runner) -> None:
    assert dangbot("chat", stdin="谢谢\n").code == 0
    change(dangbot.folder, "answer: 12 处", "anser: 12 处")
    ran = dangbot("chat", stdin="红色驿站有几处\n")
    assert ran.code == 0
    assert ran.out.startswith("12 处")
    assert "暂用上一份好的" in ran.err
    assert "practices/yizhan.yaml:14" in ran.err
