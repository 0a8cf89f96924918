"""Compute figures for a period and units: one GROUP BY per source, pivoted here. ``app.tracing`` leads from them to the records.

The number of queries is the number of sources, whatever the number of units, rows or figures.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, reduce
from operator import and_
from typing import Any, NamedTuple

from peewee import SQL, Case, fn

from app import periods
from app.aggregates import Aggregates
from app.known import gap, sources
from app.periods import Period
from app.unit_tree import Scope
from db.errors import ExpectedError
from db.figures import Expression, Extreme, Figure, Least, Measure, Share, Source, Total, Window, percent_tenths
from db.message import Message
from db.questions import decimal, grouped
from db.records import FIGURES
from db.statements import Prepared, Slot, among, listed, slot
from db.store import Store


@dataclass(frozen=True)
class FigureValue:
    """A figure computed: ``value`` is a count or đồng, tenths for shares and decimals, a unit's code for extremes; None: unknown.

    ``numerator`` and ``denominator`` belong to shares; ``text`` is the exact text, ``—`` for None.
    ``partly``: units sent totals that do not tell all of it; ``value`` is what is known, and None where that is nothing.
    """

    figure: Figure
    value: int | str | None
    numerator: int | None = None
    denominator: int | None = None
    text: str = "—"
    partly: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing of it is known, though something may have happened; None alone also says that nobody answered."""
        return self.partly and self.value is None

    @property
    def is_share(self) -> bool:
        """Whether ``value`` is in tenths of a percent."""
        return isinstance(self.figure.expression, (Share, Least))

    @property
    def in_tenths(self) -> bool:
        """Whether ``value`` is in tenths: of a percent, or of kilometres and the like."""
        return self.figure.in_tenths

    @property
    def is_total(self) -> bool:
        """Whether ``value`` counts or adds up."""
        return isinstance(self.figure.expression, Total)


class Cell(NamedTuple):
    """One group of a source: its counting unit, the annex row it falls into, its dims, and one result per measure."""

    unit: str
    row: str
    dims: tuple[Any, ...]
    results: tuple[Any, ...]
    sent: bool = False
    """Whether they are a unit's totals."""


CellsOf = Callable[[Source], Sequence[Cell]]
"""Which cells of a source are looked at."""


@cache
def measures_of(source: Source) -> tuple[Measure, ...]:
    """Give the measures of a source that any figure uses, each once."""
    found: dict[int, Measure] = {}
    for figure in FIGURES.values():
        for expression in (figure.expression, figure.row):
            for measure in expression.measures if expression else ():
                if measure.source is source:
                    found[id(measure)] = measure
    return tuple(found.values())


@cache
def _place(measure: Measure) -> int:
    """Give the place of a measure among the results of its source."""
    return measures_of(measure.source).index(measure)


