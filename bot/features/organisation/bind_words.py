"""What admins read while they bind a group."""

from __future__ import annotations

from collections.abc import Sequence

from bot.features.organisation.picker import Rows
from bot.messages import Button, Reply
from bot.organisation import BoundChat, QuietHours, Unit, Units
from bot.organisation.groups import Binding

_B = "org:b"
NO_UNITS = Reply(
    "设置里还没有各级组织，绑定不了。请运营者在配置文件的 organisation.units 里写好"
    "（写法见 config.example.yaml），重启以后再发 /bind。"
)
CANCELLED = Reply("已取消，什么都没改。")
GONE = Reply("本群还没有绑定组织。发 /bind 可以绑定。")
NO_SUCH_UNIT = Reply("设置里已经没有这个组织。发 /bind 重新选。")
QUIET_FORM = "免打扰的时段写成这样：/bind 免打扰 22:00-07:00。不要免打扰：/bind 免打扰 无。"
QUIET_CHOICES = ("22:00-07:00", "21:00-08:00", "23:00-06:00", "12:00-14:00")
_GROUPS_TOLD_MAX = 40


def choose(where: str, example: str, rows: Rows, *, moving: bool) -> Reply:
    """The first step: which unit is this group's?"""
    head = "本群换绑到哪个组织？" if moving else "本群绑定到哪个组织？"
    tail = f"也可以直接写名称或编号，如：/bind {example}"
    return Reply(f"{head}\n{where}\n{tail}", rows)


def several(word: str, count: int, rows: Rows) -> Reply:
    """More than one unit fits."""
    more = "只列出前 8 个，写全一点会更准。" if count > 8 else "点一个。"
    return Reply(f"名称里有“{word[:20]}”的组织有 {count} 个，{more}", rows)


def none_found(word: str, near: str, rows: Rows) -> Reply:
    """No unit fits what was written."""
    hint = f"是不是“{near}”？" if near else ""
    return Reply(f"没有找到“{word[:20]}”这个组织。{hint}可以从下面选。", rows)


def card(
    binding: Binding, units: Units, categories: Sequence[str], thread: str | None, head: str = ""
) -> Reply:
    """Everything that is set for a group, with a button for each."""
    chain = units.path_name(binding.unit)
    place = binding.place or units.place(binding.unit)
    taken = [name for name in categories if name not in binding.refused]
    takes = "全部" if len(taken) == len(categories) else ("、".join(taken) or "都不收")
    lines = [
        head or "本群的绑定：",
        f"组织：{chain}",
        f"地点：{place or '没有写'}" + ("" if binding.place or not place else "（随组织）"),
        f"发到：{f'话题 {binding.thread_id}' if binding.thread_id else '群里'}",
        f"免打扰：{binding.quiet or '不设'}",
        f"收哪些通知：{takes}",
    ]
    rows: list[tuple[Button, ...]] = [
        (Button("换组织", f"{_B}:o::0"), Button("改地点", f"{_B}:l")),
        (Button("改免打扰", f"{_B}:q"), Button("选通知类别", f"{_B}:k")),
    ]
    if thread is not None and thread != binding.thread_id:
        rows.append((Button("改发到本话题", f"{_B}:t:1"),))
    elif binding.thread_id is not None:
        rows.append((Button("改发到群里", f"{_B}:t:0"),))
    rows.append((Button("解绑", f"{_B}:u"), Button("完成", f"{_B}:x:d")))
    return Reply("\n".join(lines), tuple(rows))


def done(binding: Binding, units: Units) -> Reply:
    """The one line that stays in the group."""
    return Reply(f"本群已绑定：{units.path_name(binding.unit)}。要改，管理员在群里发 /bind。")


def quiet_menu(binding: Binding) -> Reply:
    """When is the group not to be disturbed?"""
    rows: list[tuple[Button, ...]] = [
        tuple(
            Button(f"✓ {span}" if span == binding.quiet else span, f"{_B}:q:{span}")
            for span in QUIET_CHOICES[start : start + 2]
        )
        for start in range(0, len(QUIET_CHOICES), 2)
    ]
    rows.append(
        (Button("✓ 不设" if not binding.quiet else "不设", f"{_B}:q:-"), Button("返回", f"{_B}:c"))
    )
    text = f"本群什么时候不打扰？到时候的通知等时段过了再发。\n别的时段可以直接写。{QUIET_FORM}"
    return Reply(text, tuple(rows))


def category_menu(binding: Binding, categories: Sequence[str]) -> Reply:
    """Which notices does the group take?"""
    rows: list[tuple[Button, ...]] = [
        tuple(
            Button(f"{'收' if name not in binding.refused else '不收'} {name}", f"{_B}:k:{name}")
            for name in categories[start : start + 2]
        )
        for start in range(0, len(categories), 2)
    ]
    rows.append((Button("返回", f"{_B}:c"),))
    return Reply("本群收哪些通知？点一下在“收”和“不收”之间换。", tuple(rows))


def place_menu(chain: Sequence[Unit], current: str) -> Reply:
    """Where is the group? Places of the units above, or any other in words."""
    places = list(dict.fromkeys(unit.place for unit in reversed(chain) if unit.place))
    by_place = {unit.place: unit.id for unit in chain if unit.place}
    rows: list[tuple[Button, ...]] = [
        (Button(f"✓ {place}" if place == current else place, f"{_B}:l:{by_place[place]}"),)
        for place in places
    ]
    rows.append((Button("随组织", f"{_B}:l:-"), Button("返回", f"{_B}:c")))
    text = "本群在哪里？问到各地不一样的事，先答这里的。\n别的地方可以直接写：/bind 地点 东门街"
    return Reply(text, tuple(rows))


def ask_unbind(unit: str) -> Reply:
    """Is that meant?"""
    rows = ((Button("确定解绑", f"{_B}:u:y"), Button("返回", f"{_B}:c")),)
    text = f"要把本群从“{unit}”解绑吗？解绑以后仍然答疑，但不再收按组织发的通知，本群的设置会清空。"
    return Reply(text, rows)


def unbound(unit: str, unit_id: str) -> Reply:
    """It is done, and can be done back."""
    rows = ((Button("重新绑定", f"{_B}:p:{unit_id}"),),)
    return Reply(f"已解绑：{unit}。改了主意，按下面的按钮重新绑定。", rows)


def private_help(chats: Sequence[BoundChat], units: Units) -> Reply:
    """What /bind is for, and how the groups stand."""
    lines = ["把群绑定到组织：在那个群里（分话题的群，在要收通知的话题里）发 /bind，再按按钮选。"]
    if not len(units):
        lines.append(NO_UNITS.text)
    free = [chat for chat in chats if not chat.unit]
    bound = [chat for chat in chats if chat.unit]
    lines.append(f"已开通 {len(chats)} 个群：绑定了 {len(bound)} 个，没绑定 {len(free)} 个。")
    told = [
        f"· {chat.title or chat.chat_id}：{units.path_name(chat.unit) if chat.unit else '没绑定'}"
        for chat in [*free, *bound][:_GROUPS_TOLD_MAX]
    ]
    if len(chats) > len(told):
        told.append(f"…… 还有 {len(chats) - len(told)} 个")
    return Reply("\n\n".join([*lines, *(["\n".join(told)] if told else [])]))


def quiet_text(quiet: QuietHours | None) -> str:
    """As it is kept."""
    return str(quiet) if quiet is not None else ""
