"""From a figure to the records behind it: which records, and what each of them adds (``app.figures`` computes the value)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import SQL

from app.figures import Figures, figure_of
from app.search import title
from db.crosschecks import CHUNK, chunks
from db.figures import Extreme, Least, Measure, Share, Total
from db.record import Line
from db.store import Store

Parts = dict[tuple[Any, int], Any]
"""What records add, by record type and row id."""


def trace(figures: Figures, code: str, row: str | None = None, **dims: str) -> list[dict[str, Any]]:
    """Give the records behind a figure: id, type, unit (code), date, title, part; newest first.

    ``part`` is what the record adds: a number whose sum is the value for counts and sums, ``n/d`` for shares.
    """
    by_type: dict[Any, dict[int, Any]] = {}
    for (record_type, row_id), part in parts(figures, code, row, **dims).items():
        by_type.setdefault(record_type, {})[row_id] = part
    return [record for record_type, found in by_type.items() for record in _described(figures.store, record_type, found)]


def parts(figures: Figures, code: str, row: str | None = None, **dims: str) -> Parts:
    """Give what each record adds to a figure, without reading the records; see ``trace``."""
    figure = figure_of(code)
    expression = figure.row if figure.row is not None and dims else figure.expression
    wanted: dict[str, Any] = dict(dims)
    if isinstance(expression, (Least, Extreme)):
        expression, wanted, row = _narrowed(figures, expression, wanted, row)
    if isinstance(expression, Share):
        n, d = _behind(figures, expression.part, row, wanted), _behind(figures, expression.whole, row, wanted)
        return {key: f"{n.get(key, 0)}/{d.get(key, 0)}" for key in {**d, **n}}
    assert isinstance(expression, Total)
    return dict(_behind(figures, expression, row, wanted))


def _narrowed(
    figures: Figures, expression: Least | Extreme, dims: dict[str, Any], row: str | None
) -> tuple[Share, dict[str, Any], str | None]:
    """Find the cell that gave the least or greatest share."""
    source = expression.share.whole.plus[0].source
    part = figures.group_of(expression, row, dims)
    if part is None:
        return expression.share, {**dims, source.unit: ""}, row
    if isinstance(expression, Least):
        return expression.share, {**dims, source.unit: part.key[0], **dict(zip(expression.dims, part.key[1:], strict=True))}, part.row
    return expression.share, dims, part.row


def _behind(figures: Figures, total: Total, row: str | None, dims: dict[str, Any]) -> dict[tuple[type, int], int]:
    found: dict[tuple[type, int], int] = {}
    seen: set[tuple[Any, ...]] = set()
    for sign, measures in ((1, total.plus), (-1, total.minus)):
        for measure in measures:
            for key, part in _lines_behind(figures, measure, row, dims, seen):
                found[key] = found.get(key, 0) + sign * part
    return found


def _lines_behind(
    figures: Figures, measure: Measure, row: str | None, dims: dict[str, Any], seen: set[tuple[Any, ...]]
) -> Iterator[tuple[tuple[type, int], int]]:
    """Give (record type, row id) and part per row behind a measure. A distinct key counts for the newest record that has it."""
    source, model = measure.source, measure.source.model
    record, record_type = (model.record, model.owner) if issubclass(model, Line) else (model.id, model)
    unit, day = model._meta.fields[source.unit], model._meta.fields[source.day]
    amount = model._meta.fields[measure.columns[0]] if measure.how == "sum" else SQL("1")
    keys = [model._meta.fields[name] for name in measure.columns] if measure.how == "distinct" else []
    condition = figures.condition(source)
    if measure.where is not None:
        condition &= measure.where(model, figures.window)
    for name, value in dims.items():
        condition &= model._meta.fields[name] == value
    query = model.select(record, unit, day, amount, *keys).where(condition).order_by(day.desc(), record.desc())
    for row_id, of_unit, on, part, *key in figures.store.execute(query.tuples()):
        place = figures.scope.row_of(of_unit, on)
        if place is None or (row is not None and place != row) or part is None:
            continue
        if measure.how == "distinct":
            if None in key:
                continue
            first = (id(measure), *key) not in seen
            seen.add((id(measure), *key))
            part = int(first)
        elif measure.how == "sum" and part == 0:
            continue
        yield (record_type, row_id), part
    wanted = {name: value for name, value in dims.items() if value is not None}
    if set(wanted) <= {source.unit}:  # totals have no kinds
        for sent in figures.aggregates.behind(measure):
            if row in (None, sent.row) and wanted.get(source.unit, sent.unit) == sent.unit and sent.value:
                yield sent.record, sent.value


def _described(store: Store, record_type: Any, parts: dict[int, Any]) -> Iterator[dict[str, Any]]:
    for chunk in chunks(sorted(parts, reverse=True), CHUNK):
        uids = [
            uid
            for (uid,) in store.execute(
                record_type.select(record_type.uid).where(record_type.id.in_(chunk)).order_by(record_type.id.desc()).tuples()
            )
        ]
        for row_id, uid in zip(chunk, uids, strict=True):
            _, record = store.read(uid)
            yield {
                "id": uid,
                "type": record_type.type_name,
                "unit": store.names.code("unit", record["unit"]),
                "date": record_type.counted_day(record) or record["event_from"],
                "title": title(store, record_type, record),
                "part": parts[row_id],
            }
