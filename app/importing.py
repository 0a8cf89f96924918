"""Rows → preview (ready, doubtful, refused) → one transaction (contract.md 4); ``app.import_undo`` takes a whole import back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app import drafts, import_links, reading
from app.import_ids import FILE_OF
from app.import_preview import Preview as Preview
from app.import_undo import Undone as Undone
from app.import_undo import import_of
from app.import_undo import undo as undo
from app.reading import Reader, Ready
from app.tabular import Sheet
from app.versions import newest
from db import crosschecks
from db.message import Message
from db.record import CANCELLED, Aggregate, Record, complete, uuid7
from db.records.beneficiary import Beneficiary
from db.statements import Prepared, slot
from db.store import Progress, Put, Store
from db.system import Draft, Journal, write_meta
from db.text import canonical, normalised

BATCH = 2_000

Current = tuple[Aggregate, tuple[tuple[str, int], ...]]
"""The newest version of a record, and what a new version of it is based on."""


def preview(
    store: Store,
    declared: type[Record],
    path: Path,
    *,
    ignore: Iterable[str] = (),
    sheets: Sequence[Sheet] | None = None,
    progress: Progress | None = None,
) -> Preview:
    """Read a file and give what its import would do; nothing is written. Raises ExpectedError when the file cannot be read.

    ``sheets`` stand for those of the file where somebody has matched its columns (``app.import_plan``).
    """
    reader = Reader(store, declared, path, ignore, sheets)
    result = Preview(declared, path, reader.refused, notices=reader.notices, totals=reader.totals, fates=None if sheets is None else [])
    undone = _undone(store)
    seen, occurrences = crosschecks.Batch(reader.persons.made), Counter[bytes]()
    total = len(reader.rows)
    for start in range(0, total, BATCH):
        ready = reader.take(BATCH)
        for one in ready:
            plain = _hash(declared, one)
            occurrences[plain] += 1
            one.identity = hashlib.sha256(plain + str(occurrences[plain]).encode()).digest()
        _sort_out(store, declared, ready, result, seen, undone)
        if progress:
            progress(min(start + BATCH, total), total)
    import_links.settle(store, reader, result)
    return result


def _hash(declared: type[Record], one: Ready) -> bytes:
    """SHA-256 of type + canonical values of record and lines (contract.md 4): of what the row says, before persons get uids."""
    return hashlib.sha256(declared.type_name.encode() + b"\0" + canonical(one.said)).digest()


def _sort_out(
    store: Store,
    declared: type[Record],
    ready: Sequence[Ready],
    result: Preview,
    seen: crosschecks.Batch,
    undone: Mapping[str, _Undo],
) -> None:
    known = _known_hashes(store, [one.identity for one in ready if not one.named], undone)
    current, others = _current(store, declared, [one.record["uid"] for one in ready if one.named])
    waiting: list[_Waiting] = []
    for one in ready:
        if not one.named and one.identity in known:
            result.already += 1
            result.note(one.raw, "already")
        elif one.draft is not None:
            result.drafts.append((one.draft, one.identity))
            result.new += 1
            result.note(one.raw, "draft")
        elif one.named and one.record["uid"] in others:
            caption = store.types[others[one.record["uid"]]].caption
            result.refused.append(
                one.raw.refusal("uid", Message("Mã bản ghi này là của loại khác: {caption}. Hãy để trống ô này.", caption=caption))
            )
        else:
            known_one = current.get(one.record["uid"]) if one.named else None
            before, bases = known_one or (None, ())
            if before is None or (one.record.get("state") != CANCELLED and _taken_back(before, undone)):
                waiting.append(_Waiting(one, complete(declared, one.record), bases, new=True))
                continue
            record = _merged(declared, one, before)
            if _same(record, before):
                result.already += 1
                result.note(one.raw, "already")
            else:
                waiting.append(_Waiting(one, record, bases, new=False))
    _check(store, declared, waiting, result, seen)


def _check(
    store: Store,
    declared: type[Record],
    waiting: Sequence[_Waiting],
    result: Preview,
    seen: crosschecks.Batch,
) -> None:
    for _, record, _, _ in waiting:
        if record["uid"] is None:
            record["uid"] = uuid7()
        store.settle(declared, record)
    found = store.problems(declared, [record for _, record, _, _ in waiting], seen)
    placed = import_links.may_drop(declared)
    for (one, record, bases, new), problems in zip(waiting, found, strict=True):
        problems += one.notes
        errors = [problem for problem in problems if problem.level == "error"]
        if errors:
            result.refused += [one.refusal(problem) for problem in errors]
            continue
        store.keep_warnings(record, problems, {})
        if problems:
            result.doubtful += 1
            result.doubts += [one.refusal(problem) for problem in problems]
        # every text of it was parsed or read from the journal, so it is in NFC
        result.puts.append(Put(declared, record, bases, None if one.named else one.identity))
        if placed:
            result.rows.append((one.raw, new))
        result.note(one.raw, "new" if new else "updated")
        result.new += new
        result.updated += not new


class _Waiting(NamedTuple):
    """A record of the file on its way to be written: complete, and what its version is based on."""

    ready: Ready
    record: Aggregate
    bases: tuple[tuple[str, int], ...]
    new: bool


class _Undo(NamedTuple):
    """What is known of an import's undo: when it was (Lamport counter), and which records it left."""

    lc: int
    left: frozenset[str]


