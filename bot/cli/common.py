"""What several commands share: opening the desk, reading --now and --place, printing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.staying import staying
from bot.clock import system_clock
from bot.dialogue.engine import Desk
from bot.dialogue.views import OPERATOR
from bot.errors import ConfigError
from bot.knowledge.cache import Cache
from bot.knowledge.folder import shipped_folder
from bot.knowledge.kept import load_kept
from bot.knowledge.written import written_in

if TYPE_CHECKING:
    from bot.knowledge.live import Live

ZONE = ZoneInfo("Asia/Shanghai")

KnowledgeOption = Annotated[
    Path | None, typer.Option("--knowledge", metavar="文件夹", help="资料文件夹，默认用随程序带的")
]
PlaceOption = Annotated[
    str | None, typer.Option("--place", metavar="地名", help="本群所在的地方，如：山东省鱼台县")
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="时间", help="当作现在的时间，如：2020-07-01T09:00（默认北京时间）"
    ),
]


def _when_ok(when: str) -> bool:
    # Only files that are read anew are checked.
    from bot.calendar.agenda import when_ok

    return when_ok(when)


def open_desk(knowledge: Path | None, place: str | None) -> Desk:
    """Load the knowledge and build the desk; ``KnowledgeError`` when the files are wrong."""
    folder = knowledge or shipped_folder()
    with staying():
        library = load_kept(folder, _when_ok, Cache.named("library"))
        written = written_in(folder, library)
        desk = Desk(library, home=place or "", zone=ZONE, store=Cache(), written=written)
    return desk.seen_by(OPERATOR)


def open_live(knowledge: Path | None, place: str | None) -> Live[Desk]:
    """The same, following the files; with the last good version when the files are wrong.

    Raises:
        KnowledgeError: the files are wrong and no good version is kept.
    """
    from bot.dialogue.editions import live_desk

    live = live_desk(knowledge or shipped_folder(), place or "", ZONE, system_clock(ZONE))
    live.open()
    return live


def read_now(text: str | None) -> datetime:
    """``--now`` as an aware time; without a zone it is Beijing time; None is the clock's."""
    if text is None:
        return datetime.now(ZONE)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"看不懂时间“{text}”", "写成 2020-07-01 或 2020-07-01T09:00:00+08:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
