"""Units on days on which they do not exist: who speaks for them then, and what is said when a record is dated so.

Such a record counts all the same, so that no total loses it (domain.md D.5): for the one unit that took over where its own had ended,
else where its own stands nearest to the day. It is said when the record is entered, and when the unit's days are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple, Protocol

from peewee import fn

from db.declarations import Problem
from db.message import Message
from db.names import OPEN_END, OPEN_START, Catalogue, NameBook
from db.questions import Answers, shown_day
from db.record import ENTERED, EventRecord, Record

CODE = "DON_VI_NGAY"
"""The code of the warning about records of a day on which their unit does not exist."""
UNIT = "unit"
CHUNK = 500
"""Units in one query: below every engine's limit of parameters."""


class Reading(Protocol):
    """What this module needs of the store."""

    types: Mapping[str, type[Record]]
    names: NameBook

    def execute(self, query: Any) -> Any:
        """Run a query and give the cursor."""


Units = Mapping[str, Answers]
"""Unit records by uid."""


def units(names: NameBook) -> Units:
    """Give all units."""
    return names.catalogue(UNIT).records


# -- on one day ----------------------------------------------------------------------------------------------------------------


def version_on(record: Answers, day: str) -> Answers | None:
    """Give the version of a unit on ISO ``day``; None outside every one."""
    return next((line for line in record["versions"] if _first(line) <= day <= _last(line)), None)


def parent_of(names: NameBook, uid: str, day: str) -> str | None:
    """Give the parent of a unit on ``day``, by its last version before it or its first one after; None at the top and for no unit."""
    record = units(names).get(uid)
    if record is None or not record["versions"]:
        return None
    version = version_on(record, day)
    if version is None:
        before = [line for line in record["versions"] if _last(line) < day]
        version = max(before, key=_last) if before else min(record["versions"], key=_first)
    parent: str | None = version["parent"]
    return parent


def counts_for(known: Units, uid: str, day: str) -> str:
    """Give the unit that a unit's record of ``day`` counts for: itself, or where it had ended the one that took all of it over."""
    at, seen = uid, set[str]()
    while at not in seen:
        seen.add(at)
        record = known.get(at)
        if record is None or not _ended(record, day):
            return at
        heirs = {line["successor"] for line in record["successors"] if line["successor"]}
        if len(heirs) != 1:
            return at
        (at,) = heirs
    return uid


def _ended(record: Answers, day: str) -> bool:
    return version_on(record, day) is None and any(_last(line) < day for line in record["versions"])


def _first(line: Answers) -> str:
    return line["valid_from"] or OPEN_START


def _last(line: Answers) -> str:
    return line["valid_to"] or OPEN_END


def _missing(record: Answers, day: str) -> bool:
    return bool(record["versions"]) and version_on(record, day) is None


# -- records of such days --------------------------------------------------------------------------------------------------------


class Stray(NamedTuple):
    """Counted records of a unit on days on which it does not exist: how many, and their first and last day."""

    unit: str
    records: int
    first: str
    last: str


def strays(store: Reading, of: Units, start: str = OPEN_START, end: str = OPEN_END) -> list[Stray]:
    """Give the units of ``of`` that have such records within days, in the order of their codes; no query where none can have any."""
    wanted = [uid for uid, record in of.items() if record["versions"] and not _throughout(record, start, end)]
    found: dict[str, Stray] = {}
    for place in range(0, len(wanted), CHUNK):
        for uid, day, records in store.execute(_dated(store, wanted[place : place + CHUNK], start, end)):
            if _missing(of[uid], day):
                known = found.get(uid, Stray(uid, 0, day, day))
                found[uid] = Stray(uid, known.records + records, min(known.first, day), max(known.last, day))
    return sorted(found.values(), key=lambda one: str(of[one.unit]["code"]))


def _throughout(record: Answers, start: str, end: str) -> bool:
    """Tell whether one version of a unit holds on all of these days, as of most units one does."""
    return any(_first(line) <= start and end <= _last(line) for line in record["versions"])


