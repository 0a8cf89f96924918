"""The board: units × periods, what has arrived of each and what each still owes (trust.md e).

The page, ``sync status --period``, the reminder and the warnings of a report all say what stands here: there is no second count.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from peewee import JOIN, fn

from app import arrivals, requests
from app.listing import short_unit
from app.periods import Period, before, year_before
from app.unit_tree import Scope, units_below
from db import locks, receiving, senders
from db.message import Message
from db.questions import shown_day
from db.record import ENTERED, EventRecord, fixed_uid, listed_day
from db.records import RECORD_TYPES
from db.statements import among
from db.store import Store
from db.system import AUDITS, Enrolment, Journal, Late, Package

Standing = Literal["locked", "full", "partial", "waiting", "late", "none"]
GAP = "S08"
"""Why a file waits for another one."""
COLUMNS = 3
"""Half-years shown, the chosen one last."""


@dataclass(frozen=True)
class Cell:
    """How one unit stands in one period. ``percent``: areas with records of those that had any a year before; None: not known.

    A unit is late only in periods that ended after its first machine had joined: before, nothing was asked of it.
    """

    standing: Standing
    words: str
    percent: int | None
    records: int
    """Records that count in the period."""
    kept_out: int = 0
    """Records of which something came after the period was locked and does not count."""
    days_late: int | None = None
    """Days from the end of the period until its approved report was here; None: it is not, or nothing was asked."""


@dataclass(frozen=True)
class Spot:
    """A record somebody has to look at; ``period`` is the code of the period it is about ('' for none)."""

    type_name: str
    uid: str
    period: str = ""


@dataclass(frozen=True)
class Row:
    """One unit: its cells in order of the periods, its last file, open requests, and what has to be said about it."""

    unit: str
    code: str
    name: str
    short: str
    """Its short name, as the table shows it."""
    cells: tuple[Cell, ...]
    last: str
    requests: int
    notes: tuple[str, ...]
    """Why files of it wait or lie apart, gaps left out."""
    gaps: tuple[str, ...]
    """What is missing before files that wait."""
    waits: bool
    """Whether any of its files could not be taken yet."""
    after_lock: tuple[Spot, ...]
    twice: tuple[Spot, ...]
    """Records about the unit that another office entered after the unit had begun to send its own (contract.md: “có thể trùng”)."""
    sends: bool
    """Whether it has machines that send files; False: its records are entered here."""


@dataclass(frozen=True)
class Share:
    """Of the units that send: how many have sent all of a period, and how many of these by its last day."""

    units: int
    full: int
    on_time: int


@dataclass(frozen=True)
class Board:
    """The whole of it on ``today``."""

    periods: tuple[Period, ...]
    rows: tuple[Row, ...]
    today: str

    def owing(self) -> list[Row]:
        """Give the units with machines that have not sent everything of the newest period: who is reminded."""
        return [row for row in self.rows if row.sends and row.cells[-1].standing in ("partial", "waiting", "late", "none")]

    def share(self, place: int) -> Share:
        """Count a period (by its place), complete and on time."""
        cells = [row.cells[place] for row in self.rows if row.sends]
        return Share(len(cells), sum(one.days_late is not None for one in cells), sum(one.days_late == 0 for one in cells))

    def missing(self) -> list[str]:
        """Say of which units nothing of the newest period is here, and of which files wait; [] where all is here or nobody sends."""
        theirs = [row for row in self.rows if row.sends]
        waiting = [row for row in theirs if row.waits]
        nothing = [row for row in theirs if not row.waits and not row.cells[-1].records]
        said: list[str] = []
        for rows, words in (
            (nothing, "Chưa nhận số liệu kỳ này của: {names}."), (waiting, "Còn tệp chờ, số liệu chưa đủ, của: {names}."),
        ):  # fmt: skip
            if rows:
                said.append(Message(words, names="; ".join(f"{row.code} {row.name}" for row in rows)))
        late = sum(row.cells[-1].kept_out for row in theirs)
        if late:
            said.append(Message("Có {n} bản ghi đến sau khi khóa kỳ, chưa tính.", n=late))
        twice = sum(len(row.twice) for row in theirs)
        if twice:
            said.append(Message("Có {n} bản ghi có thể trùng: đơn vị tự gửi, nơi khác cũng nhập.", n=twice))
        return said


def missing(store: Store, period: Period) -> list[str]:
    """Say what a report of a period lacks of those who send to this office; [] where nobody does."""
    return board(store, period, date.today(), columns=1).missing() if store.elsewhere else []


def accept(store: Store, records: Iterable[str], by: str) -> int:
    """Let what came after a lock about these records count; give how many versions. Raises ExpectedError for who may not approve."""
    store.allow(by, "approve")
    with store.transaction():
        return receiving.accept_late(store, records, by)


def board(store: Store, chosen: Period, today: date, columns: int = COLUMNS) -> Board:
    """Gather the board; the chosen period is its last column."""
    periods = [chosen]
    while len(periods) < columns and (earlier := before(store, periods[0])) is not None:
        periods.insert(0, earlier)
    found = _Reading(store, chosen, periods)
    return Board(tuple(periods), tuple(found.row(unit, code, name, today) for unit, code, name in found.units()), today.isoformat())


class _Reading:
    """Everything the rows are made of, read with a fixed number of statements however many units there are."""

    def __init__(self, store: Store, chosen: Period, periods: list[Period]) -> None:
        self.store, self.chosen, self.periods = store, chosen, periods
        self.scope = Scope.of(store, None, chosen)
        self.senders = senders.senders(store)
        self.strays = self._strays()
        self.totals = {name for name, one in _events() if any(line.stands_for for line in one.kinds.values())}
        """Types that only give totals: they say nothing about which areas a unit has."""
        self.then = {one: year_before(store, one) for one in periods}
        self.areas: dict[Period | None, dict[str, Counter[str]]] = {
            one: self._areas(one) for one in {*periods, *self.then.values()} if one is not None
        }
        self.areas[None] = {}
        self.reported = _reported(store)
        self.held, self.waiting = _held(store)
        self.missing = _gaps(store)
        self.locked = {span.code for span in store.locked()}
        self.last = _last(store)
        self.open = Counter(one.office for one in requests.requests(store) if not one.received)
        self.after_lock = _after_lock(store)
        self.twice = self._twice() if self.senders else {}

    def _strays(self) -> dict[str, set[str]]:
        """Give, per office that sends and is no unit right below ours, its unit with all below it."""
        below = {self.store.names.code("unit", unit) for unit in self.scope.children}
        return {code: units_below(self.store, fixed_uid("unit", code)) for code in sorted(self.senders) if code not in below}

    def units(self) -> Iterable[tuple[str, str, str]]:
        """Give uid, code and name of the rows: the units right below ours, and offices that send here from elsewhere."""
        names = self.store.names
        for unit in self.scope.children:
            yield unit, names.code("unit", unit), names.label("unit", unit, self.chosen.end)
        for code in self.strays:
            yield fixed_uid("unit", code), code, self.senders[code].name

    def row(self, unit: str, code: str, name: str, today: date) -> Row:
        """Make the row of a unit."""
        late, short = self.after_lock.get(code, []), short_unit(self.store, unit, self.chosen.end) if name != code else name
        cells = tuple(self._cell(period, unit, code, today, sum(one.period == period.code for one in late)) for period in self.periods)
        return Row(
            unit, code, name, short, cells, self.last.get(code, ""), self.open[code], tuple(self.held.get(code, ())),
            tuple(self.missing.get(code, ())), code in self.waiting, tuple(late), tuple(self.twice.get(unit, ())), code in self.senders,
        )  # fmt: skip

    def _cell(self, period: Period, unit: str, code: str, today: date, kept_out: int) -> Cell:
        counted = self.areas[period].get(unit, Counter())
        now, then = counted.keys() - self.totals, self.areas[self.then[period]].get(unit, Counter()).keys() - self.totals
        percent = 100 * len(now & then) // len(then) if then else None
        here = self.reported.get((code, period.code))
        asked = code in self.senders and self.senders[code].since <= period.end
        days = max(0, _days(period.end, here)) if here is not None else None
        over = _days(period.end, today.isoformat()) if asked else 0
        standing: Standing
        if period.code in self.locked:
            standing, words = "locked", Message("Đã chốt") if not kept_out else Message("Đã chốt, {n} đến sau", n=kept_out)
        elif days is not None:
            standing, words = "full", Message("Đủ, chậm {n} ngày", n=days) if days else Message("Đủ, đúng hạn")
        elif code in self.waiting and period is self.chosen:
            standing, words = "waiting", Message("Chờ gói thiếu") if code in self.missing else Message("Có gói chờ")
        elif over > 0:
            standing, words = "late", Message("Chậm {n} ngày", n=over)
        elif not counted:
            standing, words = "none", Message("Chưa có gì")
        elif percent is not None:
            standing, words = "partial", Message("Đã có {n} %", n=percent)
        else:
            standing, words = "partial", Message("Có {n} lĩnh vực", n=len(now)) if now else Message("Tổng hợp")
        return Cell(standing, words, percent, counted.total(), kept_out, days)

    def _areas(self, period: Period) -> dict[str, Counter[str]]:
        """Give, per unit of the board, how many entered records of each type it has in the period."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for name, declared in _events():
            day = listed_day(declared)
            query = (
                declared.select(declared.unit, fn.MAX(day), fn.COUNT())
                .where((declared.state == ENTERED) & day.between(period.start, period.end))
                .group_by(declared.unit)
            )
            for unit, last, count in self.store.execute(query.tuples()).fetchall():
                row = unit if unit in self.scope.children else self.scope.row_of(unit, last)
                for one in (row, *(fixed_uid("unit", code) for code, below in self.strays.items() if unit in below)):
                    if one is not None:
                        found[one][name] += count
        return found

    def _twice(self) -> dict[str, list[Spot]]:
        """Give, per unit of the board, its records of the chosen period that another office entered since the unit sends its own."""
        store, found = self.store, defaultdict[str, list[Spot]](list)
        period, unit_type = self.chosen, store.types["unit"]
        code = unit_type._meta.fields["code"]
        theirs = among(sorted(self.senders))
        for name, declared in _events():
            day = listed_day(declared)
            inside = (declared.state == ENTERED) & day.between(period.start, period.end) & code.in_(theirs)
            query = (
                declared.select(declared.unit, code, day, declared.uid)
                .join(unit_type, on=(unit_type.uid == declared.unit))
                .switch(declared)
                .join(Enrolment, JOIN.LEFT_OUTER, on=(Enrolment.device == declared.device))
                .where(inside & (Enrolment.office.is_null() | (Enrolment.office != code)))
            )
            for unit, owner, when, uid in store.execute(query.order_by(day, declared.uid).tuples()):
                if when >= self.senders[owner].since:
                    found[unit].append(Spot(name, uid, period.code))
        return found


