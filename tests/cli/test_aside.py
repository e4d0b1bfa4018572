"""Work in a second process: the same result, the same errors, and here when it cannot be there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.cli.aside import Aside

HEAD = "import os, signal\nfrom bot.cli import aside\nfrom bot.cli.aside import Aside\n"
TWO_CORES = "aside.cores = lambda: 2\n"


def ran(code: str) -> str:
    """What a process of its own prints: under test the runner's threads forbid a fork."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", HEAD + TWO_CORES + code],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout.strip()


def test_work_is_done_in_another_process_where_one_may_be_forked() -> None:
    code = "one = Aside(os.getpid)\nprint(one.result() != os.getpid())"
    assert ran(code) == str(sys.platform == "linux")


def test_what_comes_back_is_what_the_work_returned() -> None:
    assert (
        ran("one = Aside(lambda: ['片区', {'n': 3}])\nprint(one.result())") == "['片区', {'n': 3}]"
    )


def test_work_that_is_not_worth_it_is_done_here() -> None:
    code = "one = Aside(os.getpid, worth_it=False)\nprint(one.result() == os.getpid())"
    assert ran(code) == "True"


def test_one_core_does_it_here() -> None:
    code = "aside.cores = lambda: 1\none = Aside(os.getpid)\nprint(one.result() == os.getpid())"
    assert ran(code) == "True"


def test_an_error_is_raised_where_the_result_is_wanted() -> None:
    code = (
        "def work():\n    raise ValueError('坏了')\n"
        "one = Aside(work)\n"
        "try:\n    one.result()\nexcept ValueError as error:\n    print(error)"
    )
    assert ran(code) == "坏了"


def test_a_process_that_is_ended_costs_nothing_but_time() -> None:
    code = (
        "here = os.getpid()\n"
        "def work():\n"
        "    if os.getpid() != here:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return '做完了'\n"
        "print(Aside(work).result())"
    )
    assert ran(code) == "做完了"


def test_beside_other_threads_nothing_is_forked() -> None:
    code = (
        "import threading\n"
        "done = threading.Event()\n"
        "other = threading.Thread(target=done.wait)\n"
        "other.start()\n"
        "one = Aside(os.getpid)\n"
        "print(one.result() == os.getpid())\n"
        "done.set()"
    )
    assert ran(code) == "True"


def test_without_a_process_left_it_is_done_here() -> None:
    code = (
        "def none():\n    raise BlockingIOError\n"
        "os.fork = none\n"
        "one = Aside(os.getpid)\n"
        "print(one.result() == os.getpid())"
    )
    assert ran(code) == "True"


def test_here_the_result_is_the_same() -> None:
    assert Aside(lambda: 7).result() == 7
