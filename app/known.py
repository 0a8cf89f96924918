"""What is known: units without any record of an area are told from units where nothing happened, and what totals leave open from zero.

A unit that sends totals says what it says and no more: a figure that it did not give is not known of it, and nobody may print that
nothing happened (domain.md B.4: ``-``, ``0`` and ``…`` are three different things).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, Protocol

from app.aggregates import Aggregates, area_of_measure, areas_given, identity
from db.figures import Measure, Source
from db.record import Line
from db.records import FIGURES, RECORD_TYPES


class Figures(Protocol):
    """What is needed of figures (``app.figures``)."""

    @property
    def aggregates(self) -> Aggregates:
        """The totals that units sent."""

    def cells(self, source: Source) -> Sequence[Any]:
        """Give what was counted of a source, each with its ``unit``."""

    def has_rows(self, source: Source, row: str | None = None) -> bool:
        """Tell whether any record stands behind a source (in one annex row)."""


Gap = Literal["", "part", "split"]
"""What totals leave open of a figure: nothing; a part of it; or, of one unit, one of several measures that belong together."""


@cache
def sources() -> tuple[Source, ...]:
    """Give every source that a figure reads, in the order of the figures."""
    return tuple({measure.source: None for figure in FIGURES.values() for measure in figure.expression.measures})


@cache
def records_of(area: str) -> Source:
    """Give the source of all counted records of a type: it tells units without any from units where nothing happened."""
    return Source(f"{area} records", RECORD_TYPES[area], lambda m, w: m.counts == 1)


@cache
def _sources_of(area: str) -> tuple[Source, ...]:
    """The figures' sources of an area; stocks are left out, since their records may be older than the period."""
    record_type = RECORD_TYPES[area]
    return tuple(s for s in sources() if not s.stock and (s.model.owner if issubclass(s.model, Line) else s.model) is record_type)


def knows(figures: Figures, area: str, unit: str | None = None) -> bool:
    """Tell whether there is any record of the area (for an annex row): a figure's row, else a counted record of any kind."""
    return any(figures.has_rows(source, unit) for source in _sources_of(area)) or figures.has_rows(records_of(area), unit)


def units_of(figures: Figures, area: str) -> set[str]:
    """Give the units that have any record of the area, in whatever row it counts."""
    return {cell.unit for source in (*_sources_of(area), records_of(area)) for cell in figures.cells(source)}


def unreported(figures: Figures, area: str) -> bool:
    """Tell whether the scope reports by totals, and neither totals nor records say anything of this area."""
    sent = figures.aggregates
    return bool(sent) and area in areas_given() and not sent.told(area) and not knows(figures, area)


def gap(figures: Figures, measures: Sequence[Measure], row: str | None) -> Gap:
    """Tell what totals leave open of these measures, in the whole scope or in one annex row."""
    found: Gap = ""
    if not figures.aggregates:
        return found
    for area in dict.fromkeys(map(area_of_measure, measures)):
        wanted = [measure for measure in measures if area_of_measure(measure) == area]
        standing = {cell.unit for measure in wanted if measure.source.stock for cell in figures.cells(measure.source)}
        for unit, told in figures.aggregates.told(area, row).items():
            given = [identity(measure) in told or (measure.source.stock and unit in standing) for measure in wanted]
            if any(given) and not all(given):
                return "split"
            found = found if all(given) else "part"
        if unreported(figures, area) and not any(figures.cells(measure.source) for measure in wanted):
            found = "part"
    return found
