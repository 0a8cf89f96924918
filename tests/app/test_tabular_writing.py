"""Files out: what is written reads back, and nothing in them is more than text."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import tabular
from app.csv_files import GUARDED, write_csv
from app.sheets import Column, Table, written
from db.errors import ExpectedError
from tests.app.tabular_kit import texts

TEXT = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from("=+-@'\t\r\n\"; ,|<>&_x0041Đđườễ\u0301\ufeff\x00\x1f"), max_size=20),
    st.sampled_from(
        ["=cmd|' /C calc'!A0", "+84 912", "-1", "@SUM(1)", "'=1", "''", "'", "\t=1", "_x000D_", '<b>&<img src="file:///x">', " a ", "007"]
    ),
)


def back(folder: Path, table: Table, name: str) -> list[list[str]]:
    path = folder / name
    tabular.write(path, [table])
    return texts(tabular.read(path)[0])


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=40))
def test_any_text_written_reads_back(name: str, rows: list[tuple[str, str]], tmp_path: Path) -> None:
    table = Table("Buổi", [Column("Số", "whole"), Column("Một"), Column("Hai")], [(n, *row) for n, row in enumerate(rows)])
    assert back(tmp_path, table, name) == [[str(n), *(written(text) for text in row)] for n, row in enumerate(rows)]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT, min_size=50, max_size=50))
def test_no_text_in_csv_begins_like_a_formula(some: list[str]) -> None:
    for text in some:
        with io.BytesIO() as file:
            write_csv(file, Table("a", [Column("a")], [(text,)]))
            line = file.getvalue().decode("utf-8-sig").split("\r\n", 1)[1]
        assert line.startswith('"')
        assert line.endswith('"\r\n')
        assert line[1:2] not in ("=", "+", "-", "@", "\t", "\r")
        assert line[1:].lstrip()[:1] not in ("=", "+", "-", "@")
        assert not GUARDED.match(written(text)) or line[1] == "'"


def test_strings_are_text_numbers_numbers_and_days_days(tmp_path: Path) -> None:
    columns = [Column("Chữ"), Column("Số", "whole"), Column("Tiền", "money"), Column("Ngày", "day")]
    row = ("=1+1", 2019, 65_400_000, dt.date(2019, 3, 5))
    tabular.write(tmp_path / "a.xlsx", [Table("Buổi", columns, [row, (None, None, None, None), ("-", -1, 0, dt.date(1948, 1, 2))])])
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["Buổi"]
    assert [cell.data_type for cell in page[2]] == ["s", "n", "n", "d"]
    assert [cell.number_format for cell in page[2]] == ["@", "0", "#,##0", "dd/mm/yyyy"]
    assert page["A2"].value == "=1+1"
    assert [cell.value for cell in page[3]] == [None] * 4
    assert page.freeze_panes == "A2"
    assert all(cell.font.bold for cell in page[1])
    assert texts(tabular.read(tmp_path / "a.xlsx")[0])[0] == ["=1+1", "2019", "65400000", "05/03/2019"]


def test_choices_become_drop_down_lists_from_a_sheet_that_is_not_read(tmp_path: Path) -> None:
    columns = [Column("Vai trò", choices=(("CHU_TRI", "Chủ trì"), ("PHOI_HOP", "Phối hợp"))), Column("Ghi chú")]
    tabular.write(tmp_path / "a.xlsx", [Table("Buổi", columns), Table("Dòng", columns[:1])])
    found = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert found.sheetnames == ["Buổi", "Dòng", "Danh mục"]
    assert [(str(v.sqref), v.formula1) for v in found["Buổi"].data_validations.dataValidation] == [("A2:A2000", "'Danh mục'!$B$2:$B$3")]
    assert [[cell.value for cell in row] for row in found["Danh mục"]] == [
        ["Vai trò (mã)", "Vai trò"], ["CHU_TRI", "Chủ trì"], ["PHOI_HOP", "Phối hợp"],
    ]  # fmt: skip


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, temporary = tmp_path / "a.xlsx", tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    path.write_bytes(b"old")

    def rows():
        yield ("một",)
        assert list(temporary.iterdir()) == [], "nothing in the clear outside the file itself"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        tabular.write(path, [Table("Buổi", [Column("a")], rows())])
    assert path.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "tmp"]


def test_other_endings_and_two_sheets_in_csv_are_refused(tmp_path: Path) -> None:
    table = Table("a", [Column("a")])
    for name, tables in (("a.xls", [table]), ("a", [table]), ("a.csv", [table, table])):
        with pytest.raises(ExpectedError) as caught:
            tabular.write(tmp_path / name, tables)
        assert caught.value.code == "ending"


def test_a_text_too_long_for_excel_is_refused_there_and_taken_by_csv(tmp_path: Path) -> None:
    table = Table("a", [Column("a"), Column("b")], [("x" * 40_000, "1")])
    with pytest.raises(ExpectedError, match=r"32\.767"):
        tabular.write(tmp_path / "a.xlsx", [table])
    assert back(tmp_path, table, "a.csv") == [["x" * 40_000, "1"]]
