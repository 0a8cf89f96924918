"""Entries of other machines taken into the journal, byte for byte, and folded: the only way in beside ``Store.write`` (trust.md e).

The replica is a set of entries and the visible record a pure function of it, so nothing here depends on the order of arrival; only
which versions stay out because they came after a lock does (``Late``), and that is written down.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from peewee import SQL, fn

from db import fold, journal
from db.crosschecks import CHUNK, chunks
from db.journal import Entry
from db.record import CANCELLED, Aggregate, Record
from db.statements import Prepared, Slot, slot
from db.store import Store
from db.system import Conflict, Journal, Late, read_meta, write_meta

TOGETHER = 10_000
"""Records folded at once: enough that each table is written for a while before the next, few enough to be in memory."""
_OF_RUN = (Journal.device == slot(0)) & Journal.seq.between(slot(1), slot(2))
_HASHES = Prepared(Journal.select(Journal.seq, Journal.hash).where(_OF_RUN).tuples())
_COUNTED = Prepared(Journal.select(Journal.type, fn.COUNT()).where(_OF_RUN).group_by(Journal.type).tuples())
_END = Prepared(Journal.select(Journal.seq, Journal.hash).where(Journal.device == slot(0)).order_by(Journal.seq.desc()).limit(1).tuples())
_WRITTEN = Prepared(
    Journal.select(Journal.record, Journal.type)
    .where(Journal.record.in_(SQL("(SELECT value FROM json_each(?))", (Slot(0),))) & (Journal.kind == "put"))
    .distinct()
    .tuples()
)

MOST_AHEAD = 2**32
"""How far a counter that comes may be ahead of all that came before: a counter ends at 2^53, and each entry goes on from the greatest."""


@dataclass
class Taken:
    """What a run of entries brought: how many versions are new records, changes, cancellations; and the uids that need a person."""

    new: int = 0
    changed: int = 0
    cancelled: int = 0
    audits: int = 0
    conflicts: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    """Records that belong to another office: kept in the journal, counted nowhere."""

    def add(self, other: Taken) -> None:
        """Add what another run brought."""
        for name in ("new", "changed", "cancelled", "audits"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.conflicts |= other.conflicts
        self.late |= other.late
        self.foreign |= other.foreign


@dataclass
class _Touched:
    """One record of the batch: its versions that came, and whether any was here before."""

    entries: list[Entry]
    known: bool


def receive(store: Store, entries: Sequence[Entry]) -> Taken:
    """Write entries that are not here yet into the journal and fold their records, in the open transaction.

    The caller has verified their chain. Raises TypeError, ValueError and the like when a body cannot be folded, a record has come under
    another type, or a counter is out of all bounds.
    """
    taken = Taken()
    by_type: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries:
        if entry.kind == "put":
            by_type.setdefault(entry.type, {}).setdefault(entry.record, []).append(entry)
        else:
            taken.audits += 1
    touched = {name: _touched(store, name, found) for name, found in by_type.items()}
    if sum(map(len, touched.values())) > len({uid for found in touched.values() for uid in found}):
        raise ValueError("a record of two types")
    seen, highest = int(read_meta(store.database, "lamport") or 0), max((entry.lc for entry in entries), default=0)
    if highest > seen + MOST_AHEAD:
        raise ValueError("counter too far ahead")
    held = [late for name, found in by_type.items() for late in _late(store, store.types[name], found)]
    store.database.cursor().executemany(journal.INSERT, entries)
    if held:
        store.execute(Late.insert_many(held))
        taken.late = {str(late["record"]) for late in held}
    if highest > seen:
        write_meta(store.database, "lamport", str(highest))
    store.know_others()
    for name, found in touched.items():
        _fold(store, store.types[name], found, taken)
    if taken.conflicts:
        rows = [{"record": uid, "type": name} for name, found in touched.items() for uid in found if uid in taken.conflicts]
        store.execute(Conflict.insert_many(rows).on_conflict_replace())
    return taken


def _touched(store: Store, type_name: str, found: dict[str, list[Entry]]) -> dict[str, _Touched]:
    known: dict[str, str] = dict(store.run(_WRITTEN, json.dumps(list(found))).fetchall())
    if not set(known.values()) <= {type_name}:
        raise ValueError("a record of another type")
    return {uid: _Touched(entries, uid in known) for uid, entries in found.items()}


def _late(store: Store, record_type: type[Record], found: dict[str, list[Entry]]) -> Iterator[dict[str, object]]:
    """Give the rows of versions of other offices that come after a lock of ours; a version based on such a one comes after it too."""
    if not store.locked():
        return
    theirs = [entry for entries in found.values() for entry in entries if entry.device in store.elsewhere]
    aggregates = [fold.aggregate(record_type, entry) for entry in theirs]
    out: set[str] = set()
    for entry, problems, record in zip(theirs, store.held(record_type, aggregates), aggregates, strict=True):
        if problems or entry.record in out:
            out.add(entry.record)
            period = _period(store, record_type, record)
            yield {"device": entry.device, "seq": entry.seq, "record": entry.record, "type": entry.type, "period": period}


def _period(store: Store, record_type: type[Record], record: Aggregate) -> str:
    day = record_type.counted_day(record) or ""
    return next((span.code for span in store.locked() if span.start <= day <= span.end), store.locked()[0].code)


def _fold(store: Store, record_type: type[Record], found: dict[str, _Touched], taken: Taken) -> None:
    """Fold the records that something came for; one statement a table, as the store's own bulk path does."""
    several = [uid for uid, one in found.items() if one.known or len(one.entries) > 1 or uid in taken.late]
    versions = _versions(store, several)
    winners: list[Entry] = []
    for uid, one in found.items():
        if uid not in versions:
            winners.append(one.entries[0])
        elif (
            _only_others(versions[uid], one) and uid not in taken.late
        ):  # a code list of ours that they wrote down too, or no business of theirs
            if not record_type.key:
                taken.foreign.add(uid)
            continue
        else:
            ends = journal.heads(versions[uid])
            winners += ends[:1]
            if differ(ends):
                taken.conflicts.add(uid)
        taken.new += not one.known
        taken.changed += len(one.entries) - (not one.known)
    put_in(store, record_type, winners, {uid for uid, one in found.items() if not one.known}, taken)


