"""The versions of a record, and what happened in the whole office: changes, imports, the bin (trust.md d: every old version viewable)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from peewee import Cast, fn

from app import users
from app.import_ids import FILE_OF
from app.listing import Listing, Wanted
from app.reading import json_of
from app.search import mask
from app.versions import newest
from db.errors import ExpectedError
from db.journal import COLUMNS, Entry, decode
from db.message import Joined, Message
from db.questions import Answers
from db.record import CANCELLED, Record, complete
from db.store import Store
from db.system import Journal, Meta

PAGE = 100
"""Changes that are read at once."""
WINDOW, WINDOWS = 20_000, 5
"""Journal entries that one query looks through for them, and queries until what was found is given and the rest is left for later."""


@dataclass(frozen=True)
class Version:
    """One version; ``changes`` are sentences, what changed since the version before."""

    record: str
    device: str
    seq: int
    at: str
    by: str
    state: str
    import_id: str | None
    changes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the version for programs."""
        return {
            "device": self.device,
            "seq": self.seq,
            "at": self.at,
            "by": self.by,
            "state": self.state,
            "import": self.import_id,
            "changes": list(self.changes),
        }


def versions(store: Store, uid: str) -> list[Version]:
    """Give all versions of a record, oldest first."""
    found: list[Version] = []
    before: Answers | None = None
    for entry in store.versions(uid):
        declared = store.types[entry.type]
        record = complete(declared, decode(uid, entry.body, entry.private))
        head = entry.head
        changes = tuple(differences(store, declared, before, record)) if before else (Message("tạo bản ghi"),)
        found.append(Version(uid, entry.device, entry.seq, head["ts"], head["u"], record["state"], entry.import_id, changes))
        before = record
    return found


def differences(store: Store, declared: type[Record], old: Answers, new: Answers) -> Iterator[str]:
    """Say what one version of a record answers otherwise than another, a sentence for each question and kind of line."""
    day = declared.day_of(new)
    for name, question in declared.questions().items():
        if old[name] != new[name]:
            texts = [question.show(mask(question, answers[name]), store.names, day) or Message("(trống)") for answers in (old, new)]
            if texts[0] == texts[1]:
                texts = [str(mask(question, answers[name])) for answers in (old, new)]  # the same name in other letters
            yield Message("{label}: {old} → {new}", label=question.label, old=texts[0], new=texts[1])
    for kind, line_type in declared.kinds.items():
        if old[kind] != new[kind]:
            changed = sum(a != b for a, b in zip(old[kind], new[kind], strict=False))
            yield Message(
                "{caption}: {old} → {new} dòng, {n} dòng sửa",
                caption=line_type.caption,
                old=len(old[kind]),
                new=len(new[kind]),
                n=changed,
            )