def _undone(store: Store) -> dict[str, _Undo]:
    """Give the undos by the id of their import."""
    bodies = [(entry.lc, reading.json_of(entry.body)) for entry in store.audits("import.undo")]
    return {body["import"]: _Undo(lc, frozenset(body["left"])) for lc, body in bodies}


def _taken_back(record: Aggregate, undone: Mapping[str, _Undo]) -> bool:
    """Tell whether a record was cancelled by the undo of an import: in a file it is a new one again."""
    taken_by = import_of(record["cancel_reason"]) if record["state"] == CANCELLED else None
    return taken_by is not None and any(one.startswith(taken_by) for one in undone)


def _known_hashes(store: Store, identities: Sequence[bytes], undone: Mapping[str, _Undo]) -> set[bytes]:
    """Give which identity hashes stand in imports that were not undone, in records an undo has left, or in drafts."""
    found: set[bytes] = set()
    for chunk in crosschecks.chunks(identities, crosschecks.CHUNK):
        journal, kept = _bearers(len(chunk))
        for identity, import_id, record, lc in journal.run(store.database, *chunk):
            undo = undone.get(import_id)
            if undo is None or record in undo.left or lc > undo.lc:  # later: a draft that the undo left, saved since
                found.add(bytes(identity))
        found.update(bytes(identity) for (identity,) in kept.run(store.database, *chunk))
    return found


@lru_cache(maxsize=20)
def _bearers(count: int) -> tuple[Prepared, Prepared]:
    """Give the queries for the journal entries and the drafts that bear one of ``count`` identity hashes."""
    places = [slot(place) for place in range(count)]
    entries = Journal.select(Journal.identity, Journal.import_id, Journal.record, Journal.lc).where(Journal.identity.in_(places))
    return Prepared(entries.tuples()), Prepared(Draft.select(Draft.identity).where(Draft.identity.in_(places)).tuples())


def _current(store: Store, declared: type[Record], uids: Sequence[str]) -> tuple[dict[str, Current], dict[str, str]]:
    """Give the newest version of those uids that are here, and the type of those that are of another type."""
    every = newest(store, uids)
    others = {uid: one.type_name for uid, one in every.items() if one.type_name != declared.type_name}
    found = {uid: (one.record, one.bases) for uid, one in every.items() if uid not in others}
    return found, others


def _same(new: Aggregate, old: Aggregate) -> bool:
    drop = ("warned", "moved_on")
    return {k: v for k, v in new.items() if k not in drop} == {k: v for k, v in old.items() if k not in drop}


def _merged(declared: type[Record], one: Ready, before: Aggregate) -> Aggregate:
    """Give the update: absent columns keep the known value, empty cells clear it, lines in the file replace the whole list.

    A version line takes columns it lacks from the known version it overlaps; a line that is the known one as far as the file
    tells stays it, so that an export without names takes no names away.
    """
    merged = {**before, **{name: one.record.get(name) for name in one.columns if name in before}, "uid": one.record["uid"]}
    for kind, line_type in declared.kinds.items():
        if kind not in one.kinds:
            continue
        lines = one.record[kind]
        if "valid_from" in line_type.questions():
            lines = [_from_overlapping(line, before[kind], one.kinds[kind]) for line in lines]
        else:
            lines = [_from_equal(line, before[kind][index : index + 1], one.kinds[kind]) for index, line in enumerate(lines)]
        merged[kind] = lines
    return complete(declared, merged)


def _from_overlapping(line: Aggregate, known: Sequence[Aggregate], columns: frozenset[str]) -> Aggregate:
    def span(of: Aggregate) -> tuple[str, str]:
        return of.get("valid_from") or "", of.get("valid_to") or "9999"

    start, end = span(line)
    for old in known:
        if span(old)[0] <= end and start <= span(old)[1]:
            return {**old, **{name: line.get(name) for name in columns if name in old}}
    return line


def _from_equal(line: Aggregate, known: Sequence[Aggregate], columns: frozenset[str]) -> Aggregate:
    """Give the known line where the file's line says nothing else."""
    return next((old for old in known if all(line.get(name) == old[name] for name in columns if name in old)), line)


def apply(store: Store, found: Preview, by: str, progress: Progress | None = None) -> None:
    """Write what a preview found, in one transaction; an import without anything new writes nothing but its audit entry.

    ``found.import_id`` is set. Raises ExpectedError, and then nothing was written.
    """
    import_id = uuid7()
    with store.transaction():
        if found.persons:
            store.write([Put(Beneficiary, normalised(person)) for person in found.persons], by, import_id)
        done = 0
        for batch in found.puts.batches():
            store.write(batch, by, import_id)
            done += len(batch)
            if progress:
                progress(done, len(found.puts))
        for content, identity in found.drafts:
            drafts.put(store, found.declared.type_name, content, by, import_id=import_id, identity=identity)
        body = {"import": import_id, "type": found.declared.type_name, "new": found.new, "updated": found.updated, "already": found.already}
        store.audit("import", body, by, import_id)
        write_meta(store.database, FILE_OF + import_id, found.path.name)  # here only: a file's name may name a person
    found.import_id = import_id