def _events() -> Iterable[tuple[str, type[EventRecord]]]:
    for name, declared in RECORD_TYPES.items():
        if issubclass(declared, EventRecord):
            yield name, declared


def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _reported(store: Store) -> dict[tuple[str, str], str]:
    """Give, by (office, period), the day on which an approved report of another office was here: its last approval or amendment decides."""
    query = Journal.select(Journal.device, Journal.seq, Journal.type, Journal.record, Journal.body).where(
        AUDITS & Journal.type.in_((locks.APPROVE, locks.AMEND))
    )
    last: dict[str, tuple[str, str, str, int] | None] = {}
    for device, seq, event, report, body in store.execute(query.order_by(Journal.lc, Journal.device, Journal.seq).tuples()).fetchall():
        office = store.elsewhere.get(device)
        if office is not None:
            last[report] = (office, str(json.loads(body)["period"]), device, seq) if event == locks.APPROVE else None
    came = _came(store) if last else {}
    found = {}
    for office, period, device, seq in filter(None, last.values()):
        days = [at for first, end, at in came.get(device, ()) if first <= seq <= end]
        found[office, period] = min(days, default="")[:10] or "0001-01-01"  # never of a file: it was here from the first
    return found


def _came(store: Store) -> dict[str, list[tuple[int, int, str]]]:
    """Give, per chain, the files taken of it: first and last entry, and when."""
    query = Package.select(Package.chain, Package.first, Package.last, Package.at).where(_taken())
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for chain, first, last, at in store.execute(query.tuples()):
        found[chain].append((first, last, at))
    return found


