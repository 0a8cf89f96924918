"""What tests of importing share: an office that opens without a key derivation, files written in a line, and what came of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from app import importing
from app.importing import Preview
from app.office import Office
from db.record import Aggregate
from db.records import RECORD_TYPES
from db.store import Store
from tests import samples

Row = Mapping[str, Any]

SESSION = {
    "Đơn vị": "DV01", "Ngày": "02/01/2019", "Hình thức": "HOC_TAP", "Loại nội dung": "CT", "Chuyên đề": "T23",
    "Giáo viên / báo cáo viên": "CAN_BO_CT", "Đối tượng": "DQ_CD", "Quân số": "420", "Phải học": "420", "Tham gia": "409",
}  # fmt: skip
CHECK = {"Đơn vị": "DV01", "Ngày": "10/04/2019", "Hoạt động": "KHAM_BENH"}
"""The record's cells of a free medical check."""


def csv_file(path: Path, *rows: Row) -> Path:
    """Write rows (heading → text) as CSV; a row without a heading has an empty cell there."""
    head = list(dict.fromkeys(heading for row in rows for heading in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([row.get(heading, "") for heading in head] for row in rows)
    return path


class Kit:
    """An open office, and short ways to bring tables into it."""

    def __init__(self, opened: Office, folder: Path) -> None:
        self.opened, self.folder = opened, folder
        self.store: Store = opened.store
        self._files = 0

    def path(self, ending: str) -> Path:
        self._files += 1
        return self.folder / f"bang-{self._files}{ending}"

    def csv(self, *rows: Row) -> Path:
        """Write rows as CSV."""
        return csv_file(self.path(".csv"), *rows)

    def xlsx(self, sheets: Mapping[str, Sequence[Row]]) -> Path:
        """Write sheets of rows as a workbook."""
        path = self.path(".xlsx")
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            head = list(dict.fromkeys(heading for row in rows for heading in row))
            page.append(head)
            for row in rows:
                page.append([row.get(heading) for heading in head])
        book.save(path)
        return path

    def preview(self, kind: str, path: Path, **options: Any) -> Preview:
        return importing.preview(self.store, RECORD_TYPES[kind], path, **options)

    def bring(self, kind: str, path: Path, **options: Any) -> Preview:
        """Import a file as it stands, refused rows left out."""
        found = self.preview(kind, path, **options)
        importing.apply(self.store, found, samples.USER)
        return found

    def take(self, kind: str, *rows: Row, **options: Any) -> Preview:
        """Import rows of which none may be refused."""
        found = self.bring(kind, self.csv(*rows), **options)
        assert found.refused == [], found.refusal()
        return found

    def refusals(self, kind: str, *rows: Row) -> list[tuple[int, str, str]]:
        """Give row, column and reason of everything that is refused in these rows."""
        return [(one.row, one.column, one.reason) for one in self.preview(kind, self.csv(*rows)).refused]

    def undo(self, found: Preview) -> importing.Undone:
        assert found.import_id
        return importing.undo(self.store, found.import_id, samples.USER)

    def all(self, kind: str, state: str | None = "entered") -> list[Aggregate]:
        """Give the records of a type in the order in which they came."""
        declared = RECORD_TYPES[kind]
        query = declared.select(declared.uid).order_by(declared.id)
        if state:
            query = query.where(declared.state == state)
        return [self.store.read(uid)[1] for (uid,) in self.store.execute(query.tuples())]

    def one(self, kind: str) -> Aggregate:
        (record,) = self.all(kind)
        return record

    def unit(self, code: str) -> Aggregate:
        (record,) = [one for one in self.all("unit") if one["code"] == code]
        return record


def tally(found: Preview) -> tuple[int, int, int]:
    """Give new, updated and already."""
    return found.new, found.updated, found.already


def headings(path: Path) -> dict[str, list[str]]:
    """Give the headings of a written workbook, by sheet."""
    book = load_workbook(path, read_only=True)
    return {page.title: [str(cell.value) for cell in next(page.iter_rows(max_row=1))] for page in book}


def cells_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Give the filled cells of every row of a written workbook, by sheet and heading."""
    book = load_workbook(path)
    return {page.title: list(_rows(page.iter_rows(values_only=True))) for page in book}


def _rows(rows: Iterable[tuple[Any, ...]]) -> Iterable[dict[str, Any]]:
    lines = iter(rows)
    head = [str(cell) for cell in next(lines)]
    for line in lines:
        yield {heading: cell for heading, cell in zip(head, line, strict=True) if cell is not None}
