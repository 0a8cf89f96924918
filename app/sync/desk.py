"""What a clerk's page of exchange shows: how far this machine is, what would be sent, files of late, what needs a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from peewee import fn

from app import arrivals, requests, users
from app.listing import named, when
from app.report import approval
from app.search import mask
from app.sync import authority, branches, enrolment, peers, sending
from app.sync.bundle import BACK
from db import receiving
from db.journal import Entry, decode
from db.message import Joined, Message
from db.questions import grouped, shown_day
from db.record import CANCELLED, Aggregate, Record, complete
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Journal, Package

Stage = Literal["keys", "enrol", "approval", "ready", "revoked", "forked"]
"""What comes next for a machine that sends: take headquarters' keys, write its enrolment, wait for the approval, send.

A machine that was revoked, or whose identity another machine has too, enrols again.
"""
MOST_FILES = 30
NAMED = 6
"""Record types that are named one by one."""


def stage(store: Store) -> Stage:
    """Give how far this machine is with its headquarters."""
    if authority.above(store) is None:
        return "keys"
    mine = enrolment.this_machine(store)
    if mine is None:
        return "enrol"
    if sending.is_forked(store, mine.device):
        return "forked"
    stages: dict[str, Stage] = {enrolment.APPROVED: "ready", enrolment.REVOKED: "revoked"}
    return stages.get(mine.status, "approval")


@dataclass(frozen=True)
class Unsent:
    """Changes that headquarters has not confirmed: how many in all, how many of each record type."""

    changes: int
    by_type: dict[str, int]

    @property
    def words(self) -> str:
        """``Giáo dục chính trị 6 · Chính sách 3``; the largest first, at most ``NAMED``; '' for none."""
        largest = sorted(self.by_type.items(), key=lambda one: -one[1])
        parts: list[str] = [
            Message("{what} {n}", what=RECORD_TYPES[name].menu or RECORD_TYPES[name].plural, n=grouped(n)) for name, n in largest[:NAMED]
        ]
        rest = sum(n for _name, n in largest[NAMED:])
        return Joined(" · ", [*parts, *([Message("loại khác {n}", n=grouped(rest))] if rest else [])])


def unsent(store: Store) -> Unsent:
    """Count what the next files will hold, audit entries apart: ours, what goes on for others of ours, and what our offices sent us."""
    found: dict[str, int] = {}
    theirs = sorted(store.elsewhere) if authority.above(store) else []
    for device in [*sending.unsent(store), *peers.lost(store), *theirs]:
        tail = (Journal.device == device) & (Journal.seq > sending.acknowledged(store, device)) & (Journal.kind == "put")
        query = Journal.select(Journal.type, fn.COUNT()).where(tail).group_by(Journal.type)
        for name, count in store.execute(query.tuples()).fetchall():
            found[name] = found.get(name, 0) + count
    ordered = {name: found[name] for name in RECORD_TYPES if name in found}
    return Unsent(sum(ordered.values()), ordered)


@dataclass(frozen=True)
class File:
    """A file that was written or came: ``state`` is a name of ``ui.look.STATES``; ``words`` what became of it."""

    name: str
    day: str
    entries: int
    outward: bool
    state: str
    words: str


def files(store: Store) -> list[File]:
    """Give the files of late, newest first."""
    columns = (Package.way, Package.kind, Package.office, Package.number, Package.chain, Package.first, Package.last, Package.verdict,
               Package.at, Package.facts)  # fmt: skip
    query = Package.select(*columns).where(Package.kind != "enrol").order_by(Package.id.desc()).limit(MOST_FILES)
    return [_file(store, *row) for row in store.execute(query.tuples()).fetchall()]


def _file(
    store: Store, way: str, kind: str, office: str, number: int, chain: str, first: int, last: int, verdict: str, at: str, facts: str
) -> File:
    outward = way == "out"
    entries = max(0, last - first + 1) if kind == "data" and last else 0  # of a file that could not be opened nothing is known
    name = Message("Trả lời {n:03d}", n=number) if kind in BACK else Message("Gói {n:03d}", n=number)
    if not outward or kind in BACK:
        name = Message("{office} · {name}", office=_code(office), name=name)
    if verdict == branches.VOID:
        state, words = "ok", "Đã ghi lại dưới danh tính mới"
    elif outward and kind == "data":
        known = last <= sending.acknowledged(store, chain)
        state, words = ("ok", "Cấp trên đã nhận đủ") if known else ("waiting", "Đã ghi, chờ biên nhận")
    elif outward:
        state, words = "ok", "Đã ghi"
    elif verdict == arrivals.TAKEN:
        state, words = "ok", "Đã nhập"
    else:
        state, words = ("waiting" if verdict == arrivals.WAITING else "warning"), arrivals.why(json.loads(facts)) or "Để riêng"
    return File(name, shown_day(at[:10]), entries, outward, state, words)


def _code(office: str) -> str:
    """Give the code of an office; of a file that could not be opened that is in front of its name."""
    return office.split(" ")[0]


@dataclass(frozen=True)
class Matter:
    """Something that needs a person: what it is, and the record or the period's report it is about ('' for none)."""

    state: str
    title: str
    second: str
    type_name: str = ""
    uid: str = ""
    period: str = ""


