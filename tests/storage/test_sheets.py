from __future__ import annotations

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from bot.storage import sheets
from bot.storage.sheets import Row, SheetError, read_sheet, write_csv, write_xlsx

TEXT = '姓名,单位\r\n王芳,"沁园春, 一号楼"\r\n\r\n李强 ,  况场村\r\n'
ROWS = [
    Row(1, ("姓名", "单位")),
    Row(2, ("王芳", "沁园春, 一号楼")),
    Row(4, ("李强", "况场村")),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_each_encoding(encoding: str) -> None:
    assert read_sheet(TEXT.encode(encoding)) == ROWS


@pytest.mark.parametrize("comma", ["\t", ";", "，"])
def test_csv_with_other_commas(comma: str) -> None:
    assert read_sheet(f"姓名{comma}单位\n王芳{comma}村\n".encode())[1] == Row(2, ("王芳", "村"))


def test_xlsx_numbers_dates_and_formulas_become_text() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", None, 12.0, 1.5, "=1+1"])
    packed = io.BytesIO()
    book.save(packed)
    assert read_sheet(packed.getvalue()) == [Row(1, ("姓名", "", "12", "1.5"))]


def test_what_is_written_is_read_back_and_is_never_a_formula() -> None:
    head = ["姓名", "数"]
    rows = [["=HYPERLINK(1)", 3], ["王\x07芳", 2.5]]
    data = write_xlsx(head, rows, "名册")
    assert read_sheet(data) == [
        Row(1, ("姓名", "数")),
        Row(2, ("=HYPERLINK(1)", "3")),
        Row(3, ("王芳", "2.5")),
    ]
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet.cell(2, 1).data_type == "s"
    assert sheet.title == "名册"
    assert sheet.cell(2, 1).quotePrefix, "nor when somebody edits the cell"
    assert not sheet.cell(3, 1).quotePrefix
    lines = write_csv(head, rows).decode("utf-8-sig")
    assert lines.splitlines()[1] == "'=HYPERLINK(1),3"


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  ="]
)
def test_no_name_becomes_a_formula_in_a_csv(sign: str) -> None:
    data = write_csv(["姓名"], [[f"{sign}cmd|' /C calc'!A1"], ["王芳"]]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    assert rows[1][0] == f"'{sign}cmd|' /C calc'!A1"
    assert rows[2] == ["王芳"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04rubbish", "打不开"),
        (b"\xd0\xcf\x11\xe0old", ".xls"),
        (b"a\0b,c\n", "看不懂"),
        (b"\xff\xfe\x00", "编码"),
        (b"\x81", "编码"),
        (b"x" * (sheets.FILE_BYTES_MAX + 1), "5 MB"),
        (b"a,b\n" * (sheets.ROWS_MAX + 1), "行"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, word: str) -> None:
    with pytest.raises(SheetError, match=word):
        read_sheet(data)


def test_a_packed_bomb_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.UNPACKED_BYTES_MAX + 1))
    with pytest.raises(SheetError, match="太大"):
        read_sheet(packed.getvalue())
