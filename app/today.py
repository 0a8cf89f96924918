"""What the first page shows: work to do, the period beside the same period of last year, what was saved last. Knows no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from peewee import fn

from app import requests
from app.comparison import Comparison
from app.figures import Figures, FigureValue
from app.i18n import _
from app.listing import Listing, Wanted, draft_title, named, short_unit, when
from app.periods import Period
from app.unit_tree import units_below
from db.declarations import Due
from db.errors import ExpectedError
from db.message import Joined, Message
from db.questions import grouped, shown_day
from db.record import EventRecord, Line, Record
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Draft, Journal

MOST_DRAFTS, MOST_SAVED = 5, 6


@dataclass(frozen=True)
class Task:
    """One line of work: what state it is in (a name of ``ui.look.STATES``), its words, and the list it leads to."""

    state: str
    title: str
    second: str
    verb: str
    type_name: str
    wanted: Wanted | None = None
    draft: str | None = None
    uid: str | None = None
    """The record it leads to; None: the list, or the draft."""
    at: tuple[str, str, int] | None = None
    """The answer of that record it leads to: kind of line, question, row; None: the first."""


@dataclass(frozen=True)
class Compared:
    """One row of the comparison: texts of this period and of last year's, and their difference ('' where there is none)."""

    codes: tuple[str, ...]
    """The figures it tells."""
    label: str
    now: str
    before: str
    change: str


@dataclass(frozen=True)
class Saved:
    """A record that was written lately."""

    type_name: str
    uid: str
    title: str
    when: str


@dataclass(frozen=True)
class Today:
    """All of the first page."""

    tasks: list[Task]
    compared: list[Compared]
    saved: list[Saved]
    filled: list[str]
    """Types of records that have any in the period."""
    missing: list[str]
    saved_today: int
    """Records whose last version was entered by hand today."""
    imported_today: int
    """Records whose last version came today with an import."""
    since_report: tuple[str, int] | None
    """ISO day of the report's last change and how many records were written since; None without a report."""


def today(store: Store, chosen: Period, unit: str | None, now: str, user: str) -> Today:
    """Gather the first page for a period and a unit (uid; None: the office's own). ``now`` is today's ISO day."""
    counts = {declared.type_name: _in_period(store, declared, chosen, unit) for declared in _events() if not _stands_for_others(declared)}
    since = _since_report(store, chosen, unit)
    tasks = [
        *_first_tasks(store, now),
        *_asked_tasks(store),
        *_draft_tasks(store, user),
        *_warning_tasks(store, chosen, unit),
        *_due_tasks(store, now, unit),
        *_since_tasks(store, chosen, unit, since),
    ]
    return Today(
        tasks,
        list(compared(store, chosen, unit)),
        list(_saved(store)),
        [name for name, count in counts.items() if count],
        [name for name, count in counts.items() if not count],
        *_written_on(store, now),
        since,
    )


def _events() -> list[type[EventRecord]]:
    return [declared for declared in RECORD_TYPES.values() if issubclass(declared, EventRecord)]


def _stands_for_others(declared: type[Record]) -> bool:
    """Tell whether a type only gives totals of others, so that none of it is nothing missing."""
    return any(line.stands_for for line in declared.kinds.values())


def _in_period(store: Store, declared: type[EventRecord], chosen: Period, unit: str | None) -> int:
    return _count(store, declared, Wanted(period=chosen, unit=unit))


def _count(store: Store, declared: type[Record], wanted: Wanted) -> int:
    """Count what the list will show: each row of the page says the number that its list has."""
    query = declared.select(fn.COUNT())
    for condition in Listing(store, declared, wanted).conditions():
        query = query.where(condition)
    return int(store.execute(query.tuples()).fetchone()[0])


def _asked_tasks(store: Store) -> Iterator[Task]:
    """Give what headquarters asks about single records, each leading to its own."""
    for one in requests.requests(store):
        if one.received:
            name, title = named(store, one.record)
            words = Message("Cấp trên đề nghị làm rõ: {text}", text=one.text)
            yield Task("returned", title, words, "Trả lời", name, uid=one.record)


