"""Every word of the inbox, to admins and to those who wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.features.inbox.model import Kind, Question
from bot.features.inbox.rules import AGAIN, Group, is_certain, is_settled
from bot.features.teaching import Deed
from bot.messages import Button, Reply

NAME = "inbox"
PAGE = 8
_WORDINGS_MAX = 8
_QUOTE_CHARS_MAX = 60
_SAID_CHARS_MAX = 200
_ROW = 4

ADMINS_ONLY = Reply("收件箱只给管理员用。")
BACK = Button("返回", f"{NAME}:l:0")
GONE = Reply(
    "这一组已经不在了：另一位管理员刚处理过，或者留满了天数。按“返回”看还有哪些。", ((BACK,),)
)
_KINDS = {Kind.MISSED: "", Kind.COMPLAINED: "（有人说没用）", Kind.DOUBTED: "（没把握）"}
_DEEDS = {
    Deed.PHRASING: "添加为问法",
    Deed.SECTION: "新条目",
    Deed.NOT_COVERED: "资料未载",
    Deed.AMBIGUOUS: "有歧义",
}


def day_words(day: date) -> str:
    """7月1日."""
    return f"{day.month}月{day.day}日"


def quoted(text: str) -> str:
    """A question in quotation marks, cut to one line."""
    cut = text if len(text) <= _QUOTE_CHARS_MAX else f"{text[: _QUOTE_CHARS_MAX - 1]}…"
    return f"“{cut}”"


def listed(groups: Sequence[Group], page: int, ignored: int, keep_days: int) -> Reply:
    """A page of the inbox; ``ignored`` is how many groups were put aside."""
    aside = (Button(f"看忽略的（{ignored}）", f"{NAME}:i:0"),) if ignored else ()
    if not groups:
        text = f"收件箱是空的：最近 {keep_days} 天没有没答上的问题。"
        return Reply(text, (aside,) if aside else ())
    missed = [group for group in groups if group.kind is Kind.MISSED]
    doubtful = len(groups) - len(missed)
    head = [f"没答上的 {len(missed)} 组"] if missed else []
    head += [f"没把握或有人说没用的 {doubtful} 组"] if doubtful else []
    text = (
        f"收件箱：{'，'.join(head)}，一共问了 {sum(group.asked for group in groups)} 次。\n"
        f"问得多的在前；不记是谁问的，最多留 {keep_days} 天。"
    )
    return _page(text, groups, page, "l", (aside,) if aside else ())


def ignored_list(groups: Sequence[Group], page: int) -> Reply:
    """A page of what was put aside."""
    if not groups:
        return Reply("没有忽略的问题。", ((BACK,),))
    return _page(f"忽略的 {len(groups)} 组，打开可以撤回：", groups, page, "i", ((BACK,),))


def _page(
    head: str, groups: Sequence[Group], page: int, act: str, last: tuple[tuple[Button, ...], ...]
) -> Reply:
    pages = (len(groups) + PAGE - 1) // PAGE
    page = min(max(page, 0), pages - 1)
    shown = groups[page * PAGE : (page + 1) * PAGE]
    lines, numbers = [], []
    for number, group in enumerate(shown, page * PAGE + 1):
        waiting = f"，{group.waiting} 位在等答案" if group.waiting else ""
        lines.append(
            f"{number}. {quoted(group.text)}{_KINDS[group.kind]}\n"
            f"问 {group.asked} 次，最近 {day_words(group.last)}{waiting}"
        )
        numbers.append(Button(f"看 {number}", f"{NAME}:g:{group.id}"))
    turns = []
    if page:
        turns.append(Button("上一页", f"{NAME}:{act}:{page - 1}"))
    if page < pages - 1:
        turns.append(Button("下一页", f"{NAME}:{act}:{page + 1}"))
    rows = [tuple(numbers[start : start + _ROW]) for start in range(0, len(numbers), _ROW)]
    tail = f"\n\n第 {page + 1} 页，共 {pages} 页。" if pages > 1 else ""
    return Reply(
        f"{head}\n\n" + "\n".join(lines) + tail,
        (*rows, *((tuple(turns),) if turns else ()), *last),
    )


def opened(group: Group, said: Reply, titles: Sequence[str], *, can_teach: bool) -> Reply:
    """One group: how it was asked, what the desk says now, what can be done.

    Args:
        group: whose.
        said: the desk's present reply to its most asked wording.
        titles: the nearest entries, best first.
        can_teach: somebody is there who changes the knowledge.
    """
    span = day_words(group.first)
    if group.last != group.first:
        span = f"{span} 到 {day_words(group.last)}"
    lines = [f"{quoted(group.text)}{_KINDS[group.kind]}", f"问了 {group.asked} 次，{span}。"]
    if group.waiting:
        lines.append(f"{group.waiting} 位在等答案，有了会私下告诉他们。")
    lines += _wordings(group.questions)
    lines += ["", *_said_now(group.questions[0], said)]
    if titles:
        lines += ["", "最相近的条目：", *(f"· {title}" for title in titles)]
    return Reply("\n".join(lines), _acts(group, said, can_teach=can_teach))


def _wordings(questions: Sequence[Question]) -> list[str]:
    rest = questions[1:]
    if not rest:
        return []
    lines = [f"· {one.text}（{one.asked} 次）" for one in rest[:_WORDINGS_MAX]]
    if len(rest) > _WORDINGS_MAX:
        lines.append(f"· ……还有 {len(rest) - _WORDINGS_MAX} 种")
    return ["", "也这样问：", *lines]


def _said_now(question: Question, said: Reply) -> list[str]:
    about = said.about
    cut = said.text.replace("\n\n", "\n")
    cut = cut if len(cut) <= _SAID_CHARS_MAX else f"{cut[:_SAID_CHARS_MAX]}……"
    if about is None or about.asked in {"unknown", "slip"}:
        return ["现在问，还是答不上。"]
    if is_certain(about) and is_settled(question, about):
        return [f"现在问，已经答得上，可以按“已解决”：\n{cut}"]
    if is_certain(about):
        return [f"现在问，答的仍是有人说没用的那一条：\n{cut}"]
    if about.asked == "answered":
        return [f"现在问，答得没把握：\n{cut}"]
    return [f"现在问，这样回：\n{cut}"]


def _acts(group: Group, said: Reply, *, can_teach: bool) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if can_teach:
        deeds = [Button(word, f"{NAME}:d:{deed}:{group.id}") for deed, word in _DEEDS.items()]
        rows += [tuple(deeds[:2]), tuple(deeds[2:])]
    if said.about is not None and said.about.asked not in {"unknown", "slip"}:
        rows.append((Button("已解决", f"{NAME}:s:{group.id}"),))
    aside = Button("忽略", f"{NAME}:x:{group.id}")
    if group.ignored:
        aside = Button("撤回忽略", f"{NAME}:u:{group.id}")
    return (*rows, (aside, BACK))


def ignored(group: Group) -> Reply:
    """After putting a group aside."""
    waiting = f"在等答案的 {group.waiting} 位照样会等。" if group.waiting else ""
    return Reply(
        f"已忽略：{quoted(group.text)}。{waiting}\n"
        f"相近的问法也不再出现，除非从明天起又问满 {AGAIN} 次。想改主意，随时可以撤回。",
        ((Button("撤回忽略", f"{NAME}:u:{group.id}"), BACK),),
    )


def already_ignored(group: Group) -> Reply:
    """A second press, or a second admin."""
    return Reply(
        f"这一组已经忽略了：{quoted(group.text)}。",
        ((Button("撤回忽略", f"{NAME}:u:{group.id}"), BACK),),
    )


def not_ignored_any_more(group: Group) -> Reply:
    """After taking it back, whoever did."""
    return Reply(
        f"已撤回，又在收件箱里了：{quoted(group.text)}。",
        ((Button("打开", f"{NAME}:g:{group.id}"), BACK),),
    )


def solved(text: str, line: str) -> Reply:
    """After a group was closed by hand."""
    return Reply(f"已从收件箱拿掉：{quoted(text)}。{line}", ((BACK,),))


def closed(told: int, left: int) -> str:
    """What to add for the admin once a group is closed."""
    said = [f"已告诉 {told} 位等答案的人。"] if told else []
    said += [f"相近的问法还有 {left} 种没答上，仍在收件箱里。"] if left else []
    return "".join(said)


STILL_OPEN = "现在问，又答不上了，所以还留在收件箱里。"
TAUGHT_GONE = "收件箱里这一组先前已经处理过了。"


def being_handled(group: Group, deed: Deed, minutes: int) -> Reply:
    """Another admin began a moment ago."""
    ago = f" {minutes} 分钟前" if minutes else "刚才"
    return Reply(
        f"另一位管理员{ago}已经着手处理：{quoted(group.text)}。\n"
        "等他改完，这一组会自己消失。他要是没在改，您可以接着办。",
        ((Button("接着办", f"{NAME}:f:{deed}:{group.id}"), BACK),),
    )


# --- to those who wait ---------------------------------------------------------------------------


def offer(question_id: str) -> tuple[Button, ...]:
    """The row under an unknown answer."""
    return (Button("有答案时告诉我", f"{NAME}:w:{question_id}"),)


def waiting(question_id: str, text: str, keep_days: int) -> Reply:
    """In private, once somebody wants to be told."""
    return Reply(
        f"记下了：{quoted(text)}。\n有答案时在这里告诉您，最多等 {keep_days} 天；"
        "只在等的时候记着是您，告诉了就删。",
        ((Button("取消等待", f"{NAME}:c:{question_id}"),),),
    )


def cancelled(question_id: str, text: str) -> Reply:
    """After waiting no longer."""
    return Reply(f"已取消，不再等{quoted(text)}的答案，也不再记着您。", (offer(question_id),))


def waited(text: str, since: date) -> str:
    """A line of what is kept of a member."""
    return f"{quoted(text) if text else '已经删掉的问题'}，{day_words(since)}起"


def answered(text: str, said: Reply) -> Reply:
    """What who waited is told."""
    now = "现在有答案了" if is_certain(said.about) else "管理员看过了，现在这样回答"
    return Reply(f"您问过{quoted(text)}，{now}：\n\n{said.text}", said.buttons)


def toast(text: str) -> Reply:
    """Seen by who pressed alone; the message stays."""
    return Reply("", toast=text)


LATE = toast("这个问题已经处理过，或者留满了天数。请再问一次。")
TOLD_IN_PRIVATE = toast("记下了，有答案时私聊告诉您。")
WRITE_FIRST = toast("请先私聊我一次（点我的头像，发任意一句），再回来按，我才能私下告诉您。")
NAMELESS = toast("匿名发言收不到私信。请换成本人的身份再按。")
HAVE = toast("已经记着了，有答案时私聊告诉您。")
ANSWERED_BY_NOW = toast("现在有答案了，请再问一次。")


def too_many(waits_max: int) -> Reply:
    """Nobody waits for everything."""
    return toast(f"您已经在等 {waits_max} 个问题，先取消几个再来。")
