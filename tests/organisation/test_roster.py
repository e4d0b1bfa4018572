from __future__ import annotations

import pytest

from bot.organisation import Units
from bot.organisation.roster import Person, compare, read_roster
from bot.storage.sheets import Row, read_sheet
from tests.organisation.small import UNITS

TREE = Units(UNITS)


def rows(*lines: str) -> list[Row]:
    return read_sheet("\n".join(lines).encode())


def slips(*lines: str) -> str:
    reading = read_roster(rows(*lines), TREE)
    assert reading.people == ()
    return reading.report()


def test_names_and_units_by_name_id_or_path() -> None:
    reading = read_roster(
        rows(
            "沁园春党员花名册,,",
            "序号,所在支部,姓 名",
            "1,沁园春小区党支部,王 芳",
            "2,QYC,李强",
            ",,",
            "3,江阳区委 → 况场村党支部,赵敏",
        ),
        TREE,
    )
    assert reading.slips == ()
    assert reading.people == (Person("王芳", "qyc"), Person("李强", "qyc"), Person("赵敏", "cun"))


def test_every_slip_with_its_row() -> None:
    said = slips(
        "姓名,单位",
        "王芳,沁园春小区党支部",
        ",qyc",
        "李强,",
        "赵敏,况场村支部",
        "王芳,qyc",
        "13800000000,qyc",
    )
    assert "第 3 行：没写姓名。" in said
    assert "第 4 行：“李强”没写单位。" in said
    assert "第 5 行：没有“况场村支部”这个组织，是不是“况场村党支部”。" in said
    assert "第 6 行：“王芳”和第 2 行重复" in said
    assert "第 7 行：“13800000000”不像姓名。" in said


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (["姓名,单位,电话", "王芳,qyc,1"], "“电话”列"),
        (["王芳,qyc"], "没找到表头"),
        (["姓名,单位"], "没有人"),
        ([], "没找到表头"),
    ],
)
def test_a_table_of_another_shape(lines: list[str], word: str) -> None:
    assert word in slips(*lines)


def test_only_the_first_slips_are_told() -> None:
    said = slips("姓名,单位", *(f"人{n},某处" for n in range(40)))
    assert said.count("第 ") == 15
    assert "还有 25 处" in said


def test_a_name_that_two_units_bear_asks_for_the_id() -> None:
    tree = Units([*UNITS, type(UNITS[0])("cun2", "况场村党支部", "jy")])
    reading = read_roster(rows("姓名,单位", "王芳,况场村党支部"), tree)
    assert "cun、cun2" in reading.report()


def test_without_units_there_is_no_roster() -> None:
    assert "organisation.units" in read_roster(rows("姓名,单位", "王,a"), Units()).report()


def test_what_changes() -> None:
    a, b, c = (Person(name, "qyc") for name in "甲乙丙")
    change = compare([a, b], [b, c])
    assert (change.added, change.kept, change.removed) == ((c,), 1, (a,))
    assert compare({a: 17, b: 18}, [b, c]) == change, "ids are no counts"
