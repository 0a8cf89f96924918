"""What a figure is: code, label, unit and one expression that gives the number, the fraction and the records behind it.

A **source** is one table under one condition: one GROUP BY a report. **Measures** are its aggregates; figures combine them.
Conditions are functions of the model (or an alias of it) and of the window, so that the same one counts and traces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from db.message import sentence
from db.questions import Tenths
from db.record import Line, Record


class Window(NamedTuple):
    """The period's first and last ISO day."""

    start: str
    end: str


Where = Callable[[Any, Window], Any]
"""``where(model, window)``: a peewee condition."""


@dataclass(frozen=True, eq=False)
class Source:
    """Rows that figures read: a table, the condition all of them share, and the columns they are told apart by.

    ``day`` is the column that must lie in the window; with ``stock`` any day up to its end. ``dims`` are grouped by, beside
    the unit: keys of distinct counts and of annex rows.
    """

    name: str
    model: type[Record] | type[Line]
    where: Where
    dims: tuple[str, ...] = ()
    day: str = "counted_on"
    stock: bool = False
    ahead: bool = False
    """Whether the next period's rows are read: plans, listed in the report before them."""
    own: bool = False
    """Whether only the records of the reporting unit itself are read; they make no annex row of it."""

    @property
    def unit(self) -> str:
        """The column of the counting unit."""
        return "of_unit" if issubclass(self.model, Line) else "unit"

    def sum(self, column: str, where: Where | None = None) -> Measure:
        """Σ of a column; None where no row answers it."""
        return Measure(self, "sum", (column,), where)

    def count(self, where: Where | None = None) -> Measure:
        """Number of rows."""
        return Measure(self, "count", (), where)

    def distinct(self, *columns: str, where: Where | None = None) -> Measure:
        """Number of different keys; every column must be one of ``dims``. Keys with an unanswered part count as none."""
        return Measure(self, "distinct", columns, where)


@dataclass(frozen=True, eq=False)
class Measure:
    """One aggregate of one source."""

    source: Source
    how: Literal["sum", "count", "distinct"]
    columns: tuple[str, ...]
    where: Where | None = None


@dataclass(frozen=True, eq=False)
class Total:
    """Measures added up, some taken away: ``Total((a, b), minus=(c,))``. None only where every part of ``plus`` is None."""

    plus: tuple[Measure, ...]
    minus: tuple[Measure, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures in it."""
        return (*self.plus, *self.minus)


@dataclass(frozen=True, eq=False)
class Share:
    """Part of a whole in tenths of a percent, by integers (contract.md 5); None where the whole is 0."""

    part: Total
    whole: Total
    rounding: Literal["floor", "half-up"] = "half-up"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures in it."""
        return (*self.part.measures, *self.whole.measures)


@dataclass(frozen=True, eq=False)
class Least:
    """The least share over the cells of counting unit × ``dims``; cells whose whole is 0 have no share and are left out."""

    share: Share
    dims: tuple[str, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures in it."""
        return self.share.measures


@dataclass(frozen=True, eq=False)
class Extreme:
    """The annex row (unit) with the greatest or least share; ties go to the first in unit order. Its value is the unit's code."""

    share: Share
    pick: Literal["best", "worst"]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures in it."""
        return self.share.measures


Expression = Total | Share | Least | Extreme


@dataclass(frozen=True, eq=False)
class Figure:
    """A named figure (contract.md 5). ``row`` replaces the expression where a row of an annex divides what the total counts once."""

    code: str
    label: str
    unit: str
    expression: Expression
    row: Expression | None = None

    @cached_property
    def in_tenths(self) -> bool:
        """Whether the value is in tenths: shares (of a percent), and sums of what is answered with one decimal."""
        if isinstance(self.expression, (Share, Least)):
            return True
        sums = [(measure.source.model, measure.columns[0]) for measure in self.expression.measures if measure.how == "sum"]
        return isinstance(self.expression, Total) and any(isinstance(model._meta.fields[name], Tenths) for model, name in sums)


def figure(code: str, label: str, unit: str, expression: Measure | Expression, row: Measure | None = None) -> Figure:
    """Declare a figure; a lone measure stands for its total."""
    whole = Total((expression,)) if isinstance(expression, Measure) else expression
    return Figure(code, sentence(label), sentence(unit), whole, None if row is None else Total((row,)))


def percent_tenths(part: int, whole: int, rounding: Literal["floor", "half-up"]) -> int | None:
    """Give part/whole in tenths of a percent, by integers (contract.md 5); None where ``whole`` is 0."""
    if whole == 0:
        return None
    return part * 1000 // whole if rounding == "floor" else (2000 * part + whole) // (2 * whole)


EVERY: dict[str, Figure] = {}
"""Every figure by code, for records that name figures; ``db.records`` fills it once all record types are read."""
