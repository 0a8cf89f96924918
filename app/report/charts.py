"""Charts on pages of their own: this year filled, last year hollow. Dots, joined, where the axis is cut; bars from zero only.

No colours: they are told apart on a black and white printer, and every number is printed beside its mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import NamedTuple

from app.report.breaking import by_sense, justify, squeeze
from app.report.document import Chart, ChartRow
from app.report.flow import new_page
from app.report.layout import Profile
from app.report.page import MM, Dot, Page, Rule, Text, Width
from db.questions import grouped


class Places(NamedTuple):
    """Where things stand, from the left edge of the text: the plot, the middles of the three columns of numbers, their room."""

    left: float
    right: float
    numbers: tuple[float, float, float]
    room: float


PLACES = {
    "dots": Places(56 * MM, 113 * MM, (123 * MM, 135.5 * MM, 150.5 * MM), 13 * MM),
    "bars": Places(44 * MM, 92 * MM, (104 * MM, 126 * MM, 149 * MM), 21 * MM),
}
ROW, TOTAL, CLEAR = 12.2 * MM, 10.4 * MM, 0.9 * MM
LEADING, ABOVE = 13.0, 8.0
"""From line to line of a name; what a row of more lines than it has room for is higher than they are."""
RADIUS, OUTLINE, JOIN, GRID, LINE = 2.9, 1.0, 1.1, 0.35, 0.5
JOIN_GREY, GRID_GREY = 0.45, 0.78
BAR, BAR_GREY, BARS_APART = 3.6 * MM, 0.3, 0.7 * MM
TICK_ROOM = 18.0
"""The least distance between two figures of the axis, pt."""
NAME, HEAD, LEGEND, TICK = 11.5, 10.5, 11.5, 10.5


class ChartPages:
    """One chart, laid out; ``pages()`` gives its pages, as many as its rows need, the total on the last."""

    def __init__(self, chart: Chart, profile: Profile, width: Width) -> None:
        self.chart, self.profile, self.width = chart, profile, width
        self.places = PLACES[chart.kind]
        sheet = profile.portrait
        self.left, self.room = sheet.left * MM, (sheet.width - sheet.left - sheet.right) * MM
        self.top, self.bottom = sheet.top * MM, (sheet.height - sheet.bottom) * MM
        note = partial(width, "italic", profile.annex.note_size)
        texts = [squeeze(text) for text in chart.notes]
        self.notes = [line for text in texts for line in justify(text, note, profile.annex.note_size, self.room, self.room)]

    def pages(self) -> Iterator[Page]:
        """Give the pages, without their numbers."""
        first = new_page(self.profile.portrait)
        begin = self._titles(first)
        below = self._height(self.chart.total) + 2 * CLEAR + 40 + len(self.notes) * self.profile.annex.note_leading
        rows, page, y = list(self.chart.rows), first, begin
        while True:
            fits = self._fitting(rows, self.bottom - y - 60 - below)
            part, rows = rows[:fits], rows[fits:]
            self._plot(page, y, part, last=not rows)
            yield page
            if not rows:
                return
            page, y = new_page(self.profile.portrait), self.top

    def _fitting(self, rows: list[ChartRow], room: float) -> int:
        """How many of the rows, at least one, stand in ``room``."""
        used = 0.0
        for count, row in enumerate(rows):
            used += self._height(row)
            if used > room:
                return max(1, count)
        return len(rows)

    def _titles(self, page: Page) -> float:
        style, centre = self.profile.annex, self.left + self.room / 2
        y = self.top + style.number_size
        page.centred(centre, y, "bold", style.number_size, squeeze(self.chart.number), self.width)
        for line in by_sense(self.chart.title, partial(self.width, "bold", style.title_size), self.room, self.room, True):
            y += style.title_leading
            page.centred(centre, y, "bold", style.title_size, line, self.width)
        return y + 21.4

    def _plot(self, page: Page, y: float, rows: list[ChartRow], last: bool) -> None:
        """Draw legend, heads, rows and axis from ``y`` down; the total and the notes under the last rows."""
        y = self._heads(page, self._legend(page, y))
        top = y
        self._rule(page, y)
        y += CLEAR
        for row in rows:
            y = self._row(page, y, row)
        y += CLEAR
        if last:
            self._rule(page, y)
            y = self._row(page, y, self.chart.total)
        self._rule(page, y)
        for tick in range(self.chart.last, self.chart.first - 1, -self._step()):
            x = self._x(tick * self.chart.scale)
            begins = self.chart.kind == "bars" and not tick
            page.rules.append(Rule(x, top, x, y, GRID, JOIN_GREY if begins else GRID_GREY))
            page.centred(x, y + 14.5, "regular", TICK, grouped(tick), self.width)
        page.centred(self.left + (self.places.left + self.places.right) / 2, y + 28, "regular", TICK, self.chart.axis, self.width)
        y += 52
        for line in self.notes if last else ():
            page.texts.append(Text(self.left, y, "italic", self.profile.annex.note_size, line.text, line.gap))
            y += self.profile.annex.note_leading

    def _legend(self, page: Page, y: float) -> float:
        y += LEGEND
        x = self.left + self.places.left
        for words, filled in zip(self.chart.legend, (True, False), strict=True):
            if self.chart.kind == "dots":
                page.dots.append(Dot(x, y - 0.3 * LEGEND, RADIUS, filled, OUTLINE))
            else:
                _bar(page, x - 2 * RADIUS, x + RADIUS, y - 0.3 * LEGEND, 2.2 * RADIUS, filled)
            page.texts.append(Text(x + 8, y, "regular", LEGEND, words))
            x += 8 + self.width("regular", LEGEND, words) + 20
        return y

    def _heads(self, page: Page, y: float) -> float:
        """Write the heads over the columns, their last lines on one baseline; give the y of the rule below."""
        y += 34
        name, *numbers = self.chart.heads
        page.texts.append(Text(self.left, y, "bold", HEAD, name))
        for x, head in zip(self.places.numbers, numbers, strict=True):
            for up, line in enumerate(reversed(head.split("\n"))):
                page.centred(self.left + x, y - up * 13, "bold", HEAD, line, self.width)
        return y + 7

    def _rule(self, page: Page, y: float) -> None:
        page.rules.append(Rule(self.left, y, self.left + self.room, y, LINE))

    def _face(self, row: ChartRow) -> str:
        return "bold" if row is self.chart.total else "regular"

    def _name(self, row: ChartRow) -> list[str]:
        """Give the lines of a row's name: as many as it takes, for it is never cut."""
        room = self.places.left - 6
        return by_sense(row.name, partial(self.width, self._face(row), NAME), room, room)

    def _height(self, row: ChartRow) -> float:
        return max(TOTAL if row is self.chart.total else ROW, len(self._name(row)) * LEADING + ABOVE)

    def _row(self, page: Page, y: float, row: ChartRow) -> float:
        """Draw a row from ``y`` down; give the y below it."""
        face, lines, height = self._face(row), self._name(row), self._height(row)
        middle = y + height / 2
        for number, line in enumerate(lines):
            page.texts.append(Text(self.left, middle + 0.3 * NAME + (number - (len(lines) - 1) / 2) * LEADING, face, NAME, line))
        for place, (x, text) in enumerate(zip(self.places.numbers, row.cells, strict=True)):
            right = self.left + x + self.widest[place] / 2
            page.texts.append(Text(right - self.width(face, self.size, text), middle + 0.3 * NAME, face, self.size, text))
        if self.chart.kind == "dots":
            self._dots(page, middle, row)
        elif row is not self.chart.total:
            self._bars(page, middle, row)
        return y + height

    def _dots(self, page: Page, middle: float, row: ChartRow) -> None:
        if row.now is not None and row.before is not None:
            page.rules.append(Rule(self._x(row.before), middle, self._x(row.now), middle, JOIN, JOIN_GREY))
        for value, filled in ((row.before, False), (row.now, True)):
            if value is not None:
                page.dots.append(Dot(self._x(value), middle, RADIUS, filled, OUTLINE))

    def _bars(self, page: Page, middle: float, row: ChartRow) -> None:
        for value, filled, y in ((row.now, True, middle - BAR / 2), (row.before, False, middle + BAR / 2)):
            if value:
                _bar(page, self._x(0), self._x(value), y, BAR - BARS_APART, filled)

    @cached_property
    def size(self) -> float:
        """The size of the numbers, smaller than the names where they would not fit their columns."""
        widest = max(self.width("bold", NAME, text) for row in (*self.chart.rows, self.chart.total) for text in row.cells)
        return min(NAME, NAME * (self.places.room - 6) / widest)

    @cached_property
    def widest(self) -> list[float]:
        """The width of the widest number of each column, which stands in its middle; the others end where it does."""
        rows = [(row, "regular") for row in self.chart.rows] + [(self.chart.total, "bold")]
        return [max(self.width(face, self.size, row.cells[place]) for row, face in rows) for place in range(len(self.places.numbers))]

    def _step(self) -> int:
        """How far two lines of the grid are apart: where the chart does not say, one where there is room for its figures."""
        if self.chart.step:
            return self.chart.step
        apart = (self.places.right - self.places.left) / (self.chart.last - self.chart.first)
        return next(step for step in (1, 2, 5, 10, 20, 50, 100) if step * apart >= TICK_ROOM or step == 100)

    def _x(self, value: int) -> float:
        """Where a value stands."""
        share = (value / self.chart.scale - self.chart.first) / (self.chart.last - self.chart.first)
        return self.left + self.places.left + share * (self.places.right - self.places.left)


def _bar(page: Page, left: float, right: float, middle: float, height: float, filled: bool) -> None:
    """Draw a bar as lines: one as thick as it is high, or its outline."""
    if filled:
        page.rules.append(Rule(left, middle, right, middle, height, BAR_GREY))
        return
    inside = OUTLINE / 2
    top, bottom = middle - height / 2 + inside, middle + height / 2 - inside
    for x0, y0, x1, y1 in ((left, top, right, top), (left, bottom, right, bottom)):
        page.rules.append(Rule(x0, y0, x1, y1, OUTLINE))
    for x in (left + inside, right - inside):
        page.rules.append(Rule(x, top, x, bottom, OUTLINE))
