"""The annexes: what ``app.report.annex_rules`` declares, the cells filled from figures (domain.md B.4, contract.md 5).

Three marks are kept apart: ``-`` nothing happened, ``0`` tracked and zero, ``…`` not known (the unit has no record of the area,
it sent totals that do not tell it, or something was counted and its money was not). A sum is of what is known, which a note says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from app.comparison import Comparison
from app.figures import Figures, FigureValue
from app.known import knows, units_of, unreported
from app.report.annex_rules import AnnexRule, ColumnRule, read
from app.report.charted import Charts
from app.report.compared import ESTIMATE, ComparedTable
from app.report.document import Annex, Row, RowGroup
from app.report.lines import LineTexts
from app.report.phrases import Filler
from db.catalogues import code_list
from db.figures import Figure, Total
from db.message import Message
from db.questions import Link, decimal, grouped
from db.records import FIGURES

NOTHING, UNKNOWN = "-", "…"


@dataclass(frozen=True)
class Cell:
    """A printed cell: its text, the figure code behind it, and its number where it has one."""

    text: str
    code: str = ""
    number: int | None = None
    partly: bool = False
    """Whether a part of it is not known."""


class _Totals(dict[str, str]):
    """In place of the dims of a row: the part of its figures that units gave as totals, which no dim tells apart."""


TOTALS = _Totals()


@dataclass
class Tables:
    """Fills annexes from one set of figures. ``level`` is that of the report's unit (``TINH``), for the words of the total."""

    figures: Figures
    filler: Filler
    level: str
    comparison: Comparison
    """The figures beside those of last year."""
    silent: set[str] | None = None
    """The units without data in every annex of units that was filled so far; None before the first."""
    _units_of: dict[str, set[str]] = field(default_factory=dict)

    def annex(self, name: str, number: str, reference: str) -> Annex:
        """Fill one annex. Without any row its groups are empty."""
        rule = self._with_estimates(read().annexes[name])
        words = {**self.filler.words, "uoc_den": _short_day(self.estimated)}
        table = _Table(self, rule)
        groups, notes = table.filled()
        written = [self.filler.text(note, number) for note in rule.notes]
        legend = rule.legend or read().legend
        star = [f"(*) {' '.join(notes)}"] if notes else []
        if any(column.cell == "estimate" for column in rule.columns):
            written.append(rule.estimate_note.format_map(words))
        if rule.area and (senders := self.figures.aggregates.units(rule.area)):
            written.append(read().aggregated.format(don_vi=", ".join(map(self.name, sorted(senders, key=self._code)))))
        if table.partly:
            written.append(read().partly)
        if groups and (silent := self._without_data(rule)):
            written.append(read().silent.format(don_vi=", ".join(map(self.name, silent))))
        if table.unbalanced:
            names = ", ".join(table.unbalanced)
            written.append(read().unbalanced.format(don_vi=names))
            self.filler.warnings.append(Message("{annex}: số liệu không cân đối của {names}.", annex=number, names=names))
        return Annex(
            number=number,
            title=rule.title.format_map(self.filler.words),
            reference=reference,
            columns=tuple(column.column(words) for column in rule.columns),
            groups=tuple(groups),
            landscape=rule.landscape,
            unit_line=rule.unit_line,
            notes=(" ".join(filter(None, (*star, *written, legend))),) if groups else (),
            numbered_columns=rule.numbered_columns,
            font_size=rule.font_size,
            head_size=rule.head_size,
            head_heights=rule.head_heights,
            row_height=rule.row_height,
            charts=self._charts.all(rule.charts) if groups else (),
        )

    def _without_data(self, rule: AnnexRule) -> list[str]:
        """Give the units of several whose rows hold nothing that is known; those that are so in every annex are in ``silent``."""
        if rule.rows not in ("unit", "unit_dim") or len(self.units) < 2:
            return []
        sent = self.figures.aggregates.sent
        found = [unit for unit in self.units if not self.knows(rule.area, unit) and not sent(rule.area, unit)]
        self.silent = set(found) if self.silent is None else self.silent & set(found)
        return found

    def _with_estimates(self, rule: AnnexRule) -> AnnexRule:
        """Give an annex with its column of estimates, the others narrower, or without it where nothing was estimated."""
        if self.estimated:
            narrow = any(column.cell == "estimate" for column in rule.columns)
            columns = (replace(column, width=column.narrow or column.width) if narrow else column for column in rule.columns)
            if narrow and rule.narrow_size:
                rule = replace(rule, font_size=rule.narrow_size, head_size=rule.narrow_size)
        else:
            columns = (column for column in rule.columns if column.cell != "estimate")
        return replace(rule, columns=tuple(columns))

    @cached_property
    def estimated(self) -> str:
        """The last day that something of the scope was estimated for, '' where nothing was."""
        source = FIGURES[ESTIMATE].expression.measures[0].source
        if not self.figures.has_rows(source):
            return ""
        model: Any = source.model
        query = model.select(model.of_unit, model.counted_on).where(self.figures.condition(source)).distinct()
        rows = self.figures.store.execute(query.tuples())
        return max((day for unit, day in rows if self.figures.scope.row_of(unit, day) is not None), default="")

    @property
    def _charts(self) -> Charts:
        return Charts(self.comparison, self.units, self.name, self.level, self.filler.words)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The annex rows, units in their order."""
        return self.figures.rows()

    def _code(self, unit: str) -> str:
        return self.figures.store.names.code("unit", unit)

    def name(self, unit: str) -> str:
        """Give a unit's name at the end of the period (one dissolved before keeps its last)."""
        return self.figures.store.names.label("unit", unit, self.figures.period.end)

    def knows(self, area: str, unit: str | None) -> bool:
        """Tell whether there is any record of the area (for a unit), be it of days after it had ended, which counts for who took over."""
        return knows(self.figures, area, unit) or (unit is not None and unit in self._heard(area))

    def _heard(self, area: str) -> set[str]:
        if area not in self._units_of:
            self._units_of[area] = units_of(self.figures, area) | set(self.figures.aggregates.units(area))
        return self._units_of[area]

    def untold(self, area: str, unit: str | None = None) -> bool:
        """Tell whether a part of the area, or all of it, is in no record (of a unit): totals were sent, or stand for everything."""
        return bool(self.figures.aggregates.sent(area, unit)) or (unit is None and unreported(self.figures, area))