def _draft_tasks(store: Store, user: str) -> Iterator[Task]:
    query = Draft.select(Draft.id, Draft.type, Draft.content, Draft.ts, Draft.user).order_by(Draft.ts.desc(), Draft.id.desc())
    rows = [row for row in store.execute(query.tuples()) if row[1] in RECORD_TYPES]
    for draft, type_name, content, ts, author in rows[:MOST_DRAFTS]:
        by = "" if author == user else f" · {author}"
        words = Joined(" · ", [RECORD_TYPES[type_name].caption, draft_title(RECORD_TYPES[type_name], content)])
        yield Task("draft", words, Message("Bản nháp, lưu lúc {ts}{by}", ts=when(ts), by=by), "Nhập tiếp", type_name, draft=draft)
    if len(rows) > MOST_DRAFTS:
        for kind, count in Counter(row[1] for row in rows[MOST_DRAFTS:]).items():
            others = Message("{n} bản nháp khác, cũ hơn các bản trên", n=count)
            yield Task("draft", others, RECORD_TYPES[kind].plural, Message("Xem"), kind, Wanted(state="draft"))


def _warning_tasks(store: Store, chosen: Period, unit: str | None) -> Iterator[Task]:
    for declared in RECORD_TYPES.values():
        in_period = issubclass(declared, EventRecord)
        wanted = Wanted(period=chosen if in_period else None, unit=unit if in_period else None, warnings=True)
        count = _count(store, declared, wanted)
        if count:
            words = Message("{n} bản ghi có cảnh báo chưa giải trình", n=count)
            yield Task("warning", words, declared.plural, Message("Xem"), declared.type_name, Wanted(warnings=True))


def _due_tasks(store: Store, now: str, unit: str | None) -> Iterator[Task]:
    for declared in RECORD_TYPES.values():
        for line in declared.kinds.values():
            if line.due is not None and issubclass(declared, EventRecord):
                yield from _due_lines(store, declared, line, line.due, now, unit)


def _due_lines(store: Store, declared: type[EventRecord], line: type[Line], due: Due, now: str, unit: str | None) -> Iterator[Task]:
    """Give what is late, and what still has time, of one kind of line."""
    day = line._meta.fields[due.day]
    query = line.select(day, declared.unit).join(declared, on=(line.record == declared.id)).where(due.is_open(line)).order_by(day)
    if unit is not None:
        query = query.where(declared.unit.in_(sorted(units_below(store, unit))))
    rows = store.execute(query.tuples()).fetchall()
    late, waiting = [row for row in rows if row[0] < now], [row for row in rows if row[0] >= now]
    name = declared.type_name
    if late:
        named = [Message("{unit} (hạn {day})", unit=short_unit(store, where, now), day=shown_day(at)) for at, where in late[:2]]
        more = [Message(due.more, n=len(late) - 2)] if len(late) > 2 else []
        words = Joined(" · ", [*named, *more])
        yield Task("late", Message(due.late, n=len(late)), words, Message("Xem"), name, Wanted(overdue=now))
    if waiting and due.waiting:
        nearest = Message("Hạn gần nhất {day}", day=shown_day(waiting[0][0]))
        yield Task("due", Message(due.waiting, n=len(waiting)), nearest, Message("Xem"), name, Wanted(due=now))


def _since_report(store: Store, chosen: Period, unit: str | None) -> tuple[str, int] | None:
    declared = RECORD_TYPES["report"]
    query = declared.select(fn.MAX(declared.written)).where(declared._meta.fields["period"] == chosen.code)
    written = store.execute(query.tuples()).fetchone()[0]
    if written is None:
        return None
    return written, sum(_count(store, event, Wanted(period=chosen, unit=unit, since=written)) for event in _events())


def _since_tasks(store: Store, chosen: Period, unit: str | None, since: tuple[str, int] | None) -> Iterator[Task]:
    if since is None or not since[1]:
        return
    for event in _events():
        count = _count(store, event, Wanted(period=chosen, unit=unit, since=since[0]))
        if count:
            words = Message("{n} bản ghi thay đổi sau báo cáo trước", n=count)
            yield Task("report", words, event.plural, Message("Xem"), event.type_name, Wanted(period=chosen, since=since[0]))


def compared(store: Store, chosen: Period, unit: str | None) -> Iterator[Compared]:
    """Give the figures of a period beside those of the same period of last year."""
    comparison = Comparison.of(store, chosen, unit)
    for declared in RECORD_TYPES.values():
        for label, codes in declared.highlights:
            pairs = [comparison.pair(code) for code in codes]
            these = [_known(comparison.now, code) for code in codes]
            changes = [_difference(one, pair.before) for one, pair in zip(these, pairs, strict=True)]
            if any(pair.standing == "incomparable" for pair in pairs):
                change = _("Không so sánh được")
            else:
                change = " / ".join(changes) if any(one != "—" for one in changes) else ""
            texts = [" / ".join(map(_text, side)) for side in (these, [pair.before for pair in pairs])]
            yield Compared(codes, label, texts[0], texts[1], change)