def matters(store: Store) -> list[Matter]:
    """Give what needs a person: records with two versions, requests, files and entries that wait, approved reports without file."""
    found = [
        Matter("conflict", title, Message("{n} phiên bản từ các máy; chọn một bản", n=len(ends)), name, uid)
        for uid, ends in receiving.conflicts(store).items()
        if any(entry.device not in store.elsewhere for entry in ends)  # those of other offices are theirs to settle
        for name, title in [named(store, uid)]
    ]
    for one in requests.requests(store):
        if one.received:
            name, title = named(store, one.record)
            found.append(Matter("returned", title, one.text, name, one.record))
    held = Package.select(Package.verdict, Package.office, Package.number, Package.facts).where(
        Package.verdict.in_((arrivals.WAITING, arrivals.ASIDE))
    )
    for verdict, office, number, facts in store.execute(held.order_by(Package.id.desc()).limit(MOST_FILES).tuples()).fetchall():
        said = json.loads(facts)
        title = Message("{office} · Gói {n:03d}", office=_code(office), n=number) if number else said.get("name", office)
        found.append(Matter("waiting" if verdict == arrivals.WAITING else "warning", title, arrivals.why(said)))
    for label, first, last in peers.behind(store):
        words = "Cấp trên có mục {first}–{last} của máy này, ở đây chưa có; nhập tệp của nó, hoặc xin cấp trên tệp khôi phục nếu nó đã hỏng"
        found.append(Matter("waiting", Message("Máy “{label}”", label=label), Message(words, first=first, last=last)))
    for code, count in approval.lacking(store).items():
        second = Message("Máy này không có tệp của {n} bản; lấy lại từ tệp PDF đã lưu", n=count)
        found.append(Matter("warning", Message("Báo cáo đã duyệt kỳ {code}", code=code), second, period=code))
    return found


@dataclass(frozen=True)
class Side:
    """One of the versions that machines wrote apart: who, when and where, and what it says where they differ."""

    device: str
    seq: int
    who: str
    when: str
    machine: str
    words: str


def sides(store: Store, uid: str, ends: list[Entry] | None = None) -> list[Side]:
    """Give the versions of a record that nobody has put together, the shown one first; [] once that is settled.

    ``ends``: they are known already.
    """
    ends = receiving.conflicts(store).get(uid, []) if ends is None else ends
    if not ends:
        return []
    declared = store.types[ends[0].type]
    records = [complete(declared, decode(uid, entry.body, entry.private)) for entry in ends]
    people = {one.id: one.name for one in users.everyone(store.database)}
    labels = {one.device: one.label for one in enrolment.machines(store)}
    return [
        Side(entry.device, entry.seq, people.get(entry.head["u"], entry.head["u"]), when(entry.head["ts"]),
             labels.get(entry.device) or entry.device[:4], words)
        for entry, words in zip(ends, _apart(store, declared, records), strict=True)
    ]  # fmt: skip


def keep(store: Store, uid: str, side: Side, by: str) -> None:
    """Settle on one version: a new one that is based on all of them. Raises ExpectedError; see ``Store.restore``."""
    store.restore(uid, side.device, side.seq, by)


def _apart(store: Store, declared: type[Record], records: list[Aggregate]) -> list[str]:
    """Give, per version, the answers in which the versions are not all alike."""
    said: list[list[str]] = [[] for _ in records]
    for name, question in declared.questions().items():
        if any(record[name] != records[0][name] for record in records):
            for words, record in zip(said, records, strict=True):
                shown = question.show(mask(question, record[name]), store.names, declared.day_of(record)) or Message("(trống)")
                words.append(Message("{label}: {value}", label=question.label, value=shown))
    for kind, line_type in declared.kinds.items():
        if any(record[kind] != records[0][kind] for record in records):
            for words, record in zip(said, records, strict=True):
                words.append(Message("{caption}: {n} dòng", caption=line_type.caption, n=len(record[kind])))
    if any(record["state"] != records[0]["state"] for record in records):
        for words, record in zip(said, records, strict=True):
            words.append(Message("đã hủy") if record["state"] == CANCELLED else Message("không hủy"))
    return [Joined("; ", words) for words in said]
