"""The roster on the command line: imported, codes handed out, counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.sheets import read_sheet, write_xlsx
from tests.cli.runner import Ran, Runner

UNITS = """\
units:
  - {id: jy, name: 江阳区委}
  - {id: qyc, name: 沁园春小区党支部, parent: jy}
  - {id: cun, name: 况场村党支部, parent: jy}
"""
TABLE = "姓名,单位\n王芳,沁园春小区党支部\n李强,况场村党支部\n"


@pytest.fixture
def desk(dangbot: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DANGBOT_ORGANISATION__FILE", "units.yaml")
    Path("units.yaml").write_text(UNITS, encoding="utf-8")
    Path("names.csv").write_bytes(TABLE.encode("gbk"))
    return dangbot


def imported(desk: Runner, *more: str) -> Ran:
    return desk.plain("roster", "import", "names.csv", *more)


def test_imported_with_a_question_or_without(desk: Runner) -> None:
    ran = desk.plain("roster", "import", "names.csv", stdin="n\n")
    assert ran.code == 0
    assert "新增 2 人，保留 0 人，去掉 0 人。导入吗？" in ran.out
    assert "没有导入" in ran.out
    assert "还没有花名册" in desk.plain("roster", "list").out
    assert "已导入：新增 2 人" in imported(desk, "--yes").out
    assert "保留 2 人" in imported(desk, "--yes").out
    listed = desk.plain("roster", "list").out
    assert listed.splitlines() == [
        "江阳区委 → 沁园春小区党支部：1 人，已绑定 0 人",
        "江阳区委 → 况场村党支部：1 人，已绑定 0 人",
    ]


def test_a_table_from_excel(desk: Runner) -> None:
    Path("names.xlsx").write_bytes(write_xlsx(["姓名", "单位"], [["赵敏", "qyc"]]))
    assert desk.plain("roster", "import", "names.xlsx", "--yes").code == 0


def test_slips_are_told_with_their_row_and_nothing_is_imported(desk: Runner) -> None:
    Path("names.csv").write_text("姓名,单位\n王芳,qyc\n李强,况场村\n")
    ran = imported(desk, "--yes")
    assert ran.code == 1
    assert "第 3 行：没有“况场村”这个组织，是不是“况场村党支部”。" in ran.err
    assert "还没有花名册" in desk.plain("roster", "list").out


def test_codes_go_to_a_file_that_only_the_owner_reads(desk: Runner) -> None:
    assert "没有还没绑定的人" in desk.plain("roster", "codes").out
    imported(desk, "--yes")
    ran = desk.plain("roster", "codes", "--unit", "沁园春", "--days", "7")
    assert "1 个加入码写在 codes.xlsx，7 天内有效" in ran.out
    head, row = read_sheet(Path("codes.xlsx").read_bytes())
    assert head.cells == ("姓名", "单位", "加入码", "怎么用")
    assert row.cells[:2] == ("王芳", "江阳区委 → 沁园春小区党支部")
    assert row.cells[3] == f"私聊机器人发：/join {row.cells[2]}"
    assert Path("codes.xlsx").stat().st_mode & 0o077 == 0
    assert row.cells[2] not in ran.out
    again = desk.plain("roster", "codes")
    assert again.code == 2
    assert "不覆盖" in again.err
    assert "2 个加入码" in desk.plain("roster", "codes", "--out", "all.csv").out


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["import", "nowhere.csv"], "nowhere.csv"),
        (["import", "units.xls"], "另存为"),
        (["codes", "--unit", "某某"], "0 个组织"),
        (["codes", "--unit", "支部"], "2 个组织"),
        (["codes", "--out", "codes.pdf"], ".xlsx 或 .csv"),
        (["codes", "--out", "no/where/codes.csv"], "写不了"),
    ],
)
def test_wrong_use_is_told(desk: Runner, args: list[str], word: str) -> None:
    Path("units.xls").write_bytes(b"x")
    imported(desk, "--yes")
    ran = desk.plain("roster", *args)
    assert ran.code == 2
    assert word in ran.err


def test_a_wrong_tree_is_told(desk: Runner) -> None:
    Path("units.yaml").write_text("units:\n  - {id: a, name: 甲, parent: b}\n")
    ran = desk.plain("roster", "list")
    assert ran.code == 2
    assert "units.yaml:2 组织 a（甲）的上级“b”没有写" in ran.err
