"""The command line; one small file a command.

Exit codes, the same for every command: 0 done, 1 the knowledge or the desk has a problem that the
output names, 2 wrong usage or wrong settings, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import sys

import typer

from bot.cli.ask import ask
from bot.cli.backup import backup, restore
from bot.cli.bench import bench
from bot.cli.calendar import calendar
from bot.cli.chat import chat
from bot.cli.check import check, schema
from bot.cli.doctor import doctor
from bot.cli.edit import edit
from bot.cli.evaluate import evaluate
from bot.cli.notice import notice
from bot.cli.replay import replay_command
from bot.cli.roster import roster
from bot.cli.run import run
from bot.errors import ConfigError, KnowledgeError

HELP = """组织答疑台：只用审定的资料回答，有出处，不生成文字。

退出码：0 正常；1 资料或运行有问题（输出里写明），或读输出的一方先关了；
2 用法或设置不对；130 被 Ctrl-C 打断。
"""

app = typer.Typer(
    name="dangbot",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("ask")(ask)
app.command("chat")(chat)
app.command("calendar")(calendar)
app.command("check")(check)
app.command("schema")(schema)
app.add_typer(edit)
app.command("replay")(replay_command)
app.command("eval")(evaluate)
app.command("bench")(bench)
app.add_typer(roster)
app.command("run")(run)
app.command("doctor")(doctor)
app.command("backup")(backup)
app.command("restore")(restore)
app.add_typer(notice, name="notice")


def main() -> None:
    """Run a command; errors made on purpose are one Chinese message, never a traceback."""
    try:
        app()
    except ConfigError as error:
        print(f"用法或设置不对：{error}", file=sys.stderr)  # noqa: T201 - the command line speaks here
        sys.exit(2)
    except KnowledgeError as error:
        print(f"资料有误：\n{error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