@dataclass
class Figures:
    """All figures of one period and scope. ``queries`` counts the statements that were needed."""

    store: Store
    period: Period
    scope: Scope
    queries: int = 0
    _sent: Aggregates | None = None
    _cells: dict[Source, list[Cell]] = field(default_factory=dict)
    _rows: dict[Source, dict[str, list[Cell]]] = field(default_factory=dict)
    _picked: dict[tuple[Any, ...], list[Cell]] = field(default_factory=dict)

    # -- values ------------------------------------------------------------------------------------------------------

    def value(self, code: str, row: str | None = None, **dims: str) -> FigureValue:
        """Compute a figure: for the whole scope, for one annex row (the uid of its unit), and for given dims (``audience="SQ"``).

        Raises ExpectedError naming valid codes when there is no such figure.
        """
        figure = figure_of(code)
        if dims:
            return self._evaluate(figure, figure.row or figure.expression, self._chosen(row, tuple(dims.items())))
        return self._judged(self._evaluate(figure, figure.expression, self._chosen(row, ())), row)

    def sent(self, code: str, row: str | None = None) -> FigureValue:
        """Compute the part of a figure that units gave as totals, which no dim tells apart."""
        figure, cells_of = figure_of(code), self._chosen(row, ())
        found = self._evaluate(figure, figure.expression, lambda source: [cell for cell in cells_of(source) if cell.sent])
        return self._judged(found, row)

    def _judged(self, found: FigureValue, row: str | None) -> FigureValue:
        """Say of a value whether totals leave a part of it open: zero and unknown is unknown, and so is a share of half a pair."""
        left = gap(self, found.figure.expression.measures, row)
        if not left:
            return found
        known = found.value if found.is_total else left == "part" and found.value is not None
        return replace(found, partly=True) if known else FigureValue(found.figure, None, partly=True)

    def _chosen(self, row: str | None, dims: tuple[tuple[str, Any], ...]) -> CellsOf:
        """Give the cells of one annex row and given dims, filtered once per source."""

        def cells_of(source: Source) -> Sequence[Cell]:
            kept = self._picked.get(key := (source, row, dims))
            if kept is None:
                places = [(source.dims.index(name), value) for name, value in dims]
                found = self.cells(source) if row is None else self._by_row(source).get(row, [])
                kept = [cell for cell in found if all(cell.dims[place] == value for place, value in places)] if places else found
                self._picked[key] = kept
            return kept

        return cells_of

    def _by_row(self, source: Source) -> dict[str, list[Cell]]:
        if source not in self._rows:
            rows = self._rows[source] = {}
            for cell in self.cells(source):
                rows.setdefault(cell.row, []).append(cell)
        return self._rows[source]

    def all(self, row: str | None = None) -> dict[str, FigureValue]:
        """Compute every figure, by code."""
        return {code: self.value(code, row) for code in FIGURES}

    def rows(self) -> tuple[str, ...]:
        """Give the annex rows in unit order: the scope's direct children, and the unit itself when it has records of its own.

        A unit that ended before the period has a row where records of it are dated within it and nobody took it over.
        """
        scope = self.scope
        own = any(cell.row == scope.unit for source in sources() if not source.own for cell in self.cells(source))
        dated = {cell.row for source in sources() if not (source.own or source.stock) for cell in self.cells(source)}
        ended = dated - {scope.unit, *scope.children}
        below = sorted((*scope.children, *ended), key=lambda unit: self.store.names.code("unit", unit))
        return (*((scope.unit,) if own or not below else ()), *below)

    def has_rows(self, source: Source, row: str | None = None) -> bool:
        """Tell whether any record stands behind a source (in one annex row)."""
        return bool(self.cells(source)) if row is None else row in self._by_row(source)

    def dims_of(self, source: Source, name: str, row: str | None = None) -> set[Any]:
        """Give the different values of one dim among the cells."""
        place = source.dims.index(name)
        return {cell.dims[place] for cell in (self.cells(source) if row is None else self._by_row(source).get(row, ()))}

    def _evaluate(self, figure: Figure, expression: Expression, cells_of: CellsOf) -> FigureValue:
        if isinstance(expression, Total):
            total = self._total(expression, cells_of)
            return FigureValue(figure, total, text="—" if total is None else decimal(total) if figure.in_tenths else grouped(total))
        if isinstance(expression, Share):
            return self._share(figure, expression, cells_of)
        part = self._extreme(expression, cells_of)
        if part is None:
            return FigureValue(figure, None)
        tenths = percent_tenths(part.n, part.d, expression.share.rounding)
        if isinstance(expression, Least):
            return FigureValue(figure, tenths, part.n, part.d, percent(tenths))
        name = self.store.names.label("unit", part.row, self.period.end)
        return FigureValue(figure, self.store.names.code("unit", part.row), part.n, part.d, f"{name} ({percent(tenths)})")

    def _share(self, figure: Figure, share: Share, cells_of: CellsOf) -> FigureValue:
        numerator, denominator = self._total(share.part, cells_of), self._total(share.whole, cells_of)
        if not denominator:
            return FigureValue(figure, None, numerator, denominator)
        tenths = percent_tenths(numerator or 0, denominator, share.rounding)
        return FigureValue(figure, tenths, numerator or 0, denominator, percent(tenths))

    def _extreme(self, expression: Least | Extreme, cells_of: CellsOf) -> Group | None:
        """Find the part with the least or greatest share, compared exactly; of equal ones the first in unit order."""
        source = expression.share.whole.plus[0].source
        places = [source.dims.index(name) for name in expression.dims] if isinstance(expression, Least) else None
        groups: dict[tuple[Any, ...], list[Cell]] = {}
        for cell in cells_of(source):
            key = (cell.row,) if places is None else (cell.unit, *(cell.dims[place] for place in places))
            groups.setdefault(key, []).append(cell)
        order = {row: place for place, row in enumerate((self.scope.unit, *self.scope.children))}
        parts: list[Group] = []
        for key, cells in sorted(groups.items(), key=lambda group: (order.get(group[1][0].row, -1), repr(group[0]))):

            def inside(of: Source, cells: Sequence[Cell] = cells) -> Sequence[Cell]:
                return cells if of is source else ()

            n, d = self._total(expression.share.part, inside), self._total(expression.share.whole, inside)
            if d:
                parts.append(Group(cells[0].row, key, n or 0, d))
        if not parts:
            return None
        best = isinstance(expression, Extreme) and expression.pick == "best"
        return max(parts, key=lambda part: _Ratio(part.n, part.d)) if best else min(parts, key=lambda part: _Ratio(part.n, part.d))

    def _total(self, total: Total, cells_of: CellsOf) -> int | None:
        if len(total.plus) == 1 and not total.minus:
            return self._measure(total.plus[0], cells_of)
        parts = [self._measure(measure, cells_of) for measure in total.plus]
        if all(part is None for part in parts):
            return None
        return sum(part or 0 for part in parts) - sum(self._measure(measure, cells_of) or 0 for measure in total.minus)

    @staticmethod
    def _measure(measure: Measure, cells_of: CellsOf) -> int | None:
        source = measure.source
        place = _place(measure)
        if measure.how == "distinct":
            columns = [source.dims.index(column) for column in measure.columns]
            keys = {tuple(cell.dims[column] for column in columns) for cell in cells_of(source) if cell.results[place]}
            return len([key for key in keys if None not in key])
        known = [cell.results[place] for cell in cells_of(source) if cell.results[place] is not None]
        if measure.how == "count":
            return int(sum(known))
        return int(sum(known)) if known else None

    # -- queries -----------------------------------------------------------------------------------------------------

    def cells(self, source: Source) -> list[Cell]:
        """Give the cells of a source within the scope; one query the first time."""
        found = self._cells.get(source)
        if found is None:
            found = self._cells[source] = list(self._query(source))
            self.queries += 1
            if not (source.stock or source.own):
                none = (None,) * len(source.dims)
                found += [Cell(unit, row, none, results, True) for unit, row, results in self.aggregates.results(measures_of(source))]
        return found

    @property
    def aggregates(self) -> Aggregates:
        """The totals that units sent instead of their events; read once."""
        if self._sent is None:
            self._sent = Aggregates(self.store, self.scope, self.period)
            self.queries += 1
        return self._sent

    def _query(self, source: Source) -> Iterator[Cell]:
        dims = len(source.dims)
        cuts, segment = self._segment(source)
        start, first = dims + (2 if segment is not None else 1), 2 if segment is not None else 1
        places: dict[tuple[str, int], str | None] = {}
        for found in self._rows_of(source, segment):
            key = (found[0], found[1] if segment is not None else -1)
            if key not in places:
                places[key] = self.scope.row_of(found[0], cuts[key[1]])
            row = places[key]
            if row is not None:
                yield Cell(found[0], row, found[first:start], found[start:])

    def _rows_of(self, source: Source, segment: Any) -> Any:
        """Read a source; ``segment`` tells the stretches in which no unit changes its parent, None where there is only one."""
        first, last = self._span(source)
        if segment is None:
            return self.store.run(_prepared(source), *self.window, first, last, listed(self.scope.owners))
        return self.store.execute(_grouped(source, self.window, (first, last), self.scope.owners, segment))

    @property
    def window(self) -> Window:
        """The period's days."""
        return Window(self.period.start, self.period.end)

    def condition(self, source: Source) -> Any:
        """Give what the rows of a source in its period have in common; the scope is looked at afterwards."""
        return _condition(source, self.window, self._span(source), self.scope.owners)

    def _span(self, source: Source) -> tuple[str | None, str]:
        """Give the first (None: any) and last day of the rows that a source reads; of the next period where it reads ahead."""
        if source.ahead:
            later = periods.after(self.store, self.period)
            return (later.start, later.end) if later else ("9999", "")
        return None if source.stock else self.period.start, self.period.end

    def _segment(self, source: Source) -> tuple[list[str], Any]:
        """Give a day per stretch in which no unit changes its parent, and the SQL that tells the stretch; (…, None) for one only."""
        first, last = self._span(source)
        changes = [] if source.own else self.scope.changes(first, last)
        if not changes:
            return [last], None
        day = source.model._meta.fields[source.day]
        branches = [(day < change, place) for place, change in enumerate(changes)]
        return [*(_day_before(change) for change in changes), last], Case(None, branches, len(changes))

    def group_of(self, expression: Least | Extreme, row: str | None, dims: dict[str, Any]) -> Group | None:
        """Find the group of cells that gave the least or greatest share; None where there is none."""
        return self._extreme(expression, self._chosen(row, tuple(dims.items())))


