"""The command line; one small file a command.

Exit codes, the same for every command: 0 done, 1 the knowledge or the desk has a problem that the
output names, 2 wrong usage or wrong settings, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Callable, Mapping

import typer

from bot.cli.staying import staying
from bot.errors import ConfigError, KnowledgeError

HELP = """组织答疑台：只用审定的资料回答，有出处，不生成文字。

退出码：0 正常；1 资料或运行有问题（输出里写明），或读输出的一方先关了；
2 用法或设置不对；130 被 Ctrl-C 打断。
"""


def _ask(app: typer.Typer) -> None:
    from bot.cli.ask import ask

    app.command("ask")(ask)


def _chat(app: typer.Typer) -> None:
    from bot.cli.chat import chat

    app.command("chat")(chat)


def _calendar(app: typer.Typer) -> None:
    from bot.cli.calendar import calendar

    app.command("calendar")(calendar)


def _check(app: typer.Typer) -> None:
    from bot.cli.check import check

    app.command("check")(check)


def _schema(app: typer.Typer) -> None:
    from bot.cli.check import schema

    app.command("schema")(schema)


def _edit(app: typer.Typer) -> None:
    from bot.cli.edit import edit

    app.add_typer(edit, name="edit")


def _replay(app: typer.Typer) -> None:
    from bot.cli.replay import replay_command

    app.command("replay")(replay_command)


def _eval(app: typer.Typer) -> None:
    from bot.cli.evaluate import evaluate

    app.command("eval")(evaluate)


def _bench(app: typer.Typer) -> None:
    from bot.cli.bench import bench

    app.command("bench")(bench)


def _roster(app: typer.Typer) -> None:
    from bot.cli.roster import roster

    app.add_typer(roster, name="roster")


def _stats(app: typer.Typer) -> None:
    from bot.cli.stats import stats

    app.command("stats")(stats)


def _run(app: typer.Typer) -> None:
    from bot.cli.run import run

    app.command("run")(run)


def _doctor(app: typer.Typer) -> None:
    from bot.cli.doctor import doctor

    app.command("doctor")(doctor)


def _backup(app: typer.Typer) -> None:
    from bot.cli.backup import backup

    app.command("backup")(backup)


def _restore(app: typer.Typer) -> None:
    from bot.cli.backup import restore

    app.command("restore")(restore)


def _notice(app: typer.Typer) -> None:
    from bot.cli.notice import notice

    app.add_typer(notice, name="notice")


COMMANDS: Mapping[str, Callable[[typer.Typer], None]] = {
    "ask": _ask,
    "chat": _chat,
    "calendar": _calendar,
    "check": _check,
    "schema": _schema,
    "edit": _edit,
    "replay": _replay,
    "eval": _eval,
    "bench": _bench,
    "roster": _roster,
    "stats": _stats,
    "run": _run,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "notice": _notice,
}
"""Every command, and how it comes into the program: its module is loaded only then."""


def program(named: str = "") -> typer.Typer:
    """The command line; with a command's name that command alone.

    One command does not wait for the modules of the others.
    """
    app = typer.Typer(
        name="dangbot",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(help=HELP)(_several)
    for name in [named] if named else COMMANDS:
        COMMANDS[name](app)
    return app


def _several() -> None:
    """Keep the names of commands: a program of one function would run without."""


def main() -> None:
    """Run a command; errors made on purpose are one Chinese message, never a traceback."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    # What is loaded at the start is there to stay: to look through it for garbage, again and again
    # and once more at the end, would take a sixth of the time of one answer.
    atexit.register(gc.freeze)
    try:
        with staying():
            app = program(first if first in COMMANDS else "")
        app()
    except ConfigError as error:
        print(f"用法或设置不对：{error}", file=sys.stderr)  # noqa: T201 - the command line speaks here
        sys.exit(2)
    except KnowledgeError as error:
        print(f"资料有误：\n{error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