def _dated(store: Reading, uids: Sequence[str], start: str, end: str) -> Any:
    """Give the query for unit, day and number of the counted records of units, of all types."""
    events: list[Any] = [declared for declared in store.types.values() if issubclass(declared, EventRecord)]
    queries = []
    for declared in events:
        inside = (declared.counts == 1) & declared.counted_on.between(start, end) & declared.unit.in_(uids)
        columns = (declared.unit, declared.counted_on, fn.COUNT())
        queries.append(declared.select(*columns).where(inside).group_by(declared.unit, declared.counted_on))
    return reduce(lambda one, other: one.union_all(other), queries).tuples()


# -- said at entry -----------------------------------------------------------------------------------------------------------------


def problems(store: Reading, record_type: type[Record], batch: Sequence[Answers]) -> Iterator[tuple[int, Problem]]:
    """Give (index, warning): of a record its unit did not exist on its day; of a unit it has records of days that it leaves out."""
    if record_type.type_name == UNIT:
        yield from _of_units(store, batch)
    elif issubclass(record_type, EventRecord):
        for index, record in enumerate(batch):
            day = record_type.counted_day(record) or record["event_to"]
            unit = units(store.names).get(record["unit"] or "")
            if record["state"] == ENTERED and day and unit is not None and _missing(unit, day):
                yield index, Problem("unit", _of_record(store, record["unit"], day), "warning", CODE)


def _of_record(store: Reading, uid: str, day: str) -> str:
    name, taker = store.names.label(UNIT, uid, day), counts_for(units(store.names), uid, day)
    if taker == uid:
        return Message("{unit} không có hiệu lực vào ngày {day}. Hãy chọn đơn vị đúng thời điểm.", unit=name, day=shown_day(day))
    words = "{unit} không còn hiệu lực vào ngày {day}: bản ghi được tính vào {taker}. Hãy chọn đơn vị đúng thời điểm."
    return Message(words, unit=name, day=shown_day(day), taker=store.names.label(UNIT, taker, day))


def _of_units(store: Reading, batch: Sequence[Answers]) -> Iterator[tuple[int, Problem]]:
    places = {record["uid"]: index for index, record in enumerate(batch) if record["uid"] and record["state"] == ENTERED}
    of = {uid: batch[index] for uid, index in places.items()}
    after: Units = {**units(store.names), **of}
    for one in strays(store, of):
        yield places[one.unit], Problem("versions", _of_unit(store, after, one), "warning", CODE)


def _of_unit(store: Reading, known: Units, one: Stray) -> str:
    said = {"n": one.records, "days": _days(one)}
    taker = counts_for(known, one.unit, one.last)
    if taker == one.unit:
        words = "Đơn vị có {n} bản ghi của những ngày đơn vị không có hiệu lực ({days}). Hãy sửa ngày, hoặc đơn vị của bản ghi."
        return Message(words, **said)
    words = "Đơn vị có {n} bản ghi của những ngày đơn vị không còn hiệu lực ({days}): tính vào {taker}. Hãy chuyển sang đơn vị đó."
    return Message(words, **said, taker=Catalogue(store.types[UNIT], known).label(taker, one.last))


def told(store: Reading, inside: Callable[[str, str], bool], start: str = OPEN_START, end: str = OPEN_END) -> Iterator[str]:
    """Say of each unit with such records for whom they count; ``inside`` tells whether a unit's record of a day counts here at all."""
    known = units(store.names)
    for one in strays(store, known, start, end):
        if not inside(one.unit, one.last):
            continue
        said = {"unit": store.names.label(UNIT, one.unit, one.last), "n": one.records, "days": _days(one)}
        taker = counts_for(known, one.unit, one.last)
        if taker == one.unit or not inside(taker, one.last):
            yield Message("{unit} có {n} bản ghi của những ngày đơn vị không có hiệu lực ({days}).", **said)
        else:
            words = "{unit} có {n} bản ghi của những ngày đơn vị không còn hiệu lực ({days}): tính vào {taker}."
            yield Message(words, **said, taker=store.names.label(UNIT, taker, one.last))


def _days(one: Stray) -> str:
    if one.first == one.last:
        return shown_day(one.first)
    return Message("{since} – {until}", since=shown_day(one.first), until=shown_day(one.last))
