"""The table of an annex, measured once and emitted page by page.

Numbers align on their units digit, padded so that the widest is centred; groups of rows never part unless higher than a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from app.report.breaking import by_sense, clean
from app.report.document import Annex, Row, RowGroup
from app.report.page import MM, Page, Rule, Spot, Text, Width

PAD = 3.0
"""Free space left and right of a text in its cell, pt."""
TIGHT = 1.0
"""The least free space beside the widest number, and beside a head, pt."""
RULE = 0.5
SMALLEST = 6.0
"""Type size in pt under which a table is not set, however wide its numbers."""
_NUMBER = re.compile(r"([+−-]?\d[\d.]*)(,\d+)?")
_UNITS = frozenset("-–…")


@dataclass(slots=True)
class Cell:
    """The lines of one cell, already broken; ``code`` leads to the records behind it."""

    lines: list[str]
    bold: bool
    code: str = ""


@dataclass(slots=True)
class Band:
    """One drawn row: ``cells`` of the columns that are its own (None: covered by a span), and its ``height`` in pt."""

    cells: list[Cell | None]
    height: float
    group: int = 0
    wide: bool = False
    """Whether the second cell goes over all columns behind the first."""


def accompany(parts: list[list[Band]], least: int) -> None:
    """Let the last page have at least so many rows: a sum never stands there without a row that it is of."""
    lacking = least - len(parts[-1])
    if len(parts) > 1 and 0 < lacking < len(parts[-2]):
        parts[-1][:0] = parts[-2][-lacking:]
        del parts[-2][-lacking:]


@dataclass(slots=True)
class _Numbers:
    """How one number column stands: ``units`` is the x of the right edge of the units digit from the column's left edge."""

    whole: float = 0.0
    part: float = 0.0
    units: float = 0.0


