"""Every word that admins read while they change the knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from bot.features.editing.drawing import Drawn
from bot.features.editing.model import NAME, Act, Considered, Draft
from bot.features.editing.shelf import Shelf, clipped, token
from bot.features.editing.workshop import Tried, Written
from bot.knowledge.edit import REDONE, UNDONE, Change
from bot.knowledge.library import OVERVIEW, Entry
from bot.knowledge.locks import Lock
from bot.knowledge.problems import Problem
from bot.messages import Button, Reply

Rows = tuple[tuple[Button, ...], ...]
PROBLEMS_MAX = 5
_ANSWER_CHARS = 360
_PROBLEM_CHARS = 260

NOT_YOURS = Reply("只有管理员能改资料。发现答得不对，请告诉本支部书记或管理员。")
GONE = Reply("这份改动已经结束，或放了一天以上。发 /edit 重新开始。")
ENDED = Reply("", toast="这份改动已经结束，或放了一天以上。发 /edit 重新开始。")
"""After a press: what stands under the button may be the outcome, and stays."""
CANCELLED = Reply("已取消，资料没有变。")
BUSY = Reply("", toast="这一步刚才已经按过了。")
BUSY_SAID = Reply("这份改动刚往前走了一步，请按最新的那条消息。")
EDITED = "改发过的话不算数。要改，请按“返回”或“改一改”再发一条。"
NOT_USED = "这句话现在没有哪一节在答，新的回答先没有用上，您发的还在上面那条里。请先选一种改法。"
NOT_TAUGHT = "收件箱没能更新，请再按一次“已解决”。"
USAGE = Reply(
    "哪句话答得不对，就把它写在 /edit 后面发来，如：\n"
    "/edit 红色代办在哪办\n\n"
    "我先告诉您现在怎么答、出自哪个文件，再按按钮改。"
    "新的回答可以另起一行接着写，一次发完：\n"
    "/edit 红色代办在哪办\n"
    "县行政审批服务大厅、开发区党群服务中心两处，……\n\n"
    "改之前都给您看一遍，确认了才写；改错了发 /undo 撤回。",
    (
        (Button("找一节来改", f"{NAME}:f"), Button("看改动记录", f"{NAME}:h:0")),
        (Button("看锁定的", f"{NAME}:l"),),
    ),
)


def data(verb: str, draft: Draft, arg: str = "") -> str:
    """The data of a button; it is good for one revision of the draft."""
    tail = f":{arg}" if arg else ""
    return f"{NAME}:{verb}:{draft.revision}{tail}"


def foot(draft: Draft, *, back: bool = True) -> tuple[Button, ...]:
    """The last row of every step."""
    cancel = Button("取消", data("x", draft))
    return (Button("返回", data("b", draft)), cancel) if back else (cancel,)


def stale(now: Reply) -> Reply:
    """An old button was pressed; what stands now."""
    return Reply(f"那个按钮是旧的，没有生效。现在到这一步：\n\n{now.text}", now.buttons)


# --- the card ------------------------------------------------------------------------------------

_STATUS = {"choices": "让人选：", "unknown": "答不上来：", "answer": "现在这样答："}


def card(draft: Draft, shelf: Shelf, now: Considered | None, lock: Lock | None) -> Reply:
    """What the desk answers now, where it comes from, and what can be done."""
    body = draft.body
    entry = shelf.by_ref.get(body.ref)
    lines: list[str] = []
    if now is not None:
        head = _STATUS.get(now.status, "现在这样答：")
        lines.append(f"问“{clipped(body.question, 120)}”，{head}\n\n{_short(now.text)}")
    elif entry is not None:
        lines.append(f"“{shelf.named(entry.ref)}”现在的回答：\n\n{entry.answer}")
    if entry is not None:
        lines.append(f"写在 {shelf.where(entry.ref)}，“{shelf.named(entry.ref)}”一节。")
    if lock is not None and entry is not None:
        lines.append(f"主题“{entry.topic.title}”已锁定{_why(lock)}，解锁以后才能改。")
    lines.append("怎么改？")
    return Reply("\n\n".join(lines), _card_rows(draft, shelf, entry, lock))


def _card_rows(draft: Draft, shelf: Shelf, entry: Entry | None, lock: Lock | None) -> Rows:
    acts: list[Button] = []
    if entry is not None:
        acts.append(Button("改答案", data("g", draft, Act.ANSWER)))
    acts.append(Button("改成答别的" if entry else "添加为问法", data("g", draft, Act.PHRASING)))
    acts += [
        Button("资料未载", data("g", draft, Act.NOT_COVERED)),
        Button("有歧义", data("g", draft, Act.AMBIGUOUS)),
        Button("新条目", data("g", draft, Act.SECTION)),
    ]
    own = entry is not None and any(e.ref == entry.ref for e in shelf.holding(draft.body.question))
    if own:
        acts.append(Button("删掉这句问法", data("g", draft, Act.UNASK)))
    acts.append(Button("更多改法", data("m", draft)))
    if entry is not None:
        acts.append(_lock_button(entry.topic.id, locked=lock is not None))
    return (*pairs(acts), foot(draft, back=False))


def more(draft: Draft, entry: Entry | None) -> Reply:
    """What is done seldom."""
    acts = [Button("找别的节", data("g", draft, Act.FIND))]
    if entry is not None:
        acts += [
            Button("改标题", data("g", draft, Act.TITLE)),
            Button("定到期日", data("g", draft, Act.UNTIL)),
            Button("删一句问法", data("g", draft, Act.UNASK)),
        ]
        if entry.id != OVERVIEW:
            acts.append(Button("删整节", data("g", draft, Act.REMOVE)))
    return Reply("还可以这样改：", (*pairs(acts), foot(draft)))


def pairs(buttons: Sequence[Button]) -> Rows:
    """Two buttons a row."""
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


# --- preview and outcome -------------------------------------------------------------------------


def preview(draft: Draft, drawn: Drawn, tried: Tried, shelf: Shelf) -> Reply:
    """The change in plain words, what it leads to, and whether to do it."""
    change = (Button("改一改", data("e", draft)), Button("取消", data("x", draft)))
    shown = "\n".join(clipped(line, _ANSWER_CHARS) for line in drawn.lines)
    head = f"要这样改：{drawn.where}\n\n{shown}"
    if tried.problems:
        told = problems(tried.problems)
        why = f"这样改不行，改了资料就用不了：\n{told}"
        parts = [head, *(f"注意：{note}" for note in drawn.notes), why, "按“改一改”换个写法。"]
        return Reply("\n\n".join(parts), (change,))
    checked = "全部资料已经试着查过，没有错误"
    checked += f"；{tried.tests} 句试问都对。" if tried.tests else "。"
    lines = [*(f"注意：{note}" for note in drawn.notes), _then(draft, drawn, tried, shelf), checked]
    text = "\n\n".join([head, *filter(None, lines)])
    return Reply(text, ((Button("确认", data("y", draft)), *change),))


def _then(draft: Draft, drawn: Drawn, tried: Tried, shelf: Shelf) -> str:
    question, answer = draft.body.question, tried.answer
    if answer is None:
        return ""
    said = f"改好以后问“{clipped(question, 120)}”，"
    if drawn.ref and answer.ref != drawn.ref:
        what = f"“{shelf.named(answer.ref)}”" if answer.ref else _first(answer.text)
        return f"注意：{said}还是答不到这里，而是：{what}。可以按“改一改”换个说法。"
    return f"{said}答：{_first(answer.text)}"


def _first(text: str, most: int = 100) -> str:
    """The answer itself; what only leads in is followed by the next paragraph."""
    first, *rest = text.strip().split("\n\n")
    if first.endswith("：") and rest:
        first += rest[0]
    return clipped(" ".join(first.split()), most)


def changes_menu(draft: Draft, names: Sequence[tuple[str, str]]) -> Reply:
    """Which part of the change is to be said anew; (step, label) each."""
    buttons = [Button(label, data("e", draft, step)) for step, label in names]
    return Reply("改哪一样？", (*pairs(buttons), foot(draft)))


def done(written: Written, question: str, now: Considered | None, told: str) -> Reply:
    """The change is in use; what the desk answers now."""
    which = "、".join(str(number) for number in written.numbers)
    what = "；".join(change.what for change in written.changes)
    head = "已改好"
    for name in (UNDONE, REDONE):
        if what.startswith(name):
            head, what = f"已{name[:-1]}", what.replace(name, "")
    parts = [f"{head}，正在用新的（第 {which} 次改动）：{what}。"]
    if now is not None:
        parts.append(f"现在问“{clipped(question, 120)}”，答：\n\n{_short(now.text)}")
    parts += filter(None, (told, written.note))
    return Reply("\n\n".join(parts), (_undo_row(written),))


def _undo_row(written: Written) -> tuple[Button, ...]:
    arg = "-".join(str(number) for number in written.numbers)
    return (
        Button(_reverse(written.changes[0]), f"{NAME}:u:{arg}"),
        Button("看改动记录", f"{NAME}:h:0"),
    )


def failed(draft: Draft | None, written: Written) -> Reply:
    """Nothing was changed, and why."""
    told = problems(written.problems)
    head = "写进去以后没有通过，已经自动撤回" if written.taken_back else "没有改，改了资料就用不了"
    rows: Rows = ()
    if draft is not None:
        rows = ((Button("改一改", data("e", draft)), Button("取消", data("x", draft))),)
    return Reply(f"{head}，仍用原来的资料：\n{told}", rows)


def problems(found: Sequence[Problem]) -> str:
    """File, line, what and what to do, a line each."""
    told = [clipped(str(one) if one.file else one.what, _PROBLEM_CHARS) for one in found]
    left = len(told) - PROBLEMS_MAX
    return "\n".join([*told[:PROBLEMS_MAX], *([f"……还有 {left} 个。"] if left > 0 else [])])


def conflict(draft: Draft, file: str, who: str) -> Reply:
    """The file is another by now."""
    by = who or "有人直接改了文件"
    return Reply(
        f"{file} 刚才被改过（{by}）。您的这次改动没有写进去，别人的也没有动。\n\n"
        "按“看新的再改”，我照现在的内容重做一遍给您看。",
        ((Button("看新的再改", data("r", draft)), Button("取消", data("x", draft))),),
    )


def refused(draft: Draft | None, why: str, *, locked: str = "") -> Reply:
    """It cannot be done like this."""
    if draft is None:
        return Reply(why)
    rows: list[tuple[Button, ...]] = []
    if locked:
        rows.append((_lock_button(locked, locked=True),))
    again = (Button("改一改", data("e", draft)), Button("取消", data("x", draft)))
    return Reply(why, (*rows, again))


def _short(text: str) -> str:
    """What is answered, without what is related: that is not what is being changed."""
    parts = [part for part in text.strip().split("\n\n") if not part.startswith("相关：")]
    return "\n\n".join(clipped(part, _ANSWER_CHARS) for part in parts)


# --- the log -------------------------------------------------------------------------------------

LISTED_MAX = 6


def history(rows: Sequence[tuple[Change, str, bool]], page: int, pages: int) -> Reply:
    """The last changes: each with who made it, and whether it is taken back already."""
    if not rows:
        return Reply("还没有改过资料。在聊天里和用 dangbot edit 改的，都会记在这里。")
    lines = [
        f"{change.number}. {when(change)} {who}\n{change.file}：{clipped(change.what, 90)}"
        + ("（已撤回）" if undone else "")
        for change, who, undone in rows
    ]
    buttons = [
        Button(f"{_reverse(change)} {change.number}", f"{NAME}:u:{change.number}")
        for change, _, undone in rows
        if not undone
    ]
    turns: list[Button] = []
    if page > 0:
        turns.append(Button("上一页", f"{NAME}:h:{page - 1}"))
    if page < pages - 1:
        turns.append(Button("下一页", f"{NAME}:h:{page + 1}"))
    text = "改过的资料，新的在前：\n\n" + "\n".join(lines)
    text += "\n\n按编号撤回；撤回也能再撤回。后来又改过的文件不会动。"
    return Reply(text, (*pairs(buttons), *([tuple(turns)] if turns else [])))


def _reverse(change: Change) -> str:
    """What taking a change back is called."""
    return "重做" if change.what.startswith(UNDONE) else "撤回"


def when(change: Change) -> str:
    """7月1日 16:00."""
    at = change.moment
    return f"{at.month}月{at.day}日 {at:%H:%M}"


# --- locks ---------------------------------------------------------------------------------------

LOCK_USAGE = (
    "锁定以后，聊天里和 dangbot edit 都改不了这个主题，直到管理员解锁；答问照常。\n"
    "锁：/lock 红色代办 正在核对数字\n解锁：/unlock 红色代办"
)


def _lock_button(topic: str, *, locked: bool) -> Button:
    verb, label = ("o", "解锁主题") if locked else ("k", "锁定主题")
    return Button(label, f"{NAME}:{verb}:{token(topic)}")


def _why(lock: Lock) -> str:
    return f"（{lock.why}）" if lock.why else ""


def locks(rows: Sequence[tuple[str, str, Lock, str]]) -> Reply:
    """The locked topics: id, name, lock, and who."""
    if not rows:
        return Reply(f"没有锁定的主题。\n\n{LOCK_USAGE}")
    lines = [f"· {name}：{_since(lock)} {who}{_why(lock)}" for _, name, lock, who in rows]
    buttons = [
        Button(clipped(f"解锁：{name}"), f"{NAME}:o:{token(topic)}") for topic, name, _, _ in rows
    ]
    text = "锁定的主题：\n\n" + "\n".join(lines)
    return Reply(f"{text}\n\n{LOCK_USAGE}", tuple((button,) for button in buttons))


def _since(lock: Lock) -> str:
    return f"{lock.moment.month}月{lock.moment.day}日 {lock.moment:%H:%M}"


def locked(name: str, topic: str, why: str, *, new: bool) -> Reply:
    """A topic is locked."""
    head = f"已锁定“{name}”{f'（{why}）' if why else ''}。" if new else f"“{name}”本来就锁着。"
    text = f"{head}聊天里和 dangbot edit 都改不了它，答问照常。"
    return Reply(text, ((_lock_button(topic, locked=True),),))


def unlocked(name: str, topic: str, *, new: bool) -> Reply:
    """A topic is unlocked."""
    head = f"已解锁“{name}”，可以改了。" if new else f"“{name}”没有锁着。"
    return Reply(head, ((_lock_button(topic, locked=False),),))


def going_on(reply: Reply) -> Reply:
    """The same with a way back to a draft that waits."""
    return Reply(reply.text, (*reply.buttons, (Button("接着改", f"{NAME}:c"),)))


def which_topic(text: str, found: Sequence[tuple[str, str]], *, lock: bool) -> Reply:
    """Several topics fit, or none; (id, name) each."""
    if not found:
        return Reply(f"没有找到和“{clipped(text, 20)}”有关的主题。发 /topics 看有哪些。")
    verb, head = ("k", "锁定哪一个？") if lock else ("o", "解锁哪一个？")
    rows = tuple((Button(clipped(name), f"{NAME}:{verb}:{token(t)}"),) for t, name in found)
    return Reply(head, rows)
