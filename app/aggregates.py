"""Totals that units sent instead of their events: what they add to which measure, and which are left out (domain.md D.10).

They are never mixed with the events they are made of: where a unit, or one below it, has counted records of an area in the
period, its totals of that area are left out, and ``mixed`` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property
from typing import Any, NamedTuple

from app.periods import Period
from app.unit_tree import Scope
from db.catalogues import code_list
from db.figures import Measure, Total
from db.record import Line, Record
from db.records import FIGURES, RECORD_TYPES
from db.store import Store
from db.totals import FIGURES_SENT, given, kinds, path


class Sent(NamedTuple):
    """One total: who sent it, the annex row it falls into, the record it stands in, and the figure's value."""

    unit: str
    row: str
    record: tuple[type[Record], int]
    figure: str
    value: int


def area_of_measure(measure: Measure) -> str:
    """Give the record type whose records a measure adds up."""
    model = measure.source.model
    return model.owner.type_name if issubclass(model, Line) else model.type_name


@cache
def area_of(code: str) -> str:
    """Give the record type that a figure counts."""
    return area_of_measure(FIGURES[code].expression.measures[0])


@cache
def areas_given() -> frozenset[str]:
    """Give the record types of which totals may be sent."""
    return frozenset(area_of(code) for code in code_list(FIGURES_SENT).codes())


Key = tuple[Any, ...]


def identity(measure: Measure) -> Key:
    """Tell measures apart by what they measure: two of one source, column and condition are the same."""
    return (measure.source, measure.how, measure.columns, measure.where)


@cache
def given_parts(code: str) -> tuple[str, ...]:
    """Give the figures, of those that may be given as totals, that a figure adds up; () for shares and what is told apart by keys."""
    expression = FIGURES[code].expression
    wanted = {identity(measure) for measure in expression.plus} if isinstance(expression, Total) else set()
    return tuple(one for one in code_list(FIGURES_SENT).codes() if identity(FIGURES[one].expression.measures[0]) in wanted)


class Aggregates:
    """The totals sent for one period within a scope."""

    def __init__(self, store: Store, scope: Scope, period: Period) -> None:
        self.store, self.scope, self.period = store, scope, period

    @cached_property
    def _sent(self) -> tuple[list[Sent], list[tuple[str, str]]]:
        """Give the totals that count, and (unit, area) of those that are left out."""
        found = [one for line in kinds(self.store.types) for one in self._read(line)]
        units: dict[str, set[str]] = {}
        for one in found:
            units.setdefault(area_of(one.figure), set()).add(one.unit)
        mixed = [(unit, area) for area, senders in units.items() for unit in sorted(self._mixed(area, senders))]
        left_out = set(mixed)
        return [one for one in found if (one.unit, area_of(one.figure)) not in left_out], mixed

    @property
    def mixed(self) -> list[tuple[str, str]]:
        """The units (uid) and areas (record type) whose totals are left out, because there are records."""
        return self._sent[1]

    @cached_property
    def _by_area(self) -> dict[str, list[Sent]]:
        found: dict[str, list[Sent]] = {}
        for one in self._sent[0]:
            found.setdefault(area_of(one.figure), []).append(one)
        return found

    def units(self, area: str) -> list[str]:
        """Give the units whose totals of an area count, in order."""
        return list(dict.fromkeys(one.unit for one in self.sent(area)))

    def sent(self, area: str, row: str | None = None) -> list[Sent]:
        """Give the totals of an area that count (for an annex row)."""
        return [one for one in self._by_area.get(area, ()) if row in (None, one.row)]

    def __bool__(self) -> bool:
        """Tell whether any totals count."""
        return bool(self._sent[0])

    @cached_property
    def _told(self) -> dict[tuple[str, str | None], dict[str, set[Key]]]:
        found: dict[tuple[str, str | None], dict[str, set[Key]]] = {}
        for one in self._sent[0]:
            for row in (None, one.row):
                keys = found.setdefault((area_of(one.figure), row), {}).setdefault(one.unit, set())
                keys.update(map(identity, FIGURES[one.figure].expression.measures))
        return found

    def told(self, area: str, row: str | None = None) -> Mapping[str, Set[Key]]:
        """Give, by unit whose totals of an area count (for an annex row), the keys of the measures that it gave."""
        return self._told.get((area, row), {})

    def results(self, measures: Sequence[Measure]) -> Iterator[tuple[str, str, tuple[int | None, ...]]]:
        """Give unit, annex row and one value per measure (None: not sent) of every unit that sent one of them."""
        places: dict[Key, list[int]] = {}
        for place, measure in enumerate(measures):
            places.setdefault(identity(measure), []).append(place)
        found: dict[tuple[str, str], list[int | None]] = {}
        for one in self._sent[0]:
            for place in places.get(identity(FIGURES[one.figure].expression.measures[0]), ()):
                values = found.setdefault((one.unit, one.row), [None] * len(measures))
                values[place] = (values[place] or 0) + one.value
        for (unit, row), values in found.items():
            yield unit, row, tuple(values)

    def behind(self, measure: Measure) -> Iterator[Sent]:
        """Give the totals that a measure adds up."""
        for one in self._sent[0]:
            if identity(FIGURES[one.figure].expression.measures[0]) == identity(measure):
                yield one

    def _read(self, line: type[Line]) -> Iterator[Sent]:
        model: Any = line
        assert line.stands_for
        name, value = (model._meta.fields[column] for column in line.stands_for)
        query = model.select(model.of_unit, model.counted_on, model.record, name, value)
        query = query.where(given(line) & model.counted_on.between(self.period.start, self.period.end))
        for unit, day, record, code, amount in self.store.execute(query.tuples()):
            row = self.scope.row_of(unit, day)
            if row is not None and code in FIGURES and amount is not None:
                yield Sent(unit, row, (line.owner, record), code, amount if FIGURES[code].in_tenths else amount // 10)

    def _mixed(self, area: str, senders: Iterable[str]) -> set[str]:
        """Give the senders that have records of the area themselves, or below whom somebody has records or sent totals."""
        model: Any = RECORD_TYPES[area]
        inside = model.counted_on.between(self.period.start, self.period.end)
        busy = {unit for (unit,) in self.store.execute(model.select(model.unit).where((model.counts == 1) & inside).distinct().tuples())}
        senders = set(senders)
        return {above for unit in busy for above in path(self.store.names, unit, self.period.end)} & senders | {
            above for unit in senders for above in path(self.store.names, unit, self.period.end)[1:] if above in senders
        }
