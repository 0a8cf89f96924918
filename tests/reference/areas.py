"""Count the figures of the other areas from their files: plain loops, nothing of the program. One reader and one counter an area.

A reader gives records with what they share (``envelope``) and their lines; a counter gives the figures of the records counted in
a period, None where nothing was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.reference.office_files import Row, code_of, csv_rows, day, envelope, number, of_record


def total(values: Iterable[int | None]) -> int | None:
    """Add up what was answered; None where nothing was."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def flat(path: Path) -> list[list[Row]]:
    """Give the rows of a flat file, record by record."""
    rows = csv_rows(path)
    return [of_record(rows, key) for key in dict.fromkeys(row["Bản ghi số"] for row in rows)]


def inside(records: list[Row], start: str, end: str) -> list[Row]:
    return [r for r in records if r["counts"] and start <= str(r["on"]) <= end]


# -- propaganda ---------------------------------------------------------------------------------------------------------------

PRODUCT = code_of("PRODUCT")


def read_propaganda(path: Path) -> list[Row]:
    records = []
    for rows in flat(path):
        lines = [
            {"product": PRODUCT(row["Thể loại"]), "quantity": number(row["Số lượng"]), "heard": number(row["Lượt người nghe"])}
            for row in rows
        ]
        records.append({**envelope(rows[0], day(rows[0]["Đến ngày"])), "lines": lines})
    return records


def propaganda(records: list[Row], start: str, end: str) -> Row:
    lines = [line for r in inside(records, start, end) for line in r["lines"]]

    def made(*products: str) -> int | None:
        return total(line["quantity"] for line in lines if line["product"] in products)

    return {
        "TT_TIN": made("TIN"),
        "TT_BAI": made("BAI"),
        "TT_ANH": made("ANH"),
        "TT_TONG": made("TIN", "BAI", "ANH"),
        "TT_PHONG_SU": made("PHONG_SU", "VIDEO", "CHUYEN_MUC"),
        "TT_PHAT_THANH": made("PHAT_THANH"),
        "TT_PA_NO": made("PA_NO", "BANG_RON"),
        "TT_TO_ROI": made("TO_ROI"),
        "TT_LUU_DONG": made("LUOT_XE"),
        "TT_NGHE": total(line["heard"] for line in lines if line["product"] == "LUOT_XE"),
    }


@dataclass(frozen=True)
class Area:
    """One area: the record type, its file, and how it is read and counted."""

    name: str
    file: str
    read: Callable[[Path], list[Row]]
    count: Callable[[list[Row], str, str], Row]

    def records(self, folder: Path) -> list[Row]:
        """Give the records of the file; none where there is no file."""
        path = folder / self.file
        return self.read(path) if path.exists() else []


AREAS = (Area("propaganda", "11-tuyen-truyen.csv", read_propaganda, propaganda),)