def _taken() -> Any:
    return (Package.way == "in") & (Package.kind == "data") & (Package.verdict == arrivals.TAKEN)


def _held(store: Store) -> tuple[dict[str, list[str]], set[str]]:
    """Give, per office, why files of it wait or lie apart, and the offices of which any waits.

    One that could not be opened names its office in front of its hint.
    """
    query = Package.select(Package.office, Package.number, Package.facts, Package.verdict)
    rows = store.execute(query.where(Package.verdict.in_((arrivals.WAITING, arrivals.ASIDE))).order_by(Package.id).tuples()).fetchall()
    found, waiting = defaultdict[str, list[str]](list), set[str]()
    for office, number, facts, verdict in rows:
        code = office.split(" ")[0]
        said = json.loads(facts)
        if said.get("code") != GAP:
            found[code].append(Message("Gói {n:03d}: {why}", n=number, why=arrivals.why(said)))
        if verdict == arrivals.WAITING:
            waiting.add(code)
    return found, waiting


def _gaps(store: Store) -> dict[str, list[str]]:
    labels = dict(store.execute(Enrolment.select(Enrolment.device, Enrolment.label).tuples()).fetchall())
    found: dict[str, list[str]] = defaultdict(list)
    for office, device, first, last in arrivals.gaps(store):
        machine = labels.get(device) or device[:4]
        found[office].append(Message("Chưa đến: mục {first}–{last} của máy “{machine}”.", first=first, last=last, machine=machine))
    return found


def _last(store: Store) -> dict[str, str]:
    """Give number and day of the newest file taken from each office."""
    newest = Package.select(fn.MAX(Package.id)).where(_taken()).group_by(Package.office)
    query = Package.select(Package.office, Package.number, Package.at).where(Package.id.in_(newest))
    return {office: f"{number:03d} · {shown_day(at[:10])[:5]}" for office, number, at in store.execute(query.tuples()).fetchall()}


def _after_lock(store: Store) -> dict[str, list[Spot]]:
    """Give, per office, the records of which something came after a lock and is not accepted."""
    query = Late.select(Late.device, Late.type, Late.record, Late.period).where(Late.accepted.is_null()).distinct()
    found: dict[str, list[Spot]] = defaultdict(list)
    for device, name, uid, period in store.execute(query.order_by(Late.period, Late.record).tuples()).fetchall():
        office, spot = store.elsewhere.get(device, ""), Spot(name, uid, period)
        if spot not in found[office]:
            found[office].append(spot)
    return found