def _only_others(counted: Sequence[Entry], one: _Touched) -> bool:
    """Tell whether nothing that came counts: it was written by another office than the record's own."""
    places = {(entry.device, entry.seq) for entry in counted}
    return not any((entry.device, entry.seq) in places for entry in one.entries)


def _versions(store: Store, uids: Sequence[str]) -> dict[str, list[Entry]]:
    """Give the versions that count of many records; a record all of whose versions stay out has an empty list."""
    found: dict[str, list[Entry]] = {uid: [] for uid in uids}
    for chunk in chunks(uids, CHUNK):
        for entry in store.entries(Journal.record.in_(chunk) & (Journal.kind == "put"), (Journal.record, Journal.lc)):
            found[entry.record].append(entry)
    return {uid: store.owned(entries) for uid, entries in found.items()}


def put_in(
    store: Store, record_type: type[Record], winners: Sequence[Entry], fresh: Container[str] = (), taken: Taken | None = None
) -> None:
    """Make these entries the rows of their records, in the tables and in the search index; ``fresh`` are uids that have no row yet."""
    for chunk in chunks(winners, TOGETHER):
        made = [(fold.version(entry), fold.aggregate(record_type, entry)) for entry in chunk]
        if taken is not None:
            taken.cancelled += sum(record["state"] == CANCELLED for _, record in made)
        store.fold_in(record_type, made, [entry.record for entry in chunk if entry.record not in fresh])


def refold(store: Store, records: Mapping[str, str]) -> None:
    """Make the newest versions of these records (uid → type) their rows again, in the open transaction."""
    for name in set(records.values()):
        for chunk in chunks([uid for uid, of_type in records.items() if of_type == name], CHUNK):
            put_in(store, store.types[name], [entry for uid in chunk for entry in journal.heads(store.versions(uid))[:1]])


# -- what needs a person -------------------------------------------------------------------------------------------------------


def differ(ends: Sequence[Entry]) -> bool:
    """Tell whether the newest versions of a record say different things: two machines may well have written the same."""
    if len(ends) < 2:
        return False
    return len({(entry.head["bh"], entry.head.get("ph")) for entry in ends}) > 1


def conflicts(store: Store) -> dict[str, list[Entry]]:
    """Give the newest versions of every record that several machines changed apart and nobody has put together, the shown one first."""
    found = [uid for (uid,) in store.execute(Conflict.select(Conflict.record).order_by(Conflict.record).tuples())]
    ends = {uid: journal.heads(versions) for uid, versions in _versions(store, found).items()}
    return {uid: entries for uid, entries in ends.items() if differ(entries)}


def own_conflicts(store: Store) -> list[str]:
    """Give the records of our office that its machines changed apart and nobody has put together: no report rests on them."""
    return [uid for uid, ends in conflicts(store).items() if any(entry.device not in store.elsewhere for entry in ends)]


def accept_late(store: Store, records: Iterable[str], by: str) -> int:
    """Let late versions of these records count; give how many. In the open transaction; the lock itself stays."""
    count = 0
    for uid in records:
        waiting = (Late.record == uid) & Late.accepted.is_null()
        names = [name for (name,) in store.execute(Late.select(Late.type).where(waiting).tuples())]
        if not names:
            continue
        store.execute(Late.update(accepted=by).where(waiting))
        store.audit("late.accept", {"record": uid, "versions": len(names)}, by, record=uid)
        store.know_others()
        ends = journal.heads(store.versions(uid))
        put_in(store, store.types[names[0]], ends[:1])
        count += len(names)
    return count


def late(store: Store) -> list[dict[str, str]]:
    """Give the records of which something came after a lock and has not been accepted: record, type, period."""
    query = Late.select(Late.record, Late.type, Late.period).where(Late.accepted.is_null()).distinct().order_by(Late.period, Late.record)
    return [{"record": record, "type": name, "period": period} for record, name, period in store.execute(query.tuples())]


def known_hashes(store: Store, device: str, first: int, last: int) -> dict[int, bytes]:
    """Give the chain hashes of a machine's entries that are here, by number."""
    return {seq: bytes(hash_) for seq, hash_ in store.run(_HASHES, device, first, last)}


def end_of(store: Store, device: str) -> tuple[int, bytes] | None:
    """Give number and chain hash of a machine's last entry that is here; None when there is none."""
    row = store.run(_END, device).fetchone()
    return None if row is None else (int(row[0]), bytes(row[1]))


def counted(store: Store, device: str, first: int, last: int) -> dict[str, int]:
    """Count a machine's entries that are here, by type: what a package says it holds must be found so."""
    return dict(store.run(_COUNTED, device, first, last).fetchall())


def heads_json(entries: Sequence[Entry]) -> str:
    """Give the newest versions of a record as JSON: device and number, in order."""
    return json.dumps(sorted([entry.device, entry.seq] for entry in journal.heads(entries)))
