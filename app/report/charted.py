"""The charts behind an annex, declared in annexes.toml: this year beside last, of the units or of the parts of a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.comparison import Comparison, value_known
from app.figures import FigureValue
from app.report.compared import INCOMPARABLE, Compared, ComparedTable, Side, difference, side
from app.report.document import Chart, ChartRow
from db.records import FIGURES

LINES = 6
"""The most lines of the grid beside the one at zero."""


@dataclass(frozen=True)
class ChartRule:
    """A declared chart; its words may hold common words. ``total`` by level of the reporting unit.

    Of a percentage: ``figure`` of each unit, as dots; ``merged`` is said of a unit that was made of others since. With ``rows``: bars of
    these, parts of ``figure``; ``scale`` of a value make one of the axis.
    """

    figure: str
    number: str
    title: str
    legend: tuple[str, str]
    heads: tuple[str, str, str, str]
    axis: str
    notes: tuple[str, ...]
    incomparable: str
    total: Mapping[str, str]
    merged: str = ""
    axis_note: str = ""
    rows: tuple[Compared, ...] = ()
    scale: int = 10

    def codes(self) -> Iterator[str]:
        """Give every figure code in it."""
        yield self.figure
        for row in self.rows:
            yield from (*row.figures, *row.beside)


@dataclass(frozen=True)
class Charts:
    """Draws the declared charts from one comparison: ``units`` by ``name``, ``level`` that of the reporting unit."""

    comparison: Comparison
    units: Sequence[str]
    name: Callable[[str], str]
    level: str
    words: Mapping[str, str]

    def all(self, rules: Sequence[ChartRule]) -> tuple[Chart, ...]:
        """Give the charts that have something to show, numbered as they come."""
        found: list[Chart] = []
        for rule in rules:
            if (chart := self._chart(rule, len(found) + 1)) is not None:
                found.append(chart)
        return tuple(found)

    def _chart(self, rule: ChartRule, number: int) -> Chart | None:
        """Draw one chart; None where fewer than two of its rows have a number this year."""
        total = rule.total.get(self.level) or rule.total["other"]
        rows, whole = self._parts(rule, total) if rule.rows else self._shares(rule, total)
        if sum(row.now is not None for row in rows) < 2:
            return None
        shown = rows if rule.rows else [*rows, whole]
        values = [value for row in shown for value in (row.before, row.now) if value is not None]
        if rule.rows:
            step = _step(-(-max(values) // rule.scale))
            first, last = 0, max(step, -(-max(values) // (rule.scale * step)) * step)
        else:
            step, first, last = 0, min(min(values) // rule.scale, 99), max(100, -(-max(values) // rule.scale))
        words = {**self.words, "tu": str(first), "so": str(number)}
        marked = any(row.cells[0] == INCOMPARABLE for row in (*rows, whole))

        def said(text: str) -> str:
            return text.format_map(words)

        return Chart(
            number=said(rule.number),
            title=said(rule.title),
            legend=(said(rule.legend[0]), said(rule.legend[1])),
            heads=(said(rule.heads[0]), said(rule.heads[1]), said(rule.heads[2]), said(rule.heads[3])),
            rows=tuple(rows),
            total=whole,
            axis=said(rule.axis),
            first=first,
            last=last,
            axis_note=said(rule.axis_note) if first else "",
            table_notes=(*map(said, rule.notes), *self._merged(rule), *((rule.incomparable,) if marked else ())),
            kind="bars" if rule.rows else "dots",
            scale=rule.scale,
            step=step,
        )

    def _merged(self, rule: ChartRule) -> Iterator[str]:
        """Say whose numbers are added up in last year's number of a unit that was made of others."""
        for unit in () if rule.rows else self.units:
            if before := self.comparison.predecessors.get(unit):
                yield rule.merged.format(don_vi=self.name(unit), cac_don_vi=", ".join(map(self.name, before)))

    def _shares(self, rule: ChartRule, total: str) -> tuple[list[ChartRow], ChartRow]:
        """Give a percentage of each unit, and of all."""
        return [self._share(rule.figure, unit, self.name(unit)) for unit in self.units], self._share(rule.figure, None, total)

    def _share(self, code: str, unit: str | None, name: str) -> ChartRow:
        pair = self.comparison.pair(code, unit)
        now = side([value_known(self.comparison.now, code, unit)], False)
        before = Side(INCOMPARABLE) if pair.standing == "incomparable" else side([pair.before], False)
        return self._row(name, now, before, code)

    def _parts(self, rule: ChartRule, total: str) -> tuple[list[ChartRow], ChartRow]:
        """Give the parts of which there was anything in either year, and the whole."""
        table = ComparedTable(self.comparison)
        parts = [(row, *table.sides(row)) for row in rule.rows]
        rows = [self._row(row.label, now, before, row.figures[0]) for row, now, before in parts if now.value or before.value]
        whole = Compared(total, "", (rule.figure,), tuple(code for row in rule.rows for code in row.beside))
        return rows, self._row(total, *table.sides(whole), rule.figure)

    def _row(self, name: str, now: Side, before: Side, code: str) -> ChartRow:
        change, _rate = difference(now, before, FigureValue(FIGURES[code], None))  # which says how it is counted
        return ChartRow(name, (before.text, now.text, change), before.value, now.value)


def _step(most: int) -> int:
    """Give the least of 1, 2, 5, 10, 20 … of which ``LINES`` reach as far as ``most``."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * LINES >= most:
                return step
        power *= 10
