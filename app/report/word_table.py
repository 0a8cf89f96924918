"""The table of an annex as Word's own: repeated heads, merged cells, numbers on their right edge.

Built as XML at once: python-docx looks a cell up by walking the whole table, which takes minutes for a long annex.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import groupby
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from app.report.breaking import clean
from app.report.document import Annex, Row, RowGroup

POINTS = 72 / 25.4
TWIPS = 20
SIGNED = 8.0
"""Rows that are to be higher than this, in mm, are signed in: they are given their height."""
_NARROW = frozenset(".,:;-–()[]/ ilt")


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """Make one element; attributes are of the same namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(children)
    return made


def roughly(text: str, size: float) -> float:
    """About how long a text is in points: Word measures it exactly; this only places numbers and lines."""
    return size * sum(0.29 if letter in _NARROW else 0.72 if letter.isupper() else 0.5 for letter in text)


def table(annex: Annex, room: float, empty: str) -> Any:
    """Give the ``w:tbl`` of an annex, ``room`` points wide; ``empty`` is what a table without rows says."""
    return _Table(annex, room, empty).made()


class _Table:
    def __init__(self, annex: Annex, room: float, empty: str) -> None:
        self.annex, self.empty = annex, empty
        self.widths = [width * POINTS for width in annex.widths(room / POINTS)]
        self.remarks = max((i for i, column in enumerate(annex.columns) if column.align == "number"), default=len(annex.columns))
        self.insets = [self._inset(i) for i in range(len(annex.columns))]
        self._first: dict[tuple[Any, ...], Any] = {}

    def _inset(self, i: int) -> float:
        """Free space right of the numbers of a column, so that the widest stands in the middle."""
        if self.annex.columns[i].align != "number":
            return 0.0
        rows = [row for group in self.annex.groups if i >= max(group.span, group.merge) for row in group.rows]
        cells = {row.cells[i] for row in rows if i < len(row.cells)}
        widest = max((roughly(clean(text), self.annex.font_size) for text in cells), default=0.0)
        return max(0.0, (self.widths[i] - widest) / 2)

    def made(self) -> Any:
        edges = [element(f"w:{side}", val="single", sz="4", space="0", color="000000") for side in _SIDES]
        made = element(
            "w:tbl",
            element(
                "w:tblPr",
                element("w:tblW", w=_twips(sum(self.widths)), type="dxa"),
                element("w:tblBorders", *edges),
                element("w:tblLayout", type="fixed"),
                element("w:tblCellMar", element("w:left", w="40", type="dxa"), element("w:right", w="40", type="dxa")),
            ),
            element("w:tblGrid", *[element("w:gridCol", w=_twips(width)) for width in self.widths]),
        )
        made.extend(self._head())
        for group in self.annex.groups:
            made.extend(self._group(group))
        if not self.annex.groups:
            cell = self._cell(self.empty, 0, len(self.widths), "center", italic=True)
            made.append(element("w:tr", cell))
        return made

    def _head(self) -> list[Any]:
        columns = self.annex.columns
        levels = 2 if any(column.group for column in columns) else 1
        upper: list[Any] = []
        at = 0
        for name, members in groupby(columns, key=lambda column: column.group):
            count = len(list(members))
            if name:
                upper.append(self._cell(name, at, at + count, "center", bold=True, size=self.annex.head_size))
            else:
                upper += [self._head_cell(i, "restart" if levels == 2 else "") for i in range(at, at + count)]
            at += count
        rows = [upper]
        if levels == 2:
            rows.append([self._head_cell(i, "" if column.group else "continue") for i, column in enumerate(columns)])
        if self.annex.numbered_columns:
            rows.append([self._cell(f"({i + 1})", i, i + 1, "center", italic=True, size=9.0) for i in range(len(columns))])
        return [element("w:tr", element("w:trPr", element("w:cantSplit"), element("w:tblHeader")), *row) for row in rows]

    def _head_cell(self, i: int, merged: str) -> Any:
        text = "" if merged == "continue" else self.annex.columns[i].head
        return self._cell(text, i, i + 1, "center", bold=True, size=self.annex.head_size, merged=merged)

    def _group(self, group: RowGroup) -> list[Any]:
        shape = [element("w:cantSplit")]
        if self.annex.row_height > SIGNED:
            shape.append(element("w:trHeight", val=_twips(self.annex.row_height * POINTS), hRule="atLeast"))
        return [
            element("w:tr", element("w:trPr", *map(deepcopy, shape)), *self._row(group, row, at, at == len(group.rows) - 1))
            for at, row in enumerate(group.rows)
        ]

    def _row(self, group: RowGroup, row: Row, at: int, last: bool) -> list[Any]:
        cells: list[Any] = []
        count = len(self.widths)
        merge = min(group.merge, count)
        if row.wide:
            first = self._cell(row.cells[0], 0, 1, self.annex.columns[0].align, bold=row.bold, keep=not last)
            return [first, self._cell(row.cells[1], 1, count, "left", bold=row.bold, keep=not last)]
        merged = ("restart" if at == 0 else "continue") if group.span and len(group.rows) > 1 else ""
        if merge:
            text = row.cells[0] if not group.span or at == 0 else ""
            cells.append(self._cell(text, 0, merge, "center", bold=row.bold or bool(group.span), merged=merged, keep=not last))
        for i in range(merge, count):
            spanned = i < group.span
            text = row.cells[i] if i < len(row.cells) and not (spanned and at) else ""
            numeric = self.annex.columns[i].align == "number"
            bold = row.bold and (spanned or numeric or i < self.remarks)
            align = "center" if spanned and numeric else self.annex.columns[i].align
            cells.append(self._cell(text, i, i + 1, align, bold=bold, merged=merged if spanned else "", keep=not last))
        return cells

    def _cell(
        self, text: str, a: int, b: int, align: str, *, bold: bool = False, italic: bool = False, size: float = 0.0, merged: str = "",
        keep: bool = False,
    ) -> Any:  # fmt: skip
        """One cell over the columns ``a`` to ``b``. ``keep``: on one page with the row below.

        Cells that differ in one line of text alone are copies of the first of them: making elements is what takes the time.
        """
        key = (a, b, align, bold, italic, size, merged, keep, bool(text))
        if "\n" in text:
            return self._fresh(text, *key[:-1])
        if key not in self._first:
            self._first[key] = self._fresh("-" if text else "", *key[:-1])
        made = deepcopy(self._first[key])
        if text:
            made[-1][-1][-1].text = clean(text)
        return made

    def _fresh(self, text: str, a: int, b: int, align: str, bold: bool, italic: bool, size: float, merged: str, keep: bool) -> Any:
        shape = element("w:tcPr", element("w:tcW", w=_twips(sum(self.widths[a:b])), type="dxa"))
        if b - a > 1:
            shape.append(element("w:gridSpan", val=str(b - a)))
        if merged:
            shape.append(element("w:vMerge", val=merged))
        top = (merged and b - a == 1) or (self.annex.top and not bold)
        shape.append(element("w:vAlign", val="top" if top else "center"))
        points = size or self.annex.font_size
        paragraph = element("w:pPr")
        if keep:
            paragraph.append(element("w:keepNext"))
        paragraph.append(element("w:spacing", before="20", after="20", line=_twips(points + 2), lineRule="atLeast"))
        number = align == "number" and b - a == 1
        paragraph.append(element("w:ind", firstLine="0", right=_twips(max(0.0, self.insets[a] - 2)) if number else "0"))
        paragraph.append(element("w:jc", val="right" if number else align))
        return element("w:tc", shape, element("w:p", paragraph, *_runs(text, points, bold, italic)))


_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def _runs(text: str, points: float, bold: bool, italic: bool) -> list[Any]:
    """The runs of a cell; its line feeds break lines."""
    runs: list[Any] = []
    for at, part in enumerate(text.split("\n") if text else ()):
        shape = element("w:rPr")
        if bold:
            shape.append(element("w:b"))
        if italic:
            shape.append(element("w:i"))
        shape.append(element("w:sz", val=str(round(points * 2))))
        words = element("w:t")
        words.text = clean(part)
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        runs.append(element("w:r", shape, *([element("w:br")] if at else []), words))
    return runs


def _twips(points: float) -> str:
    return str(round(points * TWIPS))
