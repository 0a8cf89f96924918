"""The annexes of a report as tables for a workbook: one sheet an annex or chart, numbers as numbers, every row and total as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Literal

from app.report.document import Annex, Report
from app.report.document import Column as Printed
from app.report.layout import profile
from app.sheets import Column, Table
from db.errors import ExpectedError

NUMBER = re.compile(r"[-−+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
"""A number as it is printed: its sign where it is a difference, dots part thousands, a comma the decimals (domain.md C.1)."""
LONGEST_TITLE = 31
"""Characters Excel allows in the name of a sheet; a few it does not allow at all."""
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
MILLIMETRES = 1.9
"""Millimetres of the printed column to one character of the sheet's."""


def tables(report: Report) -> list[Table]:
    """Give one table an annex and one a chart, in the order of the report.

    Over each stands whether it is a draft, or a copy of what was approved. Raises ExpectedError when the report has no annexes.
    """
    if not report.annexes:
        raise ExpectedError("annexes", "Báo cáo này không có phụ lục nên không có gì để ghi ra bảng.", "Hãy lưu dạng .pdf hoặc .docx.")
    titles: set[str] = set()
    style = profile(report.profile, report.day)
    empty = style.annex.empty
    mark = f"{style.draft.words}. {report.footer}" if report.draft is not None else report.footer
    parts = (one for annex in report.annexes for one in (annex, *(chart.table() for chart in annex.charts)))
    return [_table(one, titles, empty, mark) for one in parts]


def number(text: str) -> int | float | None:
    """Give the number that a cell prints: ``65.400.000`` → 65400000, ``+7,3`` → 7.3; None for marks and words."""
    if not NUMBER.fullmatch(text):
        return None
    plain = text.replace(".", "").replace("−", "-")
    return float(plain.replace(",", ".")) if "," in plain else int(plain)


def _table(annex: Annex, titles: set[str], empty: str, mark: str) -> Table:
    columns = [
        Column(head(column), _kind(annex, place), min(60, max(7, round(column.width / MILLIMETRES))))
        for place, column in enumerate(annex.columns)
    ]
    if columns and annex.columns[0].align == "center":  # the rows' own numbers
        columns[0] = replace(columns[0], kind="whole")
    above = tuple(" ".join(text.split()) for text in (mark, annex.number, annex.title, annex.reference, annex.unit_line) if text)
    below = tuple(" ".join(note.split()) for note in annex.notes)
    return Table(_title(annex.number, titles), columns, list(_rows(annex, columns, empty)), above, below)


def _kind(annex: Annex, place: int) -> Literal["text", "number", "signed"]:
    """Tell how a column shows its values: numbers with their sign where one is printed with a plus."""
    if annex.columns[place].align != "number":
        return "text"
    printed = (row.cells[place] for group in annex.groups for row in group.rows)
    return "signed" if any(text.startswith("+") for text in printed) else "number"


def head(column: Printed) -> str:
    """Give the heading of a column on one line, behind the heading of its group: ``Kết quả – Đạt (%)``."""
    return " – ".join(" ".join(text.split()) for text in (column.group, column.head) if text)


def _rows(annex: Annex, columns: list[Column], empty: str) -> Iterator[list[str | float | None]]:
    if not annex.groups:
        yield [empty, *[None] * (len(columns) - 1)]
    for group in annex.groups:
        for row in group.rows:
            yield [_cell(column, text) for column, text in zip(columns, row.cells, strict=True)]


def _cell(column: Column, text: str) -> str | float | None:
    """Give what stands in the sheet: a number in columns of numbers, else the text as printed; None for nothing."""
    found = number(text) if column.kind != "text" else None
    return text or None if found is None else found


def _title(wanted: str, taken: set[str]) -> str:
    """Give a name for the sheet that Excel takes and no other sheet has."""
    base = " ".join(FORBIDDEN.sub(" ", wanted).split())[:LONGEST_TITLE] or "Phụ lục"
    for turn in count(1):
        end = f" {turn}" if turn > 1 else ""
        title = base[: LONGEST_TITLE - len(end)] + end
        if title.lower() not in taken:
            break
    taken.add(title.lower())
    return title
