"""What stands beside the board about one unit: its figures, what was asked and answered, and the records somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app import today
from app.board import Row, Spot
from app.history import differences
from app.listing import words_of
from app.periods import Period
from app.requests import Asked, requests
from app.today import Compared
from db import fold, journal
from db.errors import ExpectedError
from db.message import Joined, Message
from db.questions import Answers, shown_day
from db.record import EventRecord, Record
from db.store import Store
from db.system import Journal, Late

MOST = 12
"""Records of each kind that are named one by one."""


@dataclass(frozen=True)
class Named:
    """A record in words. ``is_here``: it can be opened; not so a new one that came after a lock and does not count yet."""

    type_name: str
    uid: str
    title: str
    second: str
    is_here: bool = True


@dataclass(frozen=True)
class Beside:
    """All of it; each list holds at most ``MOST``, the board says how many there are."""

    numbers: tuple[Compared, ...]
    asked: tuple[Named, ...]
    answered: tuple[Named, ...]
    after_lock: tuple[Named, ...]
    twice: tuple[tuple[str, tuple[str, ...]], ...]
    """Record types with the uids that another office entered, too."""


def beside(store: Store, row: Row, period: Period) -> Beside:
    """Gather what stands beside the board about a row and one of its periods."""
    mine = [one for one in requests(store, row.code) if not one.received]
    done = [one for one in requests(store, row.code, answered=True) if not one.received]
    late = [spot for spot in row.after_lock if spot.period == period.code]
    return Beside(
        tuple(today.compared(store, period, row.unit)),
        tuple(_asked(store, one) for one in mine[:MOST]),
        tuple(_answered(store, one) for one in done[: -MOST - 1 : -1]),
        tuple(after_lock(store, late[:MOST])),
        tuple((name, tuple(spot.uid for spot in row.twice if spot.type_name == name)) for name in _types(row.twice)),
    )


def _asked(store: Store, one: Asked) -> Named:
    declared, record = store.read(one.record)
    return Named(
        declared.type_name,
        one.record,
        _title(store, declared, record),
        Message("{day}: {text}", day=shown_day(one.at[:10])[:5], text=one.text),
    )


def _answered(store: Store, one: Asked) -> Named:
    declared, record = store.read(one.record)
    replies = {"same": Message("Giữ nguyên"), "cancelled": Message("Đã hủy"), "changed": Message("Đã sửa")}
    return Named(declared.type_name, one.record, _title(store, declared, record), Joined(": ", [replies[one.reply], one.text]))


def after_lock(store: Store, spots: Iterable[Spot]) -> Iterator[Named]:
    """Name records by what came after the lock; say what would change."""
    for spot in spots:
        declared = store.types[spot.type_name]
        kept_out = Late.select(Late.device, Late.seq).where((Late.record == spot.uid) & Late.accepted.is_null())
        places = set(store.execute(kept_out.tuples()).fetchall())
        entries = [one for one in store.entries((Journal.record == spot.uid) & (Journal.kind == "put")) if (one.device, one.seq) in places]
        newest = fold.aggregate(declared, journal.heads(entries)[0])
        before = _here(store, spot.uid)
        words = Joined("; ", differences(store, declared, before[1], newest)) if before else Message("Bản ghi mới")
        yield Named(spot.type_name, spot.uid, _title(store, declared, newest), words, before is not None)


def _types(spots: Iterable[Spot]) -> list[str]:
    return list(dict.fromkeys(spot.type_name for spot in spots))


def _title(store: Store, declared: type[Record], record: Answers) -> str:
    """Name a record beside its unit: what it is and its day; as lists do where it has none."""
    day = declared.day_of(record)
    if not issubclass(declared, EventRecord) or not day:
        return words_of(store, declared, record)
    return Message("{caption} {day}", caption=declared.caption, day=shown_day(day))


def _here(store: Store, uid: str) -> tuple[type[Record], dict[str, object]] | None:
    try:
        return store.read(uid)
    except ExpectedError:
        return None
