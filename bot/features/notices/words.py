"""What secretaries read while they write a notice: every step, every button, every slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.features.notices.model import NAME, Notice, Plan
from bot.features.notices.report_words import measure, plan_lines
from bot.features.notices.rules import RECALL_HOURS
from bot.features.notices.when import stamp, zone_name
from bot.messages import Button, Reply

Rows = tuple[tuple[Button, ...], ...]

NOT_YOURS = Reply(
    "发通知的是各组织的书记和管理员，您现在还不是。要开通，请管理员用 /grant 授予您书记角色。"
)
NOT_THIS = Reply(
    "您没有权限动这份通知。没发的只有写的人能动，发了的由写的人、管着这些群的书记和管理员照看。"
)
NO_CHATS = Reply(
    "还没有可以发的群。请管理员先在群里开通并绑定：把我加进群，发 /id 批准，再发 /bind 选组织。"
)
GONE = Reply("这份通知已经不在了。发 /notice 重新写，发 /notices 看发过的。")
DROPPED = Reply("已放弃，什么也没有发。要重写，发 /notice。")
EDITED = Reply("改过的消息我收不到新内容。请把改好的重新发一遍。")
PREVIEW_TOAST = Reply("", toast="这是预览，群里按了才算。")
ONLY_HERE = "（一条消息只带一张图或一个文件，多出来的没有收。）"


def button(label: str, verb: str, notice: Notice | int, *more: object) -> Button:
    """One of our buttons: ``notices:<verb>:<number>[:<more>…]``."""
    number = notice if isinstance(notice, int) else notice.id
    return Button(label, ":".join([NAME, verb, str(number), *map(str, more)]))


def leave(notice: Notice, *, first: bool = False) -> tuple[Button, ...]:
    """The way back and the way out, under every step."""
    out = button("取消", "x", notice)
    return (out,) if first else (button("返回", "b", notice), out)


def which_category(notice: Notice, categories: Sequence[str]) -> Reply:
    """The first step."""
    made = [button(name, "g", notice, number) for number, name in enumerate(categories)]
    rows = [tuple(made[start : start + 2]) for start in range(0, len(made), 2)]
    if notice.step.startswith("+"):
        return Reply(f"“{notice.title}”是哪一类？", (*rows, leave(notice)))
    text = (
        "写一份通知，先选类别。\n\n"
        f"赶时间可以一句话写完，如：\n/notice {categories[0]} 回执 明天下午三点在二楼会议室开会\n"
        "类别后面还能写“发给:某某支部”“时间:明天上午九点”“回执:后天18:00”“静音”，最后写正文。"
    )
    return Reply(text, (*rows, leave(notice, first=True)))


def ask_text(notice: Notice) -> Reply:
    """The second step."""
    text = (
        f"“{notice.category}”的正文，请发给我。粗体、链接等格式会保留；"
        "要配图或文件，就连同文字一起发一张图或一个文件。"
    )
    if notice.written:
        text += f"\n\n现在的正文以“{notice.title}”开头，发新的就整段换掉。"
    return Reply(text, (leave(notice),))


def ask_when(notice: Notice, now: datetime, question: str, choices: Sequence[datetime]) -> Reply:
    """When to send; with ``choices`` when the words meant two things."""
    rows: list[tuple[Button, ...]] = [
        (button(stamp(choice), "w", notice, int(choice.timestamp())),) for choice in choices
    ]
    if not choices:
        tomorrow = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        rows = [
            (button("现在就发", "w", notice, 0),),
            (button(stamp(tomorrow), "w", notice, int(tomorrow.timestamp())),),
        ]
    text = question or (
        f"什么时候发？按按钮，或把时间写给我，如“明天下午三点”“7月3日 9:00”“半小时后”。"
        f"时间按{zone_name(now)}算，现在是 {stamp(now)}。"
    )
    return Reply(text, (*rows, leave(notice)))


def ask_receipt(notice: Notice) -> Reply:
    """Whether receipts are wanted."""
    text = "要不要回执？要的话，通知下面有“收到”“请假”“有疑问”三个按钮，按了多少人看得到。"
    rows = (
        (button("不要回执", "r", notice, 0), button("要回执", "r", notice, 1)),
        (button("要，定截止时间", "r", notice, 2),),
        leave(notice),
    )
    return Reply(text, rows)


def ask_deadline(
    notice: Notice, now: datetime, question: str, choices: Sequence[datetime]
) -> Reply:
    """Until when."""
    rows = [(button(stamp(choice), "e", notice, int(choice.timestamp())),) for choice in choices]
    text = question or (
        f"回执截止到什么时候？请写给我，如“明天下午六点”。过了截止还能按，会标“迟到”。"
        f"现在是 {stamp(now)}（{zone_name(now)}）。"
    )
    return Reply(text, (*rows, leave(notice)))


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands under a preview."""

    notice: Notice
    plan: Plan
    now: datetime
    chars: int
    messages: int
    lines: tuple[str, ...] = field(default=())
    """Said first."""
    second_person: bool = False


