"""What is known of an area: units without any record of it are told from units where nothing happened."""

from __future__ import annotations

from functools import cache

from app.figures import Figures, sources
from db.figures import Source
from db.record import Line
from db.records import RECORD_TYPES


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
