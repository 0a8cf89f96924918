"""The fold as a whole: tables and search rows of a type made again from the journal, and compared with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import peewee

from db import crosschecks, fold, journal, search_index
from db.journal import Entry
from db.reader import Reader
from db.record import Record
from db.system import Journal, Late, write_meta

Progress = Callable[[int, int], None]


def refold(store: Reader, record_type: type[Record], progress: Progress | None = None) -> None:
    """Make table and search rows of a type again, and note the declaration they follow; in the open transaction."""
    name = record_type.table_name()
    fold.drop_tables(store.database, record_type)
    search_index.drop(store.database, name)
    fold.create_tables(store.database, record_type)
    search_index.create(store.database, name)
    store.names.forget(record_type.type_name)
    total = store.execute(Journal.select(peewee.fn.COUNT()).where(Journal.type == record_type.type_name).tuples()).fetchone()[0]
    done, following = 0, 1
    for batch in _winners(store, record_type):
        rows, texts = [], []
        for row_id, entry in enumerate(batch, following):
            record = fold.aggregate(record_type, entry)
            rows.append(fold.rows(record_type, row_id, entry.record, fold.version(entry), record))
            texts.append((row_id, store.search_text(record_type, record)))
        fold.write(store.database, record_type, rows, ())
        search_index.put_many(store.database, name, texts)
        following += len(batch)
        done += len(batch)
        if progress:
            progress(done, total)
    store.names.forget(record_type.type_name)
    write_meta(store.database, f"fold:{record_type.type_name}", fold.digest(record_type))


def _winners(store: Reader, record_type: type[Record]) -> Iterator[list[Entry]]:
    """Give the winning versions of a type in the order in which the records first came, in batches."""
    of_type = (Journal.type == record_type.type_name) & (Journal.kind == "put")
    first: dict[str, int] = {}
    several: set[str] = {record for (record,) in store.execute(Late.select(Late.record).where(Late.accepted.is_null()).tuples())}
    for row_id, record in store.execute(Journal.select(Journal.id, Journal.record).where(of_type).order_by(Journal.id).tuples()):
        if first.setdefault(record, row_id) != row_id:
            several.add(record)
    for chunk in crosschecks.chunks(list(first), crosschecks.CHUNK):
        single = [first[record] for record in chunk if record not in several]
        entries = {entry.record: entry for entry in store.entries(Journal.id.in_(single))} if single else {}
        found = [journal.heads(store.versions(record)) if record in several else [entries[record]] for record in chunk]
        yield [versions[0] for versions in found if versions]


def differences(store: Reader, record_type: type[Record], progress: Progress | None = None) -> Iterator[str]:
    """Give the uids whose rows are not what the journal says they should be, missing and surplus ones included."""
    surplus = {uid for (uid,) in store.execute(record_type.select(record_type.uid).tuples())}
    total, done = len(surplus), 0
    for batch in _winners(store, record_type):
        ids = store.row_ids(record_type, [entry.record for entry in batch])
        stored = fold.stored(store.database, record_type, list(ids.values()))
        for entry in batch:
            surplus.discard(entry.record)
            row_id = ids.get(entry.record)
            if row_id is None or stored[row_id] != _rows(record_type, row_id, entry):
                yield entry.record
        done += len(batch)
        if progress:
            progress(done, total)
    yield from sorted(surplus)


def _rows(record_type: type[Record], row_id: int, entry: Entry) -> tuple[fold.Row, dict[str, list[fold.Row]]]:
    return fold.rows(record_type, row_id, entry.record, fold.version(entry), fold.aggregate(record_type, entry))
