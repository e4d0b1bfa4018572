"""The doctor: looks at every part the desk stands on and says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.calendar.agenda import when_ok
from bot.channels.telegram.channel import TelegramOptions
from bot.channels.telegram.probe import ChatView, View, probe
from bot.errors import ConfigError
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load
from bot.organisation import Plan
from bot.storage.chats import Approval, ChatStore
from bot.storage.database import Database, StorageError

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.config import Settings

SKEW_SECONDS_MAX = 30.0
_PROBLEMS_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the page."""

    mark: str
    """``✓`` well, ``!`` worth knowing, ``✗`` must be mended."""
    what: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.what}" + (f"\n    怎么办：{self.hint}" if self.hint else "")


def well(what: str) -> Finding:
    """Nothing to do."""
    return Finding("✓", what)


def note(what: str, hint: str = "") -> Finding:
    """Works, but should be known."""
    return Finding("!", what, hint)


def bad(what: str, hint: str) -> Finding:
    """Does not work."""
    return Finding("✗", what, hint)


async def examine(
    settings: Settings, options: TelegramOptions | None, clock: Clock
) -> list[Finding]:
    """Everything, in the order in which one would mend it.

    Args:
        settings: as loaded.
        options: how to reach Telegram; None when there is no token.
        clock: our clock, to compare with the server's.
    """
    database, approved = await _database(settings)
    chats = [*dict.fromkeys([*map(str, settings.telegram.approved_chats), *approved])]
    findings: list[Finding] = []
    if options is None:
        findings.append(
            bad(
                "令牌：没有设置。",
                "在 @BotFather 领一个，设环境变量 DANGBOT_TELEGRAM__TOKEN 或 telegram.token_file。",
            )
        )
    else:
        findings += telegram_findings(await probe(options, chats, clock), settings)
    findings.append(_admins(settings))
    findings.append(well(f"时区：{settings.time_zone}，现在是 {clock():%Y-%m-%d %H:%M}。"))
    findings.append(_organisation(settings))
    findings += _knowledge(settings)
    return findings + database


def _organisation(settings: Settings) -> Finding:
    try:
        units = Plan.of(settings).units
    except ConfigError as error:
        return bad(f"组织：{error.message}", error.hint)
    if not len(units):
        hint = "要绑定群、设书记、发通知，就在 organisation.units 里写各级组织。"
        return note("组织：没有写，只答疑。", hint)
    return well(f"组织：{len(units)} 个，最上面是{units.children()[0].name}。")


def telegram_findings(view: View, settings: Settings) -> list[Finding]:
    """What the view of Telegram means."""
    if view.error == "token":
        return [
            bad(
                "令牌：Telegram 不认。",
                "核对有没有抄全，在 @BotFather 用 /token 能再看一次；自建服务器核对 base_url。",
            )
        ]
    if view.error:
        return [
            bad(
                f"网络：连不上 {settings.telegram.base_url}（{view.error}），下面几项没法查。",
                "检查网络和 DNS；要用代理就设环境变量 HTTPS_PROXY；或改 telegram.base_url。",
            )
        ]
    return [
        well(f"令牌：有效，机器人是 @{view.username}。"),
        _privacy(view, settings),
        *_polling(view),
        *_chats(view.chats),
        _clock(view),
    ]


def _privacy(view: View, settings: Settings) -> Finding:
    names = "、".join(settings.telegram.call_names)
    if view.reads_all:
        return well("隐私模式：已关闭，群里的话都收得到（只答点名的）。")
    return note(
        f"隐私模式：开着。命令、@机器人、回复机器人都收得到；只喊称呼（{names}）收不到。",
        "要让称呼管用：在 @BotFather 用 /setprivacy 选 Disable，再把机器人移出群重新加入；"
        "或把机器人设为群管理员。",
    )


def _polling(view: View) -> Iterator[Finding]:
    if view.webhook:
        yield bad(
            "收消息：设着 webhook，长轮询收不到消息。",
            "dangbot run 启动时会取消它；若另有程序在用 webhook，请换一个令牌。",
        )
    elif view.other_poller:
        yield note(
            "收消息：有一个程序正用这个令牌收消息。",
            "若那就是正在运行的 dangbot run，不用管；否则停掉多余的那个。",
        )
    else:
        yield well("收消息：没有别的程序占着这个令牌，也没有 webhook。")


def _chats(chats: list[ChatView]) -> Iterator[Finding]:
    if not chats:
        yield note(
            "开通的群：一个也没有，现在只答私聊。",
            "把机器人加进群，管理员会收到“批准”按钮；或写进 telegram.approved_chats。",
        )
    for chat in chats:
        name = f"群 {chat.title or '（不知群名）'}（{chat.chat_id}）"
        if chat.problem:
            yield bad(f"{name}：{chat.problem}。", "重新加入或解除限制；不再用的群请收回开通。")
        else:
            yield well(f"{name}：可以发言{'，是管理员' if chat.admin else ''}。")


def _clock(view: View) -> Finding:
    skew = view.skew_seconds
    if skew is None:
        return note("时钟：服务器没有报时，没法比对。")
    if abs(skew) > SKEW_SECONDS_MAX:
        way = "快" if skew > 0 else "慢"
        return bad(
            f"时钟：比服务器{way} {abs(skew):.0f} 秒。", "打开系统的自动对时（NTP），再重启程序。"
        )
    return well("时钟：和服务器一致。")


def _admins(settings: Settings) -> Finding:
    count = len(settings.telegram.admins)
    if count:
        return well(f"管理员：{count} 位。每位都要先私聊机器人发过 /start，才收得到通知。")
    return note(
        "管理员：没有设置，新群没有人能按按钮开通。",
        "私聊机器人发 /id 看自己的编号，写进 telegram.admins。",
    )


def _knowledge(settings: Settings) -> list[Finding]:
    folder = settings.knowledge or shipped_folder()
    loaded = load(folder, when_ok)
    if loaded.library is None:
        shown = "\n".join(f"    {problem}" for problem in loaded.errors()[:_PROBLEMS_SHOWN_MAX])
        count = len(loaded.errors())
        return [
            bad(
                f"资料：{folder} 有 {count} 处错误，启动不了。\n{shown}",
                "运行 dangbot check 看全部。",
            )
        ]
    entries = sum(1 for _ in loaded.library.entries())
    warnings = len(loaded.problems)
    done = well(f"资料：{len(loaded.library.topics)} 个主题，{entries} 节。")
    if not warnings:
        return [done]
    return [done, note(f"资料：另有 {warnings} 处提醒。", "运行 dangbot check 看。")]


async def _database(settings: Settings) -> tuple[list[Finding], list[str]]:
    """What is known of the database, and the chats approved in it."""
    try:
        database = Database(settings.database.url)
        await database.open()
    except ConfigError as error:
        return [bad(f"数据库：{error.message}", error.hint)], []
    try:
        version, _ = await database.version()
        async with database.begin():
            pass
        store = ChatStore(database)
        await store.load()
    except StorageError as error:
        return [bad(f"数据库：{error}", "核对 database.url、磁盘空间和权限。")], []
    finally:
        await database.close()
    approved = [
        record.chat_id
        for record in store.all()
        if record.approval is Approval.APPROVED and record.moved_to is None
    ]
    kind = f"SQLite 文件 {database.file}" if database.is_sqlite else "PostgreSQL"
    return [well(f"数据库：{kind}，版本 {version}，可写。")], approved
