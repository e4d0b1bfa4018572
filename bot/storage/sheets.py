"""Tables that people make in Excel: CSV or XLSX bytes -> rows of text, and rows -> bytes."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.errors import DangbotError

FILE_BYTES_MAX = 5_000_000
UNPACKED_BYTES_MAX = 60_000_000
ROWS_MAX = 50_000
COLUMNS_MAX = 50
CELL_CHARS_MAX = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell that acts begins with; Excel in China takes the full-width signs for the same."""
_WIDTH_MAX = 40


class SheetError(DangbotError):
    """A table cannot be read; ``str()`` says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that has something in it."""

    number: int
    """As the program that shows the table counts, from 1."""
    cells: tuple[str, ...]


def read_sheet(data: bytes, name: str = "") -> list[Row]:
    """Read the first sheet of an XLSX file, or a CSV file in UTF-8, UTF-16 or GBK.

    Raises:
        SheetError: it is neither, or too large.
    """
    if len(data) > FILE_BYTES_MAX:
        raise SheetError("文件超过 5 MB，不像是名册。请只留要导入的那张表再发。")
    if data[:2] == b"PK":
        return _read_xlsx(data)
    if data[:4] == b"\xd0\xcf\x11\xe0" or name.lower().endswith(".xls"):
        raise SheetError("这是老式的 .xls 文件。请在 Excel 里“另存为”.xlsx 或 .csv 再发。")
    return _read_csv(data)


def _read_xlsx(data: bytes) -> list[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        rows = _first_sheet(data) if unpacked <= UNPACKED_BYTES_MAX else None
    except Exception as error:
        # A damaged file can fail anywhere inside the library.
        raise SheetError(
            "表格打不开，可能损坏、加了密码，或不是 .xlsx。请另存一份 .xlsx 或 .csv 再发。"
        ) from error
    if rows is None:
        raise SheetError("表格太大了。请只留要导入的那张表再发。")
    return _kept(rows)


def _first_sheet(data: bytes) -> list[Sequence[Any]]:
    # Imported here: a start without tables should not pay for it.
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, rarely used

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    return list(itertools.islice(sheet.iter_rows(values_only=True), ROWS_MAX + 1))


def _read_csv(data: bytes) -> list[Row]:
    text = _decoded(data)
    if "\0" in text:
        raise SheetError("看不懂这个文件。请发 .xlsx 或 .csv 表格。")
    head = text.lstrip().split("\n", 1)[0]
    comma = max(",\t;，", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=comma))
    except csv.Error as error:
        raise SheetError("CSV 的引号没有配对。请在 Excel 里另存为 .xlsx 再发。") from error
    return _kept(rows)


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        # What Excel writes in China is GBK; UTF-8 hardly ever reads as something else.
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("文件的编码认不出来。请在 Excel 里另存为 .xlsx 再发。")


def _kept(rows: Sequence[Sequence[Any]]) -> list[Row]:
    if len(rows) > ROWS_MAX:
        raise SheetError(f"超过 {ROWS_MAX} 行，请分几次导入。")
    found: list[Row] = []
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row[:COLUMNS_MAX]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(Row(number, tuple(cells)))
    return found


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, (date, datetime)):
        cell = cell.isoformat()
    return " ".join(str(cell)[:CELL_CHARS_MAX].split())


def write_xlsx(head: Sequence[str], rows: Iterable[Sequence[object]], title: str = "表") -> bytes:
    """A table as an XLSX file; every text stays text, none becomes a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, rarely used
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - slow to load, rarely used

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise SheetError("表格建不起来。")
    sheet.title = title[:31]
    widths = [0] * len(head)
    for number, row in enumerate([head, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if isinstance(value, (int, float)):
                cell.value = value
            else:
                cell.value = _printable(str(value))
                cell.data_type = "s"
                # Excel's own mark for text: it stays text when somebody edits the cell.
                cell.quotePrefix = _acts(str(value))
            if column <= len(widths):
                wide = sum(2 if ord(sign) > 255 else 1 for sign in str(value))
                widths[column - 1] = min(max(widths[column - 1], wide + 2), _WIDTH_MAX)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def write_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV in UTF-8 with its mark, which Excel needs; no cell acts as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in [head, *rows]:
        cells = [str(value) for value in row]
        writer.writerow([f"'{cell}" if _acts(cell) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _acts(text: str) -> bool:
    """Whether a program may take a cell for a formula."""
    return text.startswith(_FORMULA) or text.lstrip(" ").startswith(_FORMULA)


def _printable(text: str) -> str:
    """Without the control characters that XML refuses."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")[:CELL_CHARS_MAX]
