"""What people read about what is kept of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.messages import Attachment, Button, Reply
from bot.storage.tables import told_of_people
from bot.turn import Kept

NAME = "privacy"
_ROWS_SHOWN_MAX = 8
_ROW_CHARS_MAX = 120
_KEY = re.compile(r"\{([a-z_.]+)\}")
_EXPORT = Button("导出我的", f"{NAME}:e")
_FORGET = Button("删除我的", f"{NAME}:f")
CANCELLED = Reply("已取消，什么都没有删。")
STALE = "刚才的确认已经过期，下面是现在的情况。\n\n"
IN_GROUP = Reply(
    "默认不记谁问了什么，日志里没有聊天内容和姓名。"
    "记什么、记多久、怎么看和怎么删，请私聊我发 /privacy。"
)


@dataclass(frozen=True, slots=True)
class Custody:
    """Where things are, and what the settings say."""

    terms: Mapping[str, str]
    """The settings that the tables name, as ``notices.receipt_days``: ``180``."""
    sqlite: bool = True
    at: time | None = None
    """When a backup is made each day."""
    backup_days: int = 0
    """How long the desk's own backups live; 0: it makes none."""


_QUESTIONS = (
    "默认不记谁问了什么。您的上一句话只在内存里留 20 分钟，用来听懂“那几点呢”；"
    "私聊里问的留 1 小时，供您按“告诉管理员”；重启就没了。\n"
    "没答上的问题去掉姓名和号码，不带是谁问的，留给管理员补资料；"
    "每条资料被问了几次、有用没用，只记次数。"
)


def filled(text: str, terms: Mapping[str, str]) -> str:
    """A table's words with the values of the settings."""
    return _KEY.sub(lambda found: terms[found.group(1)], text)


def kept_lines(terms: Mapping[str, str]) -> list[str]:
    """What the tables hold of people and for how long, a line each."""
    tables = told_of_people().values()
    return [f"· {info['people']}：{filled(info['until'], terms)}。" for info in tables]


def privacy(custody: Custody) -> Reply:
    """/privacy: what is kept, for how long, where."""
    where = "本组织运行答疑台的机器上，一个数据库文件里"
    if not custody.sqlite:
        where = "本组织的 PostgreSQL 数据库里"
    backup = "答疑台自己不做备份；运营者另做的，请问管理员。"
    if custody.backup_days:
        clock = f"每天 {custody.at:%H:%M} " if custody.at else ""
        backup = (
            f"{clock}备份到同一台机器，每份最多留 {custody.backup_days} 天；"
            "您要求删除，这些备份也会清理。运营者另外拷走的备份，恢复时会再删一次。"
        )
    text = "\n".join(
        [
            _QUESTIONS,
            "",
            "和人有关、会记下来的只有这些（多数人一项也没有）：",
            *kept_lines(custody.terms),
            "",
            f"记在哪：{where}，不传给别处。",
            f"备份：{backup}",
            "日志：只有编号、时间和出了什么错，没有聊天内容，没有姓名。",
            "聊天本身由聊天软件传送和保存，那一份不归答疑台管，可以在您自己的手机上删。",
            "",
            "看记了您什么：/export_me。全部删掉：/forget_me。都要私聊。",
        ]
    )
    return Reply(text, ((_EXPORT, _FORGET),))


def exported(
    kept: Sequence[Kept], channel: str, member_id: str, now: datetime, *, named: bool
) -> Reply:
    """/export_me: a readable text, and all of it as a file for programs."""
    content = {
        "编号": member_id,
        "平台": channel,
        "导出时间": now.isoformat(timespec="seconds"),
        "写在设置里的管理员": named,
        "记下的": [
            {"是什么": one.what, "保留多久": one.until, "内容": list(one.rows)} for one in kept
        ],
    }
    data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    file = Attachment("document", f"我的数据-{now:%Y-%m-%d}.json", data)
    lines = [
        f"记了您（编号 {member_id}）这些：" if kept else f"没有记您（编号 {member_id}）任何东西。"
    ]
    for one in kept:
        lines += ["", f"{one.what}（{one.until}）："]
        lines += [f"· {_cut(row)}" for row in one.rows[:_ROWS_SHOWN_MAX]]
        more = len(one.rows) - _ROWS_SHOWN_MAX
        if more > 0:
            lines.append(f"……还有 {more} 条，都在文件里。")
    if named:
        lines += ["", "您的编号写在设置 telegram.admins 里，由运营者保管。"]
    lines += ["", "文件里是完整的一份。要删掉，发 /forget_me。"]
    return Reply("\n".join(lines), ((_FORGET,),), attachments=(file,))


def too_soon(seconds: int) -> Reply:
    """/export_me again and again."""
    return Reply(f"刚导出过一份，就在上面。要新的，请 {seconds} 秒以后再发。")


def ask(kept: Sequence[Kept], token: str, *, named: bool) -> Reply:
    """/forget_me: what goes, what stays, and is that meant?"""
    lines = ["会删除："]
    lines += [f"· {one.what}：{len(one.rows)} 条" for one in kept]
    lines += ["· 内存里您的上一句话", "· 答疑台自己的备份里的这些（几分钟内清完）", "", "会怎样："]
    if any(one.what == "您的角色" for one in kept):
        lines.append("· 您不再是书记或帮办人员；要恢复，得请管理员重新授予。")
    if any(one.what == "花名册上的您" for one in kept):
        lines.append(
            "· 花名册上您的这一行会删掉；组织重新导入名册，名字会再有，但不再连着您的账号。"
        )
    lines += [
        "· 没发出的通知会删掉；发出的通知还在，只是不再记是谁写的。",
        "· 操作记录里您的编号换成“-”，做了什么还在。",
        "",
        "删不掉的：",
        "· 聊天软件里的消息，请在您的手机上删。",
        "· 运营者另外拷走的备份；用它恢复时会再删一次，为此只记一个校验值，不记编号。",
    ]
    if named:
        lines.append("· 您的编号写在设置 telegram.admins 里，请运营者改设置；您现在仍是管理员。")
    lines += ["", "删了不能恢复。要先留一份，发 /export_me。"]
    rows = ((Button("确认删除", f"{NAME}:y:{token}"), Button("取消", f"{NAME}:x")),)
    return Reply("\n".join(lines), rows)


def done(kept: Sequence[Kept], failed: Sequence[str], *, named: bool) -> Reply:
    """What was done, and what was not."""
    if failed:
        return Reply(
            f"没有删完：{'、'.join(failed)}这几处没删成，别的已经删了。"
            "请过几分钟再发 /forget_me；还不行，请告诉管理员。",
            ((_FORGET,),),
        )
    what = "、".join(f"{one.what} {len(one.rows)} 条" for one in kept)
    lines = [f"已删除：{what}。" if kept else "没有记您任何东西，内存里的上一句话也清掉了。"]
    lines.append("数据库文件和答疑台自己的备份里剩下的痕迹，几分钟内清完，不用您再做什么。")
    if named:
        lines.append("您的编号还写在设置 telegram.admins 里，请运营者改设置。")
    lines.append("以后照常提问就行。")
    return Reply("\n".join(lines))


def _cut(row: str) -> str:
    row = " ".join(row.split())
    return row if len(row) <= _ROW_CHARS_MAX else f"{row[: _ROW_CHARS_MAX - 1]}…"