def summary(given: Summary) -> Reply:
    """The last step: confirm, change or drop."""
    notice = given.notice
    lines = [*given.lines, "上面就是群里将看到的样子。"]
    lines += plan_lines(notice, given.plan, given.now)
    until = f"，{stamp(notice.deadline)}截止" if notice.deadline is not None else ""
    lines.append(f"回执：{f'要{until}' if notice.receipt else '不要'}")
    lines.append(f"提醒：{'不响铃' if notice.silent else '响铃'}")
    lines.append(f"长度：{measure(given.chars, given.messages)}")
    ring = button("改成响铃" if notice.silent else "改成不响铃", "s", notice)
    rows: list[tuple[Button, ...]] = []
    if given.plan.go:
        go = "送去审" if given.second_person else "确认发送"
        rows.append((button(go, "go", notice, notice.revision),))
    else:
        lines.append("现在一个群也发不到，请按“修改”换发送对象。")
    rows += [(button("修改", "f", notice), ring), (button("放弃", "x", notice),)]
    return Reply("\n".join(lines), tuple(rows))


def follows_preview(reply: Reply) -> bool:
    """Whether a screen stands below a preview, and so must be a message of its own."""
    verbs = {button.data.split(":")[1] for row in reply.buttons for button in row}
    return bool(verbs & {"s", "ok"})


BELOW = Reply("预览在下面，看好了再确认。")


def change_menu(notice: Notice) -> Reply:
    """What to change."""
    rows = (
        (button("类别", "j", notice, "category"), button("正文和图", "j", notice, "text")),
        (button("发给谁", "j", notice, "aim"), button("时间", "j", notice, "when")),
        (button("回执", "j", notice, "receipt"),),
        (button("返回", "p", notice), button("放弃", "x", notice)),
    )
    return Reply("要改哪一项？改完会再给您预览。", rows)


def open_draft(notice: Notice) -> Reply:
    """There is a draft already."""
    what = f"“{notice.title}”" if notice.written else "，还没写正文"
    text = f"您有一份没写完的{notice.category or '通知'}{what}，要接着写吗？"
    rows = (
        (button("接着写", "p", notice), button("重写一份", "new", notice)),
        (button("放弃", "x", notice),),
    )
    return Reply(text, rows)


def too_long(chars: int, chars_max: int) -> str:
    """The words do not fit."""
    return f"正文有 {chars} 个字，最多 {chars_max} 个。请删短，或分成两份发。"


# --- the second pair of eyes ----------------------------------------------------------------------


def waiting(notice: Notice, asked: int, reached: int) -> Reply:
    """What the author reads."""
    text = f"通知 {notice.id} 已送审，等另一位书记或管理员看过再发。"
    if reached < asked:
        text += f"可以审的有 {asked} 位，找到了 {reached} 位；没找到的请他私聊我发 /notices。"
    return Reply(text, ((button("撤回送审", "bk", notice),),))


