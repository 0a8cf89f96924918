"""The report as plain data, the same for PDF, Word and the window: no query, no arithmetic, no drawing.

Every string here is final Vietnamese text (NFC) with no markup; drawing code escapes it. Ties (no-break spaces) are the
drawing's business, except where the words themselves demand one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Number:
    """A figure as it stands in a sentence: ``text`` is printed, ``code`` leads to its records (``CARE_KHAM_N``)."""

    text: str
    code: str


Run = str | Number


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. ``dash`` and ``numbered`` items carry their mark (``-``, ``5.``) in ``mark``, not in ``runs``."""

    runs: tuple[Run, ...]
    style: Literal["body", "basis", "dash", "numbered"] = "body"
    mark: str = ""
    key: str = ""
    """The outline key of the section it belongs to (``1.II.5``)."""

    @property
    def text(self) -> str:
        """The paragraph's words without marks."""
        return "".join(run if isinstance(run, str) else run.text for run in self.runs)


@dataclass(frozen=True)
class Heading:
    r"""A heading: its number (``Phần thứ nhất``, ``I.``, ``1.``, ``a)``) and its text.

    ``text`` may hold ``\n`` where the template breaks it by sense; that of a ``part`` is in capitals.
    """

    level: Literal["part", "roman", "arabic", "letter"]
    number: str
    text: str
    key: str


Block = Paragraph | Heading


@dataclass(frozen=True)
class Column:
    r"""A leaf column of an annex table: ``width`` in mm; ``head`` lines broken by ``\\n``; ``align`` of its cells.

    ``number`` cells are right-aligned, padded so that the widest is centred in the column.
    """

    head: str
    width: float
    align: Literal["left", "center", "number"] = "number"
    group: str = ""
    """The head above this column, shared with its neighbours of the same non-empty group (two-level heads)."""


@dataclass(frozen=True)
class Row:
    """One printed row: one text per column. ``bold`` for totals.

    ``codes`` gives per column the figure code behind the cell, or ``""``. ``scope`` is the part of those figures that the row
    shows: ``@uid`` of its unit, ``?dim=value&other=value``, both, or ``""`` for the whole.
    """

    cells: tuple[str, ...]
    bold: bool = False
    codes: tuple[str, ...] = ()
    scope: str = ""
    wide: bool = False
    """A heading among the rows: its second cell goes over all columns behind the first."""

    def code(self, column: int) -> str:
        """What leads to the records behind a cell: the figure code with the scope of the row; '' where there is none."""
        code = self.codes[column] if column < len(self.codes) else ""
        return code + self.scope if code else ""


@dataclass(frozen=True)
class RowGroup:
    """Rows that never part over a page (a unit's audience rows).

    The first ``span`` columns are written once over all rows, with the text of the first row's cells.
    ``merge`` (only totals): the first ``merge`` columns become one centred cell.
    """

    rows: tuple[Row, ...]
    span: int = 0
    merge: int = 0


@dataclass(frozen=True)
class ChartRow:
    """One row of a chart: ``cells`` are last year's, this year's and the change as printed; ``before`` and ``now`` their values."""

    name: str
    cells: tuple[str, str, str]
    before: int | None
    now: int | None


@dataclass(frozen=True)
class Chart:
    """Numbers of this year beside last year's on an axis from ``first`` to ``last``, ``scale`` of a value making one of the axis.

    ``dots``: percentages in tenths, on an axis that need not begin at zero. ``bars``: parts of ``total``, which has no bar of its own;
    lines ``step`` apart, from zero. ``legend`` is said of this year's and of last year's marks, ``axis`` under the axis; ``axis_note`` is
    the first of the printed ``notes``. These belong to the drawing alone; where nothing is drawn the chart is a table of ``heads`` and
    ``rows``.
    """

    number: str
    title: str
    legend: tuple[str, str]
    heads: tuple[str, str, str, str]
    rows: tuple[ChartRow, ...]
    total: ChartRow
    axis: str
    first: int
    last: int
    axis_note: str = ""
    table_notes: tuple[str, ...] = ()
    kind: Literal["dots", "bars"] = "dots"
    scale: int = 10
    step: int = 0
    """How far the lines of the grid are apart; 0: as there is room."""

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes under the drawing, as one paragraph."""
        return (" ".join(filter(None, (self.axis_note, *self.table_notes))),)

    def table(self) -> Annex:
        """Give the same as a table."""
        name, *numbers = self.heads
        columns = (Column(name, 85, "left"), *(Column(head, 25) for head in numbers))
        rows = [RowGroup((Row((row.name, *row.cells), row is self.total),)) for row in (*self.rows, self.total)]
        return Annex(self.number, self.title, "", columns, tuple(rows), landscape=False, notes=self.table_notes, row_height=6.6)


NEARLY = 0.9
"""The share of the text's width from which a table is meant to fill it."""