@dataclass
class _Table:
    """One annex being filled."""

    tables: Tables
    rule: AnnexRule
    unbalanced: list[str] = field(default_factory=list)
    """The rows whose figures contradict each other."""
    partly: bool = False
    """Whether a sum lacks a part that is not known."""

    def filled(self) -> tuple[list[RowGroup], list[str]]:
        """Give the groups of rows, and the notes on totals that are not the sum of their column."""
        if self.rule.rows == "lines":
            return list(self._lines()), []
        if self.rule.rows == "dim":
            return list(self._dims()), []
        if self.rule.rows == "compared":
            return self._compared()
        if not self._anything():
            return [], []
        return self._units()

    def _compared(self) -> tuple[list[RowGroup], list[str]]:
        table = ComparedTable(self.tables.comparison)
        groups = table.groups(self.rule.groups, tuple(column.cell for column in self.rule.columns))
        units = dict.fromkeys(unit for found in table.lost.values() for unit in found)
        if not units:
            return groups, []
        names = ", ".join(map(self.tables.name, units))
        return groups, [read().incomparable.format(don_vi=names)]

    def _anything(self) -> bool:
        figures = self.tables.figures
        known = figures.has_rows(self.rule.source) if self.rule.rows == "unit_dim" else self.tables.knows(self.rule.area, None)
        return known or self.tables.untold(self.rule.area)

    # -- rows of units ------------------------------------------------------------------------------------------------------

    def _units(self) -> tuple[list[RowGroup], list[str]]:
        groups, sums = [], []
        for number, unit in enumerate(self.tables.units, 1):
            rows, whole = self._unit(number, unit)
            groups.append(RowGroup(rows, span=2 if len(rows) > 1 else 0))
            sums.append(whole)
        whole = self._cells(None, {})
        parts = [self._cells(None, dims) for dims in self._parts(None)]
        odd = [place for place, cell in enumerate(whole) if not _adds_up(place, cell, sums) or (parts and not _adds_up(place, cell, parts))]
        odd = [place for place in odd if self.rule.columns[place].total_note]
        groups.append(self._total(whole, parts, odd))
        return groups, [self.rule.columns[place].total_note for place in odd]

    def _unit(self, number: int, unit: str) -> tuple[tuple[Row, ...], list[Cell]]:
        """Give a unit's rows, and the cells of the unit as a whole."""
        name = self.tables.name(unit)
        whole = self._cells(unit, {})
        if self.rule.rows == "unit":
            return (self._row(str(number), name, "", whole, scope=_scope(unit)),), whole
        if not self._values(unit):
            sent = self.tables.figures.aggregates.sent(self.rule.area, unit)
            mark = NOTHING if self.tables.knows(self.rule.area, unit) and not sent else UNKNOWN
            return (self._row(str(number), name, mark, whole, scope=_scope(unit)),), whole
        rows = [
            self._row(str(number), name, self._part(dims), self._cells(unit, dims), scope=_scope(unit, dims)) for dims in self._parts(unit)
        ]
        return (*rows, self._row(str(number), name, read().subtotal, whole, True, _scope(unit))), whole

    def _total(self, whole: list[Cell], parts: Sequence[list[Cell]], odd: Sequence[int]) -> RowGroup:
        words = read()
        self._notice(whole)
        if self.rule.rows == "unit":
            return RowGroup((self._row(words.total, "", "", whole, True),), merge=2)
        label = words.total_of.get(self.tables.level) or words.total_of["other"]
        rows = [
            self._row(label, "", self._part(dims), cells, scope=_scope(None, dims))
            for dims, cells in zip(self._parts(None), parts, strict=True)
        ]
        total = list(whole)
        if odd and self.rule.columns[-1].cell == "full":
            total[-1] = Cell(words.total_star.format(cot=", ".join(f"({place + 1})" for place in odd)))
        return RowGroup((*rows, self._row(label, "", words.total, total, True)), span=2, merge=2)

    def _notice(self, sums: Sequence[Cell]) -> None:
        self.partly = self.partly or any(cell.partly and cell.number for cell in sums)

    def _parts(self, unit: str | None) -> list[Mapping[str, str]]:
        """Give the dims of the rows that a unit, or the sum of all, is told apart by; last what totals do not tell apart."""
        values = self._values(unit)
        told: list[Mapping[str, str]] = [{self.rule.dim: value} for value in values]
        return [*told, TOTALS] if values and self.tables.untold(self.rule.area, unit) else told

    def _part(self, dims: Mapping[str, str]) -> str:
        return UNKNOWN if dims is TOTALS else self._label(dims[self.rule.dim])

    def _values(self, unit: str | None) -> list[str]:
        """The values of the dim that occur, in the order of their list."""
        if not self.rule.dim:
            return []
        found = self.tables.figures.dims_of(self.rule.source, self.rule.dim, unit)
        return [code for code in code_list(self.rule.list).codes() if code in found]

    def _label(self, value: str) -> str:
        to = self._link()
        if to:
            return self.tables.figures.store.names.label(to, value, self.tables.figures.period.end)
        return code_list(self.rule.list).short(value, self.tables.figures.period.end)

    def _link(self) -> str:
        """The record type whose names a dim without a code list holds, '' where it has a list."""
        question = self.rule.source.model.questions().get(self.rule.dim)
        return question.to if isinstance(question, Link) and not self.rule.list else ""

    def _linked(self, dim: str) -> list[str]:
        """The records that occur in a dim of links, in the order of their codes."""
        to = self._link()
        found = self.tables.figures.dims_of(self.rule.source, dim) if to else set()
        return sorted(filter(None, found), key=lambda uid: self.tables.figures.store.names.code(to, uid))

    def _row(self, number: str, name: str, dim: str, cells: Sequence[Cell], bold: bool = False, scope: str = "", under: str = "") -> Row:
        heads = {"stt": number, "unit": name, "dim": dim, "under": under}
        texts = [heads.get(column.cell, cell.text) for column, cell in zip(self.rule.columns, cells, strict=True)]
        return Row(tuple(texts), bold, tuple(cell.code for cell in cells), scope)

    # -- rows of a dim: kinds of care; of two: forms of award by level ------------------------------------------------------

    def _dims(self) -> Iterator[RowGroup]:
        number = 0
        for dims in self._keys():
            cells = self._cells(None, dims)
            if all(cell.number is None for cell in cells):
                continue
            number += 1
            value, under = dims[self.rule.dim], dims.get(self.rule.under)
            if not self._balances(dims):
                self.unbalanced.append(self._label(value))
            below = code_list(self.rule.under_list).short(under, self.tables.figures.period.end) if under else ""
            yield RowGroup((self._row(str(number), "", self._label(value), cells, scope=_scope(None, dims), under=below),))
        if self.tables.untold(self.rule.area):
            number += 1
            under = UNKNOWN if self.rule.under else ""
            yield RowGroup((self._row(str(number), "", UNKNOWN, self._cells(None, TOTALS), under=under),))
        if number:
            words = sum(column.cell in ("stt", "dim", "under") for column in self.rule.columns)
            whole = self._cells(None, {})
            self._notice(whole)
            yield RowGroup((self._row(read().total, "", "", whole, True),), merge=words)

    def _balances(self, dims: Mapping[str, str]) -> bool:
        """Tell whether the declared figures of a row balance; where one is not known there is nothing to contradict."""
        due = 0
        for one in self.rule.balance:
            value = self._figure(one.lstrip("+-="), None, dims).value
            if not isinstance(value, int):
                if one[0] in "+-":
                    continue
                return True
            if one[0] == "=":
                return due == value
            due += -value if one[0] == "-" else value
        return True

    def _keys(self) -> Iterator[dict[str, str]]:
        """Give the dims of every row that there may be, in the order of their lists."""
        source, rule = self.rule.source, self.rule
        found = {
            tuple(cell.dims[source.dims.index(name)] for name in filter(None, (rule.dim, rule.under)))
            for cell in self.tables.figures.cells(source)
        }
        for value in self._linked(rule.dim) if self._link() else code_list(rule.list).codes():
            for under in code_list(rule.under_list).codes() if rule.under else ("",):
                if ((value, under) if rule.under else (value,)) in found:
                    yield {rule.dim: value, rule.under: under} if rule.under else {rule.dim: value}

    # -- cells of figures ---------------------------------------------------------------------------------------------------

    def _figure(self, code: str, unit: str | None, dims: Mapping[str, str]) -> FigureValue:
        return self.tables.figures.sent(code, unit) if dims is TOTALS else self.tables.figures.value(code, unit, **dims)

    def _cells(self, unit: str | None, dims: Mapping[str, str]) -> list[Cell]:
        return [self._cell(column, unit, dims) for column in self.rule.columns]

    def _cell(self, column: ColumnRule, unit: str | None, dims: Mapping[str, str]) -> Cell:
        if column.cell == "full":
            return self._full(column, unit, dims)
        if column.cell != "figure":
            return Cell("")
        found = [self._figure(code, unit, dims) for code in column.figures]
        known = [one.value for one in found if isinstance(one.value, int)]
        number = sum(known) if known else None
        partly, code = any(one.partly for one in found), "" if dims is TOTALS else column.code
        if number is not None and (number or not (partly or any(not _tracked(one.figure, bool(dims)) for one in found))):
            short = decimal(number) if column.whole else f"{grouped(number // 10)},{number % 10}"
            return Cell(short if found[0].in_tenths else grouped(number), code, number, partly)
        missing = any(self._figure(one, unit, dims).value for one in column.beside)
        alone = unit is not None and not dims and dims is not TOTALS  # a unit as a whole
        unknown = missing or partly or (alone and not self.tables.knows(self.rule.area, unit))
        return Cell(UNKNOWN if unknown else NOTHING, code, number)

    def _full(self, column: ColumnRule, unit: str | None, dims: Mapping[str, str]) -> Cell:
        """The remark that a share is whole, where the figures beside it are above zero and the row is a unit's own."""
        if unit is None or dims or not all(self._figure(code, unit, dims).value for code in column.beside):
            return Cell("")
        share = self._figure(column.figures[0], unit, dims)
        return Cell(column.text, column.code) if share.denominator and share.numerator == share.denominator else Cell("")

    # -- lines --------------------------------------------------------------------------------------------------------------

    def _lines(self) -> Iterator[RowGroup]:
        columns = self.rule.columns
        states = tuple(code for column in columns for code in column.state)
        lines = LineTexts(self.tables.figures, FIGURES[self.rule.base], states, self.rule.via)
        for number, line in enumerate(lines, 1):
            cells, codes = [], []
            for column in columns:
                code = line.state if column.cell == "state" else self.rule.base if column.cell == "text" else ""
                text = column.state.get(line.state, UNKNOWN) if column.cell == "state" else str(number)
                if column.cell == "text":
                    template = column.when.get(line.text(column.when.get("question", "")) or "", column.text)
                    text = NOTHING if column.only and line.state != column.only else line.fill(template) or UNKNOWN
                cells.append(text)
                codes.append(code)
            yield RowGroup((Row(tuple(cells), False, tuple(codes)),))
        sent = self.tables.figures.sent(self.rule.base)
        if sent.value or sent.partly:  # lines that there may be, or are, in no record
            yield RowGroup((Row((UNKNOWN,) * len(columns), False, ("",) * len(columns)),))


def _short_day(day: str) -> str:
    """Write day and month of an ISO day: ``30/6``."""
    return f"{int(day[8:10])}/{int(day[5:7])}" if day else ""


def _scope(unit: str | None, dims: Mapping[str, str] | None = None) -> str:
    """Write down which part of its figures a row shows (``document.Row``): ``@uid?title=GK&level=QK``."""
    asked = "&".join(f"{name}={value}" for name, value in (dims or {}).items())
    return (f"@{unit}" if unit else "") + (f"?{asked}" if asked else "")


def _tracked(figure: Figure, of_row: bool) -> bool:
    """Tell whether a zero of the figure was answered by someone: a sum of answers, not a count of rows."""
    expression = figure.row if of_row and figure.row is not None else figure.expression
    return not isinstance(expression, Total) or all(measure.how == "sum" for measure in expression.plus)


def _adds_up(place: int, whole: Cell, parts: Sequence[Sequence[Cell]]) -> bool:
    return (whole.number or 0) == sum(cells[place].number or 0 for cells in parts)