@dataclass(slots=True)
class Grid:
    """A measured table: sizes, edges, bands. ``room`` is its width and ``tallest`` the height a page leaves to its rows, in pt."""

    annex: Annex
    width: Width
    left: float
    room: float
    tallest: float
    empty: str
    size: float = 0.0
    head_size: float = 0.0
    remarks: int = 0
    """Text columns behind the last number column hold remarks, which are never bold."""
    edges: list[float] = field(default_factory=list)
    numbers: dict[int, _Numbers] = field(default_factory=dict)
    heads: list[float] = field(default_factory=list)
    groups: list[list[Band]] = field(default_factory=list)
    spans: list[list[Cell]] = field(default_factory=list)
    places: dict[tuple[int, str, bool], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.size, self.head_size = self.annex.font_size, self.annex.head_size
        self.remarks = max((i for i, column in enumerate(self.annex.columns) if column.align == "number"), default=len(self.annex.columns))
        widths = self._columns()
        self.edges = [self.left]
        for one in widths:
            self.edges.append(self.edges[-1] + one)
        for column, numbers in self.numbers.items():
            numbers.units = (widths[column] - numbers.whole - numbers.part) / 2 + numbers.whole
        self._measure_head()
        self.tallest -= self.head_height
        for group in self.annex.groups:
            self._measure_group(group)

    # --- measuring ---------------------------------------------------------------------------------------------------------

    @property
    def leading(self) -> float:
        """From baseline to baseline within a cell."""
        return self.size + 2

    @property
    def head_height(self) -> float:
        """All head rows together."""
        return sum(self.heads)

    def length(self, text: str, bold: bool = False) -> float:
        """The length of a cell's text."""
        return self.width("bold" if bold else "regular", self.size, text)

    def _columns(self) -> list[float]:
        """Column widths in pt: as the annex says, but never narrower than the numbers in them."""
        columns = self.annex.columns
        wanted = [width * MM for width in self.annex.widths(self.room / MM)]
        while True:
            self._number_widths()
            needed = [self.numbers[i].whole + self.numbers[i].part + 2 * TIGHT if i in self.numbers else 0.0 for i in range(len(columns))]
            lacking = sum(max(0.0, need - have) for need, have in zip(needed, wanted, strict=True))
            if lacking < 0.01:
                return wanted
            floor = [need if i in self.numbers else min(have, 12 * MM) for i, (need, have) in enumerate(zip(needed, wanted, strict=True))]
            spare = [max(0.0, have - least) for have, least in zip(wanted, floor, strict=True)]
            if sum(spare) >= lacking or self.size <= SMALLEST:
                share = min(1.0, lacking / (sum(spare) or 1.0))
                widths = [max(have, need) - extra * share for have, need, extra in zip(wanted, needed, spare, strict=True)]
                return [one * min(1.0, self.room / sum(widths)) for one in widths]
            self.size -= 0.5
            self.head_size = min(self.head_size, self.size)

    def _number_widths(self) -> None:
        self.numbers = {}
        for i, column in enumerate(self.annex.columns):
            if column.align != "number":
                continue
            seen = {(row.cells[i], row.bold) for group in self.annex.groups for row in group.rows if i >= max(group.span, group.merge)}
            numbers = self.numbers[i] = _Numbers()
            for text, bold in seen:
                whole, part = self._parts(clean(text), bold)
                numbers.whole, numbers.part = max(numbers.whole, whole), max(numbers.part, part)

    def _parts(self, text: str, bold: bool) -> tuple[float, float]:
        """The lengths left and right of the units digit's right edge."""
        text = text.strip()
        if found := _NUMBER.fullmatch(text):
            return self.length(found[1], bold), self.length(found[2] or "", bold)
        if text in _UNITS and text != "…":
            digit, mark = self.length("0", bold), self.length(text, bold)
            return (digit + mark) / 2, max(0.0, (mark - digit) / 2)
        return self.length(text, bold), 0.0

    def _measure_head(self) -> None:
        columns, annex = self.annex.columns, self.annex
        leading = self.head_size + 1.5
        levels = 2 if any(column.group for column in columns) else 1
        given = [height * MM for height in annex.head_heights[:levels]]
        heights = given + [0.0] * (levels - len(given))
        for i, column in enumerate(columns):
            lines = len(self._head_lines(column.head, i, i + 1))
            if column.group and levels == 2:
                heights[1] = max(heights[1], lines * leading + 3)
        if levels == 2:
            for a, b, name in self._head_groups():
                if name:
                    heights[0] = max(heights[0], len(self._head_lines(name, a, b)) * leading + 3)
        for i, column in enumerate(columns):
            if not (column.group and levels == 2):
                missing = len(self._head_lines(column.head, i, i + 1)) * leading + 3 - sum(heights)
                heights[-1] += max(0.0, missing)
        if annex.numbered_columns:
            heights.append(max(annex.head_heights[levels] * MM if len(annex.head_heights) > levels else 0.0, 12.5))
        self.heads = heights

    def _head_groups(self) -> Iterator[tuple[int, int, str]]:
        """Neighbouring columns under one head: first, one past the last, and its text ('' for single columns)."""
        at = 0
        for name, members in groupby(self.annex.columns, key=lambda column: column.group):
            count = len(list(members))
            if name:
                yield at, at + count, name
            else:
                for i in range(at, at + count):
                    yield i, i + 1, ""
            at += count

    def _head_lines(self, text: str, a: int, b: int) -> list[str]:
        room = self.edges[b] - self.edges[a] - 2 * TIGHT
        return by_sense(text, partial(self.width, "bold", self.head_size), room, room, True)

    def _wrap(self, text: str, a: int, b: int, bold: bool, pad: float = PAD) -> list[str]:
        """A cell's lines, as few as fit into columns ``a`` to ``b``."""
        room = self.edges[b] - self.edges[a] - 2 * pad
        if "\n" not in text and self.length(text, bold) <= room + 2 * max(0.0, pad - 1.5):
            return [clean(text)]
        return by_sense(text, partial(self.width, "bold" if bold else "regular", self.size), room, room)

    def _cell(self, row: Row, i: int) -> Cell:
        text = row.cells[i] if i < len(row.cells) else ""
        numeric = i in self.numbers
        bold = row.bold and (numeric or i < self.remarks)
        lines = self._wrap(text, i, i + 1, bold, 0.0 if numeric else PAD) if text else []
        return Cell(lines, bold, row.code(i))

    def _measure_group(self, group: RowGroup) -> None:
        number = len(self.groups)
        count = len(self.annex.columns)
        covered = min(max(group.span, group.merge), count)
        bands: list[Band] = []
        base = self.annex.row_height * MM
        one_by_one = group.merge and not group.span
        for row in group.rows:
            if row.wide:
                bands.append(self._heading(row, count, base, number))
                continue
            cells = [None if i < covered else self._cell(row, i) for i in range(count)]
            if one_by_one:
                cells[0] = Cell(self._wrap(row.cells[0], 0, covered, row.bold), row.bold, row.code(0))
            bands += self._bands(cells, base, number)
        heads: list[Cell] = []
        if group.span and group.rows:
            first = group.rows[0]
            bold = first.bold or bool(group.merge)
            spans = [(0, group.merge)] if group.merge else []
            spans += [(i, i + 1) for i in range(group.merge, covered)]
            for a, b in spans:
                text = first.cells[a]
                heads.append(Cell(self._wrap(text, a, b, bold), bold, first.code(a)))
            most = self._most_lines(base)
            for cell in heads:
                cell.lines[most:] = []
        self.groups.append(bands)
        self.spans.append(heads)
        if heads:
            bands[-1].height += max(0.0, self.span_height(number) - sum(band.height for band in bands))

    def _heading(self, row: Row, count: int, base: float, group: int) -> Band:
        """A row whose second cell goes over all columns behind the first."""
        lines = self._wrap(row.cells[1], 1, count, row.bold)[: self._most_lines(base)]
        cells = [self._cell(row, 0), Cell(lines, row.bold), *[None] * (count - 2)]
        return Band(cells, base + (len(lines) - 1) * self.leading, group, wide=True)

    def span_height(self, number: int) -> float:
        """The height in pt that the spanned cells of a group need."""
        tall = max((len(cell.lines) for cell in self.spans[number]), default=0)
        return self.annex.row_height * MM + (tall - 1) * self.leading

    def _most_lines(self, base: float) -> int:
        """Lines of a cell that one page can hold."""
        return max(1, int((self.tallest - base) // self.leading) + 1)

    def _bands(self, cells: list[Cell | None], base: float, group: int) -> list[Band]:
        """A row as one band, or as several if it is higher than a page."""
        most = max((len(cell.lines) for cell in cells if cell), default=1)
        room = self._most_lines(base)
        if most <= room:
            return [Band(cells, base + max(0, most - 1) * self.leading, group)]
        bands = []
        for start in range(0, most, room):
            part = [Cell(cell.lines[start : start + room], cell.bold, cell.code) if cell else None for cell in cells]
            lines = max(len(cell.lines) for cell in part if cell)
            bands.append(Band(part, base + max(0, lines - 1) * self.leading, group))
        return bands

    # --- emitting ----------------------------------------------------------------------------------------------------------

    def emit(self, page: Page, y: float, bands: list[Band]) -> float:
        """Draw the head and ``bands`` from ``y`` down; return the y of the lower edge."""
        uprights = [y] * len(self.edges)  # where the open stretch of each vertical line begins
        top = y
        edges, right = self.edges, self.edges[-1]
        rules = page.rules
        y = self._emit_head(page, y, uprights)
        if not self.annex.groups:
            height = max(self.annex.row_height * MM, 20.0)
            page.centred((edges[0] + right) / 2, y + height / 2 + 0.3 * self.size, "italic", self.size, self.empty, self.width)
            for i in range(1, len(edges) - 1):
                self._close(rules, uprights, i, y, y + height)
            rules.append(Rule(edges[0] - RULE / 2, y, right + RULE / 2, y, RULE))
            y += height
        previous = -1
        for band in bands:
            group = self.annex.groups[band.group]
            covered = max(group.span, group.merge)
            fresh = band.group != previous
            rules.append(Rule(edges[0 if fresh or not group.span else min(covered, len(edges) - 1)], y, right, y, RULE))
            if fresh and group.span:
                self._emit_spans(page, y, band.group, sum(other.height for other in bands if other.group == band.group))
            for i in range(2, len(edges) - 1) if band.wide else range(1, min(group.merge, len(edges) - 1)):
                self._close(rules, uprights, i, y, y + band.height)
            self._emit_band(page, y, band, group)
            y += band.height
            previous = band.group
        rules.append(Rule(edges[0] - RULE / 2, y, right + RULE / 2, y, RULE))
        for i, x in enumerate(edges):
            if uprights[i] < y:
                rules.append(Rule(x, uprights[i], x, y, RULE))
        rules.append(Rule(edges[0] - RULE / 2, top, right + RULE / 2, top, RULE))
        return y

    def _close(self, rules: list[Rule], uprights: list[float], i: int, y: float, begin: float) -> None:
        """End vertical line ``i`` at ``y`` and let it begin again at ``begin``."""
        if uprights[i] < y:
            rules.append(Rule(self.edges[i], uprights[i], self.edges[i], y, RULE))
        uprights[i] = begin

    def _emit_head(self, page: Page, y: float, uprights: list[float]) -> float:
        edges, annex = self.edges, self.annex
        levels = len(self.heads) - (1 if annex.numbered_columns else 0)
        body = sum(self.heads[:levels])
        for a, b, name in self._head_groups():
            if name and levels == 2:
                self._centred_lines(page, a, b, y, self.heads[0], name)
                page.rules.append(Rule(edges[a], y + self.heads[0], edges[b], y + self.heads[0], RULE))
                for i in range(a, b):
                    self._centred_lines(page, i, i + 1, y + self.heads[0], self.heads[1], annex.columns[i].head)
                for i in range(a + 1, b):
                    uprights[i] = y + self.heads[0]
            else:
                self._centred_lines(page, a, b, y, body, annex.columns[a].head)
        y += body
        if annex.numbered_columns:
            page.rules.append(Rule(edges[0], y, edges[-1], y, RULE))
            height = self.heads[-1]
            for i in range(len(annex.columns)):
                page.centred((edges[i] + edges[i + 1]) / 2, y + height / 2 + 2.8, "italic", 9.0, f"({i + 1})", self.width)
            y += height
        return y

    def _centred_lines(self, page: Page, a: int, b: int, y: float, height: float, text: str) -> None:
        lines = self._head_lines(text, a, b)
        leading = self.head_size + 1.5
        at = y + height / 2 + 0.3 * self.head_size - (len(lines) - 1) * leading / 2
        for line in lines:
            page.centred((self.edges[a] + self.edges[b]) / 2, at, "bold", self.head_size, line, self.width)
            at += leading

    def _emit_spans(self, page: Page, y: float, number: int, height: float) -> None:
        """Write the spanned cells of a group into the ``height`` that it has on this page."""
        group = self.annex.groups[number]
        merge, columns = group.merge, self.annex.columns
        spans = [(0, merge)] if merge else []
        spans += [(i, i + 1) for i in range(merge, max(group.span, merge))]
        base = y + self.annex.row_height * MM / 2 + 0.3 * self.size
        if merge and len(self.groups[number]) == 1:
            base = y + self.groups[number][0].height / 2 + 0.3 * self.size - (len(self.spans[number][0].lines) - 1) * self.leading / 2
        for (a, b), cell in zip(spans, self.spans[number], strict=True):
            align = "center" if b - a > 1 or columns[a].align == "number" else columns[a].align
            most = max(1, int((height - self.annex.row_height * MM) / self.leading + 1.01))
            self._lines(page, a, b, base, Cell(cell.lines[:most], cell.bold, cell.code), align)

    def _lines(self, page: Page, a: int, b: int, y: float, cell: Cell, align: str) -> None:
        """Lines of text from baseline ``y`` down."""
        face, x0, x1 = "bold" if cell.bold else "regular", self.edges[a], self.edges[b]
        for i, line in enumerate(cell.lines):
            length = self.length(line, cell.bold)
            at = x0 + min(PAD, (x1 - x0 - length) / 2) if align == "left" else (x0 + x1 - length) / 2
            page.texts.append(Text(at, y + i * self.leading, face, self.size, line))
        if cell.code:
            page.spots.append(Spot(x0, y - self.size, x1, y + 0.3 * self.size + (len(cell.lines) - 1) * self.leading, cell.code))

    def _emit_band(self, page: Page, y: float, band: Band, group: RowGroup) -> None:
        columns, numbers, size, edges = self.annex.columns, self.numbers, self.size, self.edges
        middle = y + band.height / 2 + 0.3 * size
        texts = page.texts

        def first(cell: Cell) -> float:
            """The baseline of a cell's first line."""
            if self.annex.top:
                return y + self.annex.row_height * MM / 2 + 0.3 * size
            return middle - (len(cell.lines) - 1) * self.leading / 2

        for i, cell in enumerate(band.cells):
            if cell is None or not cell.lines:
                continue
            if i == 0 and group.merge and not group.span:
                self._lines(page, 0, group.merge, first(cell), cell, "center")
            elif i in numbers:
                if cell.code:
                    page.spots.append(Spot(edges[i], y, edges[i + 1], y + band.height, cell.code))
                at = first(cell)
                for line in cell.lines:
                    texts.append(Text(edges[i] + self._number_x(i, line, cell.bold), at, "bold" if cell.bold else "regular", size, line))
                    at += self.leading
            else:
                last = len(columns) if band.wide and i == 1 else i + 1
                self._lines(page, i, last, first(cell), cell, columns[i].align)

    def _number_x(self, i: int, text: str, bold: bool) -> float:
        """Where a number begins, from its column's left edge."""
        key = (i, text, bold)
        if (x := self.places.get(key)) is None:
            x = self.places[key] = max(0.3, self.numbers[i].units - self._parts(text, bold)[0])
        return x