def _known(found: Figures, code: str) -> FigureValue | None:
    """Give a figure of this period; None where totals were sent that do not tell it."""
    value = found.value(code)
    return None if value.unknown else value


def _text(value: FigureValue | None) -> str:
    if value is None:
        return "—"
    if value.value is None:
        return "0" if value.is_total else "—"
    if value.in_tenths and isinstance(value.value, int):
        return f"{value.value // 10},{value.value % 10}"
    return grouped(value.value) if isinstance(value.value, int) else str(value.value)


def _difference(now: FigureValue | None, before: FigureValue | None) -> str:
    if now is None or before is None:
        return "—"
    if now.value is None and before.value is None:
        return "0" if now.is_total else "—"
    if not now.is_total and None in (now.value, before.value):
        return "—"
    change = int(now.value or 0) - int(before.value or 0)
    sign = "+" if change > 0 else "−" if change < 0 else ""
    size = abs(change)
    return sign + (f"{size // 10},{size % 10}" if now.in_tenths else grouped(size))


def _saved(store: Store) -> Iterator[Saved]:
    names: list[Any] = [declared.type_name for declared in _events()] + ["beneficiary"]
    query = Journal.select(Journal.type, Journal.record).where((Journal.kind == "put") & Journal.type.in_(names))
    seen: dict[str, str] = {}
    for type_name, record in store.execute(query.order_by(Journal.id.desc()).limit(60).tuples()):
        seen.setdefault(record, type_name)
        if len(seen) == MOST_SAVED:
            break
    for uid, type_name in seen.items():
        declared = RECORD_TYPES[type_name]
        found = store.execute(declared.select(declared.id, declared.written).where(declared.uid == uid).tuples()).fetchone()
        if found is None:
            continue
        rows = Listing(store, declared, Wanted()).rows([found[0]])
        if rows:
            words = " · ".join(part for part in (rows[0].title, rows[0].second) if part)
            yield Saved(type_name, uid, words, found[1])


def _written_on(store: Store, day: str) -> tuple[int, int]:
    """Count records last written on a day: by hand, and by imports."""
    count = imported = 0
    last = Journal.alias()
    newest = last.select(fn.MAX(last.id)).where((last.record == Journal.record) & (last.kind == "put"))
    for declared in RECORD_TYPES.values():
        of_day = declared.written.startswith(day)
        count += store.execute(declared.select(fn.COUNT()).where(of_day).tuples()).fetchone()[0]
        uids = declared.select(declared.uid).where(of_day)
        brought = Journal.select(fn.COUNT()).where(Journal.import_id.is_null(False) & Journal.record.in_(uids) & (Journal.id == newest))
        imported += store.execute(brought.tuples()).fetchone()[0]
    return count - imported, imported


def _first_tasks(store: Store, now: str) -> Iterator[Task]:
    """Give what a new office has to say once before its reports are right; nothing once it is said."""
    try:
        office, term = store.office(), store.term(now)
    except ExpectedError:
        return
    say = Message("Khai")
    row = office["terms"].index(term) if term else 0
    once = partial(Task, "first", second=Message("Việc làm một lần khi bắt đầu"), verb=say, type_name="office", uid=office["uid"])
    if open_ones := [name for name in ("issuer_lines", "place") if not term.get(name)]:
        yield once(Message("Khai cơ quan ban hành, địa danh in trên báo cáo"), at=("terms", open_ones[0], row))
    if not term.get("signer_name"):
        yield once(Message("Khai người ký báo cáo"), at=("terms", "signer_name", row))
    if not store.names.catalogue("topic").records:
        words = Message("Thêm chuyên đề giáo dục, hoặc nhập từ bảng")
        yield Task("first", words, Message("Danh mục chưa có mục nào"), say, "topic")
    known = {str(one["code"]) for one in store.names.catalogue("unit").records.values()}
    if len(known) <= 2 and not any(_any(store, declared) for declared in _events()):
        words = Message("Thêm các đơn vị cấp dưới, hoặc nhập từ bảng")
        yield Task("first", words, Message("Danh mục mới có {n} đơn vị", n=len(known)), say, "unit")


def _any(store: Store, declared: type[Record]) -> bool:
    return store.execute(declared.select(declared.id).limit(1).tuples()).fetchone() is not None
