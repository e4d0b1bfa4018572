"""Choosing a unit by buttons, pure: down the tree level by level, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import BUTTON_LABEL_CHARS_MAX, Button
from bot.organisation import Unit, Units

PAGE = 8
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Picker:
    """One purpose of choosing: its buttons say ``<prefix>:o:<unit>:<page>``, ``<prefix>:p:<unit>``.

    ``tops`` are the units that may be chosen, with everything below; empty: all.
    """

    units: Units
    prefix: str
    back: str
    """The data of the button that leaves the topmost level backwards."""
    cancel: str
    tops: tuple[str, ...] = ()
    pickable: bool = True
    """False: the units are only looked at, none is chosen."""

    def level(self, at: str) -> tuple[Unit, ...]:
        """What is to choose from below a unit, or at the top for ``""``."""
        if at:
            return self.units.children(at)
        if not self.tops:
            return self.units.children()
        found = (self.units.unit(top) for top in self.tops)
        return tuple(unit for unit in found if unit is not None)

    @property
    def start(self) -> str:
        """Where choosing begins: below the topmost unit if there is only one."""
        level = self.level("")
        return level[0].id if len(level) == 1 and self.level(level[0].id) else ""

    def rows(self, at: str, page: int = 0) -> Rows:
        """The buttons of a level; an odd page is brought back into range."""
        level = self.level(at)
        last = max(0, (len(level) - 1) // PAGE)
        page = min(max(page, 0), last)
        rows = [self._row(unit) for unit in level[page * PAGE : (page + 1) * PAGE]]
        turns = []
        if page > 0:
            turns.append(Button("上一页", f"{self.prefix}:o:{at}:{page - 1}"))
        if page < last:
            turns.append(Button("下一页", f"{self.prefix}:o:{at}:{page + 1}"))
        if turns:
            rows.append(tuple(turns))
        if at and self.pickable:
            rows.insert(0, (Button(_short("就选", self.units.name(at)), f"{self.prefix}:p:{at}"),))
        rows.append((Button("返回", self._above(at)), Button("取消", self.cancel)))
        return tuple(rows)

    def matches(self, found: Sequence[Unit]) -> Rows:
        """Buttons for units that somebody searched for."""
        rows = [
            (Button(_short("", self.units.path_name(unit.id)), f"{self.prefix}:p:{unit.id}"),)
            for unit in found[:PAGE]
        ]
        rows.append((Button("取消", self.cancel),))
        return tuple(rows)

    def where(self, at: str) -> str:
        """One line on where in the tree the choice stands."""
        count = len(self.level(at))
        here = f"现在在：{self.units.path_name(at)}\n" if at else ""
        return f"{here}下面有 {count} 个组织，点一个往下看。" if count else here.strip()

    def _row(self, unit: Unit) -> tuple[Button, ...]:
        below = len(self.units.children(unit.id))
        if not below:
            return (Button(_short("", unit.name), f"{self.prefix}:p:{unit.id}"),)
        label = _short("", unit.name, f"（{below}）")
        return (Button(label, f"{self.prefix}:o:{unit.id}:0"),)

    def _above(self, at: str) -> str:
        if at == self.start or not at:
            return self.back
        unit = self.units.unit(at)
        above = unit.parent if unit is not None and at not in self.tops else ""
        return f"{self.prefix}:o:{above}:0"


def _short(before: str, name: str, after: str = "") -> str:
    """A label within the limit; of a long path the end tells most."""
    room = BUTTON_LABEL_CHARS_MAX - len(before) - len(after) - (1 if before else 0)
    kept = name if len(name) <= room else f"…{name[len(name) - room + 1 :]}"
    return f"{before}：{kept}{after}" if before else f"{kept}{after}"


def opened(rest: Sequence[str]) -> tuple[str, int]:
    """Unit and page of ``<unit>:<page>``; odd data lead to the top."""
    at = rest[0] if rest else ""
    page = rest[1] if len(rest) > 1 else ""
    return at, int(page) if page.isdecimal() and len(page) < 6 else 0
