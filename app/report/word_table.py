"""The table of an annex as Word's own: repeated heads, merged cells, numbers on their right edge.

Written as XML and read in at once: python-docx looks a cell up by walking the whole table, which takes minutes for a long annex, and
making its elements one by one takes longer than all the rest of a report.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

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


def _tag(name: str, *children: str, **attributes: str) -> str:
    """Write one element; attributes are of the same namespace, and hold no text of people."""
    said = "".join(f' w:{key}="{value}"' for key, value in attributes.items())
    inside = "".join(children)
    return f"<w:{name}{said}>{inside}</w:{name}>" if inside else f"<w:{name}{said}/>"


def roughly(text: str, size: float) -> float:
    """About how long a text is in points: Word measures it exactly; this only places numbers and lines."""
    return size * sum(0.29 if letter in _NARROW else 0.72 if letter.isupper() else 0.5 for letter in text)


def table(annex: Annex, room: float, empty: str) -> Any:
    """Give the ``w:tbl`` of an annex, ``room`` points wide; ``empty`` is what a table without rows says."""
    return parse_xml(_Table(annex, room, empty).written().replace("<w:tbl>", f"<w:tbl {nsdecls('w')}>", 1))


class _Table:
    def __init__(self, annex: Annex, room: float, empty: str) -> None:
        self.annex, self.empty = annex, empty
        self.widths = [width * POINTS for width in annex.widths(room / POINTS)]
        self.remarks = max((i for i, column in enumerate(annex.columns) if column.align == "number"), default=len(annex.columns))
        self.insets = [self._inset(i) for i in range(len(annex.columns))]
        self._frames: dict[tuple[Any, ...], tuple[str, str]] = {}

    def _inset(self, i: int) -> float:
        """Free space right of the numbers of a column, so that the widest stands in the middle."""
        if self.annex.columns[i].align != "number":
            return 0.0
        rows = [row for group in self.annex.groups if i >= max(group.span, group.merge) for row in group.rows]
        cells = {row.cells[i] for row in rows if i < len(row.cells)}
        widest = max((roughly(clean(text), self.annex.font_size) for text in cells), default=0.0)
        return max(0.0, (self.widths[i] - widest) / 2)

    def written(self) -> str:
        """Give the table as XML."""
        edges = [_tag(side, val="single", sz="4", space="0", color="000000") for side in _SIDES]
        shape = _tag(
            "tblPr",
            _tag("tblW", w=_twips(sum(self.widths)), type="dxa"),
            _tag("tblBorders", *edges),
            _tag("tblLayout", type="fixed"),
            _tag("tblCellMar", _tag("left", w="40", type="dxa"), _tag("right", w="40", type="dxa")),
        )
        rows = [row for group in self.annex.groups for row in self._group(group)]
        if not self.annex.groups:
            rows.append(_tag("tr", self._cell(self.empty, 0, len(self.widths), "center", italic=True)))
        grid = _tag("tblGrid", *[_tag("gridCol", w=_twips(width)) for width in self.widths])
        return _tag("tbl", shape, grid, *self._head(), *rows)

    def _head(self) -> list[str]:
        columns = self.annex.columns
        levels = 2 if any(column.group for column in columns) else 1
        upper: list[str] = []
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
        shape = _tag("trPr", _tag("cantSplit"), _tag("tblHeader"))
        return [_tag("tr", shape, *row) for row in rows]

    def _head_cell(self, i: int, merged: str) -> str:
        text = "" if merged == "continue" else self.annex.columns[i].head
        return self._cell(text, i, i + 1, "center", bold=True, size=self.annex.head_size, merged=merged)

    def _group(self, group: RowGroup) -> list[str]:
        shape = [_tag("cantSplit")]
        if self.annex.row_height > SIGNED:
            shape.append(_tag("trHeight", val=_twips(self.annex.row_height * POINTS), hRule="atLeast"))
        whole = _tag("trPr", *shape)
        return [_tag("tr", whole, *self._row(group, row, at, at == len(group.rows) - 1)) for at, row in enumerate(group.rows)]

    def _row(self, group: RowGroup, row: Row, at: int, last: bool) -> list[str]:
        cells: list[str] = []
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
    ) -> str:  # fmt: skip
        """One cell over the columns ``a`` to ``b``. ``keep``: on one page with the row below."""
        key = (a, b, align, bold, italic, size, merged, keep)
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = self._frame(*key)
        points = size or self.annex.font_size
        return f"{frame[0]}{_runs(text, points, bold, italic)}{frame[1]}" if text else "".join(frame)

    def _frame(self, a: int, b: int, align: str, bold: bool, italic: bool, size: float, merged: str, keep: bool) -> tuple[str, str]:
        """Give what stands before and after the words of cells that differ in these alone."""
        shape = [_tag("tcW", w=_twips(sum(self.widths[a:b])), type="dxa")]
        if b - a > 1:
            shape.append(_tag("gridSpan", val=str(b - a)))
        if merged:
            shape.append(_tag("vMerge", val=merged))
        top = (merged and b - a == 1) or (self.annex.top and not bold)
        shape.append(_tag("vAlign", val="top" if top else "center"))
        number = align == "number" and b - a == 1
        paragraph = [
            *([_tag("keepNext")] if keep else []),
            _tag("spacing", before="20", after="20", line=_twips((size or self.annex.font_size) + 2), lineRule="atLeast"),
            _tag("ind", firstLine="0", right=_twips(max(0.0, self.insets[a] - 2)) if number else "0"),
            _tag("jc", val="right" if number else align),
        ]
        return f"<w:tc>{_tag('tcPr', *shape)}<w:p>{_tag('pPr', *paragraph)}", "</w:p></w:tc>"


_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def _runs(text: str, points: float, bold: bool, italic: bool) -> str:
    """The runs of a cell; its line feeds break lines."""
    shape = _tag("rPr", *(["<w:b/>"] if bold else []), *(["<w:i/>"] if italic else []), _tag("sz", val=str(round(points * 2))))
    words = (f'<w:t xml:space="preserve">{escape(clean(part))}</w:t>' for part in text.split("\n"))
    return "".join(f"<w:r>{shape}{'<w:br/>' if at else ''}{one}</w:r>" for at, one in enumerate(words))


def _twips(points: float) -> str:
    return str(round(points * TWIPS))
