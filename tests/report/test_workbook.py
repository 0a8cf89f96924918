"""The annexes as a workbook: every number of every annex is there as a number, every mark and word as text, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import load_workbook

from app import demo, tabular
from app.office import Office
from app.periods import period
from app.report import content, workbook, writing
from app.report.document import Annex, Column, Report, Row, RowGroup
from db.errors import ExpectedError
from tests.demo_office import open_demo
from tests.report.sample_report import sample_report

NOW = datetime(2019, 6, 17, 8, 0)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_demo(tmp_path / "demo") as opened:
        yield opened


def by_hand(text: str) -> Decimal | str:
    """Read a printed cell as a person does, by another way than the program: digits in groups of three, a comma."""
    bare = text[1:] if text[:1] in ("−", "-", "+") and len(text) > 1 else text
    whole, comma, part = bare.partition(",")
    groups = whole.split(".")
    if not all(group.isascii() and group.isdigit() for group in [*groups, part or "0"]) or (comma and not part):
        return text
    if len(groups) > 1 and (any(len(group) != 3 for group in groups[1:]) or not 1 <= len(groups[0]) <= 3):
        return text
    return Decimal(f"{'-' if text[:1] in '−-' else ''}{''.join(groups)}.{part or '0'}")


def cells_of(path: Path) -> dict[str, list[list[Any]]]:
    with load_workbook(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def below_the_heads(rows: list[list[Any]], annex: Annex) -> list[list[Any]]:
    heads = [workbook.head(column) for column in annex.columns]
    return rows[rows.index(heads) + 1 :]


def sheets_of(report: Report) -> list[Annex]:
    """The annexes in their order, each before its charts."""
    return [table for annex in report.annexes for table in (annex, *(chart.table() for chart in annex.charts))]


def test_every_number_of_every_annex_of_the_demo_reads_back_as_that_number(office: Office, tmp_path: Path) -> None:
    """Of every annex and chart, the one that says where the numbers come from among them."""
    half = period(office.store, demo.PERIOD)
    path = tmp_path / "phu-luc.xlsx"
    writing.write(office.store, half, path, now=NOW, sources=True)
    expected_sheets = sheets_of(content.build(office.store, half, None, now=NOW, sources=True))
    found = cells_of(path)
    assert list(found) == [one.number for one in expected_sheets]
    assert {"Phụ lục XI", "Biểu đồ 1", "Biểu đồ 2"} < set(found)
    numbers: Counter[str] = Counter()
    for annex in expected_sheets:
        rows = below_the_heads(found[annex.number], annex)
        printed = [row for group in annex.groups for row in group.rows]
        for row, there in zip(printed, rows, strict=False):
            for column, text, value in zip(annex.columns, row.cells, there, strict=True):
                expected = by_hand(text)
                if column.align == "number" and isinstance(expected, Decimal):
                    assert isinstance(value, float), (annex.number, column.head, text, value)
                    assert Decimal(repr(value)) == expected, (annex.number, column.head, text, value)
                    numbers[annex.number] += 1
                elif isinstance(value, float):
                    assert (str(int(value)), column.align) == (text, "center")
                else:
                    assert value == text
        rest = [[one for one in row if one != ""] for row in rows[max(1, len(printed)) :]]
        assert rest == [[note] for note in annex.notes]
        if not printed:
            assert rows[0][0] == "Không phát sinh trong kỳ báo cáo."
    with_numbers = {one.number for one in expected_sheets if one.groups and any(column.align == "number" for column in one.columns)}
    assert set(numbers) == with_numbers
    assert numbers.total() > 400


def rows_of(annex: Annex) -> list[Row]:
    return [row for group in annex.groups for row in group.rows]


def test_differences_are_numbers_that_show_their_sign(office: Office, tmp_path: Path) -> None:
    """What is more has its plus, what is less its minus, and what cannot be compared stays as printed."""
    path = tmp_path / "phu-luc.xlsx"
    half = period(office.store, demo.PERIOD)
    writing.write(office.store, half, path, now=NOW)
    book = openpyxl.load_workbook(path)
    seen: dict[str, set[str]] = {}
    for annex in sheets_of(content.build(office.store, half, None, now=NOW)):
        page = book[annex.number]
        heads = next(row for row in page.iter_rows() if row[0].value == workbook.head(annex.columns[0]))
        for at, printed in enumerate(rows_of(annex), heads[0].row + 1):
            for cell, text in zip(page[at], printed.cells, strict=True):
                if text[:1] in ("+", "−") and text[1:]:
                    shown = "0.0" if "," in text else "#,##0"
                    assert cell.data_type == "n", (annex.number, cell.coordinate, text)
                    assert cell.number_format.startswith("+#,##0"), (annex.number, cell.coordinate, cell.number_format)
                    assert shown in cell.number_format
                    assert (cell.value > 0) == (text[0] == "+")
                    seen.setdefault(annex.number, set()).add(text[0])
                elif text in ("(*)", "…", "-"):
                    assert cell.data_type == "s"
    assert {"Phụ lục XI", "Biểu đồ 1", "Biểu đồ 2"} <= set(seen)


def made(*columns: Column, rows: tuple[tuple[str, ...], ...], **more: Any) -> Annex:
    return Annex("Phụ lục I", "BẢNG THỬ", "(Kèm theo)", columns, (RowGroup(tuple(Row(row) for row in rows)),), **more)


def written(tmp_path: Path, *annexes: Annex) -> Path:
    path = tmp_path / "thu.xlsx"
    tabular.write(path, workbook.tables(replace(sample_report(), annexes=annexes)))
    return path


def test_numbers_have_their_formats_and_marks_stay_text(tmp_path: Path) -> None:
    columns = (Column("TT", 9, "center"), Column("Đơn vị", 40, "left"), Column("Tiền\nhỗ trợ", 30, group="Kết quả\nchung"))
    texts = ["65.400.000", "98,6", "100", "0", "-", "…", "", "1.234,5", "12/15", "−3"]
    path = written(tmp_path, made(*columns, rows=tuple((str(n), f"00{n}", text) for n, text in enumerate(texts, 1)), unit_line="đồng"))
    page = openpyxl.load_workbook(path)["Phụ lục I"]
    rows = list(page.iter_rows())
    assert [cell.value for cell in (row[0] for row in rows[1:5])] == ["Phụ lục I", "BẢNG THỬ", "(Kèm theo)", "đồng"]
    assert [cell.value for cell in rows[5]] == ["TT", "Đơn vị", "Kết quả chung – Tiền hỗ trợ"]
    assert page.freeze_panes == "A7"
    found = [(row[2].value, row[2].number_format if isinstance(row[2].value, int | float) else "@") for row in rows[6:]]
    assert found == [
        (65400000, "#,##0"), (98.6, "#,##0.0"), (100, "#,##0"), (0, "#,##0"), ("-", "@"), ("…", "@"), (None, "@"),
        (1234.5, "#,##0.0"), ("12/15", "@"), (-3, "#,##0"),
    ]  # fmt: skip
    assert [row[0].value for row in rows[6:]] == list(range(1, 11))
    assert [row[1].value for row in rows[6:]] == [f"00{n}" for n in range(1, 11)], "what only looks like a number stays as it is"


def test_formulas_and_odd_letters_stay_text_and_sheets_have_names_of_their_own(tmp_path: Path) -> None:
    hostile = "=cmd|'/c calc'!A1\x00"
    one = replace(made(Column("Tên", 40, "left"), rows=((hostile,),)), number="Phụ lục [1]: " + "ế" * 40)
    path = written(tmp_path, one, one)
    book = openpyxl.load_workbook(path)
    first, second = book.sheetnames
    assert len(first) <= 31
    assert len(second) <= 31
    assert first.lower() != second.lower()
    cell = list(book[first].iter_rows())[-1][0]
    assert (cell.value, cell.data_type) == (hostile.rstrip("\x00"), "s")


def test_a_report_without_annexes_makes_no_workbook_and_another_ending_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="không có phụ lục"):
        workbook.tables(replace(sample_report(), annexes=()))
    with pytest.raises(ExpectedError, match="xlsx"):
        writing.write(office.store, period(office.store, demo.PERIOD), tmp_path / "a.ods")


def test_a_file_that_was_there_stays_when_the_new_one_cannot_be_made(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cu.xlsx"
    path.write_bytes(b"before")

    def empty(*arguments: Any, **more: Any) -> Report:
        return replace(sample_report(), annexes=())

    monkeypatch.setattr(content, "build", empty)
    with pytest.raises(ExpectedError):
        writing.write(office.store, period(office.store, demo.PERIOD), path)
    assert path.read_bytes() == b"before"
