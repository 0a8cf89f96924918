"""Tables in and out: the one module that opens and writes XLSX and CSV files. It knows no database.

``read`` gives sheets, ``group`` (``app.record_sheets``) makes records of text of them; ``tables_of`` and ``entry_form`` make tables
of records, ``write`` a file of tables.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from app import csv_files, files
from app.record_columns import knows
from app.record_sheets import Grouped, RawLine, RawRecord, Refusal, group
from app.record_tables import entry_form, tables_of
from app.sheet_cells import damaged_error
from app.sheet_guard import Guarded, guard
from app.sheets import LISTS, Cell, Column, Known, Sheet, Table, as_text, column_name, tabulate, written
from db.errors import ExpectedError
from db.message import Message, sentence

__all__ = [
    "Cell", "Column", "Grouped", "RawLine", "RawRecord", "Refusal", "Sheet", "Table",
    "as_text", "entry_form", "group", "knows", "read", "tables_of", "write",
]  # fmt: skip

MOST_BYTES = 64 << 20
_MOST_TEXTS = 20_000
LONGEST_CELL = 32_767
"""Characters Excel keeps in a cell."""

_SAVE = "Hãy mở bằng chương trình của nó, lưu lại dạng .xlsx (Excel) rồi nhập tệp đó."
_KINDS = (
    (b"%PDF", "tệp PDF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"BM", "ảnh BMP"),
    (b"{\\rtf", "tệp RTF"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZ"),
    (b"SQLite format 3", "tệp cơ sở dữ liệu"),
    (b"\x09\x08", "tệp Excel kiểu cũ (.xls)"),
    (b"\x09\x04", "tệp Excel kiểu cũ (.xls)"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_ENDINGS = (".csv", ".txt", ".tsv")


# --- reading ----------------------------------------------------------------------------------------------------------------


def read(path: Path | str, known: Known | None = None) -> list[Sheet]:
    """Read a table file: the visible sheets of an XLSX workbook, or a CSV file as one sheet; the content decides, not the ending.

    ``known`` tells which texts are headings, so that title rows above the header are passed over. Raises ExpectedError, in less
    than a second for hostile files, for everything that is not such a table or goes beyond the limits (trust.md T25).
    """
    path = Path(path)
    data = _content(path)
    if data.startswith(b"PK\3\4"):
        return _read_xlsx(guard(data), known)
    _refuse_others(path, data)
    return [csv_files.read_csv(data, path.stem, known)]


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ExpectedError("file", Message("{path} là thư mục, không phải tệp.", path=path), "Hãy chọn một tệp .xlsx hoặc .csv.")
        if not path.is_file():
            raise ExpectedError(
                "file", Message("Không thấy tệp {path}.", path=files.shown_name(str(path))), "Hãy kiểm tra tên và thư mục của tệp."
            )
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ExpectedError(
            "file",
            Message("Không đọc được tệp {path}.", path=files.shown_name(str(path))),
            "Hãy kiểm tra quyền đọc, hoặc chép tệp sang máy rồi làm lại.",
        ) from error
    if len(data) > MOST_BYTES:
        raise ExpectedError(
            "too-large", Message("Tệp {name} lớn hơn giới hạn 64 MB.", name=path.name), "Hãy chia nhỏ tệp, bỏ ảnh và trang thừa."
        )
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ExpectedError("empty", Message("Tệp {name} trống.", name=path.name), "Hãy chọn tệp có dữ liệu.")
    return data


def _refuse_others(path: Path, data: bytes) -> None:
    """Refuse, each by its name, what is neither a zip nor text."""
    if data.startswith(_OLE):
        raise _ole(path, data)
    name = next((name for start, name in _KINDS if data.startswith(start)), "")
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not name and start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        name = "trang web (HTML)"
    elif not name and start.startswith(b"<?xml"):
        name = "tệp XML"
    elif not name and path.suffix.lower() not in _TEXT_ENDINGS:
        name = "tệp không rõ loại" if data.count(0, 0, 4096) else "tệp chữ thường"
    if name:
        raise ExpectedError(
            "kind", Message("{name} là {what}, không phải bảng .xlsx hoặc .csv.", name=path.name, what=sentence(name)), _SAVE
        )


def _ole(path: Path, data: bytes) -> ExpectedError:
    """Tell apart what the container of old Office files may hold."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return ExpectedError(
            "encrypted", Message("Tệp {name} được đặt mật khẩu.", name=path.name), "Hãy mở bằng Excel, bỏ mật khẩu, lưu lại rồi nhập."
        )
    if holds("WordDocument"):
        return ExpectedError(
            "kind",
            Message("{name} là tệp Word kiểu cũ (.doc), không phải bảng.", name=path.name),
            "Hãy chép bảng sang Excel và lưu lại dạng .xlsx.",
        )
    return ExpectedError(
        "kind", Message("{name} là tệp Excel kiểu cũ (.xls).", name=path.name), "Hãy mở bằng Excel hoặc LibreOffice và lưu lại dạng .xlsx."
    )


