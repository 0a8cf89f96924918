"""Headquarters' board: units × periods, what has arrived of each, and what each unit still owes (trust.md e)."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from peewee import fn

from app.periods import Period, before, year_before
from app.sync import answering, arrivals, enrolment
from app.unit_tree import Scope
from db import locks
from db.message import Message
from db.questions import shown_day
from db.record import ENTERED, EventRecord, listed_day
from db.records import RECORD_TYPES
from db.store import Store
from db.system import AUDITS, Journal, Package

Standing = Literal["locked", "full", "partial", "waiting", "late", "none"]
COLUMNS = 3
"""Half-years shown, the chosen one last."""


@dataclass(frozen=True)
class Cell:
    """How one unit stands in one period. ``percent``: areas with records of those that had any a year before; None: not known.

    A unit is late only in periods that ended after its first machine had joined: before, nothing was asked of it.
    """

    standing: Standing
    words: str
    percent: int | None = None


@dataclass(frozen=True)
class Row:
    """One unit: its cells in order of the periods, its last file, open requests, and what has to be said about it."""

    unit: str
    code: str
    name: str
    cells: tuple[Cell, ...]
    last: str
    requests: int
    notes: tuple[str, ...]
    sends: bool
    """Whether it has machines that send files; False: its records are entered here."""


@dataclass(frozen=True)
class Board:
    """The whole of it on ``today``."""

    periods: tuple[Period, ...]
    rows: tuple[Row, ...]
    today: str

    def owing(self) -> list[Row]:
        """Give the units with machines that have not sent everything of the newest period: who is reminded."""
        return [row for row in self.rows if row.sends and row.cells[-1].standing in ("partial", "waiting", "late", "none")]


def board(store: Store, chosen: Period, today: date) -> Board:
    """Gather the board; the chosen period is its last column."""
    periods = [chosen]
    while len(periods) < COLUMNS and (earlier := before(store, periods[0])) is not None:
        periods.insert(0, earlier)
    scope = Scope.of(store, None, chosen)
    then = {one: year_before(store, one) for one in periods}
    areas: dict[Period | None, dict[str, frozenset[str]]] = {
        one: _areas(store, scope, one) for one in {*periods, *then.values()} if one is not None
    }
    areas[None] = {}
    reported = _reported(store)
    held = _held(store)
    locked = {span.code for span in store.locked()}
    joined: dict[str, str] = {}
    for machine in enrolment.machines(store):
        joined[machine.office] = min(machine.since[:10], joined.get(machine.office, "9999"))
    rows = []
    for unit in scope.children:
        code = store.names.code("unit", unit)
        cells = tuple(
            _cell(
                period, areas[period].get(unit, frozenset()), areas[then[period]].get(unit, frozenset()),
                locked=period.code in locked, full=(code, period.code) in reported,
                waits=code in held and period is chosen,
                over=(today - date.fromisoformat(period.end)).days if joined.get(code, "9999") <= period.end else 0,
            )
            for period in periods
        )  # fmt: skip
        rows.append(
            Row(unit, code, store.names.label("unit", unit, chosen.end), cells, _last(store, code), len(answering.requests(store, code)),
                tuple(held.get(code, ())), code in joined)
        )  # fmt: skip
    return Board(tuple(periods), tuple(rows), today.isoformat())


def _cell(period: Period, now: frozenset[str], then: frozenset[str], *, locked: bool, full: bool, waits: bool, over: int) -> Cell:
    percent = 100 * len(now & then) // len(then) if then else None
    if locked:
        return Cell("locked", "Đã chốt", percent)
    if full:
        return Cell("full", "Đủ, đã duyệt", percent)
    if waits:
        return Cell("waiting", "Chờ gói còn thiếu", percent)
    if over > 0:
        return Cell("late", Message("Chậm {n} ngày", n=over), percent)
    if not now:
        return Cell("none", "Chưa có gì", percent)
    return Cell("partial", Message("Đã có {n} %", n=percent) if percent is not None else Message("Có {n} lĩnh vực", n=len(now)), percent)


def _areas(store: Store, scope: Scope, period: Period) -> dict[str, frozenset[str]]:
    """Give, per unit of the board, the record types with entered records in the period."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, declared in RECORD_TYPES.items():
        if not issubclass(declared, EventRecord) or any(line.stands_for for line in declared.kinds.values()):
            continue  # totals say nothing about which areas a unit has
        day = listed_day(declared)
        query = (
            declared.select(declared.unit, fn.MAX(day))
            .where((declared.state == ENTERED) & day.between(period.start, period.end))
            .group_by(declared.unit)
        )
        for unit, last in store.execute(query.tuples()).fetchall():
            row = scope.row_of(unit, last)
            if row is not None:
                found[row].add(name)
    return {unit: frozenset(names) for unit, names in found.items()}


def _reported(store: Store) -> set[tuple[str, str]]:
    """Give (office, period) of reports that other offices approved: the last approval or amendment of each decides."""
    query = Journal.select(Journal.device, Journal.type, Journal.record, Journal.body).where(
        AUDITS & Journal.type.in_((locks.APPROVE, locks.AMEND))
    )
    last: dict[str, tuple[str, str] | None] = {}
    for device, event, report, body in store.execute(query.order_by(Journal.lc, Journal.device, Journal.seq).tuples()).fetchall():
        office = store.elsewhere.get(device)
        if office is not None:
            last[report] = (office, str(json.loads(body)["period"])) if event == locks.APPROVE else None
    return {one for one in last.values() if one is not None}


def _held(store: Store) -> dict[str, list[str]]:
    """Give, per office, why files of it wait or lie apart; one that could not be opened names its office in front of its hint."""
    query = Package.select(Package.office, Package.number, Package.facts).where(Package.verdict.in_((arrivals.WAITING, arrivals.ASIDE)))
    found: dict[str, list[str]] = defaultdict(list)
    for office, number, facts in store.execute(query.order_by(Package.id).tuples()).fetchall():
        found[office.split(" ")[0]].append(Message("Gói {n:03d}: {why}", n=number, why=json.loads(facts).get("message", "")))
    return dict(found)


def _last(store: Store, office: str) -> str:
    """Give number and day of the newest file taken from an office; '' for none."""
    taken = (Package.office == office) & (Package.way == "in") & (Package.kind == "data") & (Package.verdict == arrivals.TAKEN)
    row = store.execute(Package.select(Package.number, Package.at).where(taken).order_by(Package.id.desc()).limit(1).tuples()).fetchone()
    return f"{row[0]:03d} · {shown_day(row[1][:10])[:5]}" if row else ""
