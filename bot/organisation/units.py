"""The tree of units, pure: who stands above whom, what is below, and every slip of the settings."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.errors import ConfigError

DEPTH_MAX = 10
_SLIPS_TOLD_MAX = 20
_HINT = (
    "改好再启动：每个组织的 id 不能重复，parent 写上级的 id，最上面的组织不写 parent；"
    "写法见 config.example.yaml 的 organisation 一节。"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One organisation: a county committee, a street, a village, a branch, a group."""

    id: str
    name: str
    parent: str = ""
    """The id of the unit above; empty for the topmost."""
    place: str = ""
    """Where it works; empty: where the unit above does."""
    at: str = ""
    """Where the settings name it, as ``units.yaml:12``."""


class Units:
    """The tree; ids that it does not know are nowhere and have nothing below them."""

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        """Build the tree.

        Raises:
            ConfigError: double ids, unknown parents, cycles; all of them, in Chinese.
        """
        self._units: dict[str, Unit] = {}
        slips: list[str] = []
        for unit in units:
            if unit.id in self._units:
                first = self._units[unit.id].at
                slips.append(f"{_where(unit)}重复了{f'，前面在 {first}' if first else ''}。")
                continue
            self._units[unit.id] = unit
        self._children: dict[str, list[Unit]] = {}
        for unit in self._units.values():
            self._children.setdefault(unit.parent, []).append(unit)
            if unit.parent and unit.parent not in self._units:
                slips.append(f"{_where(unit)}的上级“{unit.parent}”没有写。{self._near(unit)}")
        slips += self._loops() if not slips else []
        if slips:
            more = len(slips) - _SLIPS_TOLD_MAX
            tail = [f"还有 {more} 处同样的问题。"] if more > 0 else []
            raise ConfigError("\n".join(slips[:_SLIPS_TOLD_MAX] + tail), _HINT)

    def __len__(self) -> int:
        return len(self._units)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._units

    def unit(self, unit_id: str) -> Unit | None:
        """One unit; None when the settings do not name it (any more)."""
        return self._units.get(unit_id)

    def parent(self, unit_id: str) -> Unit | None:
        """The unit above."""
        unit = self._units.get(unit_id)
        return self._units.get(unit.parent) if unit is not None else None

    def children(self, unit_id: str = "") -> tuple[Unit, ...]:
        """The units right below, in the order of the settings; the topmost ones for ``""``."""
        return tuple(self._children.get(unit_id, ()))

    def chain(self, unit_id: str) -> tuple[Unit, ...]:
        """From the topmost unit down to this one."""
        found: list[Unit] = []
        unit = self._units.get(unit_id)
        while unit is not None:
            found.append(unit)
            unit = self._units.get(unit.parent)
        return tuple(reversed(found))

    def path_name(self, unit_id: str) -> str:
        """The chain as words: “江阳区委 → 街道大工委 → 社区大党委”; the id itself if unknown."""
        return " → ".join(unit.name for unit in self.chain(unit_id)) or unit_id

    def name(self, unit_id: str) -> str:
        """The name alone; the id itself if unknown."""
        unit = self._units.get(unit_id)
        return unit.name if unit is not None else unit_id

    def subtree(self, unit_id: str) -> tuple[str, ...]:
        """The ids of a unit and all below it, from the top down; nothing if unknown."""
        if unit_id not in self._units:
            return ()
        found = [unit_id]
        for above in found:
            found += [unit.id for unit in self._children.get(above, ())]
        return tuple(found)

    def place(self, unit_id: str) -> str:
        """Where a unit works: its own place, or the nearest above."""
        return next((unit.place for unit in reversed(self.chain(unit_id)) if unit.place), "")

    def find(self, text: str) -> tuple[Unit, ...]:
        """Units by what people write: the id, the name, “甲 → 乙”, or a part of one name."""
        wanted = text.strip()
        if wanted.lower() in self._units:
            return (self._units[wanted.lower()],)
        if not wanted:
            return ()
        named = [unit for unit in self if wanted in {unit.name, self.path_name(unit.id)}]
        return tuple(named or [unit for unit in self if wanted in unit.name])

    def nearest(self, text: str) -> str:
        """The name or id that was perhaps meant; empty when nothing is like it."""
        known = [word for unit in self for word in (unit.name, unit.id)]
        return next(iter(difflib.get_close_matches(text.strip(), known, n=1, cutoff=0.5)), "")

    def _near(self, unit: Unit) -> str:
        known = [other for other in self._units if other != unit.id]
        close = difflib.get_close_matches(unit.parent, known, n=1, cutoff=0.6)
        return f"是不是想写 {close[0]}？" if close else ""

    def _loops(self) -> list[str]:
        """Circles and chains that are too deep; every unit is visited once."""
        slips: list[str] = []
        depth: dict[str, int] = {"": 0}
        for start in self._units:
            way: list[str] = []
            here = start
            while here not in depth and here not in way:
                way.append(here)
                here = self._units[here].parent
            if here in way:
                circle = [*way[way.index(here) :], here]
                slips.append(f"{_where(self._units[here])}的上级绕成了圈：{' → '.join(circle)}。")
            for below in reversed(way):
                depth[below] = depth.get(self._units[below].parent, DEPTH_MAX) + 1
                if depth[below] == DEPTH_MAX + 1 and here not in way:
                    slips.append(f"{_where(self._units[below])}在第 {DEPTH_MAX + 1} 级，太深了。")
        return slips


def _where(unit: Unit) -> str:
    return (
        f"{unit.at} 组织 {unit.id}（{unit.name}）" if unit.at else f"组织 {unit.id}（{unit.name}）"
    )


def select(units: Units, ids: Sequence[str]) -> tuple[str, ...]:
    """The ids of several subtrees together, each once, from the top down."""
    return tuple(dict.fromkeys(found for one in ids for found in units.subtree(one)))