@dataclass(frozen=True, slots=True)
class Group:
    """A share n/d of one group of cells: its annex row, and the key it was grouped by."""

    row: str
    key: tuple[Any, ...]
    n: int
    d: int


class _Ratio:
    """n/d with d > 0, ordered exactly."""

    def __init__(self, n: int, d: int) -> None:
        self.n, self.d = n, d

    def __lt__(self, other: _Ratio) -> bool:
        return self.n * other.d < other.n * self.d

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ratio) and self.n * other.d == other.n * self.d

    def __hash__(self) -> int:
        return hash((self.n, self.d))


def _condition(source: Source, window: Window, span: tuple[Any, Any], owners: Any) -> Any:
    model, day = source.model, source.model._meta.fields[source.day]
    inside = day.between(*span) if source.ahead or not source.stock else day <= span[1]
    mine = [model._meta.fields[source.unit].in_(owners)] if source.own else []
    return reduce(and_, (model.counts == 1, inside, *mine, source.where(model, window)))


def _grouped(source: Source, window: Window, span: tuple[Any, Any], owners: Any, segment: Any = None) -> Any:
    """Give the query of a source: unit, segment if any, dims, then its measures."""
    fields = source.model._meta.fields
    grouping = [fields[source.unit], *([segment] if segment is not None else []), *(fields[name] for name in source.dims)]
    columns = [_column(measure, window) for measure in measures_of(source)]
    return source.model.select(*grouping, *columns).where(_condition(source, window, span, owners)).group_by(*grouping).tuples()


