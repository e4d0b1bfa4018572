"""The roster (花名册), pure: names and units from a table, every slip with its row number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.organisation.units import Units
from bot.storage.sheets import Row

NAME_CHARS_MAX = 30
HEAD_ROWS_MAX = 5
_NAME_WORDS = frozenset({"姓名", "名字", "党员姓名", "name"})
_UNIT_WORDS = frozenset({"单位", "所在单位", "所在支部", "党支部", "党组织", "所在党组织", "unit"})
_NUMBER_WORDS = frozenset({"序号", "编号", "no", "no.", ""})
_SLIPS_TOLD_MAX = 15


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the roster: a name and a unit, nothing more."""

    name: str
    unit: str
    """The id of the unit."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table holds: people, or what must be mended first (then nothing is imported)."""

    people: tuple[Person, ...] = ()
    slips: tuple[str, ...] = ()

    def report(self) -> str:
        """All slips as text, the first ones if there are many."""
        told = list(self.slips[:_SLIPS_TOLD_MAX])
        if len(self.slips) > len(told):
            told.append(f"还有 {len(self.slips) - len(told)} 处。")
        return "\n".join(told)


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does to the roster that is there."""

    added: tuple[Person, ...] = ()
    kept: int = 0
    removed: tuple[Person, ...] = ()


@dataclass(slots=True)
class _Columns:
    head: int
    name: int
    unit: int
    extra: list[str] = field(default_factory=list)


def read_roster(rows: Sequence[Row], units: Units) -> Reading:
    """People of a table; the columns are found by their head, anywhere in the first rows."""
    if not len(units):
        return Reading(slips=("设置里还没有各级组织（organisation.units），先写好再导入花名册。",))
    columns = next(filter(None, map(_columns, rows[:HEAD_ROWS_MAX])), None)
    if columns is None:
        return Reading(slips=("没找到表头。第一行请写“姓名”“单位”两列，下面一行一个人。",))
    if columns.extra:
        extra = "、".join(f"“{word[:12]}”" for word in columns.extra)
        return Reading(slips=(f"表里有{extra}列。花名册只收姓名和单位两列，别的请删掉再导入。",))
    people: dict[Person, int] = {}
    slips: list[str] = []
    for row in rows:
        if row.number <= columns.head:
            continue
        name, unit = _cell(row, columns.name).replace(" ", ""), _cell(row, columns.unit)
        found, slip = _person(name, unit, units)
        if found is not None and found in people:
            slip = (
                f"“{name}”和第 {people[found]} 行重复；真有重名，请在名字后面加（大）（小）之类区分"
            )
        if slip:
            slips.append(f"第 {row.number} 行：{slip}。")
        elif found is not None:
            people[found] = row.number
    if not people and not slips:
        slips.append("表头下面没有人。一行写一个人的姓名和单位。")
    return Reading((), tuple(slips)) if slips else Reading(tuple(people))


def _columns(row: Row) -> _Columns | None:
    words = [cell.replace(" ", "").lower() for cell in row.cells]
    names = [place for place, word in enumerate(words) if word in _NAME_WORDS]
    units = [place for place, word in enumerate(words) if word in _UNIT_WORDS]
    if not names or not units:
        return None
    used = {names[0], units[0]}
    extra = [
        row.cells[place]
        for place, word in enumerate(words)
        if place not in used and word not in _NUMBER_WORDS
    ]
    return _Columns(row.number, names[0], units[0], extra)


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _person(name: str, unit: str, units: Units) -> tuple[Person | None, str]:
    """The person of a row, or what is wrong with it."""
    if not name:
        return None, "没写姓名"
    if len(name) > NAME_CHARS_MAX or name.isdigit():
        return None, f"“{name[:12]}”不像姓名"
    if not unit:
        return None, f"“{name}”没写单位"
    found = [one for one in units.find(unit) if unit in {one.name, units.path_name(one.id)}]
    found = found or [one for one in units.find(unit) if one.id == unit.lower()]
    if len(found) > 1:
        ids = "、".join(one.id for one in found[:4])
        return None, f"叫“{unit}”的组织有 {len(found)} 个，请改写编号（{ids}）"
    if not found:
        near = units.nearest(unit)
        return None, f"没有“{unit[:20]}”这个组织" + (f"，是不是“{near}”" if near else "")
    return Person(name, found[0].id), ""


def compare(before: Iterable[Person], after: Iterable[Person]) -> Change:
    """What changes from one roster to another."""
    # A mapping would be taken for counts: list its keys.
    old, new = Counter(list(before)), Counter(list(after))
    return Change(tuple((new - old).elements()), (old & new).total(), tuple((old - new).elements()))