def _read_xlsx(guarded: Guarded, known: Known | None) -> list[Sheet]:
    sheets: list[Sheet] = []
    for checked, rows in zip(guarded.sheets, _parsed(guarded), strict=True):
        sheet = tabulate(checked.title, rows, known)
        sheet.errors = {
            (row + 1, column): Message("Ô báo lỗi {text}. Hãy sửa công thức hoặc ghi giá trị.", text=text)
            for (row, column), text in checked.errors.items()
        }
        sheets.append(sheet)
    hidden = [title for title in guarded.hidden if title != LISTS]
    if hidden and sheets:
        sheets[0].warnings.append(Message("Không đọc trang ẩn: {names}.", names=", ".join(hidden)))
    return sheets


def _parsed(guarded: Guarded) -> list[list[tuple[int, list[Cell]]]]:
    from python_calamine import CalamineError, load_workbook

    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of new lists and no circles: looking for circles costs a fifth of the time
    try:
        with load_workbook(io.BytesIO(guarded.book)) as book:
            return [list(_rows(book.get_sheet_by_index(number))) for number in range(len(guarded.sheets))]
    except (CalamineError, OverflowError) as error:  # the second: days and hours beyond any calendar
        raise damaged_error() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a Rust panic, which is no Exception
            raise
        raise damaged_error() from error
    finally:
        if collecting:
            gc.enable()


_SHARED = (str, float, dt.date)
"""Kinds of cells of which equal ones are one object in memory. None equals one of another of these kinds, as True and 1.0 do."""


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Number the rows from 1 and pad them from column A; equal cells become one object, or memory holds each many times."""
    start = sheet.start
    left = [""] * (start[1] if start else 0)
    texts: dict[Cell, Cell] = {}
    same = texts.setdefault
    for number, row in enumerate(sheet.iter_rows(), 1):
        if len(texts) > _MOST_TEXTS:
            texts.clear()
        yield number, left + [same(cell, cell) if cell.__class__ in _SHARED else cell for cell in row]


# --- writing ----------------------------------------------------------------------------------------------------------------


def write(path: Path, tables: Sequence[Table], replace: Callable[[Path, Callable[[BinaryIO], object]], None] = files.replace) -> int:
    """Write tables to ``path``, whole or not at all; its ending decides: ``.xlsx``, or ``.csv`` for a single table.

    ``replace`` puts the content there. Gives the number of rows of the first table. Raises ExpectedError for another ending,
    several tables in CSV, and a path that no file can have.
    """
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise ExpectedError(
            "ending", Message("Không ghi được dạng “{what}”.", what=ending or path.name), "Hãy đặt tên tệp kết thúc bằng .xlsx hoặc .csv."
        )
    if ending == ".csv" and len(tables) > 1:
        raise ExpectedError("ending", "Bảng này có nhiều trang, tệp .csv chỉ chứa được một trang.", "Hãy đặt tên tệp kết thúc bằng .xlsx.")
    files.require_place(path)
    count = 0

    def fill(file: BinaryIO) -> None:
        nonlocal count
        count = csv_files.write_csv(file, tables[0]) if ending == ".csv" else _write_xlsx(file, tables)

    replace(path, fill)
    return count


_FORMATS = {
    "text": "@", "whole": "0", "tenths": "#,##0.0", "number": "#,##0", "signed": '+#,##0;"−"#,##0;0', "money": "#,##0", "day": "dd/mm/yyyy",
}  # fmt: skip
_DECIMALS = {"number": "#,##0.0", "signed": '+#,##0.0;"−"#,##0.0;0.0'}
"""How a number that is not whole is shown in a column of numbers."""
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORM_ROWS = 2_000
"""Rows of an entry form whose cells offer a choice."""


def _write_xlsx(file: BinaryIO, tables: Sequence[Table]) -> int:
    """Write a workbook while its rows are made: nothing lies in a temporary file in the clear (trust.md T1)."""
    from openpyxl import DEFUSEDXML, Workbook
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    if DEFUSEDXML is not True:
        raise RuntimeError("openpyxl must run with defusedxml (trust.md T26)")

    class Streaming(ExcelWriter):  # type: ignore[misc]
        """openpyxl's writer, but sheets go straight into the archive instead of through a temporary file."""

        def write_worksheet(self, ws: Any) -> None:
            with self._archive.open(ws.path[1:], "w", force_zip64=True) as out:
                ws._writer = WorksheetWriter(ws, out)  # noqa: SLF001
                ws._writer.write_top()  # noqa: SLF001
                try:
                    counts.append(_fill(ws, pages[ws.title]))
                except BaseException:
                    with contextlib.suppress(Exception):
                        ws.close()  # or its generators complain when they are collected
                    raise
                ws.close()
            ws._rels = ws._writer._rels  # noqa: SLF001
            self.manifest.append(ws)

    counts: list[int] = []
    lists, ranges = _lists_of(tables)
    book = Workbook(write_only=True)
    pages = {table.title: table for table in (*tables, *([lists] if lists else []))}
    for title, table in pages.items():
        _lay_out(book.create_sheet(title), table, ranges)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        Streaming(book, archive).save()
    return counts[0]


