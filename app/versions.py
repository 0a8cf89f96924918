"""The newest versions of many records, read with one query per few hundred of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from db import crosschecks
from db.journal import Entry, decode, heads
from db.record import Aggregate, complete
from db.store import Store
from db.system import Journal

Place = tuple[str, int]
"""Device and sequence number: which journal entry."""


class Newest(NamedTuple):
    """The newest version of a record, complete, the name of its type, and what a new version of it is based on (the winner first)."""

    type_name: str
    record: Aggregate
    bases: tuple[Place, ...]


def entries_of(store: Store, uids: Sequence[str]) -> dict[str, list[Entry]]:
    """Give all versions of those uids that count here, oldest first; for at most a few thousand."""
    found: dict[str, list[Entry]] = {}
    for chunk in crosschecks.chunks(uids, crosschecks.CHUNK):
        for entry in store.entries(Journal.record.in_(chunk) & (Journal.kind == "put"), (Journal.record, Journal.lc)):
            found.setdefault(entry.record, []).append(entry)
    return {uid: kept for uid, entries in found.items() if (kept := store.owned(entries))}


def newest(store: Store, uids: Sequence[str]) -> dict[str, Newest]:
    """Give the newest version of those uids that are here; for at most a few thousand."""
    found: dict[str, Newest] = {}
    for uid, versions in entries_of(store, uids).items():
        ends = heads(versions)
        record = complete(store.types[ends[0].type], decode(uid, ends[0].body, ends[0].private))
        found[uid] = Newest(ends[0].type, record, tuple((entry.device, entry.seq) for entry in ends))
    return found
