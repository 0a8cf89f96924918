"""Totals and the events they are made of: a unit gives one or the other of an area in a period, never both (domain.md D.10).

Figures leave the totals out where there are records (``app.aggregates``); here it is said when either of them is entered. A line
that gives totals says so itself (``Line.stands_for``), and the list of its figures names the area of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import peewee

from db.catalogues import code_list
from db.declarations import Problem
from db.errors import ExpectedError
from db.message import Message
from db.names import NameBook
from db.questions import Answers
from db.record import ENTERED, EventRecord, Line, Record
from db.statements import Prepared, slot
from db.unit_days import parent_of

CODE = "TONG_HOP_BAN_GHI"
FIGURES_SENT = "AGGREGATE_FIGURE"
"""The list of the figures that may be given as totals; it names the area of each."""


class Reading(Protocol):
    """What these rules need of the store."""

    database: peewee.Database
    types: Mapping[str, type[Record]]
    names: NameBook
    elsewhere: dict[str, str]

    @property
    def sending(self) -> Mapping[str, str]:
        """Unit → day since which its own office sends its records here."""

    def period_days(self, code: str) -> tuple[str, str]:
        """Give first and last day of a period."""

    def execute(self, query: Any) -> Any:
        """Run a query and give the cursor."""


def path(names: NameBook, uid: str, day: str) -> list[str]:
    """Give a unit and those above it on ``day``, from below."""
    found: list[str] = []
    at: str | None = uid
    while at is not None and at not in found:
        found.append(at)
        at = parent_of(names, at, day)
    return found


@cache
def area_given(code: str) -> str:
    """Give the record type whose records a figure counts that may be given as a total; '' for another figure."""
    codes = code_list(FIGURES_SENT)
    return codes.attribute(code, "area") if code in codes.codes() else ""


def kinds(types: Mapping[str, type[Record]]) -> tuple[type[Line], ...]:
    """Give the kinds of line that give totals."""
    return _kinds(tuple(types.values()))


@cache
def _kinds(declared: tuple[type[Record], ...]) -> tuple[type[Line], ...]:
    """Look through all types once: every save asks."""
    return tuple(line for one in declared for line in one.kinds.values() if line.stands_for)


def given(line: type[Line]) -> Any:
    """Give the condition for the rows of such a line that are totals and count; estimates stand apart."""
    model: Any = line
    return (model.counts == 1) & model._meta.fields[line.stands_apart].is_null() if line.stands_apart else model.counts == 1


def problems(store: Reading, record_type: type[Record], batch: Sequence[Answers]) -> Iterator[tuple[int, Problem]]:
    """Give, with the place of its record in the batch, the warning that totals and records of one area meet."""
    if not issubclass(record_type, EventRecord) or not kinds(store.types):
        return
    days = {place: day for place, record in enumerate(batch) if record["state"] == ENTERED and (day := record_type.counted_day(record))}
    own = [line for line in record_type.kinds.values() if line.stands_for]
    spans = _Spans(store)
    sent = _sent(store, days.values(), spans)
    if own:
        for place, day in days.items():
            for area in sorted({area for line in own for area in _areas_of(line, batch[place])}):
                if (span := spans.of(day)) is not None and _busy(store, area, batch[place]["unit"], span, sent):
                    yield place, _met("totals", area, store)
    elif sent:
        for place, day in days.items():
            if (span := spans.of(day)) is not None and batch[place]["unit"]:
                above = path(store.names, batch[place]["unit"], span[1])
                if any((unit, record_type.type_name, span) in sent for unit in above):
                    yield place, _met("records", record_type.type_name, store)


def _met(entered: str, area: str, store: Reading) -> Problem:
    plural = store.types[area].plural
    if entered == "totals":
        words = Message(
            "Trong kỳ đã có bản ghi, hoặc số tổng hợp của cấp dưới, ở mục “{area}”: số tổng hợp này không được tính.", area=plural
        )
    else:
        words = Message("Đơn vị đã gửi số tổng hợp ở mục “{area}” trong kỳ: có bản ghi thì số tổng hợp không được tính nữa.", area=plural)
    return Problem("unit", words, "warning", CODE)


def _areas_of(line: type[Line], record: Answers) -> set[str]:
    assert line.stands_for
    if line.stands_apart and line.derived()[line.stands_apart].compute({}, record, 0):
        return set()
    return {area_given(one[line.stands_for[0]]) for one in record[line.kind] if one[line.stands_for[0]]} - {""}


class _Spans:
    """Finds first and last day of the period that a day lies in, each once."""

    def __init__(self, store: Reading) -> None:
        self.store = store
        self._found: dict[str, tuple[str, str] | None] = {}

    def of(self, day: str) -> tuple[str, str] | None:
        """Give them; None where there is no such period."""
        if day not in self._found:
            year = int(day[:4])
            self._found[day] = next(filter(None, (self._at(f"{y}-{half}", day) for y in (year, year + 1) for half in ("H1", "H2"))), None)
        return self._found[day]

    def _at(self, code: str, day: str) -> tuple[str, str] | None:
        try:
            start, end = self.store.period_days(code)
        except (ExpectedError, ValueError):
            return None
        return (start, end) if start <= day <= end else None


Sent = set[tuple[str, str, tuple[str, str]]]
"""Unit, area and period of totals."""


def _sent(store: Reading, days: Iterable[str], spans: _Spans) -> Sent:
    """Give the totals in the periods of these days."""
    years = sorted(day[:4] for day in days)
    found: Sent = set()
    for line in kinds(store.types) if years else ():
        for unit, day, code in _between(line).run(store.database, str(int(years[0]) - 1), str(int(years[-1]) + 2)):
            if unit and day and (span := spans.of(day)) is not None:
                found.add((unit, area_given(code), span))
    return found


@cache
def _between(line: type[Line]) -> Prepared:
    """Give the query for unit, day and figure of the totals between two days; it runs at every save of an event."""
    model: Any = line
    assert line.stands_for
    query = model.select(model.of_unit, model.counted_on, model._meta.fields[line.stands_for[0]])
    return Prepared(query.where(given(line) & model.counted_on.between(slot(0), slot(1))).distinct().tuples())


def _busy(store: Reading, area: str, unit: str | None, span: tuple[str, str], sent: Sent) -> bool:
    """Tell whether the unit or one below it has records of the area in a period, or one below it sent totals."""
    model: Any = store.types[area]
    query = model.select(model.unit).where((model.counts == 1) & model.counted_on.between(*span)).distinct()
    if any(unit in path(store.names, busy, span[1]) for (busy,) in store.execute(query.tuples())):
        return True
    return any(one[1:] == (area, span) and unit in path(store.names, one[0], span[1])[1:] for one in sent)
