"""What must hold on a machine whatever happened to it: its tables and conflicts as a plain walk over its journal says."""

from __future__ import annotations

import json
from collections import Counter

from db import journal, receiving
from db.journal import Entry
from db.record import CANCELLED, complete
from db.statements import Prepared, slot
from db.store import Store
from db.system import Device, Journal, Package
from tests.sync_places import TYPES, Place

_ENTRIES = Prepared(Journal.select(*(getattr(Journal, name) for name in journal.COLUMNS)).order_by(Journal.device, Journal.seq).tuples())
_CHAIN = Prepared(Journal.select(Journal.hash).where(Journal.device == slot(0)).order_by(Journal.seq).tuples())
_DEVICES = Prepared(Device.select(Device.id, Device.public).tuples())
_FACTS = Prepared(Package.select(Package.facts).where(Package.way == "in").tuples())
_OWN = Prepared(Device.select(Device.id).where(Device.own == 1).tuples())
_ROWS = [Prepared(one.select(one.uid, one.device, one.seq, one.state).tuples()) for one in TYPES.values()]


def refused(place: Place) -> list[str]:
    """Give why files were not taken at first, of those too that are settled by now."""
    return [json.loads(facts).get("code", "") for (facts,) in place.store.run(_FACTS)]


def own_devices(store: Store) -> set[str]:
    return {device for (device,) in store.run(_OWN)}


def chain(store: Store, device: str) -> list[bytes]:
    return [bytes(hash_) for (hash_,) in store.run(_CHAIN, device)]


def judge(place: Place, seen: Counter[str]) -> dict[tuple[str, int], str]:
    """Compare one machine's tables with what a plain walk over its journal says, and its list of conflicts with the heads.

    Gives the chain hash of every version that is there, by device and number.
    """
    store = place.store
    entries = [Entry(*row) for row in store.run(_ENTRIES)]
    for device, public in store.run(_DEVICES):
        assert not list(journal.verify(journal.first_hash(device, bytes(public)), (one for one in entries if one.device == device)))
    rows = {uid: version for query in _ROWS for uid, *version in store.run(query)}
    found: dict[str, list[Entry]] = {}
    hashes = {(entry.device, entry.seq): entry.hash.hex() for entry in entries}
    bases: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for entry in entries:
        if entry.kind == "put":
            found.setdefault(entry.record, []).append(entry)
            head = entry.head
            marks = head.get("hb") or [""] * len(head["b"])
            pairs = [(device, seq, mark) for (device, seq), mark in zip(head["b"], marks, strict=True)]
            bases[entry.device, entry.seq] = {
                (device, seq) for device, seq, mark in pairs if hashes.get((device, seq), "").startswith(mark)
            }
    contested = set()
    for uid, versions in found.items():
        office = {entry.device: store.elsewhere.get(entry.device, "") for entry in versions}
        made = min(versions, key=lambda entry: (len(bases[entry.device, entry.seq]) > 0, entry.lc, entry.device, entry.seq))
        owner = "" if TYPES[versions[0].type].key and "" in office.values() else office[made.device]
        mine = [entry for entry in versions if office[entry.device] == owner]
        replaced = {base for entry in mine for base in bases[entry.device, entry.seq]}
        heads = [entry for entry in mine if (entry.device, entry.seq) not in replaced]
        winner = max(heads, key=lambda entry: (entry.lc, entry.device, entry.seq))
        record = complete(TYPES[winner.type], journal.decode(uid, winner.body, winner.private))
        assert rows.pop(uid) == [winner.device, winner.seq, record["state"]]
        assert record["state"] != CANCELLED or record["cancel_reason"]
        if len({entry.body for entry in heads}) > 1:
            contested.add(uid)
    assert not rows
    assert set(receiving.conflicts(store)) == contested
    seen["conflict standing"] += len(contested)
    assert not list(store.differences(place.types["education"]))
    return {(entry.device, entry.seq): entry.hash.hex() for entry in entries if entry.kind == "put"}
