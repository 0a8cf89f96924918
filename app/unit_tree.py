"""The tree of units as dates make it: scopes, annex rows and the days on which it changes (contract.md 1, domain.md D.5)."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from app import tree
from app.periods import Period
from db.errors import ExpectedError
from db.message import Message
from db.names import NameBook, key_of
from db.record import complete
from db.records import RECORD_TYPES
from db.store import Store
from db.text import matches, search_key
from db.unit_days import counts_for, parent_of, units

MOST_NAMED = 6
"""Units that are named where one is not found."""
DEEPEST = 12
"""Levels of units below the office's own; what stands deeper is reached by its own office."""


@dataclass(frozen=True)
class Scope:
    """A unit and all below it by the parent valid on the day; ``children`` are its annex rows in unit order (by code)."""

    names: NameBook
    unit: str
    children: tuple[str, ...]
    _rows: dict[tuple[str, str], str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, unit: str | None, period: Period) -> Scope:
        """Give the scope of ``unit`` (None: the office's own): children are those it had on any day of the period."""
        names = store.names
        uid = unit or own_unit(store)
        found = []
        for child, record in names.catalogue("unit").records.items():
            for line in record["versions"]:
                overlaps = (line["valid_from"] or "") <= period.end and (line["valid_to"] or "9999") >= period.start
                if line["parent"] == uid and overlaps and child not in found:
                    found.append(child)
        return cls(names, uid, tuple(sorted(found, key=lambda child: names.code("unit", child))))

    @property
    def owners(self) -> tuple[str, ...]:
        """The units whose records are the reporting unit's own."""
        return (self.unit,)

    def row_of(self, uid: str | None, day: str) -> str | None:
        """Give the annex row (a child of the scope, or the unit itself) that a unit's record of ``day`` falls into; None outside."""
        if uid is None:
            return None
        key = (uid, day)
        if key not in self._rows:
            self._rows[key] = self._climb(uid, day, set())
        return self._rows[key]

    def holds(self, uid: str, day: str) -> bool:
        """Tell whether a unit's record of ``day`` counts here."""
        return self.row_of(uid, day) is not None

    def _climb(self, uid: str, day: str, seen: set[str]) -> str | None:
        """Climb to the row; from a unit that had ended by who took over, if that leads there, else by where it stood last."""
        at = uid
        while at not in seen:
            if at == self.unit:
                return at
            seen.add(at)
            taker = counts_for(units(self.names), at, day)
            if taker != at and (row := self._climb(taker, day, seen)) is not None:
                return row
            parent = parent_of(self.names, at, day)
            if parent is None:
                return None
            if parent == self.unit:
                return at
            at = parent
        return None

    def changes(self, start: str | None, end: str) -> list[str]:
        """Give the days after ``start`` (None: any) up to ``end`` on which some unit's version begins, or the day after one ends."""
        days: set[str] = set()
        for record in self.names.catalogue("unit").records.values():
            for line in record["versions"]:
                if line["valid_from"]:
                    days.add(line["valid_from"])
                if line["valid_to"]:
                    days.add((date.fromisoformat(line["valid_to"]) + timedelta(days=1)).isoformat())
        return sorted(day for day in days if (start is None or start < day) and day <= end)


def own_unit(store: Store) -> str:
    """Give the uid of the office's own unit."""
    return store.names.find("unit", store.office()["code"], None)


def unit_named(store: Store, text: str, period: Period | None = None) -> str:
    """Give the uid of the unit that code or name ``text`` means in the period; raise ExpectedError naming valid codes.

    A unit dissolved within the period still has its part of it, so its first and last day are tried as well.
    """
    days = [period.end, period.start] if period else [None]
    for day in (*days, None):
        try:
            return store.names.find("unit", text, day)
        except ValueError as error:
            last = error
    known = {record["code"]: store.names.label("unit", uid, days[0]) for uid, record in store.names.catalogue("unit").records.items()}
    wanted = search_key(text)
    near = [code for code, name in known.items() if wanted and wanted in search_key(f"{code} {name}")]
    near = near or difflib.get_close_matches(text.strip().upper(), known, MOST_NAMED)
    listed = ", ".join(f"{code} ({known[code]})" for code in sorted(near or known)[:MOST_NAMED])
    more = ", …" if len(near or known) > MOST_NAMED else ""
    remedy = Message("Gần đúng: {listed}." if near else "Các đơn vị: {listed}.", listed=listed + more)
    raise ExpectedError("unit", f"{str(last).partition('. ')[0].removesuffix('.')}.", remedy)


def units_below(store: Store, uid: str) -> set[str]:
    """Give the uids of a unit and of every unit that ever stood below it."""
    records = store.names.catalogue("unit").records
    found, before = {uid}, 0
    while len(found) > before:
        before = len(found)
        found |= {child for child, record in records.items() if any(line["parent"] in found for line in record["versions"])}
    return found


class Offered(NamedTuple):
    """A unit to work on: how deep it stands below the office's own, and what is to be said beside it."""

    uid: str
    label: str
    code: str
    depth: int
    detail: str


def choices(store: Store, own: str, period: Period, typed: str = "") -> list[Offered]:
    """Give the units of the office that ``typed`` (code or name, with or without marks) may mean, as they stood in the period.

    Nothing typed: all that stood on any day of it, each below the one above. Typed: those that ended before or come later, too.
    """
    found = tree.forest(store, store.types["unit"], period.end)
    made: list[Offered] = []

    def walk(uid: str, depth: int) -> None:
        node = found.nodes[uid]
        here = node.standing == "now" or (node.standing == "ended" and node.until >= period.start)
        fits = matches(typed, f"{node.code} {node.names}") if typed.strip() else here or uid == own
        if fits:
            detail = tree.span_words(node) if node.standing != "now" else ""
            made.append(Offered(uid, node.label, node.code, 0 if typed.strip() else depth, detail))
        if depth < DEEPEST:
            for child in node.children:
                walk(child, depth + 1)

    if own in found.nodes:
        walk(own, 0)
    return sorted(made, key=lambda one: search_key(one.code) != search_key(typed)) if typed.strip() else made


def is_single(store: Store, uid: str, period: Period) -> bool:
    """Tell whether a unit stands alone: none stood below it on any day of the period."""
    return not Scope.of(store, uid, period).children


def report_uid(store: Store, period: Period, unit: str | None) -> str:
    """Give the uid that the report record of ``unit`` (uid; None: the office's own) and period has or will have."""
    declared = RECORD_TYPES["report"]
    answers = complete(declared, {"unit": unit or own_unit(store), "period": period.code})
    return str(key_of(declared, answers, store.names))