@cache
def _prepared(source: Source) -> Prepared:
    """Build the query of a source once, its days and owners given when it runs: start and end, first and last day read, uids."""
    start, end, first, last = map(slot, range(4))
    return Prepared(_grouped(source, Window(start, end), (first, last), among(Slot(4))))  # type: ignore[arg-type]  # they stand for days


def _column(measure: Measure, window: Window) -> Any:
    """Give the SQL of one measure: conditional sums, counts, and for distinct whether the group has any row that counts."""
    model = measure.source.model
    condition = measure.where(model, window) if measure.where else None
    if measure.how == "sum":
        value = model._meta.fields[measure.columns[0]]
        return fn.SUM(value if condition is None else Case(None, [(condition, value)]))
    if measure.how == "count":
        return fn.COUNT() if condition is None else fn.SUM(Case(None, [(condition, 1)], 0))
    return fn.MAX(SQL("1") if condition is None else Case(None, [(condition, 1)], 0))


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def figure_of(code: str) -> Figure:
    """Give the figure of ``code``; raise ExpectedError naming the valid codes."""
    found = FIGURES.get(code.strip().upper())
    if found is None:
        wanted = code.strip().upper()
        near = [name for name in FIGURES if wanted[:3] and name.startswith(wanted[:3])] or difflib.get_close_matches(wanted, FIGURES, 8)
        remedy = Message("Các chỉ tiêu gần đúng: {names}." if near else "Các chỉ tiêu: {names}.", names=", ".join(near or FIGURES))
        raise ExpectedError("figure", Message("Không có chỉ tiêu “{code}”.", code=code), remedy)
    return found


def percent(tenths: int | None) -> str:
    """Write tenths of a percent as ``98,0%``; ``—`` for None."""
    return "—" if tenths is None else f"{tenths // 10},{tenths % 10}%"


def compute(store: Store, period: Period, unit: str | None = None) -> Figures:
    """Give the figures of a period for ``unit`` (uid; None: the office's own unit) and all below it."""
    return Figures(store, period, Scope.of(store, unit, period))