# -- the whole office ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filter:
    """What of the office's history is wanted: a type of record, a person's id, an ISO day; None: all. ``imported``: table rows too."""

    type_name: str | None = None
    person: str | None = None
    day: str | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record. ``what`` is made, changed, cancelled or restored; ``changes`` are sentences, or the reason."""

    id: int
    at: str
    by: str
    device: str
    type_name: str
    uid: str
    title: str
    what: str
    changes: str
    import_id: str | None


class Part(NamedTuple):
    """Some changes, newest first; ``on`` is where to go on reading, None when all was looked through."""

    changes: list[Change]
    on: int | None


def visible(store: Store, by: str, wanted: Filter) -> Filter:
    """Give what of the office's history the user ``by`` may see: all, or what they did themselves (trust.md b).

    Raises ExpectedError where they ask for what others did and may not.
    """
    try:
        users.require(store.database, by, "audit-all")
    except ExpectedError:
        if wanted.person not in (None, by):
            raise
        return replace(wanted, person=by)
    return wanted


def lately(store: Store, by: str, wanted: Filter, before: int | None = None, limit: int = PAGE) -> Part:
    """Give what changed last, newest first, for the user ``by``; ``before`` is where the part before this one ended.

    Looks through a bounded stretch of the journal; however large that is, a part may hold fewer than ``limit`` changes or none.
    What came from a table is left out unless ``wanted.imported``: an import is one line of ``imports``.
    """
    found, on = _entries(store, visible(store, by, wanted), before, limit)
    bases = _bases(store, [entry for _, entry in found])
    listings = {name: Listing(store, store.types[name], Wanted()) for name in {entry.type for _, entry in found}}
    return Part([_change(store, listings[entry.type], journal_id, entry, bases) for journal_id, entry in found], on)


def _entries(store: Store, wanted: Filter, before: int | None, limit: int) -> tuple[list[tuple[int, Entry]], int | None]:
    header = Cast(Journal.header, "TEXT")
    query = Journal.select(Journal.id, *(getattr(Journal, name) for name in COLUMNS)).where(Journal.kind == "put")
    if not wanted.imported:
        query = query.where(Journal.import_id.is_null())
    if wanted.type_name is not None:
        query = query.where(Journal.type == wanted.type_name)
    if wanted.person is not None:
        query = query.where(fn.json_extract(header, "$.u") == wanted.person)
    if wanted.day is not None:
        query = query.where(fn.SUBSTR(fn.json_extract(header, "$.ts"), 1, 10) == wanted.day)
    end = before if before is not None else (store.execute(Journal.select(fn.MAX(Journal.id)).tuples()).fetchone()[0] or 0) + 1
    found: list[tuple[int, Entry]] = []
    for _window in range(WINDOWS):
        stretch = query.where((Journal.id >= end - WINDOW) & (Journal.id < end))
        rows = store.execute(stretch.order_by(Journal.id.desc()).limit(limit - len(found)).tuples())
        found += [(row[0], Entry(*row[1:])) for row in rows]
        if len(found) == limit:
            return found, found[-1][0]
        end -= WINDOW
        if end <= 1:
            return found, None
    return found, end


def _bases(store: Store, entries: Sequence[Entry]) -> dict[tuple[str, int], Entry]:
    """Give the versions on which these are based, by device and number."""
    wanted: dict[str, list[int]] = {}
    for entry in entries:
        for device, seq in entry.head["b"][:1]:
            wanted.setdefault(device, []).append(seq)
    found = (entry for device, seqs in wanted.items() for entry in store.entries((Journal.device == device) & Journal.seq.in_(seqs)))
    return {(entry.device, entry.seq): entry for entry in found}


def _change(store: Store, listing: Listing, journal_id: int, entry: Entry, bases: Mapping[tuple[str, int], Entry]) -> Change:
    declared, head = listing.declared, entry.head
    record = complete(declared, decode(entry.record, entry.body, entry.private))
    base = bases.get((head["b"][0][0], head["b"][0][1])) if head["b"] else None
    before = complete(declared, decode(base.record, base.body, base.private)) if base else None
    changes = Joined("; ", differences(store, declared, before, record)) if before else ""
    states = (before["state"] if before else None, record["state"])
    what = "made" if before is None else "changed"
    if states[0] != states[1] and before is not None:
        what = "cancelled" if states[1] == CANCELLED else "restored"
        changes = record["cancel_reason"] or "" if what == "cancelled" else changes
    row = listing.described(record)
    title = " · ".join(part for part in (row.title, row.second) if part)
    return Change(journal_id, head["ts"], head["u"], entry.device, entry.type, entry.record, title, what, changes, entry.import_id)


# -- imports -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Import:
    """One import. ``file`` is '' where its name is not known on this machine; ``undone`` is when it was taken back, None if it was not."""

    id: str
    at: str
    by: str
    type_name: str
    file: str
    new: int
    updated: int
    already: int
    undone: str | None = None
    undone_by: str = ""
    reason: str = ""
    left: int = 0


def imports(store: Store, by: str, wanted: Filter = Filter()) -> list[Import]:
    """Give the imports of this office, newest first, that the user ``by`` may see."""
    wanted = visible(store, by, wanted)
    files = dict(store.execute(Meta.select(Meta.key, Meta.value).where(Meta.key.startswith(FILE_OF)).tuples()).fetchall())
    audits = store.audits("import", "import.undo")[::-1]
    undos = {body["import"]: (entry.head, body) for entry in audits if entry.type == "import.undo" and (body := json_of(entry.body))}
    found: list[Import] = []
    for entry in audits:
        if entry.type != "import":
            continue
        head, body = entry.head, json_of(entry.body)
        one = Import(
            body["import"], head["ts"], head["u"], body["type"], files.get(FILE_OF + body["import"], ""),
            body["new"], body["updated"], body["already"],
        )  # fmt: skip
        if one.id in undos:
            undo, told = undos[one.id]
            one = replace(one, undone=undo["ts"], undone_by=undo["u"], reason=told.get("reason", ""), left=len(told["left"]))
        if wanted.type_name in (None, one.type_name) and wanted.person in (None, one.by) and wanted.day in (None, one.at[:10]):
            found.append(one)
    return found


# -- the bin -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gone:
    """A cancelled record: when and by whom it was cancelled. ``title`` and ``reason`` are '' until ``gone_rows`` reads them."""

    uid: str
    type_name: str
    at: str
    by: str
    title: str = ""
    reason: str = ""


def gone(store: Store, by: str, wanted: Filter = Filter()) -> list[Gone]:
    """Give all cancelled records that the user ``by`` may see, those cancelled last first: one query a type, found by an index."""
    wanted = visible(store, by, wanted)
    found: list[Gone] = []
    for name, declared in store.types.items():
        if wanted.type_name in (None, name):
            query = declared.select(declared.uid, declared.written, declared.author).where(declared.state == CANCELLED)
            if wanted.person is not None:
                query = query.where(declared.author == wanted.person)
            if wanted.day is not None:
                query = query.where(fn.SUBSTR(declared.written, 1, 10) == wanted.day)
            found += [Gone(uid, name, at, by) for uid, at, by in store.execute(query.tuples())]
    return sorted(found, key=lambda one: (one.at, one.uid), reverse=True)


def gone_rows(store: Store, part: Sequence[Gone]) -> list[Gone]:
    """Give some cancelled records with words and reasons."""
    read = newest(store, [one.uid for one in part])
    listings = {name: Listing(store, store.types[name], Wanted()) for name in {one.type_name for one in part}}
    found = []
    for one in part:
        record = read[one.uid].record
        row = listings[one.type_name].described(record)
        title = " · ".join(words for words in (row.title, row.second) if words)
        found.append(replace(one, title=title, reason=record["cancel_reason"] or ""))
    return found
