"""What of a period has arrived from each office that sends here, and what has not: beside every total stands who is missing in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import peewee

from app.periods import Period
from db import receiving
from db.message import Message
from db.record import EventRecord
from db.store import Store
from db.system import Enrolment, Late, Package

STATES = {"received": "Đã nhận", "waiting": "Chờ bổ sung", "nothing": "Chưa có số liệu"}


@dataclass(frozen=True)
class Arrived:
    """One office and period: received, waiting (files of it could not be taken yet) or nothing; records that count, late ones apart."""

    office: str
    name: str
    state: str
    records: int
    late: int
    last: str | None
    """Local time of the last file that was taken; None: none."""


def board(store: Store, period: Period) -> list[Arrived]:
    """Give every other office with an approved machine, by code; none where nobody sends to."""
    if not store.elsewhere:
        return []
    machines = store.execute(
        Enrolment.select(Enrolment.device, Enrolment.office, Enrolment.office_name).where(Enrolment.status != "waiting").tuples()
    ).fetchall()
    theirs = {device: (office, name) for device, office, name in machines if device in store.elsewhere}
    if not theirs:
        return []
    records: Counter[str] = Counter()
    for declared in store.types.values():
        if issubclass(declared, EventRecord):
            inside = declared.counted_on.between(period.start, period.end) & (declared.counts == 1)
            query = declared.select(declared.device, peewee.fn.COUNT()).where(inside).group_by(declared.device)
            for device, count in store.execute(query.tuples()):
                if device in theirs:
                    records[theirs[device][0]] += count
    waiting = _waiting(store)
    late = Counter(_owner(store, one["record"]) for one in receiving.late(store) if one["period"] == period.code)
    found = []
    for office, name in sorted(dict(theirs.values()).items()):
        state = "waiting" if office in waiting else "received" if records[office] else "nothing"
        found.append(Arrived(office, name, state, records[office], late[office], _last(store, office)))
    return found


def _waiting(store: Store) -> set[str]:
    """Give the offices of which a file waits; one that could not be opened names its office in front of the hint."""
    query = Package.select(Package.office).where((Package.verdict == "waiting") & (Package.way == "in")).distinct()
    return {office.split(" ")[0] for (office,) in store.execute(query.tuples())}


def _owner(store: Store, uid: str) -> str:
    row = store.execute(Late.select(Late.device).where(Late.record == uid).limit(1).tuples()).fetchone()
    return store.elsewhere.get(row[0], "") if row else ""


def _last(store: Store, office: str) -> str | None:
    taken = (Package.office == office) & (Package.way == "in") & (Package.verdict == "taken")
    row = store.execute(Package.select(Package.at).where(taken).order_by(Package.id.desc()).limit(1).tuples()).fetchone()
    return None if row is None else str(row[0])


def missing(store: Store, period: Period) -> list[str]:
    """Say of which offices nothing of a period is here, and of which files wait; [] where all is here or nobody sends to."""
    found = board(store, period)
    said: list[str] = []
    for state, words in (("nothing", "Chưa nhận số liệu kỳ này của: {names}."), ("waiting", "Còn tệp chờ, số liệu chưa đủ, của: {names}.")):
        names = "; ".join(f"{one.office} {one.name}" for one in found if one.state == state)
        if names:
            said.append(Message(words, names=names))
    late = sum(one.late for one in found)
    if late:
        said.append(Message("Có {n} bản ghi đến sau khi khóa kỳ, chưa tính.", n=late))
    return said


def own_conflicts(store: Store) -> list[str]:
    """Give the records of this office that machines of it changed apart and nobody has put together: no report rests on them."""
    return [uid for uid, ends in receiving.conflicts(store).items() if any(entry.device not in store.elsewhere for entry in ends)]
