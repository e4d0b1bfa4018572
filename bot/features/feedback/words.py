"""Every word that votes lead to."""

from __future__ import annotations

from dataclasses import replace

from bot.features.feedback.store import What
from bot.features.feedback.votes import RECENT
from bot.messages import Button, Reply

NAME = "feedback"
LABELS = {What.USEFUL: "有用", What.USELESS: "没用"}
ACTS = {"y": What.USEFUL, "n": What.USELESS}
THANKS = "谢谢，记下了。"
AGAIN = "已经记过了。"
CHANGED = {What.USEFUL: "已改成“有用”。", What.USELESS: "已改成“没用”。"}
RENEWED = Reply("", toast="这一条已经更新过。请再问一次，看新的答案。")
UNTOLD = Reply("", toast="这会儿没能转过去，请过一会儿再按一次。")
TOLD_ALREADY = Reply("", toast="已经转给管理员了。")
ASK_AGAIN = "当时的问题没有留着。请把问题再发一次，在答案下面按“没用”，再按“告诉管理员”。"
TO_TELL = "想转给管理员，请把问题再发一次。"
NEAR_HEAD = "相近的有下面几条，点一下就看。"
KEPT_WHAT = "刚才私聊里问的话，供您按“告诉管理员”时用"
KEPT_UNTIL = f"{RECENT.total_seconds() / 60:.0f} 分钟，只在内存里，不写进数据库"

_HANDED_ON = "这一问已经转给管理员，没有附您的名字。"


def votes(entry: str, nonce: str = "") -> tuple[Button, ...]:
    """The row under an answer."""
    return tuple(Button(LABELS[vote], _data(act, entry, nonce)) for act, vote in ACTS.items())


def what_next(entry: str, nonce: str, *, near: bool, tell: bool) -> tuple[tuple[Button, ...], ...]:
    """The row after 没用 in a private chat; none if nothing can be offered."""
    row = []
    if near:
        row.append(Button("看相近的", _data("s", entry, nonce)))
    if tell:
        row.append(Button("告诉管理员", _data("t", entry, nonce)))
    return (tuple(row),) if row else ()


def back(entry: str, nonce: str) -> tuple[Button, ...]:
    """From the near ones to what else there is."""
    return (Button("返回", _data("b", entry, nonce)),)


def handed_on(reply: Reply) -> Reply:
    """The answer, with a word that the admins have the question."""
    return replace(reply, text=f"{reply.text}\n\n{_HANDED_ON}", toast="已转给管理员。")


def voted(before: What | None, vote: What) -> str:
    """What the one who pressed reads for a moment."""
    if before is None:
        return THANKS
    return AGAIN if before is vote else CHANGED[vote]


def _data(act: str, entry: str, nonce: str) -> str:
    return ":".join(filter(None, (NAME, act, entry, nonce)))