NO_SECOND = (
    "设置里要求另一位书记或管理员看过再发，可是没有别人能审这份通知。"
    "请管理员用 /grant 再授予一位书记。"
)


def ask_approval(given: Summary) -> Reply:
    """What the second person reads."""
    base = summary(given)
    text = f"有一份通知请您看过再发（通知 {given.notice.id}）。{base.text}"
    rows = (
        (button("同意发送", "ok", given.notice, given.notice.revision),),
        (button("退回修改", "no", given.notice, given.notice.revision),),
    )
    return Reply(text, rows)


def approved(notice: Notice) -> Reply:
    """What the second person reads after approving."""
    return Reply(
        f"已同意，通知 {notice.id}“{notice.title}”开始发送。",
        ((button("看送达情况", "v", notice),),),
    )


def returned(notice: Notice) -> Reply:
    """What the author reads when it was sent back."""
    text = f"通知 {notice.id}“{notice.title}”被退回，还没有发。改好可以再送审。"
    return Reply(text, ((button("修改", "p", notice), button("放弃", "x", notice)),))


def sent_back(notice: Notice) -> Reply:
    """What the second person reads after sending it back."""
    return Reply(f"已退回通知 {notice.id}，写的人会收到消息。")


DECIDED = Reply("这份通知已经处理过了，或者内容又改过。发 /notices 看现在的情况。")
OWN = Reply("自己写的通知要请另一位看。")

# --- after sending --------------------------------------------------------------------------------


def ask_correction(notice: Notice) -> Reply:
    """The words of a correction."""
    text = (
        "请把改好的正文整段发给我，各群里已发的那条会跟着改，不另发。"
        "图和文件换不了；要换请撤回重发。"
    )
    return Reply(text, ((button("返回", "v", notice),),))


def confirm_correction(notice: Notice, groups: int) -> Reply:
    """Under the preview of a correction."""
    rows = (
        (button("确认改正", "e2", notice, notice.revision),),
        (button("重写", "ed", notice), button("返回", "v", notice)),
    )
    return Reply(f"上面是改正后的样子，{groups} 个群里的这条通知都会改。群里不会响铃。", rows)


def ask_recall(notice: Notice, groups: int, late: bool) -> Reply:
    """Whether to take it back."""
    if late:
        text = (
            f"发出已超过 {RECALL_HOURS} 小时，平台不让再删，撤不回了。"
            "可以按“改正”，把正文改成“此通知作废”。"
        )
        return Reply(text, ((button("改正", "ed", notice), button("返回", "v", notice)),))
    text = (
        f"要从 {groups} 个群里撤回通知 {notice.id}“{notice.title}”吗？"
        f"还没发的不再发，已发的会删掉。平台只让删 {RECALL_HOURS} 小时以内的消息。"
        "撤回以后不能恢复。"
    )
    rows = ((button("确认撤回", "r2", notice, notice.revision), button("返回", "v", notice)),)
    return Reply(text, rows)


def ask_nudge(notice: Notice, groups: int, known: bool) -> Reply:
    """Whether to remind the groups."""
    which = (
        f"还有人没回执的 {groups} 个群"
        if known
        else f"{groups} 个群（没有花名册，分不出哪个群差人）"
    )
    text = f"要在{which}里提醒一次吗？只说请还没回执的同志按一下，不点名。"
    rows = ((button("提醒一次", "n2", notice, notice.revision), button("返回", "v", notice)),)
    return Reply(text, rows)


def nudge(notice: Notice) -> Reply:
    """What a group reads; it names nobody."""
    until = f"，{stamp(notice.deadline)}截止" if notice.deadline is not None else ""
    return Reply(
        f"提醒：{notice.category}“{notice.title}”还在等回执{until}。"
        "还没按的同志，请在上面那条通知下按“收到”“请假”或“有疑问”。"
    )


def back_to(notice: Notice, text: str) -> Reply:
    """A word, and the way back to the notice."""
    return Reply(text, ((button("返回", "v", notice),),))
