"""A chart of dots on pages of its own: this year's filled, last year's hollow, joined; never bars on an axis that is cut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from app.report.breaking import by_sense, justify, squeeze
from app.report.document import Chart, ChartRow
from app.report.flow import new_page
from app.report.layout import Profile
from app.report.page import MM, Dot, Page, Rule, Text, Width

LEFT, RIGHT = 56 * MM, 113 * MM
"""The plot, from the left edge of the text."""
NUMBERS = (123 * MM, 135.5 * MM, 150.5 * MM)
"""The middles of the three columns of numbers."""
ROW, TOTAL, CLEAR = 12.2 * MM, 10.4 * MM, 0.9 * MM
RADIUS, OUTLINE, JOIN, GRID, LINE = 2.9, 1.0, 1.1, 0.35, 0.5
JOIN_GREY, GRID_GREY = 0.45, 0.78
TICK_ROOM = 18.0
"""The least distance between two figures of the axis, pt."""
NAME, HEAD, LEGEND, TICK = 11.5, 10.5, 11.5, 10.5


class ChartPages:
    """One chart, laid out; ``pages()`` gives its pages, as many as its rows need, the total on the last."""

    def __init__(self, chart: Chart, profile: Profile, width: Width) -> None:
        self.chart, self.profile, self.width = chart, profile, width
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
        below = TOTAL + 2 * CLEAR + 40 + len(self.notes) * self.profile.annex.note_leading
        rows, page, y = list(self.chart.rows), first, begin
        while True:
            fits = max(1, int((self.bottom - y - 60 - below) // ROW))
            part, rows = rows[:fits], rows[fits:]
            self._plot(page, y, part, last=not rows)
            yield page
            if not rows:
                return
            page, y = new_page(self.profile.portrait), self.top

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
            self._row(page, y + ROW / 2, row)
            y += ROW
        y += CLEAR
        if last:
            self._rule(page, y)
            self._row(page, y + TOTAL / 2, self.chart.total)
            y += TOTAL
        self._rule(page, y)
        for percent in range(self.chart.last, self.chart.first - 1, -self._step()):
            x = self._x(percent * 10)
            page.rules.append(Rule(x, top, x, y, GRID, GRID_GREY))
            page.centred(x, y + 14.5, "regular", TICK, str(percent), self.width)
        page.centred(self.left + (LEFT + RIGHT) / 2, y + 28, "regular", TICK, self.chart.axis, self.width)
        y += 52
        for line in self.notes if last else ():
            page.texts.append(Text(self.left, y, "italic", self.profile.annex.note_size, line.text, line.gap))
            y += self.profile.annex.note_leading

    def _legend(self, page: Page, y: float) -> float:
        y += LEGEND
        x = self.left + LEFT
        for words, filled in zip(self.chart.legend, (True, False), strict=True):
            page.dots.append(Dot(x, y - 0.3 * LEGEND, RADIUS, filled, OUTLINE))
            page.texts.append(Text(x + 8, y, "regular", LEGEND, words))
            x += 8 + self.width("regular", LEGEND, words) + 20
        return y

    def _heads(self, page: Page, y: float) -> float:
        """Write the heads over the columns, their last lines on one baseline; give the y of the rule below."""
        y += 34
        name, *numbers = self.chart.heads
        page.texts.append(Text(self.left, y, "bold", HEAD, name))
        for x, head in zip(NUMBERS, numbers, strict=True):
            for up, line in enumerate(reversed(head.split("\n"))):
                page.centred(self.left + x, y - up * 13, "bold", HEAD, line, self.width)
        return y + 7

    def _rule(self, page: Page, y: float) -> None:
        page.rules.append(Rule(self.left, y, self.left + self.room, y, LINE))

    def _row(self, page: Page, middle: float, row: ChartRow) -> None:
        face = "bold" if row is self.chart.total else "regular"
        lines = by_sense(row.name, partial(self.width, face, NAME), LEFT - 6, LEFT - 6, most=2)
        at = middle + 0.3 * NAME - (len(lines) - 1) * 13 / 2
        for line in lines:
            page.texts.append(Text(self.left, at, face, NAME, line))
            at += 13
        for x, text in zip(NUMBERS, row.cells, strict=True):
            page.centred(self.left + x, middle + 0.3 * NAME, face, NAME, text, self.width)
        if row.now is not None and row.before is not None:
            page.rules.append(Rule(self._x(row.before), middle, self._x(row.now), middle, JOIN, JOIN_GREY))
        for value, filled in ((row.before, False), (row.now, True)):
            if value is not None:
                page.dots.append(Dot(self._x(value), middle, RADIUS, filled, OUTLINE))

    def _step(self) -> int:
        """How many percent lie between two lines of the grid: one where there is room for its figures."""
        apart = (RIGHT - LEFT) / (self.chart.last - self.chart.first)
        return next(step for step in (1, 2, 5, 10, 20, 50, 100) if step * apart >= TICK_ROOM or step == 100)

    def _x(self, tenths: int) -> float:
        """Where a percentage stands, given in tenths."""
        share = (tenths / 10 - self.chart.first) / (self.chart.last - self.chart.first)
        return self.left + LEFT + share * (RIGHT - LEFT)
