"""A table as people see it: cells, their text, and what is to be written. No file formats here."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from app import total_rows

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""A cell as the file types it; '' is empty. ``as_text`` gives what a person sees."""

Known = Callable[[str], bool]
"""Tells whether a text is a column heading that is understood."""

LISTS = "Danh mục"
"""The title of the sheet of code lists in an entry form; it is never read."""

HEADER_AMONG = 15
"""The header row is looked for among the first rows with content: letterheads and titles stand above many tables."""


@dataclass(slots=True)
class Sheet:
    """One sheet read. Rows without content are left out; every row is as long as the header.

    ``header_row`` and ``numbers`` (one a row) count from 1 as spreadsheets do; ``header_row`` is 0 in an empty sheet.
    ``errors`` says by (row number, column from 0) what is wrong with single cells; ``warnings`` concern the whole sheet.
    ``totals`` are the numbers of the rows that look like totals of others.
    A column without heading is '' in ``header``.
    """

    title: str
    header: tuple[str, ...] = ()
    header_row: int = 0
    rows: list[list[Cell]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    totals: frozenset[int] = frozenset()


def as_text(cell: Cell) -> str:
    """Give the text of a cell: whole numbers as digits, other numbers with a comma, days ``dd/mm/yyyy``, ``Có`` / ``Không``.

    Numbers have at most the 15 digits that a spreadsheet keeps, never an exponent: an identity number typed as a number
    is its digits.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        text = f"{cell:.15g}"
        return f"{Decimal(text):f}".replace(".", ",") if text[-1].isdigit() else text
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == dt.time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, dt.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    return f"{cell:%H:%M}"


def tabulate(title: str, rows: Iterable[tuple[int, list[Cell]]], known: Known | None) -> Sheet:
    """Make a sheet of numbered rows: find the header, leave out empty rows, make all equally long.

    The header is the one of the first rows that ``known`` likes best; with none, the first that has two cells, else the first. A second
    row of headings below one that spans several columns belongs to it, and so does a row that numbers the columns.
    """
    found = [(number, row) for number, row in rows if row.count("") < len(row)]
    if not found:
        return Sheet(title)
    at = _header_at([row for _, row in found[:HEADER_AMONG]], known)
    header, body = _heading(found[at][1]), found[at + 1 :]
    if known is not None and body and (both := _spanned(header, body[0][1], known)) is not None:
        header, body = both, body[1:]
    if body and _numbers_columns(header, body[0][1]):
        body = body[1:]
    width = max([len(header), *{len(row) for _, row in body}])
    header += [""] * (width - len(header))
    for _, row in body:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    totals = frozenset(number for number, row in body if total_rows.adds_up(row))
    return Sheet(title, tuple(header), found[at][0], [row for _, row in body], [number for number, _ in body], totals=totals)


def _heading(row: Sequence[Cell]) -> list[str]:
    return [" ".join(unicodedata.normalize("NFC", as_text(cell)).split()) for cell in row]


def _spanned(header: Sequence[str], row: Sequence[Cell], known: Known) -> list[str] | None:
    """Give the headings of two rows as one, where ``row`` says what the columns below a spanning heading are; else None.

    Such a row has words below a heading that is followed by columns without one, all of these included, and nothing below the others.
    """
    width = max(len(header), len(row))
    above, below = [*header, *[""] * (width - len(header))], [*row, *[""] * (width - len(row))]
    last = max(place for place, cell in enumerate(below) if cell != "")
    made, under, any_known = list(above), "", False
    for place, cell in enumerate(below[: last + 1]):
        spans = above[place] != "" and place < last and above[place + 1] == ""
        under = above[place] or under
        if above[place] and not spans:
            if cell != "":
                return None
            continue
        if not isinstance(cell, str) or not under or not any(letter.isalpha() for letter in cell):
            return None
        (words,) = _heading([cell])
        joined = f"{under} {words}"
        made[place] = words if known(words) and not known(joined) else joined
        any_known = any_known or known(made[place])
    return made if any_known else None


def _numbers_columns(header: Sequence[str], row: Sequence[Cell]) -> bool:
    """Tell whether a row numbers all columns that have a heading: 1, 2, 3 or (1), (2), (3), the first ones perhaps A, B."""
    signs = [as_text(cell).strip().strip("()") for cell in row if cell != ""]
    letters = next((place for place, sign in enumerate(signs) if not ("A" <= sign <= "Z")), len(signs))
    numbers = signs[letters:]
    every = len(signs) >= sum(heading != "" for heading in header)
    return every and len(numbers) > 2 and letters < 4 and numbers == [str(number + 1) for number in range(len(numbers))]


def _header_at(rows: Sequence[list[Cell]], known: Known | None) -> int:
    if known is not None:
        liked = [sum(isinstance(cell, str) and cell != "" and known(cell) for cell in row) for row in rows]
        if max(liked):
            return liked.index(max(liked))
    return next((index for index, row in enumerate(rows) if sum(cell != "" for cell in row) > 1), 0)


def column_name(number: int) -> str:
    """Give the letters of a column counted from 0: 0 → A, 26 → AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be written; ``kind`` decides how values are shown.

    ``number``: whole ones with dots, others with one decimal; ``signed``: the same with their sign. ``choices`` are pairs of code ('' for
    none) and label, offered for picking; ``several`` may stand in a cell, joined by ``;``.
    """

    label: str
    kind: Literal["text", "whole", "tenths", "number", "signed", "money", "day"] = "text"
    width: int = 16
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False


@dataclass(slots=True)
class Table:
    """A sheet to be written. Values are None, str, int, float, bool or ``date``; a str is always written as text.

    ``above`` are lines over the headings (what the table is of), ``below`` lines after the rows, both in workbooks only.
    """

    title: str
    columns: list[Column]
    rows: Iterable[Sequence[str | float | dt.date | None]] = ()
    above: Sequence[str] = ()
    below: Sequence[str] = ()


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def written(text: str) -> str:
    """Give text as it can stand in a file: NFC, line breaks as LF, control characters and lone surrogates removed."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text)
