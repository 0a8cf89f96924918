"""The same period of last year: a figure's value then, for the units as they stand at the end of this period (domain.md D.5, E.7).

Records of last year count for the unit that took over from theirs, so that a unit made of others is compared with their sum.
Where a unit was divided, its own records belong to no one of its successors: what they are part of cannot be compared.
Units below it that have records of their own are apportioned by where they stand now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from app.aggregates import area_of
from app.figures import Figures, FigureValue, compute, figure_of, measures_of
from app.known import knows
from app.periods import Period, year_before
from app.unit_tree import Scope
from db.figures import Total
from db.names import NameBook
from db.questions import Answers
from db.store import Store

DIVIDED, NO_ROW = "divided", "no row"
"""Annex rows that no unit has: of units that were divided, and of units that ended without a successor."""


@dataclass(frozen=True)
class PastScope(Scope):
    """Last year's units, each in the annex row of who stands for it on ``until``. ``since`` is the last day of last year's period."""

    since: str = ""
    until: str = ""
    _places: dict[str, frozenset[str | None]] = field(default_factory=dict)

    @classmethod
    def behind(cls, names: NameBook, now: Scope, since: str, until: str) -> PastScope:
        """Give last year's units of the scope ``now``; of a unit that ended within this period as it stood on its last day."""
        record = names.catalogue("unit").records.get(now.unit)
        begun = [line["valid_to"] or "9999" for line in record["versions"] if (line["valid_from"] or "") <= until] if record else []
        return cls(names, now.unit, now.children, since=since, until=min(until, max(begun, default=until)))

    @property
    def owners(self) -> tuple[str, ...]:
        """The units that the reporting unit itself stands for: itself and its predecessors."""
        return tuple(uid for uid in self.names.catalogue("unit").records if self.unit in self.places(uid))

    def row_of(self, uid: str | None, day: str) -> str | None:
        """Give the annex row that stands for a unit now, ``DIVIDED`` where several do, None outside; ``day`` does not matter."""
        if uid is None:
            return None
        places = self.places(uid)
        return next(iter(places)) if len(places) == 1 else DIVIDED

    def changes(self, start: str | None, end: str) -> list[str]:
        """Give no day: who stands for a unit now is the same for all of last year."""
        return []

    def places(self, uid: str) -> frozenset[str | None]:
        """Give the annex rows that stand for a unit; None among them: one outside."""
        if uid not in self._places:
            self._places[uid] = self._found(uid, frozenset())
        return self._places[uid]

    def _found(self, uid: str, seen: frozenset[str]) -> frozenset[str | None]:
        if uid == self.unit:
            return frozenset({uid})
        record = self.names.catalogue("unit").records.get(uid)
        if record is None or uid in seen:
            return frozenset({None})
        seen |= {uid}
        standing = self._version(record)
        ended = standing is None
        dated = [(line["successor"], line["on"]) for line in record["successors"] if line["on"]]  # what was received may lack the day
        heirs = {heir for heir, on in dated if on <= self.until and (ended or on > self.since)}
        found: frozenset[str | None] = frozenset().union(*(self._found(heir, seen) for heir in heirs))
        if standing is not None:
            return found | self._below(uid, standing["parent"], seen)
        if found or not record["versions"]:
            return found or frozenset({None})
        last = max(record["versions"], key=lambda line: line["valid_to"] or "")
        return frozenset(NO_ROW if place == uid else place for place in self._below(uid, last["parent"], seen))

    def _below(self, uid: str, parent: str | None, seen: frozenset[str]) -> frozenset[str | None]:
        if parent == self.unit:
            return frozenset({uid})
        return frozenset({None}) if parent is None else self._found(parent, seen)

    def _version(self, record: Answers) -> Answers | None:
        """The version of a unit on the last day of this period."""
        valid = (line for line in record["versions"] if (line["valid_from"] or "") <= self.until <= (line["valid_to"] or "9999"))
        return next(valid, None)

    def merged(self, start: str) -> dict[str | None, list[str]]:
        """Give, per unit now, those that stood on some day since ``start``, have ended, and are counted for it alone; in unit order."""
        found: dict[str | None, list[str]] = {}
        records = self.names.catalogue("unit").records
        for uid in sorted(records, key=lambda uid: self.names.code("unit", uid)):
            record, places = records[uid], self.places(uid)
            stood = any((line["valid_from"] or "") <= self.since and (line["valid_to"] or "9999") >= start for line in record["versions"])
            if stood and record["successors"] and self._version(record) is None and len(places) == 1:
                found.setdefault(next(iter(places)), []).append(uid)
        return found

    def stands(self, uid: str) -> bool:
        """Tell whether a unit still has its row at the end of this period."""
        return uid in self.places(uid)


@dataclass(frozen=True)
class Pair:
    """A figure now and then. ``before`` is None where last year is not known, and where it cannot be compared."""

    now: FigureValue
    before: FigureValue | None
    standing: Literal["known", "unknown", "incomparable"]


@dataclass
class Comparison:
    """The figures of a period beside those of the same period of last year."""

    now: Figures

    @classmethod
    def of(cls, store: Store, chosen: Period, unit: str | None = None) -> Comparison:
        """Compare a period for ``unit`` (uid; None: the office's own) and all below it."""
        return cls(compute(store, chosen, unit))

    @cached_property
    def last(self) -> Figures | None:
        """Last year's figures, None before the first year that has periods. Its annex rows are those of now."""
        found = year_before(self.now.store, self.now.period)
        if found is None:
            return None
        scope = PastScope.behind(self.now.scope.names, self.now.scope, found.end, self.now.period.end)
        return Figures(self.now.store, found, scope)

    def pair(self, code: str, row: str | None = None) -> Pair:
        """Compare a figure: for the whole scope, or for one annex row. Raises ExpectedError when there is no such figure."""
        now, last = self.now.value(code, row), self.last
        if last is None:
            return Pair(now, None, "unknown")
        assert isinstance(last.scope, PastScope)
        if (row is not None and row != last.scope.unit and not last.scope.stands(row)) or self.divided(code, row):
            return Pair(now, None, "incomparable")
        before = value_known(last, code, row)
        return Pair(now, before, "unknown" if before is None else "known")

    @cached_property
    def predecessors(self) -> dict[str | None, list[str]]:
        """Give, per annex row, the units of last year that are no more and whose numbers are part of what it is compared with."""
        if self.last is None:
            return {}
        assert isinstance(self.last.scope, PastScope)
        return self.last.scope.merged(self.last.period.start)

    def divided(self, code: str, row: str | None = None) -> list[str]:
        """Give the units of last year, divided since, whose own records are part of a figure that they cannot be told apart for.

        For the whole scope these are the units of which a part went elsewhere; for an annex row those that went to several rows.
        """
        last = self.last
        if last is None:
            return []
        assert isinstance(last.scope, PastScope)
        found = []
        for measure in figure_of(code).expression.measures:
            place = measures_of(measure.source).index(measure)
            for cell in last.cells(measure.source):
                if cell.row == DIVIDED and cell.results[place] and row in last.scope.places(cell.unit) and cell.unit not in found:
                    found.append(cell.unit)
        return found


def value_known(figures: Figures, code: str, row: str | None = None) -> FigureValue | None:
    """Give a figure, None where it is not known: no record of its area, or totals that do not tell it."""
    value = figures.value(code, row)
    if value.unknown or (not value.value and not knows(figures, area_of(code), row)):
        return None
    return value if value.value is not None or isinstance(value.figure.expression, Total) else None