@dataclass(frozen=True)
class Annex:
    """One annex on pages of its own. ``groups`` empty: head and one row 'Không phát sinh trong kỳ báo cáo.'."""

    number: str
    title: str
    reference: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    landscape: bool = True
    unit_line: str = ""
    """'Đơn vị tính tiền: đồng' over the table, or ''."""
    notes: tuple[str, ...] = ()
    numbered_columns: bool = False
    """Whether the head closes with the row (1) (2) (3) …"""
    font_size: float = 10.5
    head_size: float = 10.5
    head_heights: tuple[float, ...] = ()
    """Heights in mm of the head rows (one or two levels, then the row of column numbers)."""
    row_height: float = 5.9
    top: bool = False
    """Whether the text of a row that grows stands at its top, else in the middle."""
    charts: tuple[Chart, ...] = ()
    """Drawn behind the table, each on pages of its own."""
    key: str = ""
    """The key of its section in the outline; '' where it stands in none."""

    def widths(self, room: float) -> list[float]:
        """Give the columns' widths within ``room``, in mm.

        A table wider than it shrinks. Of one that nearly fills it the first column of text takes what is left, so that the table
        ends where the text above and below does.
        """
        widths = [max(column.width, 1.0) for column in self.columns]
        total = sum(widths)
        if total > room:
            return [width * room / total for width in widths]
        words = next((place for place, column in enumerate(self.columns) if column.align == "left"), None)
        if words is not None and total >= NEARLY * room:
            widths[words] += room - total
        return widths


@dataclass(frozen=True)
class Signature:
    """``positions`` are the lines over the signature (``KT. CHÍNH ỦY``, ``PHÓ CHÍNH ỦY``); rank and name may be ''."""

    positions: tuple[str, ...]
    rank: str
    name: str


@dataclass(frozen=True)
class Letterhead:
    """The boxes of page 1. ``number`` is the whole line (``Số: 126/BC-BCH``); ``place_date`` likewise."""

    parent: str
    issuer: tuple[str, ...]
    number: str
    place_date: str
    kind: str
    subject: tuple[str, ...]
    circulation: str = ""
    """Framed words on who may read it (``LƯU HÀNH NỘI BỘ``), or ''."""


@dataclass(frozen=True)
class Draft:
    """Present while the report is not approved. ``turn`` is ``lần 02`` or ''."""

    turn: str


@dataclass(frozen=True)
class Report:
    """A whole report, ready to be drawn.

    ``profile`` names the layout (``HANH_CHINH``); ``footer`` is the left footer text (report code, journal head) or, in a
    draft, the draft's line; ``closing`` is the last paragraph with its end mark.
    """

    profile: str
    title: str
    author: str
    letterhead: Letterhead
    body: tuple[Block, ...]
    closing: Paragraph
    signature: Signature
    recipients: tuple[str, ...]
    """Lines after the dash without the closing punctuation, the archive line last."""
    annexes: tuple[Annex, ...]
    footer: str
    draft: Draft | None = None
    warnings: tuple[str, ...] = field(default=())
    """What could not be filled in (a figure that no longer exists), for the person who prints; never printed."""
    made: datetime | None = None
    """When it was put together, as the file says of itself; None: a fixed day, for files that are to be equal byte by byte."""
    day: str = ""
    """The ISO day whose rules of layout it follows; '': the newest ones."""
    notice: str = ""
    """What the person who prints it should know of it as a whole (its layout is of later rules), or ''; never printed."""


@dataclass(frozen=True)
class Signatory(Signature):
    """One of several who sign side by side: ``hint`` stands under the position (``(Ký, ghi rõ họ tên)``), '' for none."""

    hint: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper beside the report: a head, text, at most one table, text below it, and who signs, from left to right.

    With ``recipients`` (lines after the dash, the archive line last) one signs, and they stand at the left as below a report.
    """

    letterhead: Letterhead
    before: tuple[Block, ...]
    table: Annex | None = None
    after: tuple[Paragraph, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Papers:
    """One or more papers in a file, each beginning on a page of its own.

    ``size`` is that of the text in pt; ``national`` tells whether the nation's name and motto stand at the head (a summary for the press
    is no document of state). ``footer`` stands left at the foot of every page.
    """

    title: str
    author: str
    papers: tuple[Paper, ...]
    footer: str = ""
    size: float = 14.0
    landscape: bool = False
    national: bool = True
    warnings: tuple[str, ...] = ()
    """What was left out and why, for the person who prints; never printed."""
    made: datetime | None = None