def _lay_out(page: Any, table: Table, ranges: dict[tuple[tuple[str, str], ...], str]) -> None:
    """Set what stands before the rows: widths, the fixed header, the choices."""
    from openpyxl.worksheet.datavalidation import DataValidation

    first = len(table.above) + 2
    page.freeze_panes = f"A{first}"
    for index, column in enumerate(table.columns):
        letters = column_name(index)
        page.column_dimensions[letters].width = column.width
        if column.choices and not column.several:
            offer = DataValidation(type="list", formula1=ranges[column.choices], allow_blank=True, showErrorMessage=False)
            offer.add(f"{letters}{first}:{letters}{_FORM_ROWS}")
            page.data_validations.append(offer)


def _lists_of(tables: Sequence[Table]) -> tuple[Table | None, dict[tuple[tuple[str, str], ...], str]]:
    """Give the sheet of all code lists, each once, and where the labels of each stand."""
    ranges: dict[tuple[tuple[str, str], ...], str] = {}
    columns: list[Column] = []
    for table in tables:
        for column in table.columns:
            if column.choices and column.choices not in ranges:
                letters = column_name(len(columns) + 1)
                ranges[column.choices] = f"'{LISTS}'!${letters}$2:${letters}${len(column.choices) + 1}"
                columns += [Column(Message("{label} (mã)", label=column.label), width=14), Column(column.label, width=36)]
    if not ranges:
        return None, {}
    rows = [[text for pair in row for text in pair] for row in zip_longest(*ranges, fillvalue=("", ""))]
    return Table(LISTS, columns, rows), ranges


def _fill(page: Any, table: Table) -> int:
    """Write the header and the rows; strings are text whatever they begin with. Gives the number of rows."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    for place, line in enumerate(table.above):
        cell = _text_into(WriteOnlyCell(page), line)
        cell.font = Font(bold=place < 2)
        page.append([cell])
    header = [WriteOnlyCell(page, column.label) for column in table.columns]
    for cell in header:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    page.append(header)
    texts, values, decimals = [], [], []
    for column in table.columns:
        text, value, decimal = WriteOnlyCell(page), WriteOnlyCell(page), WriteOnlyCell(page)
        text.number_format = "@"
        value.number_format = _FORMATS[column.kind]
        decimal.number_format = _DECIMALS.get(column.kind, value.number_format)
        text.alignment = Alignment(vertical="top", wrap_text=column.width >= 40)
        texts.append(text)
        values.append(value)
        decimals.append(decimal)
    count = 0
    for row in table.rows:
        cells: list[Any] = []
        for index, value in enumerate(row):
            if value is None or value == "":
                cells.append(None)
            elif isinstance(value, str):
                cells.append(_text_into(texts[index], value))
            else:
                kind = table.columns[index].kind  # one cell, one format: all that is written of a cell shares what keeps its format
                cell = (decimals if kind in _DECIMALS and isinstance(value, float) else values)[index]
                cell.value = value
                if isinstance(value, dt.date):
                    cell.number_format = _FORMATS[kind]  # a date brings its own
                cells.append(cell)
        page.append(cells)
        count += 1
    for line in table.below:
        page.append([_text_into(WriteOnlyCell(page), line)])
    return count


def _text_into(cell: Any, text: str) -> Any:
    """Put text into a cell so that it stays text: never a formula, no escape of the format taken for one."""
    text = _ESCAPE.sub("_x005F_", written(text))
    if len(text) > LONGEST_CELL:
        raise ExpectedError(
            "too-large", Message("Một ô có {n} ký tự, Excel chỉ nhận 32.767.", n=len(text)), "Hãy rút gọn, hoặc xuất ra .csv."
        )
    cell.value = text
    cell.data_type = "s"
    return cell
