"""Choosing the groups of a notice by buttons, pure: by unit with all below, or group by group."""

from __future__ import annotations

from collections.abc import Sequence

from bot.features.notices.model import Aim, Notice
from bot.features.notices.words import Rows, button, leave
from bot.messages import BUTTON_LABEL_CHARS_MAX, Button, Reply
from bot.organisation import BoundChat, Unit, Units

PAGE = 8


class Chooser:
    """The screens of one choice.

    Args:
        notice: whose.
        units: the tree.
        chats: the groups that the author may write to.
        tops: the author's own units; empty for an admin.
    """

    def __init__(
        self, notice: Notice, units: Units, chats: Sequence[BoundChat], tops: Sequence[str]
    ) -> None:
        self._notice = notice
        self._units = units
        self._chats = chats
        self._tops = tops

    def level(self, at: str = "", page: int = 0) -> Reply:
        """One level of the tree."""
        if not at and len(self._tops) == 1:
            at = self._tops[0]
        units = self._below(at)
        shown, turns = self._paged(units, page, at)
        rows: list[tuple[Button, ...]] = []
        if at:
            rows.append((self._pick("u", at, "及以下"),))
            if self._count([at]) and len(self._units.subtree(at)) > 1:
                rows.append((self._pick("y", at, "本级"),))
        elif not self._tops:
            rows.append((button(f"全部 {len(self._chats)} 个群", "al", self._notice),))
        rows += [
            (button(_label(unit.name, self._count(self._units.subtree(unit.id))), "o",
                    self._notice, unit.id, 0),)
            for unit in shown
        ]  # fmt: skip
        rows += turns
        rows.append((button("一个群一个群地选", "c", self._notice, 0),))
        if at and at not in self._tops:
            above = self._units.parent(at)
            up = above.id if above is not None else ""
            rows.append((button("上一级", "o", self._notice, up, 0),))
        where = f"现在在：{self._units.path_name(at)}\n" if at else ""
        text = f"{where}发给谁？括号里是群的个数。也可以把组织的名字写给我。"
        return Reply(text, (*rows, leave(self._notice)))

    def groups(self, page: int = 0) -> Reply:
        """Group by group, those chosen with a tick."""
        aim = self._notice.aim
        chosen = set(aim.values) if aim is not None and aim.kind == "chats" else set()
        last = max(0, (len(self._chats) - 1) // PAGE)
        page = min(max(page, 0), last)
        rows: list[tuple[Button, ...]] = []
        for chat in self._chats[page * PAGE : (page + 1) * PAGE]:
            tick = "✓ " if f"{chat.channel}:{chat.chat_id}" in chosen else ""
            label = _cut(f"{tick}{chat.title or chat.chat_id}")
            rows.append((button(label, "k", self._notice, page, chat.chat_id),))
        turns = []
        if page > 0:
            turns.append(button("上一页", "c", self._notice, page - 1))
        if page < last:
            turns.append(button("下一页", "c", self._notice, page + 1))
        if turns:
            rows.append(tuple(turns))
        if chosen:
            rows.append((button(f"选好了（{len(chosen)} 个）", "d", self._notice),))
        rows.append((button("按组织选", "o", self._notice, "", 0),))
        text = "点一下选中，再点一下取消。"
        return Reply(text, (*rows, leave(self._notice)))

    def matches(self, found: Sequence[Unit], text: str) -> Reply:
        """Units by what was typed; none is said plainly."""
        rows: Rows = tuple((self._pick("u", unit.id, ""),) for unit in found[:PAGE])
        near = self._units.nearest(text)
        hint = f"是不是“{near}”？" if near else "请换个写法，或按“用按钮选”。"
        said = "有好几个，是哪一个？" if found else f"没找到“{text[:20]}”。{hint}"
        return Reply(
            said, (*rows, (button("用按钮选", "o", self._notice, "", 0),), leave(self._notice))
        )

    def toggled(self, chat_id: str) -> Aim | None:
        """The aim with one group more or less; None for a group that may not be written to."""
        chat = next((chat for chat in self._chats if chat.chat_id == chat_id), None)
        if chat is None:
            return None
        name = f"{chat.channel}:{chat.chat_id}"
        aim = self._notice.aim
        before = aim.values if aim is not None and aim.kind == "chats" else ()
        after = tuple(each for each in before if each != name)
        return Aim("chats", after if name in before else (*before, name))

    def _below(self, at: str) -> Sequence[Unit]:
        if at:
            return self._units.children(at)
        found = [self._units.unit(top) for top in self._tops]
        return [unit for unit in found if unit] if self._tops else self._units.children()

    def _paged(
        self, units: Sequence[Unit], page: int, at: str
    ) -> tuple[Sequence[Unit], list[tuple[Button, ...]]]:
        last = max(0, (len(units) - 1) // PAGE)
        page = min(max(page, 0), last)
        turns = []
        if page > 0:
            turns.append(button("上一页", "o", self._notice, at, page - 1))
        if page < last:
            turns.append(button("下一页", "o", self._notice, at, page + 1))
        return units[page * PAGE : (page + 1) * PAGE], [tuple(turns)] if turns else []

    def _pick(self, verb: str, unit: str, what: str) -> Button:
        ids = self._units.subtree(unit) if verb == "u" else (unit,)
        return button(_label(f"{self._units.name(unit)}{what}", self._count(ids)), verb,
                      self._notice, unit)  # fmt: skip

    def _count(self, ids: Sequence[str]) -> int:
        wanted = set(ids)
        return sum(chat.unit in wanted for chat in self._chats)


def _label(name: str, count: int) -> str:
    tail = f"（{count}）"
    return _cut(name, len(tail)) + tail


def _cut(name: str, less: int = 0) -> str:
    room = BUTTON_LABEL_CHARS_MAX - less
    return name if len(name) <= room else f"…{name[len(name) - room + 1 :]}"
