"""Private answers that come or go after their entry: filled in when an office sends its lists later, erased wherever they were sent.

Both rest on the chain, which holds only the hash of private bytes (contract.md 1): the entries, and so all figures, stay as they are.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence

from db import search_index
from db.journal import Entry
from db.receiving import refold
from db.store import Store
from db.system import AUDITS, Draft, Journal

ERASE = "erase"
"""The audit entry of an erasure; its body names the record."""
_FILL = 'UPDATE "journal" SET "private" = ? WHERE "device" = ? AND "seq" = ?'


def allowed(store: Store, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Give entries without the private answers that were erased after them: by their office, or here."""
    if all(entry.private is None for entry in entries):
        return entries
    erased = erasures(store)
    return [entry._replace(private=None) if is_erased(store, erased, entry) else entry for entry in entries] if erased else entries


def erasures(store: Store) -> dict[tuple[str, str], int]:
    """Give record and office ('' for ours) → counter of its last erasure."""
    query = Journal.select(Journal.device, Journal.lc, Journal.body).where(AUDITS & (Journal.type == ERASE))
    found: dict[tuple[str, str], int] = {}
    for device, lc, body in store.execute(query.tuples()).fetchall():
        with contextlib.suppress(ValueError, TypeError, KeyError):  # one that was altered erases nothing, and ``check`` names it
            place = str(json.loads(body)["record"]), store.elsewhere.get(device, "")
            found[place] = max(lc, found.get(place, 0))
    return found


def is_erased(store: Store, erased: dict[tuple[str, str], int], entry: Entry) -> bool:
    """Tell whether the private answers of an entry were erased after it: by its office, or here; ``erased`` is of ``erasures``."""
    offices = {"", store.elsewhere.get(entry.device, "")}
    return entry.lc < max(erased.get((entry.record, office), 0) for office in offices)


def fill(store: Store, entries: Sequence[Entry]) -> int:
    """Put private answers to entries that are here without them, in the open transaction; give how many were missing.

    The caller has verified that the entries are the very ones that are here, and their private bytes against the hash in the chain.
    """
    offered = {entry.seq: entry for entry in entries if entry.private is not None}
    if not offered:
        return 0
    bare = (Journal.device == entries[0].device) & Journal.seq.between(min(offered), max(offered)) & Journal.private.is_null()
    missing = [offered[seq] for (seq,) in store.execute(Journal.select(Journal.seq).where(bare).tuples()) if seq in offered]
    wanted = [entry for entry in allowed(store, missing) if entry.private is not None]
    store.database.cursor().executemany(_FILL, [(entry.private, entry.device, entry.seq) for entry in wanted])
    refold(store, {entry.record: entry.type for entry in wanted})
    return len(wanted)


def follow_erasures(store: Store, entries: Iterable[Entry]) -> None:
    """Erase here what an office has erased of its own records, in the open transaction."""
    for audit in entries:
        if (audit.kind, audit.type) != ("audit", ERASE):
            continue
        uid, office = str(json.loads(audit.body)["record"]), store.elsewhere.get(audit.device, "")
        known = store.entries((Journal.record == uid) & (Journal.lc < audit.lc) & Journal.private.is_null(False))
        theirs = [entry for entry in known if store.elsewhere.get(entry.device, "") == office]
        if not theirs:
            continue
        store.database.cursor().executemany(_FILL, [(None, entry.device, entry.seq) for entry in theirs])
        store.execute(Draft.delete().where(Draft.record == uid))
        refold(store, {uid: theirs[0].type})
        search_index.compact(store.database, store.types[theirs[0].type].table_name())
